"""Mails that no person wrote: an answer to them could begin a loop.

Source: RFC 3834 (Auto-Submitted, empty return path); Microsoft's [MS-OXCMAIL] (X-Auto-Response-Suppress); the rest is
what mail programs do in practice.
"""

from collections.abc import Callable

Header = Callable[[str], str]

PRECEDENCES = {"bulk", "junk", "list", "auto_reply", "auto-reply"}
# What a program writes that wants no answer by a program, beside receipts that it does not want either.
SUPPRESSED = {"all", "autoreply"}
# Whose presence says it, whatever they hold.
MARKS = ("X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Auto-Reply", "X-Mail-Autoreply", "List-Id")
NOBODIES = {"mailer-daemon", "postmaster", "no-reply", "noreply", "do-not-reply", "donotreply", "no-responder"}
# How subjects of absent people begin; some programs say it nowhere else.
SUBJECTS = (
    "automatic reply",
    "auto reply",
    "autoreply",
    "auto:",
    "out of office",
    "respuesta automática",
    "respuesta automatica",
    "fuera de la oficina",
    "自动回复",
    "自動回覆",
    "自动答复",
)


def is_automatic(header: Header, *, sender: str, subject: str) -> bool:
    """Return whether a machine wrote this; header gives a header's text, or an empty string."""
    submitted = header("Auto-Submitted").split(";")[0].strip().lower()
    return (
        submitted not in ("", "no")
        or header("Precedence").strip().lower() in PRECEDENCES
        or bool(SUPPRESSED & {word.strip().lower() for word in header("X-Auto-Response-Suppress").split(",")})
        or any(header(name) for name in MARKS)
        or header("Return-Path").strip() == "<>"
        or header("Content-Type").strip().lower().startswith("multipart/report")
        or sender.partition("@")[0].lower() in NOBODIES
        or subject.strip().lower().startswith(SUBJECTS)
    )

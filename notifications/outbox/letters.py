"""One template for whatever leaves by e-mail: as text and as HTML, in the same words and the owner's language.

Nothing remote is loaded, and nothing is run: a mail program shows it as it is, on a phone as well. Pure.
"""

import html
from collections.abc import Sequence
from dataclasses import dataclass

from channels_app.mail import pages
from notifications.flows import wording

# As signatures are parted from what was written: mail programs leave it out where they quote (RFC 3676, 4.3).
PARTING = "-- "
COLONS = " :："

PAGE = (
    '<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1"><title>{subject}</title></head>'
    '<body style="margin:0;padding:16px;font:16px/1.5 sans-serif;color:#1f2328;background:#ffffff">'
    '<div style="max-width:560px;margin:0 auto;overflow-wrap:anywhere">'
    '<p style="margin:0 0 16px;font-weight:600">{dealer}</p>\n{said}\n'
    '<div style="margin-top:32px;padding-top:12px;border-top:1px solid #d0d7de;font-size:13px;color:#57606a">'
    "{footer}</div></div></body></html>"
)
LINE = '<p style="margin:0 0 8px">{line}</p>'
# High enough for a thumb.
BUTTON = (
    '<p style="margin:16px 0"><a href="{address}" style="display:inline-block;padding:12px 20px;border-radius:6px;'
    'background:#0b57d0;color:#ffffff;text-decoration:none">{words}</a></p>'
)
LINK = '<a href="{address}" style="color:#57606a">{words}</a>'


@dataclass(frozen=True, kw_only=True)
class Content:
    """What a mail says. pages: the owner's own that the message leads to; of other addresses the whole is shown."""

    said: str
    language: str
    dealer: str
    subject: str = ""
    purpose: str = ""
    pages: tuple[str, ...] = ()
    preferences_url: str = ""
    unsubscribe_url: str = ""


@dataclass(frozen=True)
class Letter:
    """A message as a mail."""

    subject: str
    text: str
    html: str


def letter_of(content: Content) -> Letter:
    """This function will put what is said into the one template."""
    subject = content.subject or wording.subject("", (), language=content.language, values={"dealer": content.dealer})
    footer = _footer(content)
    said = content.said.strip()
    return Letter(
        subject=subject,
        text="\n".join((content.dealer, "", said, "", PARTING, *(f"{words}{url}" for words, url in footer))),
        html=PAGE.format(
            language=html.escape(content.language),
            subject=html.escape(subject),
            dealer=html.escape(content.dealer),
            said="\n".join(_shown(line, content.pages) for line in said.split("\n")),
            footer="<br>\n".join(_foot(words, url) for words, url in footer),
        ),
    )


def _footer(content: Content) -> list[tuple[str, str]]:
    """Why it came, and the ways to have it otherwise: words, and the page they lead to."""
    why = wording.reason(content.purpose, language=content.language, values={"dealer": content.dealer})
    ways = (("link_preferences", content.preferences_url), ("unsubscribe", content.unsubscribe_url))
    return [
        *([(why, "")] if why else []),
        *((wording.phrase(name, language=content.language, values={"link": ""}), url) for name, url in ways if url),
    ]


def _shown(line: str, own: Sequence[str]) -> str:
    """A line that leads to a page of the owner's is a button; elsewhere an address hides behind no words."""
    address = next((one for one in own if line.endswith(one)), "")
    words = line.removesuffix(address).rstrip(COLONS) if address else ""
    if words:
        return BUTTON.format(address=html.escape(address), words=html.escape(words))
    return LINE.format(line=pages.linked(line) or "&nbsp;")


def _foot(words: str, url: str) -> str:
    return LINK.format(address=html.escape(url), words=html.escape(words.rstrip(COLONS))) if url else html.escape(words)

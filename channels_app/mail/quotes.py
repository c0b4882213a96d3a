"""What somebody wrote in a mail, without what they answered and without their device's advertisement."""

import re

from mailparser_reply import EmailReplyParser

# The library's patterns look at a line from each of its places: quotes begin within lines shorter than this.
LONGEST_LINE = 400
LONGEST_TEXT = 20_000
# As much as it sees at all: the price of its patterns grows faster than the text.
LONGEST_LOOK = 4_000
LANGUAGES = ["en", "es", "zh"]

# Lines after which all is quoted, as mail programs write them; the library's own of es and zh exclude themselves.
QUOTE_BEGINS = re.compile(
    r"""^(?:>[ \t]?)*[ \t]*(?:
        On\s[^\n]{4,300}\swrote:                              # Gmail, Apple, Thunderbird
      | El\s[^\n]{4,300}\sescribió:
      | [^\n]{0,200}\d{4}[年/-]\d{1,2}[月/-]\d{1,2}[^\n]{0,200}写道[:：]   # Gmail, NetEase
      | 在\s?[^\n]{4,200}写道[:：]                             # Apple
      | -{2,}\s*(?:Original\sMessage|Forwarded\smessage|Mensaje\soriginal|Mensaje\sreenviado
                  |原始邮件|原始郵件|邮件原件|回复的原邮件|转发邮件信息)\s*-{0,}      # Outlook, QQ, NetEase
      | _{20,}                                                 # Outlook
      | (?:From|De|发件人|寄件者)\s?[:：]\s?[^\n]{1,200}\n\s*
        (?:Sent|Date|To|Enviado(?:\sel)?|Fecha|Para|发送时间|发送日期|日期|收件人|寄件日期)\s?[:：]
    )""",
    re.MULTILINE | re.VERBOSE | re.IGNORECASE,
)
# What Gmail breaks in two lines.
BROKEN_HEAD = re.compile(r"^((?:On|El)\s[^\n]{4,200})\n([^\n]{0,200}(?:wrote|escribió):)", re.MULTILINE)
# Signatures: the mark of RFC 3676, and what devices add.
SIGNED = re.compile(
    r"^(?:--\s?$|(?:Sent\sfrom\s(?:my\s)?|Get\sOutlook\sfor\s|Enviado\sdesde\smi\s|Obtener\sOutlook\spara\s"
    r"|发自我的|從我的|从我的|来自我的|发送自)[^\n]{0,60}$)",
    re.MULTILINE | re.IGNORECASE,
)
HIDDEN = "\ue000"


def written(text: str) -> str:
    """Return what is new in a mail's text; where all of it seems quoted, all that is no quote by its sign."""
    whole = text[:LONGEST_TEXT].replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ").replace(HIDDEN, "")
    whole = re.sub(r"\n\s*\n", "\n\n", whole)
    head = QUOTE_BEGINS.split(BROKEN_HEAD.sub(r"\1 \2", whole), maxsplit=1)[0]
    new = _unsigned(_latest(head))
    return new or _unsigned(_unquoted(whole)) or whole.strip()


def _latest(text: str) -> str:
    """Let the library look for other heads of quotes; long lines are none, and it does not see them."""
    if len(text) > LONGEST_LOOK:
        return _unquoted(text)
    lines = text.split("\n")
    shown = [f"{HIDDEN}{at}{HIDDEN}" if len(line) > LONGEST_LINE else line for at, line in enumerate(lines)]
    found = EmailReplyParser(languages=list(LANGUAGES)).parse_reply("\n".join(shown)) or ""
    return _unquoted(re.sub(f"{HIDDEN}([0-9]+){HIDDEN}", lambda hidden: lines[int(hidden[1])], found))


def _unquoted(text: str) -> str:
    kept = [line for line in text.split("\n") if not line.lstrip().startswith(">")]
    return "\n".join(kept).strip()


def _unsigned(text: str) -> str:
    return SIGNED.split(text, maxsplit=1)[0].strip()

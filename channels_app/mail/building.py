"""A message of ours as a mail: what both channels send, whoever carries it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP

from channels_app.contract import Account, Attachment, Outgoing
from channels_app.errors import Misconfigured, Rejected, Undeliverable
from channels_app.mail import files, pages, tokens

LONGEST_TEXT = 100_000
LONGEST_SUBJECT = 300
# What servers take everywhere: ASCII before the @, of the lengths of RFC 5321; the domain may be written in any script.
LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
DOMAIN = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)+")
LONGEST_LOCAL, LONGEST_ADDRESS = 64, 254


@dataclass(frozen=True)
class Letter:
    """A mail that can leave: clean, checked, with the headers that are ours to set."""

    message_id: str
    token: str
    provider_id: str
    to: str
    subject: str
    text: str
    html: str
    reply_to: str
    headers: Mapping[str, str]
    attachments: tuple[Attachment, ...]


def letter_of(account: Account, message: Outgoing) -> Letter:
    """Return a message as a mail. Raises: Rejected where it can be none."""
    if len(message.text) > LONGEST_TEXT or len(message.html) > LONGEST_TEXT * 4:
        raise Rejected("TOO_LONG")
    if not files.may_go(message.attachments):
        raise Rejected("BAD_ATTACHMENT")
    text = clean(message.text).strip()
    if not text:
        raise Rejected("EMPTY")
    token = tokens.token_of(account, message.message_id)
    return Letter(
        message_id=message.message_id,
        token=token,
        provider_id=tokens.provider_id_of(account, token),
        to=address_of(message.to),
        # A mail without a subject looks like spam; its first line says what it is about.
        subject=one_line(message.subject or text.split("\n")[0])[:LONGEST_SUBJECT],
        text=text,
        html=clean(message.html) or pages.page_of(text, language=message.language),
        reply_to=tokens.reply_address(account, token),
        headers=_headers(message, tokens.provider_id_of(account, token)),
        attachments=files.sort(message.attachments).taken,
    )


def mime_of(letter: Letter, *, sender: str, name: str, at: str) -> bytes:
    """Return a letter as bytes of seven bits, with lines as SMTP wants them; `at` is the date as a header says it."""
    mail = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    mail["From"] = f'"{_quoted(name)}" <{sender}>' if name else sender
    mail["To"] = letter.to
    mail["Subject"] = letter.subject
    mail["Date"] = at
    if letter.reply_to:
        mail["Reply-To"] = letter.reply_to
    for header, value in letter.headers.items():
        mail[header] = value
    mail.set_content(letter.text)
    mail.add_alternative(letter.html, subtype="html")
    for one in letter.attachments:
        kind, _, subtype = one.media_type.partition("/")
        # Texts of ours are UTF-8; unnamed, a mail program takes them for ASCII.
        params = {"charset": "utf-8"} if kind == "text" else None
        mail.add_attachment(one.content, maintype=kind, subtype=subtype, filename=one.name, params=params)
    return mail.as_bytes()


def require(account: Account, names: Sequence[str]) -> None:
    """Check that an account has what it needs. Raises: Misconfigured."""
    missing = [name for name in names if not account.settings.get(name)]
    if missing:
        raise Misconfigured(f"the mail account lacks {', '.join(missing)}")
    addresses = [account.address, account.settings.get("reply_address") or account.address]
    try:
        are_good = all(address_of(one) == one for one in addresses)
    except Rejected:
        are_good = False
    if not are_good:
        raise Misconfigured("an address of the mail account is none")


def address_of(said: str) -> str:
    """Return an address as it travels. Raises: Undeliverable where it is none."""
    local, at, domain = said.strip().rpartition("@")
    try:
        domain = domain if domain.isascii() else domain.encode("idna").decode()
    except UnicodeError:
        raise Undeliverable("BAD_ADDRESS") from None
    whole = f"{local}@{domain}"
    fits = at and len(local) <= LONGEST_LOCAL and len(whole) <= LONGEST_ADDRESS
    if not fits or not LOCAL.fullmatch(local) or not DOMAIN.fullmatch(domain):
        raise Undeliverable("BAD_ADDRESS")
    return whole


def clean(text: str) -> str:
    """Return text without what no mail can carry: zero bytes, halves of characters, other ends of lines."""
    whole = text.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")
    return whole.encode(errors="replace").decode()


def one_line(text: str) -> str:
    """Return text for a header: a second line would be a header of its own."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in clean(text)).split())


def _headers(message: Outgoing, provider_id: str) -> dict[str, str]:
    headers = {
        "Message-ID": provider_id,
        # Absent people's programs of this make keep quiet; what others send is known when it comes.
        "X-Auto-Response-Suppress": "OOF, AutoReply",
    }
    if message.reply_to:
        headers |= {"In-Reply-To": one_line(message.reply_to), "References": one_line(message.reply_to)}
    if message.unsubscribe_url:
        headers |= {
            "List-Unsubscribe": f"<{one_line(message.unsubscribe_url)}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    return headers


def _quoted(name: str) -> str:
    return one_line(name).replace("\\", "").replace('"', "")

"""What a mail is to us: an owner's words, or a server's report of one of ours."""

from email.message import Message

from channels_app.contract import Account, Inbound, Receipt
from channels_app.mail import reports, tokens
from channels_app.mail.reading import Mail, mail_of, parsed


def events_of(account: Account, raw: bytes) -> list[Inbound | Receipt]:
    """Return what a whole mail says. Raises: Unreadable."""
    return events_of_parts(account, parsed(raw))


def events_of_parts(account: Account, message: Message) -> list[Inbound | Receipt]:
    """Return what a parsed mail says. Raises: Unreadable."""
    if reports.is_report(message):
        return list(reports.receipts_of(account, message))
    return [inbound_of(account, mail_of(message))]


def inbound_of(account: Account, mail: Mail) -> Inbound:
    """Return an owner's words; the token in the address says more than what a mail program thinks it answers."""
    answered = tokens.ours_in(account, (*mail.recipients, *mail.answers))
    return Inbound(
        provider_id=mail.message_id,
        sender=mail.sender,
        text=mail.text,
        reply_to=answered.provider_id if answered else "",
        at=mail.at,
        is_automatic=mail.is_automatic,
        sender_name=mail.sender_name,
        attachments=mail.files.taken,
        refused=mail.files.refused,
    )

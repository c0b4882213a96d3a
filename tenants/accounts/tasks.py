"""Mails to people who sign in: composed where they are sent, so that no task's message carries an address or a link."""

from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException

from celery import shared_task

from tenants.accounts import mails
from tenants.accounts.changes import Change
from tenants.tasks import HostTask

# In place of a person's id where there is none: asking costs the same, known or not.
NOBODY = 0


class MailTask(HostTask):
    """Tries again while the mail server is away; what it refuses for good is not sent."""

    abstract = True
    autoretry_for = (SMTPException, OSError)
    dont_autoretry_for = (SMTPRecipientsRefused, SMTPResponseException)
    retry_backoff = 10
    retry_backoff_max = 600
    max_retries = 8


@shared_task(base=MailTask, name="tenants.accounts.mail_reset")
def mail_reset(user_id: int, **kwargs: object) -> None:
    """Mail somebody the link by which they set another password."""
    if user_id != NOBODY:
        mails.send_reset(user_id)


@shared_task(base=MailTask, name="tenants.accounts.mail_invitation")
def mail_invitation(invitation_id: int, **kwargs: object) -> None:
    """Mail an invitation's link."""
    mails.send_invitation(invitation_id)


@shared_task(base=MailTask, name="tenants.accounts.mail_change")
def mail_change(user_id: int, change: str, **kwargs: object) -> None:
    """Tell somebody what was changed about their sign-in."""
    mails.send_change(user_id, Change(change))

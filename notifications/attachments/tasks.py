"""The files of an owner's message at work, one message each; the dealer travels in the headers."""

from celery import shared_task
from django.utils import timezone

from notifications.attachments import operations
from tenants.tasks import DealerTask


@shared_task(base=DealerTask, name="notifications.attachments.bring")
def bring_files(message_id: int, **kwargs: object) -> None:
    """Fetch and keep what a message brought; doing it twice does it once."""
    operations.bring(message_id, now=timezone.now())

"""An owner's message at work, one each; the dealer travels in the headers."""

from celery import shared_task
from django.utils import timezone

from notifications.inbound import handling
from tenants.tasks import DealerTask


@shared_task(base=DealerTask, name="notifications.inbound.handle")
def handle_inbound(event_id: int, **kwargs: object) -> None:
    """Place one message of an owner and answer it; doing it twice does it once."""
    handling.handle(event_id, now=timezone.now())

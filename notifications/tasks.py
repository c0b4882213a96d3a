"""The loop's two tasks: the tick of what dealers share, and one dealer's turn."""

from celery import shared_task
from django.utils import timezone

from notifications import loop
from notifications.shared import clock
from notifications.shared.tasks import work
from tenants.scope import DealerRef
from tenants.tasks import DealerTask, PublicTask

# One query claims them; what is left is claimed a second later.
SENDERS_A_TICK = 100


@shared_task(base=PublicTask, name="notifications.tick")
def tick(**kwargs: object) -> None:
    """Hand out the turns of all dealers and shared senders whose work is due; beat sends it every second."""
    now = timezone.now()
    loop.tick(now=now, hand_out=_hand_out)
    for sender_id in clock.due_senders(now=now, limit=SENDERS_A_TICK):
        work.apply_async((sender_id,))


@shared_task(base=DealerTask, name="notifications.work_dealer")
def work_dealer(**kwargs: object) -> None:
    """Do one bounded turn of a dealer's work."""
    loop.work_dealer(now=timezone.now())


def _hand_out(_dealer: DealerRef) -> None:
    # The dealer in scope travels in the message's headers.
    work_dealer.apply_async()

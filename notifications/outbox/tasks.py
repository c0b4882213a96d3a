"""The outbox's turns at work, one dealer each. They take no arguments: the dealer travels in the headers."""

from datetime import datetime, timedelta

from celery import shared_task
from django.utils import timezone

from notifications.outbox import dispatching, doubts, rates
from tenants.tasks import DealerTask, send_after_commit

CONTINUATION = "dispatch-continues"
# A continuation that was lost on its way does not end the dealer's sending for longer than this.
CONTINUATION_LASTS = timedelta(seconds=30)


@shared_task(base=DealerTask, name="notifications.outbox.dispatch")
def dispatch(*, continues: bool = False, **kwargs: object) -> None:
    """Send a bounded part of what is queued; where more is left, come back behind the other dealers."""
    take_turn(continues=continues, now=timezone.now())


def take_turn(*, continues: bool, now: datetime) -> None:
    """This function will do one turn of the current dealer's sending, and ask for the next if there is more."""
    if continues:
        rates.forget(CONTINUATION)
    if dispatching.dispatch_batch(now=now).has_more:
        continue_dispatch()


def continue_dispatch() -> None:
    """This function will have the current dealer's next turn taken at once, if it is not on its way already.

    One at a time: else each answer queued during a large dispatch would begin a chain of turns of its own,
    and the dealer would crowd out the others.
    """
    if rates.take_permit(CONTINUATION, lasting=CONTINUATION_LASTS):
        send_after_commit(dispatch, continues=True)


@shared_task(base=DealerTask, name="notifications.outbox.settle")
def settle(**kwargs: object) -> None:
    """Turn leases that ran out into doubts, and doubts that lasted too long into questions."""
    doubts.settle_doubts(now=timezone.now())

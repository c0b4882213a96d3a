"""One turn of a shared sender's own work: what dealers are to be told, questions, parts and receipts left, old rows."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Min

from notifications.shared import arrivals, clock, joining, receiving, sending, spreading
from notifications.shared.accounts import account_of
from notifications.shared.models import Arrival, Question, SentName, SharedSender, Talk
from notifications.shared.receiving import SECOND_LOOK
from notifications.shared.resolving import place
from tenants.scope import public_scope

# A sender that has anything is looked over once a day for what is old.
SWEPT_EVERY = timedelta(days=1)
# Providers repeat a call for two days at most. Source: design of replies, "dedupe by provider id for 48 h".
NAMES_KEPT = timedelta(days=3)
# No receipt comes after so long, and hardly a reply to the very message.
SENT_KEPT = timedelta(days=90)
# Whoever writes after a year and a half is a stranger again, to whom each dealer is as likely.
TALKS_KEPT = timedelta(days=550)
# What nobody could claim or read is of no use to anybody later; the house's figure.
LEFT_KEPT = timedelta(days=30)


def work(sender_id: int, *, now: datetime) -> None:
    """This function will do what is due of a sender; safe to run twice, and by two at once."""
    with public_scope():
        sender = SharedSender.objects.filter(pk=sender_id).first()
        if sender is None:
            return
        spreading.spread_all(sender, now=now)
        sending.settle(sender, now=now)
        sending.send_due(sender, now=now)
        _join_left(sender, now=now)
        with transaction.atomic():
            receiving.look_again(sender, now=now)
        _sweep(sender, now=now)
        clock.reschedule(sender_id, next_due_at=lambda: _next_at(sender, now=now))


def _join_left(sender: SharedSender, *, now: datetime) -> None:
    for address in joining.left(sender, now=now):
        with transaction.atomic():
            arrivals.alone(sender.pk, [address])
            for whole in joining.join_left(sender, account_of(sender), address, now=now):
                place(sender, whole, now=now)


def _sweep(sender: SharedSender, *, now: datetime) -> None:
    """Each by an index of its own; what is asked and what is to be spread has an end of its own."""
    came = Arrival.objects.filter(sender=sender)
    came.filter(state=Arrival.State.DONE, at__lt=now - NAMES_KEPT).delete()
    came.filter(state=Arrival.State.RECEIPT, at__lt=now - NAMES_KEPT).delete()
    came.filter(state__in=(Arrival.State.UNCLAIMED, Arrival.State.UNREADABLE), at__lt=now - LEFT_KEPT).delete()
    SentName.objects.filter(sender=sender, at__lt=now - SENT_KEPT).delete()
    Talk.objects.filter(sender=sender, wrote_at__lt=now - TALKS_KEPT).delete()
    Question.objects.filter(sender=sender, ended_at__lt=now - LEFT_KEPT).delete()


def _next_at(sender: SharedSender, *, now: datetime) -> datetime:
    """Computed under the sender's lock, so that what is left behind meanwhile is seen."""
    came = Arrival.objects.filter(sender=sender)
    is_told = came.filter(state=Arrival.State.SPREAD).exists()
    asked = Question.objects.filter(sender=sender, ended_at__isnull=True).aggregate(at=Min("next_at"))["at"]
    waits = came.filter(state=Arrival.State.RECEIPT).exists()
    moments = (
        now if is_told else None,
        _unthrottled(sender, asked),
        joining.next_left_at(sender),
        now + SECOND_LOOK if waits else None,
        now + SWEPT_EVERY,
    )
    return min(moment for moment in moments if moment)


def _unthrottled(sender: SharedSender, at: datetime | None) -> datetime | None:
    return max(at, sender.throttled_until) if at and sender.throttled_until else at

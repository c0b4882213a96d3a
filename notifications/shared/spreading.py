"""A stop that was said to a shared sender, told to the dealers that know the address: each in a transaction of its own.

Each waits for what is leaving there at this moment, so nothing else may be held meanwhile; see outbox.stopping.
"""

from datetime import datetime

from channels_app import registry
from core.customers.models import ContactPoint
from notifications.conversations.models import Conversation
from notifications.policy import suppressing
from notifications.runs import operations as runs
from notifications.shared import giving, hashing, talks
from notifications.shared.models import Arrival, SharedSender, Sharing
from notifications.shared.operations import sharings_of
from notifications.shared.sealing import opened
from notifications.shared.stopping import EVERY_PURPOSE, Spread


def spread_all(sender: SharedSender, *, now: datetime) -> int:
    """This function will tell what waits to be told, and say how much it was; outside of any transaction."""
    waiting = list(Arrival.objects.filter(sender=sender, state=Arrival.State.SPREAD).order_by("at", "id"))
    for one in waiting:
        told = opened(one.sealed)
        _tell_all(sender, Spread(**{**told, "purposes": tuple(told["purposes"])}), now=now)
        # A worker that dies before has told some of them; to be told again changes nothing.
        Arrival.objects.filter(pk=one.pk).update(state=Arrival.State.DONE, sealed="")
    return len(waiting)


def _tell_all(sender: SharedSender, spread: Spread, *, now: datetime) -> None:
    hashed = hashing.address_hash(sender.pk, spread.address)
    wrote = {one.dealer_id for one in talks.talks_with(sender.pk, hashed)}
    for sharing in sharings_of(sender.pk):
        if sharing.dealer_id != spread.but:
            _tell(sharing, spread, is_known=sharing.dealer_id in wrote, now=now)


def _tell(sharing: Sharing, spread: Spread, *, is_known: bool, now: datetime) -> None:
    with giving.account_at(sharing) as row:
        if not spread.is_stop:
            suppressing.lift_shared(spread.address, now=now)
            return
        if not is_known and not ContactPoint.objects.filter(value=spread.address).exists():
            return
        bound = registry.get(row.kind).capabilities.medium or row.kind
        suppressing.opt_out_shared(spread.address, channel=bound, purposes=spread.purposes, now=now)
        if EVERY_PURPOSE in spread.purposes:
            for talk in Conversation.objects.filter(account=row, address=spread.address):
                runs.stop_runs(talk, reason="OPTED_OUT", now=now)

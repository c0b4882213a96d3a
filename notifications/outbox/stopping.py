"""The outbox's part of an opt-out: from its commit on, nothing leaves for the address."""

from datetime import datetime, timedelta
from time import sleep

from django.db import connection, transaction
from django.db.models import QuerySet

from notifications.conversations.models import Conversation
from notifications.outbox import claiming, rules
from notifications.outbox.models import Message
from notifications.outbox.moving import Telling, move_all
from notifications.outbox.rules import Happening, State

# How long an opt-out waits for a call to the provider that is under way. A worker that takes longer is
# dead or nearly so; what it had is then settled as in doubt, and asked about before anything is sent again.
LONGEST_WAIT = timedelta(seconds=20)
PAUSE = timedelta(milliseconds=20)

GATE = "SELECT pg_advisory_xact_lock(%(gate_class)s, %(first_gate)s + abs(hashtext(%(address)s) %% %(gates)s))"


def halt(address: str, *, now: datetime) -> int:
    """This function will stop what the standing walls forbid to send to an address, and say how many it stopped.

    Call it in the opt-out's transaction, after its Suppression is written and before anything is queued or
    woken: it waits for what is leaving at this moment, and those who send must not wait for it meanwhile.
    See Note [Nothing leaves after an opt-out's commit].
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(GATE, {"address": address, **claiming.gate_numbers()})
        _wait_for_leaving(address, now=now)
        waiting = dict(_messages_to(address).filter(state__in=rules.WAITING).values_list("id", "account__kind"))
        walled = sorted(claiming.walled_messages(list(waiting), kinds=set(waiting.values())))
        return len(move_all([Telling(one, Happening.OPT_OUT, error="SUPPRESSED") for one in walled], now=now))


def _wait_for_leaving(address: str, *, now: datetime) -> None:
    leaving = _messages_to(address).filter(state=State.SENDING, lease_until__gt=now)
    for _ in range(LONGEST_WAIT // PAUSE):
        if not leaving.exists():
            return
        sleep(PAUSE.total_seconds())


def _messages_to(address: str) -> QuerySet[Message]:
    # Through the conversations, which are indexed by address.
    return Message.objects.filter(conversation__in=Conversation.objects.filter(address=address))

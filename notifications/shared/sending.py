"""The questions "which dealer?" on their way: claimed once, never sent twice, in doubt rather than repeated.

A small outbox of the house's own, by the rules of the dealers' (notifications.outbox.rules); one question a call, since
they are few.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import random
from uuid import uuid4

from django.db import connection, transaction

from channels_app import registry
from channels_app.contract import Account, Button, Channel, NotSent, Outcome, Outgoing, Receipt, Sent
from channels_app.errors import ChannelError, OptedOut, Throttled, Uncertain
from notifications.flows import wording
from notifications.outbox import rates, rules
from notifications.outbox.rules import Happening
from notifications.shared import arrivals, asking, hashing, stopping
from notifications.shared.accounts import account_of
from notifications.shared.models import Question, SharedSender

logger = logging.getLogger(__name__)

# Begins our id of a question at its provider; a dealer's message begins with the dealer's number.
WIRE = "which-"
# When no token of the sender's rate was left, the next look is a moment later.
BREATH = timedelta(seconds=1)

# SKIP LOCKED: two workers share the questions without waiting.
CLAIM = """
WITH due AS (
    SELECT id FROM shared_question
    WHERE sender_id = %(sender)s AND ended_at IS NULL AND state = 'QUEUED' AND next_at <= %(now)s
    ORDER BY next_at LIMIT 1 FOR UPDATE SKIP LOCKED
)
UPDATE shared_question q
SET state = 'SENDING', attempts = q.attempts + 1, lease_token = %(token)s, next_at = %(until)s
FROM due WHERE q.id = due.id RETURNING q.id
"""


@dataclass(frozen=True)
class _Came:
    """What came of a question: its state, when it is looked at next, and what is known beside."""

    state: Question.State
    next_at: datetime
    error: str = ""
    provider_id: str = ""


def send_due(sender: SharedSender, *, now: datetime) -> int:
    """This function will send the questions that are due, and say how many were tried; outside of any transaction."""
    channel, account, tried = registry.get(sender.kind), account_of(sender), 0
    if not sender.is_active or (sender.throttled_until is not None and sender.throttled_until > now):
        return 0
    while (question := _claimed(sender, channel, now=now)) is not None:
        _write(question, _sent(sender, channel, account, question, now=now), now=now)
        tried += 1
    return tried


def settle(sender: SharedSender, *, now: datetime) -> None:
    """This function will turn leases that ran out into doubts, and end what was asked long enough ago."""
    due = Question.objects.filter(sender=sender, ended_at__isnull=True, next_at__lte=now).exclude(state="QUEUED")
    for question in due.order_by("next_at"):
        if question.state == Question.State.SENDING:
            # Whoever held it died, before or after the call: from outside it looks the same.
            _write(question, _Came(Question.State.UNCONFIRMED, question.expires_at, "LEASE_LOST"), now=now)
    over = Question.objects.filter(sender=sender, ended_at__isnull=True, expires_at__lte=now)
    for question in over.order_by("id"):
        with transaction.atomic():
            asking.settle(question, chosen=None, now=now)


def take_receipt(sender: SharedSender, receipt: Receipt) -> bool:
    """This function will say whether a receipt is of a question, and settle its doubt where it was in one."""
    mark = receipt.message_id.removeprefix(WIRE)
    is_named = receipt.message_id.startswith(WIRE) and mark.isascii() and mark.isdigit() and len(mark) < 19
    named = Question.objects.filter(sender=sender)
    found = named.filter(pk=int(mark)) if is_named else named.none()
    if not is_named and receipt.provider_id:
        found = named.filter(provider_hash=hashing.name_hash(sender.pk, receipt.provider_id))
    question = found.first()
    if question is None:
        return is_named
    found.filter(state=Question.State.UNCONFIRMED).update(state=Question.State.SENT, error="")
    return True


def _claimed(sender: SharedSender, channel: Channel, *, now: datetime) -> Question | None:
    waiting = Question.objects.filter(sender=sender, ended_at__isnull=True, state="QUEUED", next_at__lte=now)
    if not waiting.exists():
        return None
    rate = channel.capabilities.per_second
    if not rates.take_share(sender.public_id, rate=rate, size=max(rate * 2, 1), wanted=1, now=now):
        waiting.update(next_at=now + BREATH)
        return None
    token = uuid4().hex
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(CLAIM, {"sender": sender.pk, "now": now, "token": token, "until": now + rules.LEASE})
        return Question.objects.filter(lease_token=token).first() if cursor.fetchone() else None


def _sent(sender: SharedSender, channel: Channel, account: Account, question: Question, *, now: datetime) -> _Came:
    asked = asking.asked_of(question)
    if stopping.stopped(sender.pk, [asked.address]):
        return _Came(Question.State.FAILED, now, "OPTED_OUT")
    outcome = _outcome(channel, account, _outgoing(channel, question, asked))
    if isinstance(outcome, Sent):
        return _Came(Question.State.SENT, question.expires_at, provider_id=rules.kept_id(outcome.provider_id))
    return _refused(sender, question, asked, outcome.error, now=now)


def _outcome(channel: Channel, account: Account, message: Outgoing) -> Outcome:
    try:
        [outcome] = channel.send(account, [message])
    except ChannelError as error:
        return NotSent(message.message_id, error)
    except Exception:
        # A channel's own defect must not decide that nothing was sent.
        logger.exception("a channel broke its contract")
        return NotSent(message.message_id, Uncertain("no outcome"))
    return outcome


def _refused(
    sender: SharedSender, question: Question, asked: asking.Asked, error: ChannelError, *, now: datetime
) -> _Came:
    happening = rules.happening_after(error, tries=question.attempts)
    if isinstance(error, OptedOut):
        with transaction.atomic():
            purposes = error.purposes or (stopping.EVERY_PURPOSE,)
            stopping.note_stop(sender.pk, asked.address, purposes, told=None, now=now)
    if happening == Happening.DOUBT:
        return _Came(Question.State.UNCONFIRMED, question.expires_at, error.code)
    if happening != Happening.GIVE_BACK:
        return _Came(Question.State.FAILED, now, error.code)
    again = rules.pause_until(error, now=now) if isinstance(error, Throttled) else None
    chance = random()  # noqa: S311 - spreads load, guards nothing
    return _Came(Question.State.QUEUED, again or rules.retry_at(question.attempts, now=now, chance=chance), error.code)


def _write(question: Question, came: _Came, *, now: datetime) -> None:
    """The outcome counts for its own lease; what cannot be put at all is settled at once."""
    with transaction.atomic():
        # Before the row, in the order of those who bring words.
        arrivals.take_turn(question.address_hash)
        named = hashing.name_hash(question.sender_id, came.provider_id) if came.provider_id else ""
        Question.objects.filter(pk=question.pk, lease_token=question.lease_token).update(
            state=came.state, next_at=came.next_at, error=came.error, provider_hash=named
        )
        if came.state == Question.State.FAILED:
            asking.settle(question, chosen=None, now=now)


def _outgoing(channel: Channel, question: Question, asked: asking.Asked) -> Outgoing:
    lines = [wording.phrase("which_dealer", language=asked.language, values={})]
    lines += [f"{place}. {name}" for place, name in enumerate(asked.names, start=1)]
    taps = [Button(name, f"{asking.TAP}{question.pk}:{place}") for place, name in enumerate(asked.names, start=1)]
    text = "\n".join(lines)
    return Outgoing(
        message_id=f"{WIRE}{question.pk}",
        to=asked.address,
        text=text,
        subject=lines[0],
        buttons=tuple(taps) if channel.capabilities.buttons else (),
        language=asked.language,
    )

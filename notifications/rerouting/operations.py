"""Messages that did not arrive, or of which nothing is heard: the next channel, once each, else a call.

What asks for it is the message's own `reroute_at`, written with the state it follows from; whoever takes it up
writes what came of it in one transaction, so that a crash between leaves it asked for and nothing done.
"""

from datetime import datetime

from core.transactions import waking
from notifications.flows.models import FlowRun
from notifications.outbox import failures, replacing
from notifications.outbox.models import Message
from notifications.outbox.operations import OPT_OUT_CASE
from notifications.outbox.rules import UNREACHED
from notifications.policy.models import Decision
from notifications.rerouting import judging, moving, rules
from notifications.rerouting.judging import Judged
from notifications.rerouting.rules import Way

# Written by a person of the centre, who chose the channel.
PERSON = "user:"


def reroute(*, now: datetime, limit: int) -> int:
    """This function will look for the next channel of a bounded number of messages, and say how many it looked at."""
    waiting = Message.objects.filter(reroute_at__lte=now).order_by("reroute_at")
    return sum(_reroute(one, now=now) for one in list(waiting.values_list("id", flat=True)[:limit]))


def _reroute(message_id: int, *, now: datetime) -> bool:
    with waking(now=now):
        # Skip locked: another turn, or a receipt that is just being applied, has it.
        rows = Message.objects.select_for_update(of=("self",), skip_locked=True).select_related(
            "account", "conversation"
        )
        message = rows.filter(pk=message_id, reroute_at__lte=now).first()
        if message is None:
            return False
        message.run = _held(message.run_id)
        _settle(message, now=now)
        return True


def _held(run_id: int | None) -> FlowRun | None:
    return FlowRun.objects.select_for_update().filter(pk=run_id).first() if run_id else None


def _settle(message: Message, *, now: datetime) -> None:
    has_failed = message.state in UNREACHED
    if not has_failed and _is_answered(message):
        _forget(message)
    elif _is_peoples(message):
        _forget(message)
        if has_failed:
            failures.call_about(message, now=now)
    elif message.case_kind == OPT_OUT_CASE or replacing.is_replaced(message):
        _forget(message)
    else:
        _go_on(message, judging.judge(message, now=now), has_failed=has_failed, now=now)


def _is_answered(message: Message) -> bool:
    """Whoever has written since has seen it, whatever its provider says."""
    heard_at = message.conversation.last_inbound_at
    return heard_at is not None and heard_at > (message.sent_at or message.created_at)


def _is_peoples(message: Message) -> bool:
    """A person wrote it, or writes there now: it is theirs to say what is next."""
    return message.actor.startswith(PERSON) or (message.run is not None and message.run.status == FlowRun.Status.PAUSED)


def _go_on(message: Message, judged: Judged, *, has_failed: bool, now: datetime) -> None:
    way = rules.way_on(judged.verdict, has_failed=has_failed)
    said: Message | None = None
    if way is Way.LATER:
        Message.objects.filter(pk=message.pk).update(reroute_at=judged.verdict.not_before)
    else:
        _forget(message)
    if way is Way.NEXT_CHANNEL and judged.account_id is not None:
        said = moving.say_again(message, account_id=judged.account_id, address=judged.address, now=now)
    if way is Way.CALL:
        failures.call_about(message, now=now)
    _keep(message, said, judged, now=now)


def _forget(message: Message) -> None:
    Message.objects.filter(pk=message.pk).update(reroute_at=None)


def _keep(message: Message, said: Message | None, judged: Judged, *, now: datetime) -> None:
    verdict = judged.verdict
    Decision.objects.create(
        message=said or message,
        customer_id=message.customer_id,
        purpose=message.purpose,
        action=verdict.action,
        rule=verdict.rule,
        not_before_at=verdict.not_before,
        facts={**verdict.detail, "vehicles": list(verdict.vehicle_ids), "channel": verdict.channel},
        decided_at=now,
    )

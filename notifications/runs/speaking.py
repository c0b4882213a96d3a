"""From a turn of the engine to rows: the run's state, the message it says, what that message expects."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from channels_app import registry
from channels_app.contract import Button
from notifications.conversations.models import Conversation
from notifications.flows import patterns, rendering, wording
from notifications.flows.engine import Status, Turn
from notifications.flows.models import Expectation, FlowRun
from notifications.flows.rendering import Rendered, Style
from notifications.outbox import operations as outbox
from notifications.outbox.operations import OPT_OUT_CASE, Draft, Priority
from notifications.runs import linking
from notifications.runs.linking import Carried
from notifications.runs.requests import RunRequest
from tenants.scope import current_dealer

# A chat shows buttons; a phone shows numbers, and buttons beside them where it can.
STYLES = {"CHAT": Style.BUTTONS, "PHONE": Style.NUMBERED, "EMAIL": Style.NUMBERED}


@dataclass(frozen=True)
class Spoken:
    """One turn of one run; `request` only for its first."""

    run: FlowRun
    turn: Turn
    conversation: Conversation
    # Of the flow: decides between questions put at the same instant, lower first.
    priority: int
    request: RunRequest | None = None


def settle(run: FlowRun, turn: Turn, *, now: datetime) -> None:
    """This function will write a turn into a run's fields; saving is the caller's."""
    run.state = turn.state
    run.wake_at = turn.wait_until
    if turn.status in (Status.ENDED, Status.HANDED):
        run.status, run.outcome, run.ended_at, run.wake_at = FlowRun.Status.ENDED, turn.outcome, now, None


def say_all(spoken: Sequence[Spoken], *, now: datetime) -> dict[int, int]:
    """This function will queue what the turns say and open what they expect; it returns message by run."""
    talking = [one for one in spoken if one.turn.outputs]
    carried = linking.carry([(one.run, one.turn, one.conversation) for one in talking], now=now)
    drafts = [_draft(one, links) for one, links in zip(talking, carried, strict=True)]
    messages = outbox.queue_messages(drafts, now=now)
    by_run = {one.run.pk: message.pk for one, message in zip(talking, messages, strict=True)}
    Expectation.objects.bulk_create(
        [_expectation(one, by_run.get(one.run.pk), now=now) for one in spoken if one.turn.expectation is not None]
    )
    return by_run


def _rendered(one: Spoken, links: Carried) -> Rendered:
    can = registry.get(one.conversation.account.kind).capabilities
    rendered = rendering.compose(one.turn.outputs, style=STYLES[can.address_kind], links=links.lines)
    return Rendered(rendered.text[: can.max_length], rendered.buttons if can.buttons else ())


def _draft(one: Spoken, links: Carried) -> Draft:
    rendered = _rendered(one, links)
    run, request = one.run, one.request
    first = request or RunRequest(flow="", account_id=0, address="", is_proactive=False, priority=Priority.REPLY)
    # The last word to somebody who has just opted out must not meet the wall it tells of.
    ends_in_opt_out = any(effect.name == "opt_out" for effect, _ in one.turn.effects)
    return Draft(
        account_id=one.conversation.account_id,
        address=one.conversation.address,
        conversation_id=one.conversation.pk,
        subject=_subject(one) if linking.is_mail(one.conversation) else "",
        text=rendered.text,
        buttons=tuple(Button(label, payload) for label, payload in rendered.buttons),
        template=patterns.filled(str(one.turn.state["flow"]), one.turn.outputs).kept(),
        link_id=links.link_id,
        unsubscribe_id=links.unsubscribe_id,
        preferences_id=links.preferences_id,
        purpose=run.purpose,
        language=str(one.turn.state["language"]),
        customer_id=run.customer_id,
        vehicle_id=run.vehicle_id,
        due_id=first.due_id,
        run_id=run.pk,
        case_kind=OPT_OUT_CASE if ends_in_opt_out else run.case_kind,
        case_id=run.case_id,
        is_proactive=first.is_proactive,
        priority=Priority.REPLY if first.priority is None else first.priority,
        not_before_at=first.not_before_at,
        expires_at=first.expires_at,
        actor="flow",
    )


def _subject(one: Spoken) -> str:
    state, dealer = one.turn.state, current_dealer().shown_name
    steps = [output.step for output in one.turn.outputs]
    return wording.subject(str(state["flow"]), steps, language=str(state["language"]), values={"dealer": dealer})


def _expectation(one: Spoken, message_id: int | None, *, now: datetime) -> Expectation:
    return Expectation(
        conversation=one.conversation,
        run=one.run,
        message_id=message_id,
        grammar=one.turn.expectation,
        priority=one.priority,
        created_at=now,
        expires_at=one.turn.wait_until,
    )

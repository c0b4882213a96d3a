"""A message said again over the next channel; its dialogue goes along, an answer on either channel is understood."""

from datetime import datetime
from zoneinfo import ZoneInfo

from channels_app import registry
from channels_app.contract import Button, Capabilities
from notifications.conversations import operations as conversations
from notifications.conversations.models import Conversation
from notifications.conversations.operations import Address
from notifications.flows import grammars, store, wording
from notifications.flows.definition import Ask
from notifications.flows.models import Expectation, FlowRun
from notifications.flows.rendering import Offered
from notifications.links import operations as links
from notifications.links.operations import NewLink
from notifications.links.rules import Purpose
from notifications.outbox import operations as outbox
from notifications.outbox.models import Message
from notifications.outbox.operations import Draft
from notifications.runs import linking
from tenants.scope import current_dealer

CHAT = "CHAT"


def say_again(message: Message, *, account_id: int, address: str, now: datetime) -> Message:
    """This function will queue the same words for another address, with whatever they asked open there too."""
    key = (account_id, address)
    there = conversations.conversations_of([Address(account_id, address, message.customer_id)], now=now)[key]
    question = Expectation.objects.filter(message=message, state=Expectation.State.OPEN).first()
    said = outbox.queue_message(_draft(message, there, question, now=now), now=now)
    if question is not None:
        _open(question, there, said, now=now)
    if message.run is not None and message.run.status == FlowRun.Status.RUNNING:
        _follow(message.run, there)
    return said


def _draft(message: Message, there: Conversation, question: Expectation | None, *, now: datetime) -> Draft:
    can = registry.get(there.account.kind).capabilities
    offered = _offered(message.run) if question is not None and message.run is not None else ()
    beneath = _beneath(message, there, now=now)
    return Draft(
        account_id=there.account_id,
        address=there.address,
        conversation_id=there.pk,
        text="\n".join([message.text, *_numbers(message, offered, can)])[: can.max_length],
        subject=message.subject or _subject(message) if linking.is_mail(there) else "",
        buttons=tuple(Button(one.label, one.payload) for one in offered) if can.buttons else (),
        template=message.template,
        link_id=message.link_id,
        unsubscribe_id=beneath.get(Purpose.UNSUBSCRIBE),
        preferences_id=beneath.get(Purpose.PREFERENCES),
        purpose=message.purpose,
        language=message.language,
        customer_id=message.customer_id,
        vehicle_id=message.vehicle_id,
        due_id=message.due_id,
        run_id=message.run_id,
        case_kind=message.case_kind,
        case_id=message.case_id,
        instead_of_id=message.pk,
        is_proactive=message.is_proactive,
        priority=message.priority,
        expires_at=message.expires_at,
        actor=message.actor,
    )


def _subject(message: Message) -> str:
    """What the mail is about, where the message was to be none."""
    state = message.run.state if message.run is not None else {}
    flow, steps = str(state.get("flow", "")), [str(state.get("position", ""))]
    values = {"dealer": current_dealer().shown_name}
    return wording.subject(flow, steps, language=message.language, values=values)


def _offered(run: FlowRun) -> tuple[Offered, ...]:
    """The answers to the run's open question, as they were shown."""
    flow = store.version(run.flow_version_id).flow
    step = flow.steps[str(run.state["position"])]
    if not isinstance(step, Ask):
        return ()
    return grammars.offered(flow, step, run.state, ZoneInfo(str(run.state["zone"])))


def _numbers(message: Message, offered: tuple[Offered, ...], can: Capabilities) -> list[str]:
    """A chat showed buttons alone; everywhere else the numbers stand in the text."""
    was_chat = registry.get(message.account.kind).capabilities.address_kind == CHAT
    return [f"{one.digit} {one.label}" for one in offered] if was_chat and can.address_kind != CHAT else []


def _beneath(message: Message, there: Conversation, *, now: datetime) -> dict[Purpose, int]:
    """The links beneath a mail, also where the message was none: the owner's list, and their end."""
    if not linking.is_mail(there):
        return {}
    stops = [Purpose.UNSUBSCRIBE] if message.purpose in linking.ENDED_BY_CLICK else []
    wanted = [
        NewLink(
            purpose=purpose,
            conversation_id=there.pk,
            language=message.language,
            customer_id=message.customer_id,
            run_id=message.run_id,
            stops=message.purpose if purpose is Purpose.UNSUBSCRIBE else "",
        )
        for purpose in (Purpose.PREFERENCES, *stops)
    ]
    return {one.purpose: made.id for one, made in zip(wanted, links.issue(wanted, now=now), strict=True)}


def _open(question: Expectation, there: Conversation, said: Message, *, now: datetime) -> None:
    """The question stays open where it was put first: the message may have arrived after all."""
    Expectation.objects.create(
        conversation=there,
        run_id=question.run_id,
        message=said,
        grammar=question.grammar,
        priority=question.priority,
        created_at=now,
        expires_at=question.expires_at,
    )


def _follow(run: FlowRun, there: Conversation) -> None:
    left_id = run.conversation_id
    FlowRun.objects.filter(pk=run.pk).update(conversation=there)
    conversations.flow_begins([there.pk])
    conversations.flow_ended([left_id])

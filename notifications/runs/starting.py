"""Beginning dialogues: runs, their first messages and what those expect, for many owners in few statements."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from core.followups import operations as follow_ups
from core.followups.operations import NewSurvey
from core.transactions import waking
from notifications.channels.models import ChannelAccount
from notifications.conversations import operations as conversations
from notifications.conversations.models import Conversation
from notifications.conversations.operations import Address
from notifications.effects import operations as effects
from notifications.effects.context import Context
from notifications.flows import engine, store
from notifications.flows.definition import WhenBusy
from notifications.flows.engine import Turn
from notifications.flows.models import Expectation, FlowRun
from notifications.flows.store import Stored
from notifications.runs import speaking, values
from notifications.runs.requests import Begun, Fate, RunRequest
from notifications.runs.speaking import Spoken
from tenants.scope import current_dealer

# An owner who wrote this lately is in the middle of a dialogue; without a word for longer, it may wait.
DIALOGUE_LASTS = timedelta(minutes=30)


@dataclass(frozen=True)
class _Start:
    """One request on its way, with all it needs."""

    place: int
    request: RunRequest
    stored: Stored
    conversation: Conversation
    language: str
    zone: str


def start_runs(requests: Sequence[RunRequest], *, now: datetime) -> list[Begun]:
    """This function will begin many dialogues, in one transaction with what caused them, and say each one's fate.

    A newer run about the same case takes the place of an older one.
    Raises: FlowUnknown; ValueMissing if a flow's value is neither given nor found.
    """
    if not requests:
        return []
    with waking(now=now):
        requests = _with_surveys(requests, now=now)
        starts = _starts(requests, now=now)
        fates = _fates(starts, now=now)
        fit = [start for start in starts if start.place not in fates]
        begun = _begin(fit, now=now)
        return [begun.get(place) or Begun(fates[place]) for place in range(len(requests))]


def start_run(request: RunRequest, *, now: datetime) -> Begun:
    """This function will begin one dialogue; see start_runs."""
    return start_runs([request], now=now)[0]


def _starts(requests: Sequence[RunRequest], *, now: datetime) -> list[_Start]:
    addresses = [Address(request.account_id, request.address, request.customer_id) for request in requests]
    found = conversations.conversations_of(addresses, now=now)
    flows = {key: store.current(key, now=now) for key in {request.flow for request in requests}}
    dealer = current_dealer()
    return [
        _Start(
            place=place,
            request=request,
            stored=flows[request.flow],
            conversation=found[request.account_id, request.address],
            language=request.language or dealer.language,
            zone=request.timezone or dealer.timezone,
        )
        for place, request in enumerate(requests)
    ]


def _with_surveys(requests: Sequence[RunRequest], *, now: datetime) -> list[RunRequest]:
    """A follow-up is asked by a survey, which the answers will belong to."""
    asking = [request for request in requests if request.case_kind == "follow_up"]
    if not asking:
        return list(requests)
    channels = dict(ChannelAccount.objects.filter(id__in={one.account_id for one in asking}).values_list("id", "kind"))
    surveys = follow_ups.start_surveys(
        [
            NewSurvey(one.case_id or 0, channels[one.account_id], one.language or current_dealer().language)
            for one in asking
        ],
        now=now,
    )
    return [
        replace(one, case_kind="survey", case_id=surveys[one.case_id or 0].pk) if one.case_kind == "follow_up" else one
        for one in requests
    ]


def _fates(starts: Sequence[_Start], *, now: datetime) -> dict[int, Fate]:
    """Return the places that do not start now: a person writes there, or another dialogue is under way."""
    busy = _in_dialogue({start.conversation.pk for start in starts}, now=now)
    fates = {}
    for start in starts:
        if start.conversation.pk in busy and start.stored.flow.when_busy is not WhenBusy.INTERRUPT:
            fates[start.place] = Fate.WAITS if start.stored.flow.when_busy is WhenBusy.WAIT else Fate.SKIPPED
    return fates


def _in_dialogue(conversation_ids: set[int], *, now: datetime) -> set[int]:
    wrote = Conversation.objects.filter(id__in=conversation_ids, last_inbound_at__gt=now - DIALOGUE_LASTS)
    with_person = wrote.filter(mode=Conversation.Mode.PERSON)
    in_flow = wrote.filter(runs__status=FlowRun.Status.RUNNING)
    return set(with_person.values_list("id", flat=True)) | set(in_flow.values_list("id", flat=True))


def _begin(starts: Sequence[_Start], *, now: datetime) -> dict[int, Begun]:
    _replace_older(starts, now=now)
    filled = values.fill([start.request for start in starts], languages=[start.language for start in starts])
    runs = [_row(start, now=now) for start in starts]
    turns = []
    for start, run, brought in zip(starts, runs, filled, strict=True):
        turns.append(_first_turn(start, run, brought, now=now))
    FlowRun.objects.bulk_create(runs)
    conversations.flow_begins(run.conversation_id for run in runs if run.status == FlowRun.Status.RUNNING)
    spoken = [
        Spoken(run, turn, start.conversation, start.stored.flow.priority, start.request)
        for start, run, turn in zip(starts, runs, turns, strict=True)
    ]
    messages = speaking.say_all(spoken, now=now)
    return {
        start.place: Begun(Fate.STARTED, run.pk, messages.get(run.pk)) for start, run in zip(starts, runs, strict=True)
    }


def _first_turn(start: _Start, run: FlowRun, brought: dict[str, object], *, now: datetime) -> Turn:
    context = Context(run=run, conversation=start.conversation, flow=start.stored.flow, now=now)
    turn = engine.start(
        start.stored.flow,
        values=brought,
        language=start.language,
        zone=ZoneInfo(start.zone),
        now=now,
        perform=effects.performer(context),
        entry=start.request.entry,
        token=secrets.token_hex(4),
    )
    speaking.settle(run, turn, now=now)
    return turn


def _row(start: _Start, *, now: datetime) -> FlowRun:
    return FlowRun(
        flow_version_id=start.stored.id,
        conversation=start.conversation,
        customer_id=start.request.customer_id,
        vehicle_id=start.request.vehicle_id,
        case_kind=start.request.case_kind,
        case_id=start.request.case_id,
        purpose=start.stored.flow.purpose,
        started_at=now,
    )


def _replace_older(starts: Sequence[_Start], *, now: datetime) -> None:
    """The day-before reminder takes the place of the confirmation that nobody answered."""
    about = {_subject(start): start for start in starts if start.request.case_kind}
    running = FlowRun.objects.filter(
        conversation__in={start.conversation.pk for start in about.values()}, status=FlowRun.Status.RUNNING
    )
    rows = running.values_list("id", "conversation_id", "case_kind", "case_id", "flow_version__key") if about else []
    older = [run_id for run_id, *subject in rows if tuple(subject) in about]
    if older:
        FlowRun.objects.filter(id__in=older).update(
            status=FlowRun.Status.CANCELLED, outcome="REPLACED", ended_at=now, wake_at=None
        )
        Expectation.objects.filter(run__in=older, state=Expectation.State.OPEN).update(state=Expectation.State.CLOSED)


def _subject(start: _Start) -> tuple[int, str, int | None, str]:
    request = start.request
    return start.conversation.pk, request.case_kind, request.case_id, start.stored.flow.key

"""A dialogue answered on a web page: the same run, the same engine, the same effects as a reply; nothing is sent.

Whoever answers in the chat at the same instant waits for the run's row, or lets the page wait for it; what was
answered first stands, and the page says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from core.transactions import waking
from notifications.conversations import operations as conversations
from notifications.effects import operations as effects
from notifications.effects.context import Context
from notifications.flows import filling, sheets, store
from notifications.flows.definition import Ask, Flow
from notifications.flows.engine import Status, Turn
from notifications.flows.models import Expectation, FlowRun
from notifications.flows.sheets import Line
from notifications.runs import speaking
from notifications.runs.speaking import Spoken

# How a run ends whose matter the owner settled on a page of its own.
ON_PAGE = "ON_PAGE"


@dataclass(frozen=True)
class Sheet:
    """What a run's page shows: questions to answer, or the last word of a run that its owner brought to an end.

    is_paused: a person of the centre writes in the chat, and the flow keeps still.
    """

    lines: tuple[Line, ...] = ()
    last_word: str = ""
    is_paused: bool = False


@dataclass(frozen=True)
class Filled:
    """What came of a filled sheet: answers taken, and answers that had been given another way before."""

    taken: int
    known: int


def sheet(run: FlowRun, *, language: str) -> Sheet:
    """This function will return what a run still asks, in a language; nothing at all where it is over unanswered."""
    flow = store.version(run.flow_version_id).flow
    if run.status == FlowRun.Status.RUNNING:
        return Sheet(lines=sheets.sheet(flow, run.state, language=language))
    if run.status == FlowRun.Status.PAUSED:
        return Sheet(is_paused=True)
    if run.status == FlowRun.Status.ENDED and run.outcome != ON_PAGE:
        return Sheet(last_word=sheets.last_word(flow, run.state, language=language))
    return Sheet()


def fill_in(*, run_id: int, given: Mapping[str, str], now: datetime) -> Filled:
    """This function will give a filled sheet to the run that asked, see flows.filling; an ended one takes nothing."""
    with waking(now=now):
        run = _locked(run_id)
        flow = store.version(run.flow_version_id).flow
        known = sum(bool(said) and _is_known(flow, run, name) for name, said in given.items())
        if run.status != FlowRun.Status.RUNNING:
            return Filled(0, known)
        context = Context(run=run, conversation=run.conversation, flow=flow, now=now)
        turn, taken = filling.fill(flow, run.state, given=given, now=now, perform=effects.performer(context))
        if turn is not None:
            _settle(run, turn, flow, now=now)
        return Filled(taken, known)


def hold(run_id: int | None) -> FlowRun | None:
    """This function will return a dialogue that nobody else moves until the transaction ends."""
    return _locked(run_id) if run_id is not None else None


def end_runs(*, case_kind: str, case_id: int, now: datetime) -> int:
    """This function will end the dialogues about something that its owner has settled on a page, and say how many."""
    about = FlowRun.objects.filter(case_kind=case_kind, case_id=case_id)
    return _end(list(about.filter(status__in=GOING_ON).values_list("id", flat=True)), now=now)


def end_run(run_id: int, *, now: datetime) -> int:
    """This function will end one dialogue likewise."""
    return _end(list(FlowRun.objects.filter(id=run_id, status__in=GOING_ON).values_list("id", flat=True)), now=now)


GOING_ON = (FlowRun.Status.RUNNING, FlowRun.Status.PAUSED)


def _end(run_ids: list[int], *, now: datetime) -> int:
    if not run_ids:
        return 0
    Expectation.objects.filter(run__in=run_ids, state=Expectation.State.OPEN).update(state=Expectation.State.CLOSED)
    ended = FlowRun.objects.filter(id__in=run_ids, status__in=GOING_ON)
    return ended.update(status=FlowRun.Status.ENDED, outcome=ON_PAGE, ended_at=now, wake_at=None)


def _locked(run_id: int) -> FlowRun:
    """The run, after its conversation: an answer in the chat takes them in this order."""
    conversations.locked(FlowRun.objects.values_list("conversation_id", flat=True).get(id=run_id))
    runs = FlowRun.objects.select_for_update(of=("self",)).select_related("conversation__account")
    return runs.get(id=run_id)


def _is_known(flow: Flow, run: FlowRun, name: str) -> bool:
    step = flow.steps.get(name)
    return isinstance(step, Ask) and step.save in run.state["answers"]


def _settle(run: FlowRun, turn: Turn, flow: Flow, *, now: datetime) -> None:
    """Keep the turn as an answer's would be; its words are the page's to show, so none are queued."""
    Expectation.objects.filter(run=run, state=Expectation.State.OPEN).update(state=Expectation.State.ANSWERED)
    speaking.settle(run, turn, now=now)
    run.save()
    speaking.say_all([Spoken(run, replace(turn, outputs=()), run.conversation, flow.priority)], now=now)
    if turn.status is Status.HANDED:
        conversations.hand_over(run.conversation, reason=turn.outcome, message_id=None, now=now)

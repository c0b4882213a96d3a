"""Dialogues under way: an answer taken, a silence acted upon, a pause while a person writes.

Two answers to one run at the same instant are taken one after the other: the run's row is the lock.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Exists, Min, Value, When

from core.transactions import joining, waking
from notifications.conversations import operations as conversations
from notifications.conversations.models import Conversation
from notifications.effects import operations as effects
from notifications.effects.context import Context
from notifications.flows import engine, store
from notifications.flows.definition import Flow
from notifications.flows.engine import Perform, Status, Turn
from notifications.flows.models import Expectation, FlowRun
from notifications.runs import speaking
from notifications.runs.requests import Begun, Fate, RunRequest
from notifications.runs.speaking import Spoken
from notifications.runs.starting import start_run, start_runs

__all__ = [
    "Begun",
    "Fate",
    "QuestionClosed",
    "RunRequest",
    "Taken",
    "act_on_silences",
    "answer",
    "next_silence_at",
    "pause",
    "resume",
    "start_run",
    "start_runs",
    "stop_runs",
]


Move = Callable[[Flow, Perform], Turn]


class QuestionClosed(Exception):
    """The question was answered, replaced or ended in the meantime."""


@dataclass(frozen=True)
class Taken:
    """What came of an answer."""

    run: FlowRun
    status: Status
    outcome: str


def answer(*, expectation_id: int, text: str, payload: str = "", message_id: int | None = None, now: datetime) -> Taken:
    """This function will give an owner's words to the run that asked, and queue what it says to them.

    Raises: QuestionClosed if another answer was first.
    """
    with joining(now=now):
        run = _asking(expectation_id)
        closed = _close_answered(run, expectation_id) if run.status == FlowRun.Status.RUNNING else 0
        if not closed:
            raise QuestionClosed
        if closed > 1:
            _go_where_answered(run, expectation_id)

        def move(flow: Flow, perform: Perform) -> Turn:
            return engine.resume(flow, run.state, text=text, payload=payload, now=now, perform=perform)

        return _advance(run, move, message_id=message_id, now=now)


def act_on_silences(*, now: datetime, limit: int) -> int:
    """This function will let runs go on whose wait is over or whose question nobody answered; it returns how many."""
    silent = FlowRun.objects.filter(status=FlowRun.Status.RUNNING, wake_at__lte=now).order_by("wake_at")
    found = list(silent.values_list("id", "conversation_id")[:limit])
    return sum(_act_on_silence(run_id, conversation_id, now=now) for run_id, conversation_id in found)


def _act_on_silence(run_id: int, conversation_id: int, *, now: datetime) -> bool:
    with waking(now=now):
        # The conversation before the run, as an answer takes them; one that is just coming in goes first.
        free = Conversation.objects.filter(id=conversation_id).select_for_update(skip_locked=True).first()
        runs = FlowRun.objects.filter(status=FlowRun.Status.RUNNING, wake_at__lte=now)
        run = runs.select_for_update(of=("self",)).select_related("conversation__account").filter(id=run_id).first()
        if free is None or run is None:
            return False
        _close_questions(run, Expectation.State.EXPIRED)
        _advance(run, _silence(run, now=now), message_id=None, now=now)
        return True


def next_silence_at() -> datetime | None:
    """This function will say when the next silence is to be acted upon, or None."""
    waiting = FlowRun.objects.filter(status=FlowRun.Status.RUNNING, wake_at__isnull=False)
    at: datetime | None = waiting.aggregate(first=Min("wake_at"))["first"]
    return at


def pause(conversation: Conversation) -> int:
    """This function will keep a conversation's runs still while a person writes, and say how many."""
    return FlowRun.objects.filter(conversation=conversation, status=FlowRun.Status.RUNNING).update(
        status=FlowRun.Status.PAUSED
    )


def resume(conversation: Conversation, *, now: datetime) -> int:
    """This function will put the open questions again that a person's pause left, and say how many.

    One whose time has passed meanwhile ends instead.
    """
    with waking(now=now):
        paused = FlowRun.objects.filter(conversation=conversation, status=FlowRun.Status.PAUSED)
        runs = list(paused.select_for_update(of=("self",)).select_related("conversation__account").order_by("id"))
        for run in runs:
            _close_questions(run, Expectation.State.CLOSED)
            run.status = FlowRun.Status.RUNNING
            is_over = run.wake_at is not None and run.wake_at <= now
            move = _silence(run, now=now) if is_over else _repetition(run, now=now)
            _advance(run, move, message_id=None, now=now)
        return len(runs)


def stop_runs(conversation: Conversation, *, reason: str, now: datetime) -> int:
    """This function will end all dialogues of a conversation, as after an opt-out, and say how many."""
    going_on = [FlowRun.Status.RUNNING, FlowRun.Status.PAUSED]
    runs = FlowRun.objects.filter(conversation=conversation, status__in=going_on)
    Expectation.objects.filter(conversation=conversation, state=Expectation.State.OPEN).update(
        state=Expectation.State.CLOSED
    )
    stopped = runs.update(status=FlowRun.Status.CANCELLED, outcome=reason, ended_at=now, wake_at=None)
    conversations.flow_ended([conversation.pk])
    return stopped


def _advance(run: FlowRun, move: Move, *, message_id: int | None, now: datetime) -> Taken:
    flow = store.version(run.flow_version_id).flow
    context = Context(run=run, conversation=run.conversation, flow=flow, now=now, message_id=message_id)
    turn = move(flow, effects.performer(context))
    speaking.settle(run, turn, now=now)
    run.save()
    speaking.say_all([Spoken(run, turn, run.conversation, flow.priority)], now=now)
    if turn.status is Status.ENDED:
        conversations.flow_ended([run.conversation_id])
    if turn.status is Status.HANDED:
        conversations.hand_over(run.conversation, reason=turn.outcome, message_id=message_id, now=now)
    return Taken(run, turn.status, turn.outcome)


def _close_answered(run: FlowRun, expectation_id: int) -> int:
    """Close the question with those that ask the same on other channels, and say how many; none if it is not open.

    One conditional UPDATE under the run's lock: of two answers the second finds nothing open.
    """
    still_open = Expectation.objects.filter(id=expectation_id, state=Expectation.State.OPEN)
    questions = Expectation.objects.filter(Exists(still_open), run=run, state=Expectation.State.OPEN)
    here = When(id=expectation_id, then=Value(Expectation.State.ANSWERED.value))
    return questions.update(state=Case(here, default=Value(Expectation.State.CLOSED.value)))


def _go_where_answered(run: FlowRun, expectation_id: int) -> None:
    """A question that went over two channels was answered on one: there the dialogue goes on."""
    answered = Expectation.objects.select_related("conversation__account").get(pk=expectation_id)
    left_id, run.conversation = run.conversation_id, answered.conversation
    FlowRun.objects.filter(pk=run.pk).update(conversation=answered.conversation)
    if left_id != run.conversation_id:
        conversations.flow_begins([run.conversation_id])
        conversations.flow_ended([left_id])


def _silence(run: FlowRun, *, now: datetime) -> Move:
    def move(flow: Flow, perform: Perform) -> Turn:
        return engine.silence(flow, run.state, now=now, perform=perform)

    return move


def _repetition(run: FlowRun, *, now: datetime) -> Move:
    def move(flow: Flow, perform: Perform) -> Turn:
        return engine.repeat(flow, run.state, now=now, perform=perform)

    return move


def _close_questions(run: FlowRun, state: str) -> None:
    Expectation.objects.filter(run=run, state=Expectation.State.OPEN).update(state=state)


def _asking(expectation_id: int) -> FlowRun:
    runs = FlowRun.objects.select_for_update(of=("self",)).select_related("conversation__account")
    return runs.get(expectations=expectation_id)

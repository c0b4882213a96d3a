"""What the flows are doing in a conversation: what runs or rests, which question is open, what ended last."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from notifications.conversations.models import Conversation
from notifications.flows import showing, store
from notifications.flows.models import Expectation, FlowRun
from notifications.flows.showing import Shown

# Running at once in one conversation: a visit, a survey and a complaint are three.
MOST_RUNS = 5


@dataclass(frozen=True)
class Dialogue:
    """One run as a person reads it; expires_at and asked_message_id are those of its open question."""

    run: FlowRun
    version: int
    shown: Shown
    expires_at: datetime | None
    asked_message_id: int | None


def of_conversation(conversation: Conversation, *, language: str) -> list[Dialogue]:
    """This function will return the dialogues that go on or rest, newest first; where none does, the last one."""
    is_over = Q(status__in=[FlowRun.Status.ENDED, FlowRun.Status.CANCELLED])
    runs = FlowRun.objects.filter(conversation=conversation).annotate(is_over=is_over).order_by("is_over", "-id")
    first = list(runs[:MOST_RUNS])
    listed = [run for run in first if not run.is_over] or first[:1]
    questions = _questions(listed)
    return [_dialogue(run, questions.get(run.pk), language=language) for run in listed]


def _questions(runs: Sequence[FlowRun]) -> dict[int, Expectation]:
    rows = Expectation.objects.filter(run__in=runs, state=Expectation.State.OPEN).order_by("id")
    return {row.run_id: row for row in rows}


def _dialogue(run: FlowRun, question: Expectation | None, *, language: str) -> Dialogue:
    flow = store.version(run.flow_version_id).flow
    return Dialogue(
        run=run,
        version=flow.version,
        shown=showing.shown(flow, run.state, language=language),
        expires_at=question.expires_at if question else None,
        asked_message_id=question.message_id if question else None,
    )

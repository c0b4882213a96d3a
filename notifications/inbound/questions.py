"""Rules that find the question a message answers: by the button's mark, by the message replied to, by its words.

Of several open questions the surest reading wins, then the newest: "8", "yes" and a sentence from one owner
may answer three different ones.
"""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from notifications.conversations import operations as conversations
from notifications.conversations.models import Conversation
from notifications.flows.grammar import alarms, answers
from notifications.flows.grammar.choices import Strength
from notifications.flows.models import Expectation, FlowRun
from notifications.inbound.heard import Heard
from notifications.outbox.models import Message
from notifications.runs import operations as runs
from notifications.runs.operations import QuestionClosed


@dataclass(frozen=True)
class _Reading:
    """A question and how surely the message answers it."""

    expectation: Expectation
    strength: Strength


def tapped(heard: Heard) -> str:
    """A button answers the question it was shown with; a second tap on it is nothing, an old one is said to be old."""
    token = heard.payload.rpartition("|")[0]
    if not token:
        return ""
    marked = Expectation.objects.filter(conversation=heard.conversation, grammar__token=token).first()
    if marked is None or not _is_live(marked, heard):
        return _stale(marked, heard)
    return _give(marked, heard, by="TAP")


def to_a_person(heard: Heard) -> str:
    """While a person of the centre writes here, everything is theirs; before one has begun, a clear answer is not."""
    conversation = heard.conversation
    if conversation.mode != Conversation.Mode.PERSON:
        return ""
    if conversation.assignee_id is None and _is_clear(heard):
        return ""
    conversations.ask_person(conversation, reason="PERSON_WRITES", message_id=heard.message.pk, now=heard.now)
    return "PERSON"


def _is_clear(heard: Heard) -> bool:
    """A tap, a whole answer to an open question, or danger, which waits for nobody."""
    best = _best(heard)
    is_answer = best is not None and best.strength >= Strength.WHOLE
    return bool(heard.payload) or is_answer or bool(alarms.dangers(heard.text))


def replied(heard: Heard) -> str:
    """A reply to one of our messages answers what that message asked, if it is understood there."""
    if not heard.reply_to:
        return ""
    asked = _live(heard).filter(message__provider_id=heard.reply_to, message__account=heard.conversation.account_id)
    for expectation in asked.order_by("-id"):
        if _read(expectation, heard) is not None:
            return _give(expectation, heard, by="REPLY_TO")
    return ""


def answered(heard: Heard) -> str:
    """The surest, then the newest open question that understands the words."""
    best = _best(heard)
    if best is None or (best.strength < Strength.WHOLE and _is_alarming(best, heard)):
        return ""
    return _give(best.expectation, heard, by="EXPECTATION")


def not_understood(heard: Heard) -> str:
    """The newest open question is put once more; after that a person takes over."""
    newest = _newest_first(heard).first()
    return _give(newest, heard, by="ASKED_AGAIN") if newest else ""


def _is_alarming(best: _Reading, heard: Heard) -> bool:
    """A sentence that speaks of danger or a complaint is not to be taken for a half-understood choice."""
    return str(best.expectation.grammar["kind"]) != "TEXT" and alarms.is_complaint(heard.text)


def _best(heard: Heard) -> _Reading | None:
    """A whole answer to any question beats a part of one, and that beats free words; then the newest wins."""
    readings = [_Reading(one, strength) for one in _newest_first(heard) if (strength := _read(one, heard)) is not None]
    # max takes the first of equals, which is the newest.
    return max(readings, key=lambda reading: min(reading.strength, Strength.WHOLE), default=None)


def _newest_first(heard: Heard) -> QuerySet[Expectation]:
    # Of those put at the same instant the more urgent: a visit before a survey.
    return _live(heard).order_by("-created_at", "priority", "-id")


def _read(expectation: Expectation, heard: Heard) -> Strength | None:
    answer = answers.read(expectation.grammar, text=heard.text, now=heard.now)
    return answer.strength if answer else None


def _live(heard: Heard) -> QuerySet[Expectation]:
    fresh = Q(expires_at__isnull=True) | Q(expires_at__gt=heard.now)
    return Expectation.objects.filter(
        fresh,
        conversation=heard.conversation,
        state=Expectation.State.OPEN,
        run__status=FlowRun.Status.RUNNING,
    )


def _is_live(expectation: Expectation, heard: Heard) -> bool:
    return bool(_live(heard).filter(id=expectation.pk).exists())


def _stale(marked: Expectation | None, heard: Heard) -> str:
    if marked is not None and marked.state == Expectation.State.ANSWERED:
        return "REPEATED"
    conversations.ask_person(heard.conversation, reason="CLOSED_QUESTION", message_id=heard.message.pk, now=heard.now)
    heard.say("expired")
    return "CLOSED_QUESTION"


def _give(expectation: Expectation, heard: Heard, *, by: str) -> str:
    try:
        taken = runs.answer(
            expectation_id=expectation.pk,
            text=heard.text,
            payload=heard.payload if by == "TAP" else "",
            message_id=heard.message.pk,
            now=heard.now,
        )
    except QuestionClosed:
        return ""
    _join_case(heard.message, taken.run)
    return by


def _join_case(message: Message, run: FlowRun) -> None:
    """The owner's words are filed with what they are about."""
    Message.objects.filter(id=message.pk).update(
        run=run, case_kind=run.case_kind, case_id=run.case_id, vehicle_id=run.vehicle_id, purpose=run.purpose
    )

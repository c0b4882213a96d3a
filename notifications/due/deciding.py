"""One verdict a message, for a whole batch in order of rank, so that the cap holds within it too. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from notifications.policy.facts import Action, Contact, Facts, Verdict
from notifications.policy.rules import decide
from notifications.policy.standard import PolicyStandard

SENT = (Action.SEND, Action.OTHER_CHANNEL)


class Asked(Protocol):
    """What a message must show to be judged among others."""

    @property
    def circle(self) -> str: ...
    @property
    def facts(self) -> Facts: ...
    @property
    def due_ids(self) -> tuple[int, ...]: ...


Q = TypeVar("Q", bound=Asked)


@dataclass(frozen=True)
class Judged(Generic[Q]):
    """A message with its verdict."""

    question: Q
    verdict: Verdict


def judge(
    questions: Iterable[Q],
    upcoming: Mapping[str, Mapping[int, Contact]],
    standard: PolicyStandard,
    *,
    now: datetime,
) -> list[Judged[Q]]:
    """This function will judge the messages one after the other, each knowing what the earlier ones came to.

    questions: highest rank first. upcoming: circle -> due id -> what is still to come for it.
    """
    sent: dict[str, list[Contact]] = defaultdict(list)
    ahead = {circle: dict(contacts) for circle, contacts in upcoming.items()}
    judged = []
    for question in questions:
        waiting = ahead.setdefault(question.circle, {})
        for due_id in question.due_ids:
            waiting.pop(due_id, None)
        verdict = decide(_with(question.facts, sent[question.circle], waiting), standard, now=now)
        contact = Contact(at=verdict.not_before or now, topic=question.facts.topic)
        if question.facts.is_proactive and verdict.action in SENT:
            sent[question.circle].append(contact)
        if question.facts.is_proactive and verdict.action is Action.DEFER:
            waiting[question.due_ids[0]] = contact
        judged.append(Judged(question, verdict))
    return judged


def _with(facts: Facts, sent: Iterable[Contact], waiting: Mapping[int, Contact]) -> Facts:
    return replace(facts, sent=(*facts.sent, *sent), upcoming=tuple(waiting.values()))

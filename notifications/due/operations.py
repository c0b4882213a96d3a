"""The release of due work: a bounded batch is judged and becomes messages, calls, or waits on."""

import logging
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from core.calendar.rules import local_date
from notifications.due import applying, claiming, deciding, gathering, starting
from notifications.due.claiming import Circle
from notifications.due.deciding import SENT, Judged
from notifications.due.gathering import Question
from notifications.due.models import Due
from notifications.due.starting import Starter
from notifications.planning.kinds import shipped
from notifications.policy.operations import standard_in_force
from notifications.policy.standard import PolicyStandard
from notifications.runs.requests import Begun
from tenants import scope

logger = logging.getLogger(__name__)

ONE_BY_ONE = 20
"""Where a batch cannot be acted on, so many are tried singly in a turn, so that the sound ones go on."""

SET_ASIDE_FOR = timedelta(hours=1)
"""What cannot be acted on is tried again after this, until it expires."""

TURN = 200
"""Due rows of one turn: about a second of work, so that no dealer waits long for another."""


@dataclass(frozen=True)
class Released:
    """What a turn came to: how many due rows it took, and verdicts by action and rule."""

    taken: int = 0
    actions: Counter[str] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)

    @property
    def has_more(self) -> bool:
        """Whether another turn may find more at once."""
        return self.taken >= TURN


def release(*, now: datetime, start: Starter, limit: int = TURN) -> Released:
    """This function will judge what is due to owners now and act on it, in one transaction.

    The owners are locked before their facts are read: of two workers the second sees what the first sent.
    """
    dealer = scope.current_dealer()
    with transaction.atomic():
        standard = standard_in_force(today=_today(now))
        dues, circle = _take(standard, now=now, limit=limit)
        if not dues:
            return Released()
        batch = gathering.gather(dues, circle, standard, dealer=dealer, now=now)
        judged = deciding.judge(batch.questions, batch.upcoming, standard, now=now)
        going = [one for one in judged if one.verdict.action in SENT]
        begun = start(starting.requests_of(going, batch, dealer=dealer), now=now)
        started = {one.question.lead.pk: fate for one, fate in zip(going, begun, strict=True)}
        _apply(judged, started, now=now)
    return _told(dues, judged)


def release_soundly(*, now: datetime, start: Starter) -> Released:
    """This function will release a batch; one that fails goes singly, and the row that fails is set aside.

    Nothing of a failed batch has happened: it is one transaction.
    """
    try:
        return release(now=now, start=start)
    except Exception:
        logger.exception("a batch of due work could not be released")
    singles = [_release_one(now=now, start=start) for _ in range(ONE_BY_ONE)]
    return Released(taken=TURN, actions=sum((one.actions for one in singles), Counter()))


def _release_one(*, now: datetime, start: Starter) -> Released:
    try:
        return release(now=now, start=start, limit=1)
    except Exception:
        logger.exception("a due row could not be released")
        _set_aside(now=now)
        return Released()


def _set_aside(*, now: datetime) -> None:
    """Hold the row that a release of one takes first."""
    with transaction.atomic():
        dues = _claimed(standard_in_force(today=_today(now)), now=now, limit=1)
        Due.objects.filter(pk__in=[due.pk for due in dues]).update(
            state=Due.State.HELD, reason="failed", due_at=now + SET_ASIDE_FOR
        )


def _take(standard: PolicyStandard, *, now: datetime, limit: int) -> tuple[list[Due], Circle]:
    kinds = shipped().kinds
    dues = _claimed(standard, now=now, limit=limit)
    if not dues:
        return [], Circle(circle_of={}, person_of={})
    circle = claiming.hold(due.customer_id for due in dues if due.customer_id)
    merged = [rule for rule in {due.rule for due in dues} if kinds[rule].is_merged]
    along = claiming.companions(dues, rules=merged, customer_ids=circle.circle_of, now=now)
    return [*dues, *Due.objects.filter(pk__in=along)], circle


def _claimed(standard: PolicyStandard, *, now: datetime, limit: int) -> list[Due]:
    lanes = (rule.rank * 10 for rule in standard.topics.values())
    ids = claiming.claim(rules=shipped().kinds, priorities=lanes, now=now, limit=limit)
    return list(Due.objects.filter(pk__in=ids))


def _today(now: datetime) -> date:
    return local_date(now, timezone=ZoneInfo(scope.current_dealer().timezone))


def _apply(judged: list[Judged[Question]], started: Mapping[int, Begun], *, now: datetime) -> None:
    moves = [move for one in judged for move in applying.moves_of(one, started.get(one.question.lead.pk), now=now)]
    applying.move(moves, now=now)
    applying.open_calls(judged, now=now)
    applying.note_follow_ups(judged, started, now=now)
    applying.keep_decisions(judged, started, now=now)


def _told(dues: list[Due], judged: list[Judged[Question]]) -> Released:
    return Released(
        taken=len(dues),
        actions=Counter(one.verdict.action.value for one in judged),
        rules=Counter(one.verdict.rule for one in judged),
    )

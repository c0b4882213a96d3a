"""Check 4: has this person, or the household, heard enough from us?

Days are the person's own calendar days. A planned message of a higher rank keeps its place, so
that a lesser one never uses up the day on which it would have gone.
"""

from collections import Counter
from datetime import date, datetime, time, timedelta

from notifications.policy import quiet
from notifications.policy.case import Case, verdict, with_seen
from notifications.policy.facts import Action, Contact, Verdict
from notifications.policy.standard import PolicyStandard


def check(case: Case) -> Case | Verdict:
    """This function will defer a proactive message to the first day with room under the cap."""
    if not case.facts.is_proactive:
        return case
    taken = _taken(case)
    today = _day(case, case.now)
    case = with_seen(
        case,
        sent_dates=sorted(_day(case, contact.at).isoformat() for contact in case.facts.sent),
        kept_dates=sorted(_day(case, contact.at).isoformat() for contact in _ahead(case)),
    )
    if has_room(today, taken, case.standard):
        return case
    free_day = next_day_with_room(today, taken, case.standard)
    midnight = quiet.instant(free_day, time(0), zone=case.facts.timezone)
    not_before = quiet.next_free(case, from_at=midnight)
    return verdict(case, Action.DEFER, rule="frequency_cap", not_before=not_before)


def has_room(day: date, taken: Counter[date], standard: PolicyStandard) -> bool:
    """This function will say whether one more message on a day keeps every window under the cap."""
    if taken[day] >= standard.per_day:
        return False
    return all(
        _in_window(day - timedelta(days=back), taken, standard) < standard.per_window
        for back in range(standard.window_days)
    )


def next_day_with_room(day: date, taken: Counter[date], standard: PolicyStandard) -> date:
    """This function will return the first day after `day` on which one more message may go."""
    day += timedelta(days=1)
    while not has_room(day, taken, standard):
        day += timedelta(days=1)
    return day


def _in_window(first: date, taken: Counter[date], standard: PolicyStandard) -> int:
    return sum(taken[first + timedelta(days=step)] for step in range(standard.window_days))


def _taken(case: Case) -> Counter[date]:
    return Counter(_day(case, contact.at) for contact in (*case.facts.sent, *_ahead(case)))


def _ahead(case: Case) -> list[Contact]:
    """The planned messages that outrank this one."""
    return [contact for contact in case.facts.upcoming if case.standard.topics[contact.topic].rank < case.topic.rank]


def _day(case: Case, at: datetime) -> date:
    return at.astimezone(case.facts.timezone).date()

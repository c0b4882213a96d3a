"""Check 2: is there still a reason to write? Looked at again when a held message is released."""

from dataclasses import replace

from notifications.policy.case import Case, verdict, with_seen
from notifications.policy.facts import Action, Vehicle, Verdict

OBSTACLES = (
    ("BOOKED", "already_booked", "is_booked"),
    ("SERVICED", "already_serviced", "is_serviced"),
    ("SOLD", "vehicle_sold", "is_sold"),
)
"""Obstacle of the standard, the rule it makes, the fact about a car; in the order of asking."""


def check(case: Case) -> Case | Verdict:
    """This function will drop the cars that need nothing any more, and the message with the last.

    A message whose moment has passed is dropped too; one that waits for a complaint is deferred.
    """
    if case.facts.is_over:
        return verdict(with_seen(case, is_over=True), Action.DROP, rule="over")
    for obstacle, rule, fact in OBSTACLES:
        if obstacle not in case.topic.stops_when:
            continue
        left, gone = _parted(case.vehicles, fact)
        case = with_seen(case, **{rule: [vehicle.id for vehicle in gone]})
        if gone and not left:
            return verdict(case, Action.DROP, rule=rule)
        case = replace(case, vehicles=left)
    return _complaint(case) or _expiry(case)


def _parted(vehicles: tuple[Vehicle, ...], fact: str) -> tuple[tuple[Vehicle, ...], tuple[Vehicle, ...]]:
    gone = tuple(vehicle for vehicle in vehicles if getattr(vehicle, fact))
    return tuple(vehicle for vehicle in vehicles if vehicle not in gone), gone


def _complaint(case: Case) -> Verdict | None:
    if not case.purpose.waits_for_complaint or not case.facts.has_open_complaint:
        return None
    if case.now >= case.facts.expires_at:
        return None
    case = with_seen(case, has_open_complaint=True)
    recheck_at = case.now + case.standard.complaint_recheck
    return verdict(case, Action.DEFER, rule="complaint_open", not_before=recheck_at)


def _expiry(case: Case) -> Case | Verdict:
    case = with_seen(case, expires_at=case.facts.expires_at.isoformat())
    if case.now >= case.facts.expires_at:
        return verdict(case, Action.DROP, rule="expired")
    return case

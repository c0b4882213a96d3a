"""One message on its way through the checks: what is left of it, and what was looked at so far."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from notifications.policy.facts import Action, Facts, Route, Vehicle, Verdict
from notifications.policy.standard import Ladder, PolicyStandard, PurposeRule, QuietHours, TopicRule


@dataclass(frozen=True, kw_only=True)
class Case:
    """A message between two checks; each check narrows it or ends it with a verdict."""

    facts: Facts
    standard: PolicyStandard
    now: datetime
    routes: tuple[Route, ...]
    vehicles: tuple[Vehicle, ...]
    may_call: bool = True
    seen: Mapping[str, object] = field(default_factory=dict)

    @property
    def purpose(self) -> PurposeRule:
        return self.standard.purposes[self.facts.purpose]

    @property
    def quiet_hours(self) -> QuietHours:
        return self.standard.quiet_of(self.facts.purpose)

    @property
    def ladder(self) -> Ladder:
        return self.standard.ladder_of(self.facts.purpose)

    @property
    def topic(self) -> TopicRule:
        return self.standard.topics[self.facts.topic]


def opened(facts: Facts, standard: PolicyStandard, *, now: datetime) -> Case:
    """This function will return the case that the first check gets."""
    return Case(
        facts=facts,
        standard=standard,
        now=now,
        routes=facts.routes,
        vehicles=facts.vehicles,
        seen={
            "standard": standard.version,
            "topic": facts.topic.value,
            "purpose": facts.purpose.value,
            "is_proactive": facts.is_proactive,
            "decided_at": now.isoformat(),
        },
    )


def with_seen(case: Case, **facts: object) -> Case:
    """This function will return the case with the facts that a check has read."""
    return replace(case, seen={**case.seen, **facts})


def verdict(
    case: Case,
    action: Action,
    *,
    rule: str,
    not_before: datetime | None = None,
    route: Route | None = None,
) -> Verdict:
    """This function will end the case with an action and the rule that demands it."""
    return Verdict(
        action=action,
        rule=rule,
        detail=case.seen,
        not_before=not_before,
        channel=route.channel if route else "",
        address_id=route.address_id if route else None,
        vehicle_ids=tuple(vehicle.id for vehicle in case.vehicles),
    )

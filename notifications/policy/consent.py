"""Check 1: may this person be written to for this purpose, on which channels, about which cars?"""

from collections.abc import Iterable
from dataclasses import replace

from notifications.policy.case import Case, verdict, with_seen
from notifications.policy.facts import CALL, Action, Consent, Purpose, Route, Suppression, Vehicle, Verdict


def check(case: Case) -> Case | Verdict:
    """This function will leave the cars and channels that no refusal and no suppression closes."""
    asked = [vehicle for vehicle in case.vehicles if _may_mention(case, vehicle)]
    if case.vehicles and not asked:
        case = with_seen(case, refused_vehicles=[vehicle.id for vehicle in case.vehicles])
        return _closed(case, rule=_reason(case))
    open_channels = {name for name in _channels(case) if _may_use(case, name, vehicles=asked)}
    case = with_seen(
        case,
        consents=_quoted(case, current(case.facts.consents)),
        suppressions=sorted({order.reason for order in case.facts.suppressions}),
        open_channels=sorted(open_channels),
    )
    routes = tuple(route for route in case.routes if route.channel in open_channels and not _is_barred(case, route))
    narrowed = replace(case, routes=routes, vehicles=tuple(asked), may_call=CALL in open_channels)
    if routes or narrowed.may_call:
        return narrowed
    return _closed(narrowed, rule=_reason(case))


def current(consents: Iterable[Consent]) -> tuple[Consent, ...]:
    """This function will return the last word on each file, purpose, channel and vehicle.

    A no wins over a yes of the same moment.
    """
    last: dict[tuple[object, ...], Consent] = {}
    for consent in sorted(consents, key=lambda given: (given.at, not given.is_given)):
        key = (consent.customer_id, consent.purpose, consent.channel, consent.vehicle_id)
        last[key] = consent
    return tuple(last.values())


def is_allowed(
    consents: Iterable[Consent],
    *,
    purpose: Purpose,
    channel: str,
    vehicle_id: int | None,
    needs_consent: bool,
) -> bool:
    """This function will say whether consent covers one purpose, channel and vehicle.

    Any fitting no closes it, whichever file it stands in. A purpose that needs no yes is closed by a no
    that names it; a general "may we call?" answered with no does not keep back the notice of one's own visit.
    """
    general = (None, purpose) if needs_consent else (purpose,)
    words = [
        consent.is_given
        for consent in current(consents)
        if consent.purpose in general
        and consent.channel in (None, channel)
        and (consent.vehicle_id is None or consent.vehicle_id == vehicle_id)
    ]
    return all(words) and (bool(words) or not needs_consent)


def _channels(case: Case) -> set[str]:
    return {CALL, *(route.channel for route in case.routes)}


def _may_mention(case: Case, vehicle: Vehicle) -> bool:
    return any(_may_use(case, name, vehicles=[vehicle]) for name in _channels(case))


def _may_use(case: Case, channel: str, *, vehicles: list[Vehicle]) -> bool:
    ids: list[int | None] = [vehicle.id for vehicle in vehicles] or [None]
    return all(
        is_allowed(
            case.facts.consents,
            purpose=case.facts.purpose,
            channel=channel,
            vehicle_id=vehicle_id,
            needs_consent=case.purpose.needs_consent,
        )
        and not any(_forbids(case, order, channel, vehicle_id) for order in _standing(case))
        for vehicle_id in ids
    )


def _standing(case: Case) -> list[Suppression]:
    return [order for order in case.facts.suppressions if order.address_id is None]


def _forbids(case: Case, order: Suppression, channel: str, vehicle_id: int | None) -> bool:
    return (
        order.purpose in (None, case.facts.purpose)
        and order.channel in (None, channel)
        and order.vehicle_id in (None, vehicle_id)
    )


def _is_barred(case: Case, route: Route) -> bool:
    return any(
        order.address_id == route.address_id
        and order.purpose in (None, case.facts.purpose)
        and order.channel in (None, route.channel)
        for order in case.facts.suppressions
    )


def _closed(case: Case, *, rule: str) -> Verdict:
    """A recall or a complaint is never silenced: where no message may go, a person answers."""
    action = Action.PHONE_TASK if case.topic.always_answered else Action.DROP
    return verdict(case, action, rule=rule)


def _reason(case: Case) -> str:
    return "suppressed" if _would_be_allowed(case) else "no_consent"


def _would_be_allowed(case: Case) -> bool:
    return any(
        is_allowed(
            case.facts.consents,
            purpose=case.facts.purpose,
            channel=channel,
            vehicle_id=vehicle.id if vehicle else None,
            needs_consent=case.purpose.needs_consent,
        )
        for channel in _channels(case)
        for vehicle in (case.vehicles or (None,))
    )


def _quoted(case: Case, consents: Iterable[Consent]) -> list[str]:
    """The consents that speak on this purpose, in one word each."""
    return sorted(
        f"{'yes' if consent.is_given else 'no'}:{consent.purpose or 'ANY'}"
        f":{consent.channel or 'ANY'}:{consent.vehicle_id or 'ANY'}"
        for consent in consents
        if consent.purpose in (None, case.facts.purpose)
    )

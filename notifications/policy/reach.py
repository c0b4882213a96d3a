"""Check 5: over which of the channels left does it go, or does a person have to call?"""

from collections.abc import Mapping, Sequence

from notifications.policy.case import Case, verdict, with_seen
from notifications.policy.facts import Action, Route, Verdict


def check(case: Case) -> Verdict:
    """This function will choose the channel: the preferred one, then a verified one, then by the ladder, then by cost.

    Where nothing is left that a text can reach, a person gets a phone task.
    """
    usable = ordered([route for route in case.routes if not _obstacle(case, route)], case.ladder.order)
    case = with_seen(
        case,
        ladder=list(case.ladder.order),
        usable_channels=[route.channel for route in usable],
        unusable_channels=[route.channel for route in case.routes if not is_usable(route)],
        left_out=_left_out(case, usable),
        wanted_channel=case.facts.wanted_channel or "",
    )
    if case.facts.is_call:
        return verdict(with_seen(case, is_call=True), Action.PHONE_TASK, rule="call_planned")
    if not usable:
        rule = "no_channel_left" if case.facts.tried_channels else "unreachable"
        return verdict(case, Action.PHONE_TASK, rule=rule)
    if case.facts.tried_channels:
        return verdict(case, Action.OTHER_CHANNEL, rule="next_channel", route=usable[0])
    for route in usable:
        if route.channel == case.facts.wanted_channel:
            return verdict(case, Action.SEND, rule="wanted_channel", route=route)
    if case.facts.wanted_channel:
        return verdict(case, Action.OTHER_CHANNEL, rule="channel_closed", route=usable[0])
    return verdict(case, Action.SEND, rule="best_channel", route=usable[0])


def is_usable(route: Route) -> bool:
    """This function will say whether a text can arrive there."""
    return not (route.is_bounced or route.is_blocked or route.is_landline or route.closed)


def ordered(routes: Sequence[Route], ladder: Sequence[str]) -> list[Route]:
    """This function will put the ways to a person in the order in which they are tried."""
    return sorted(
        routes,
        key=lambda route: (
            not route.is_preferred,
            not route.is_verified,
            rung_of(route, ladder),
            route.cost_minor,
            route.channel,
            route.address_id,
        ),
    )


def rung_of(route: Route, ladder: Sequence[str]) -> int:
    """This function will say on which rung a way stands: its channel's own, else its kind's, else below all."""
    for name in (route.channel, route.family):
        if name in ladder:
            return ladder.index(name)
    return len(ladder)


def _obstacle(case: Case, route: Route) -> str:
    """Say why a way that consent leaves open is none now; an empty word where it is one."""
    found = (
        ("TRIED", route.channel in case.facts.tried_channels),
        ("BLOCKED", route.is_blocked),
        ("BOUNCED", route.is_bounced),
        ("LANDLINE", route.is_landline),
        (route.closed, bool(route.closed)),
    )
    return next((name for name, is_so in found if is_so), "")


def _left_out(case: Case, usable: Sequence[Route]) -> Mapping[str, str]:
    """Say of each channel that the person has and nothing may go over now, why not."""
    open_ones = {route.channel for route in usable}
    reasons = {route.channel: "NOT_ALLOWED" for route in case.facts.routes}
    reasons |= {route.channel: reason for route in case.routes if (reason := _obstacle(case, route))}
    return {channel: reason for channel, reason in sorted(reasons.items()) if channel not in open_ones}

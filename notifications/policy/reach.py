"""Check 5: over which of the channels left does it go, or does a person have to call?"""

from notifications.policy.case import Case, verdict, with_seen
from notifications.policy.facts import Action, Route, Verdict


def check(case: Case) -> Verdict:
    """This function will choose the channel: the preferred one, then a verified one, then by cost.

    Where nothing is left that a text can reach, a person gets a phone task.
    """
    usable = sorted((route for route in case.routes if is_usable(route)), key=_order)
    case = with_seen(
        case,
        usable_channels=[route.channel for route in usable],
        unusable_channels=[route.channel for route in case.routes if not is_usable(route)],
        wanted_channel=case.facts.wanted_channel or "",
    )
    if case.facts.is_call:
        return verdict(with_seen(case, is_call=True), Action.PHONE_TASK, rule="call_planned")
    if not usable:
        return verdict(case, Action.PHONE_TASK, rule="unreachable")
    for route in usable:
        if route.channel == case.facts.wanted_channel:
            return verdict(case, Action.SEND, rule="wanted_channel", route=route)
    if case.facts.wanted_channel:
        return verdict(case, Action.OTHER_CHANNEL, rule="channel_closed", route=usable[0])
    return verdict(case, Action.SEND, rule="best_channel", route=usable[0])


def is_usable(route: Route) -> bool:
    """This function will say whether a text can arrive there."""
    return not (route.is_bounced or route.is_blocked or route.is_landline)


def _order(route: Route) -> tuple[bool, bool, int, str, int]:
    return (
        not route.is_preferred,
        not route.is_verified,
        route.cost_minor,
        route.channel,
        route.address_id,
    )

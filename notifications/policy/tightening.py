"""What a dealer may change in the manufacturer's contact policy: make it stricter, value by value; pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import time
from typing import Any

from notifications.policy.facts import Purpose
from notifications.policy.standard import Ladder, PolicyStandard, QuietHours, StandardInvalid, check, ladder_order

# What a dealer's own row may switch on for a purpose.
FLAGS = ("needs_consent", "keeps_rest_days", "keeps_preferred_time", "waits_for_complaint")


class StandardLoosened(ValueError):
    """A dealer asked for less than the standard demands; the message names the value."""


class QuietHoursLoosened(StandardLoosened):
    """Hours that the standard keeps quiet would no longer be; `facts` says which must be."""

    def __init__(self, demanded: QuietHours) -> None:
        self.facts = {"from": f"{demanded.from_time:%H:%M}", "until": f"{demanded.until_time:%H:%M}"}
        super().__init__(f"quiet hours: the standard's {self.facts['from']} to {self.facts['until']} must stay quiet")


class DemandLoosened(StandardLoosened):
    """Something that the standard demands of a purpose would be switched off."""

    def __init__(self, flag: str, purpose: Purpose) -> None:
        self.facts: dict[str, str] = {}
        super().__init__(f"{flag}: the standard demands it of {purpose}")


class LimitLoosened(StandardLoosened):
    """A figure would let more through than the standard's, which `facts` names."""

    def __init__(self, name: str, limit: int) -> None:
        self.facts = {"limit": limit}
        super().__init__(f"{name}: the standard's {limit} or stricter")


@dataclass(frozen=True, kw_only=True)
class Wish:
    """How a dealer wants one purpose to be kept."""

    purpose: Purpose
    quiet: QuietHours
    keeps_rest_days: bool
    keeps_preferred_time: bool


def tighten(standard: PolicyStandard, changes: Mapping[str, Any]) -> PolicyStandard:
    """This function will return the standard with a dealer's stricter values.

    changes: {"quiet_hours": {"SURVEY": ["20:00", "10:00"]}, "per_window": 2, "keeps_rest_days": ["SERVICE"], ...};
    "ladder": {"SERVICE": ["EMAIL", "PHONE"]} is neither stricter nor looser: the order of channels is the dealer's;
    "quiet_from" and "quiet_until" hold for every purpose; the lists of purposes add to the standard's own.
    Raises: StandardLoosened for a value that lets more through, StandardInvalid for an unknown one.
    """
    tightened = standard
    for name, value in changes.items():
        if name not in TIGHTENED_BY:
            raise StandardInvalid(f"contact policy: {name} is not a dealer's to change")
        tightened = _tightened_by(tightened, name, value)
    check(tightened)
    for purpose in (None, *Purpose):
        if not standard.quiet_of(purpose).minutes <= tightened.quiet_of(purpose).minutes:
            raise QuietHoursLoosened(standard.quiet_of(purpose))
    return tightened


def in_force(standard: PolicyStandard, changes: Mapping[str, Any]) -> PolicyStandard:
    """This function will return the standard with those of a dealer's values that are stricter than it.

    A standard that was published later may demand more than a dealer once chose: it holds then, value by value.
    Raises: StandardInvalid.
    """
    if not changes:
        return standard
    kept: dict[str, Any] = {}
    for name, value in _singly(changes):
        merged = {**kept, name: {**kept.get(name, {}), **value} if isinstance(value, dict) else value}
        try:
            tighten(standard, merged)
        except StandardLoosened:
            continue
        kept = merged
    return tighten(standard, kept)


def changes_for(standard: PolicyStandard, wishes: tuple[Wish, ...]) -> dict[str, Any]:
    """This function will return as a dealer's own values what differs from the standard.

    Raises: StandardLoosened for a demand of the standard that is wished away.
    """
    changes: dict[str, Any] = {"quiet_hours": {}, "keeps_rest_days": [], "keeps_preferred_time": []}
    for wish in wishes:
        demanded = standard.purposes[wish.purpose]
        if not standard.quiet_of(wish.purpose).minutes <= wish.quiet.minutes:
            raise QuietHoursLoosened(standard.quiet_of(wish.purpose))
        if wish.quiet != standard.quiet_of(wish.purpose):
            changes["quiet_hours"][wish.purpose.value] = [
                f"{wish.quiet.from_time:%H:%M}",
                f"{wish.quiet.until_time:%H:%M}",
            ]
        for flag in ("keeps_rest_days", "keeps_preferred_time"):
            if getattr(demanded, flag) and not getattr(wish, flag):
                raise DemandLoosened(flag, wish.purpose)
            if getattr(wish, flag) and not getattr(demanded, flag):
                changes[flag].append(wish.purpose.value)
    return {name: value for name, value in changes.items() if value}


def _singly(changes: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Return the values one by one; those that only make sense together stay together."""
    singly: list[tuple[str, Any]] = []
    for name, value in changes.items():
        if name in ("quiet_hours", "ladder", "texting") and isinstance(value, dict):
            singly += [(name, {purpose: pair}) for purpose, pair in value.items()]
        else:
            singly.append((name, value))
    # The end of quiet hours may move only together with their beginning.
    return sorted(singly, key=lambda pair: pair[0] != "quiet_from")


def _tightened_by(standard: PolicyStandard, name: str, value: object) -> PolicyStandard:
    try:
        return TIGHTENED_BY[name](standard, name, value)
    except StandardLoosened:
        raise
    except (TypeError, ValueError) as error:
        raise StandardInvalid(f"contact policy: {name} cannot be {value!r}") from error


def _with(standard: PolicyStandard, changes: Mapping[str, Any]) -> PolicyStandard:
    changed: PolicyStandard = replace(standard, **changes)
    return changed


def _set_time(standard: PolicyStandard, name: str, value: object) -> PolicyStandard:
    return _with(standard, {name: time.fromisoformat(str(value))})


def _set_lower(standard: PolicyStandard, name: str, value: object) -> PolicyStandard:
    highest = getattr(standard, name)
    if int(str(value)) > highest:
        raise LimitLoosened(name, highest)
    return _with(standard, {name: int(str(value))})


def _set_higher(standard: PolicyStandard, name: str, value: object) -> PolicyStandard:
    lowest = getattr(standard, name)
    if int(str(value)) < lowest:
        raise LimitLoosened(name, lowest)
    return _with(standard, {name: int(str(value))})


def _set_quiet_hours(standard: PolicyStandard, name: str, value: object) -> PolicyStandard:
    if not isinstance(value, dict):
        raise TypeError(value)
    own = {
        Purpose(purpose): QuietHours(time.fromisoformat(str(start)), time.fromisoformat(str(end)))
        for purpose, (start, end) in value.items()
    }
    return _with(standard, {"quiet_by_purpose": {**standard.quiet_by_purpose, **own}})


def _set_ladders(standard: PolicyStandard, name: str, value: object) -> PolicyStandard:
    if not isinstance(value, dict):
        raise TypeError(value)
    own = {
        Purpose(purpose): Ladder(
            order=ladder_order(order), silent_after=standard.ladder_of(Purpose(purpose)).silent_after
        )
        for purpose, order in value.items()
    }
    return _with(standard, {"ladders": {**standard.ladders, **own}})


def _set_texting(standard: PolicyStandard, name: str, value: object) -> PolicyStandard:
    if not isinstance(value, dict) or not set(value) <= set(vars(standard.texting)):
        raise TypeError(value)
    own = {cap: int(str(most)) for cap, most in value.items()}
    for cap, most in own.items():
        if most > getattr(standard.texting, cap):
            raise LimitLoosened(f"{name}.{cap}", getattr(standard.texting, cap))
    return _with(standard, {"texting": replace(standard.texting, **own)})


def _set_purposes(standard: PolicyStandard, name: str, value: object) -> PolicyStandard:
    if not isinstance(value, list | tuple):
        raise TypeError(value)
    stricter = {Purpose(purpose) for purpose in value}
    purposes = {
        purpose: replace(rule, **{name: True}) if purpose in stricter else rule
        for purpose, rule in standard.purposes.items()
    }
    return _with(standard, {"purposes": purposes})


TIGHTENED_BY: Mapping[str, Callable[[PolicyStandard, str, object], PolicyStandard]] = {
    "quiet_from": _set_time,
    "quiet_until": _set_time,
    "quiet_hours": _set_quiet_hours,
    "ladder": _set_ladders,
    "texting": _set_texting,
    "per_day": _set_lower,
    "per_window": _set_lower,
    "window_days": _set_higher,
    **dict.fromkeys(FLAGS, _set_purposes),
}

"""The contact policy as data, read from TOML.

Pure. Where the published table is kept and which version is in force is not known here; what a dealer may tighten
in it is `tightening`.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from notifications.policy.facts import Purpose, Topic
from notifications.texting.rules import Caps

SHIPPED = Path(__file__).with_name("standard.toml")
# The kinds of addresses that a ladder may name beside channels.
FAMILIES = ("CHAT", "PHONE", "EMAIL")
OBSTACLES = frozenset({"BOOKED", "SERVICED", "SOLD"})
DAY_MINUTES = 24 * 60
# Of a standard of before there were caps of texting; as shipped, where the source stands.
SHIPPED_CAPS = Caps(per_number=20, per_account=10_000, per_dealer=20_000, per_block=30)


class StandardInvalid(ValueError):
    """The table cannot be read as a contact policy; the message names the row."""


@dataclass(frozen=True)
class QuietHours:
    """From when until when nothing leaves, wall time of the reader; over midnight where `from` is the later."""

    from_time: time
    until_time: time

    @property
    def minutes(self) -> frozenset[int]:
        """Return the minutes of a day that are quiet."""
        return _minutes(self.from_time, self.until_time)


@lru_cache(maxsize=256)
def _minutes(from_time: time, until_time: time) -> frozenset[int]:
    start, end = (at.hour * 60 + at.minute for at in (from_time, until_time))
    return frozenset((start + minute) % DAY_MINUTES for minute in range((end - start) % DAY_MINUTES))


@dataclass(frozen=True, kw_only=True)
class PurposeRule:
    """What a purpose asks for before something may leave."""

    needs_consent: bool
    keeps_rest_days: bool
    keeps_preferred_time: bool
    waits_for_complaint: bool


@dataclass(frozen=True, kw_only=True)
class TopicRule:
    """A topic's rank (1 goes first) and what ends its relevance."""

    rank: int
    always_answered: bool
    stops_when: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Ladder:
    """In which order a purpose's channels are tried, and when the next one is.

    order: kinds of addresses, or single channels, which then stand before the rest of their kind.
    silent_after: how long a message sent may stay without a receipt of its delivery; None where nothing follows.
    """

    order: tuple[str, ...] = FAMILIES
    silent_after: timedelta | None = None


@dataclass(frozen=True, kw_only=True)
class PolicyStandard:
    """One version of the contact policy."""

    version: str
    quiet_from: time
    quiet_until: time
    per_day: int
    per_window: int
    window_days: int
    complaint_recheck: timedelta
    purposes: Mapping[Purpose, PurposeRule]
    topics: Mapping[Topic, TopicRule]
    # Purposes with quiet hours of their own.
    quiet_by_purpose: Mapping[Purpose, QuietHours] = field(default_factory=dict)
    ladders: Mapping[Purpose, Ladder] = field(default_factory=dict)
    texting: Caps = SHIPPED_CAPS

    def quiet_of(self, purpose: Purpose | None) -> QuietHours:
        """Return when nothing of this purpose may leave; without one, what holds for all."""
        own = self.quiet_by_purpose.get(purpose) if purpose else None
        return own or QuietHours(self.quiet_from, self.quiet_until)

    def ladder_of(self, purpose: Purpose) -> Ladder:
        """Return how this purpose looks for a channel."""
        return self.ladders.get(purpose) or Ladder()


@lru_cache(maxsize=1)
def shipped_standard() -> PolicyStandard:
    """This function will return the policy that the product ships."""
    return parse_standard(tomllib.loads(SHIPPED.read_text(encoding="utf-8")))


def parse_standard(table: Mapping[str, Any]) -> PolicyStandard:
    """This function will turn a published table into a policy.

    Raises: StandardInvalid if a row is missing, unknown, without source or without sense.
    """
    try:
        standard = _parse(table)
    except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        raise StandardInvalid(f"contact policy: {error!r}") from error
    check(standard)
    return standard


def _parse(table: Mapping[str, Any]) -> PolicyStandard:
    quiet, frequency = _sourced(table["quiet_hours"]), _sourced(table["frequency"])
    return PolicyStandard(
        version=str(table["version"]),
        quiet_from=time.fromisoformat(quiet["from"]),
        quiet_until=time.fromisoformat(quiet["until"]),
        per_day=int(frequency["per_day"]),
        per_window=int(frequency["per_window"]),
        window_days=int(frequency["window_days"]),
        complaint_recheck=timedelta(hours=_sourced(table["complaint"])["recheck_hours"]),
        purposes={Purpose(row["name"]): _purpose(_sourced(row)) for row in table["purpose"]},
        quiet_by_purpose={
            Purpose(row["name"]): QuietHours(
                time.fromisoformat(row["quiet_from"]), time.fromisoformat(row["quiet_until"])
            )
            for row in table["purpose"]
            if "quiet_from" in row
        },
        ladders={Purpose(row["name"]): _ladder(row) for row in table["purpose"]},
        texting=_caps(_sourced(table["texting"])) if "texting" in table else SHIPPED_CAPS,
        topics={
            Topic(row["name"]): _topic(_sourced(row), rank=rank) for rank, row in enumerate(table["topic"], start=1)
        },
    )


def _sourced(row: Mapping[str, Any]) -> Mapping[str, Any]:
    if not row.get("source"):
        raise StandardInvalid(f"contact policy: no source on {dict(row)}")
    return row


def _purpose(row: Mapping[str, Any]) -> PurposeRule:
    return PurposeRule(**{name: bool(row[name]) for name in PurposeRule.__dataclass_fields__})


def _caps(row: Mapping[str, Any]) -> Caps:
    return Caps(**{name: int(row[name]) for name in Caps.__dataclass_fields__})


def _ladder(row: Mapping[str, Any]) -> Ladder:
    """A standard of before there were ladders names none: the shipped order holds, and silence moves nothing."""
    hours = row.get("silent_after_hours")
    return Ladder(
        order=ladder_order(row.get("ladder", FAMILIES)),
        silent_after=timedelta(hours=hours) if hours else None,
    )


def ladder_order(names: object) -> tuple[str, ...]:
    """This function will read the order of a ladder; which channels the house has is not known here.

    Raises: StandardInvalid for no list of names, or one name twice.
    """
    listed = [str(one) for one in names if one] if isinstance(names, list | tuple) else []
    if not isinstance(names, list | tuple) or not len(names) == len(listed) == len(set(listed)):
        raise StandardInvalid(f"contact policy: {names!r} is no ladder")
    return tuple(listed)


def _topic(row: Mapping[str, Any], *, rank: int) -> TopicRule:
    stops = frozenset(row["stops_when"])
    if not stops <= OBSTACLES:
        raise StandardInvalid(f"contact policy: {row['name']} stops on {sorted(stops - OBSTACLES)}")
    return TopicRule(rank=rank, always_answered=bool(row["always_answered"]), stops_when=stops)


def check(standard: PolicyStandard) -> None:
    """This function will raise StandardInvalid where the table leaves something open that `decide` must find."""
    missing = [*(set(Purpose) - set(standard.purposes)), *(set(Topic) - set(standard.topics))]
    if missing:
        raise StandardInvalid(f"contact policy: no row for {sorted(missing)}")
    if any(not standard.quiet_of(purpose).minutes for purpose in (None, *Purpose)):
        raise StandardInvalid("contact policy: quiet hours begin when they end")
    if min(vars(standard.texting).values()) < 1:
        raise StandardInvalid("contact policy: a cap of texting lets nothing through")
    if not 0 < standard.per_day <= standard.per_window or standard.window_days < 1:
        raise StandardInvalid("contact policy: the frequency cap lets nothing through")

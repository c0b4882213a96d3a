"""What the policy looks at: plain values about one message, one person and one moment.

Ids, kinds and times only. A verdict quotes these facts, so nothing here may name a person.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from core.calendar.rules import WorkCalendar

CALL = "CALL"
"""The channel of a person who telephones; everything else leaves by itself."""


class Purpose(StrEnum):
    """Why a message is written; consent is given and taken back by purpose."""

    SERVICE = "SERVICE"
    SURVEY = "SURVEY"
    REMINDER = "REMINDER"
    MARKETING = "MARKETING"


class Topic(StrEnum):
    """What a message is about; the standard gives each its rank under the frequency cap."""

    RECALL = "RECALL"
    APPOINTMENT = "APPOINTMENT"
    COMPLAINT = "COMPLAINT"
    SURVEY = "SURVEY"
    MAINTENANCE = "MAINTENANCE"
    CAMPAIGN = "CAMPAIGN"


class Action(StrEnum):
    """The five answers of the policy."""

    SEND = "SEND"
    DEFER = "DEFER"
    OTHER_CHANNEL = "OTHER_CHANNEL"
    PHONE_TASK = "PHONE_TASK"
    DROP = "DROP"


@dataclass(frozen=True, kw_only=True)
class Consent:
    """A yes or no as it was given; None stands for every purpose, channel or vehicle.

    `customer_id` keeps the files of a merged person apart, so that the stricter one can win.
    """

    is_given: bool
    at: datetime
    purpose: Purpose | None = None
    channel: str | None = None
    vehicle_id: int | None = None
    customer_id: int = 0


@dataclass(frozen=True, kw_only=True)
class Suppression:
    """A standing order not to write; None stands for every purpose, channel, address or vehicle."""

    reason: str
    purpose: Purpose | None = None
    channel: str | None = None
    address_id: int | None = None
    vehicle_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Vehicle:
    """One of the cars that a message speaks of, as things stand now."""

    id: int
    is_booked: bool = False
    is_serviced: bool = False
    is_sold: bool = False


@dataclass(frozen=True, kw_only=True)
class Route:
    """One way to reach the person: an address over one channel.

    family: what kind of address the channel takes (PHONE, EMAIL, CHAT).
    closed: why the channel itself takes no such message for this address now, in a word; empty where it does.
    """

    address_id: int
    channel: str
    family: str = ""
    is_verified: bool = False
    is_bounced: bool = False
    is_blocked: bool = False
    is_landline: bool = False
    is_preferred: bool = False
    cost_minor: int = 0
    closed: str = ""


@dataclass(frozen=True, kw_only=True)
class Window:
    """Hours of a day, [from, until); `until` at midnight means the end of the day."""

    from_time: time
    until_time: time


@dataclass(frozen=True, kw_only=True)
class Contact:
    """A proactive message that went out, or one of the person's own that is still to come."""

    at: datetime
    topic: Topic


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Everything `decide` may know about one message.

    sent: proactive messages to this person or household, whatever their purpose and channel.
    calendar: the dealer's, for rest days and holidays; None where none are kept.
    upcoming: their planned ones; those of a higher rank keep their place under the cap.
    wanted_channel: the channel that the run is on, if it is on one.
    is_over: what it was about is gone: a visit moved or cancelled, a question answered otherwise.
    is_call: it was planned as a call, and no text stands in for it.
    tried_channels: those over which this message has left already and did not arrive.
    """

    topic: Topic
    purpose: Purpose
    expires_at: datetime
    timezone: ZoneInfo
    is_proactive: bool = True
    vehicles: tuple[Vehicle, ...] = ()
    is_over: bool = False
    has_open_complaint: bool = False
    consents: tuple[Consent, ...] = ()
    suppressions: tuple[Suppression, ...] = ()
    routes: tuple[Route, ...] = ()
    preferred_windows: tuple[Window, ...] = ()
    calendar: WorkCalendar | None = None
    sent: tuple[Contact, ...] = ()
    upcoming: tuple[Contact, ...] = ()
    wanted_channel: str | None = None
    is_call: bool = False
    tried_channels: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What to do with the message, the rule that says so and the facts which that rule read.

    vehicle_ids: the cars that the message may still speak of.
    """

    action: Action
    rule: str
    detail: Mapping[str, object] = field(default_factory=dict)
    not_before: datetime | None = None
    channel: str = ""
    address_id: int | None = None
    vehicle_ids: tuple[int, ...] = ()

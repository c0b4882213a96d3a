"""The plain values that reading a row gives; pure."""

from typing import NamedTuple


class Problem(NamedTuple):
    """One cell that cannot be used: which field, what stood there, why not."""

    field: str
    value: str
    reason: str


class Party(NamedTuple):
    """The car and the person who brought it; the same in every order of one car."""

    vin: str
    is_vin_suspect: bool
    plate: str
    plate_key: str
    model: str
    customer_name: str
    name_key: str
    phone: str | None
    phone_is_landline: bool
    landline: str | None
    email: str | None
    address: str
    purchase_date: str | None
    warnings: tuple[Problem, ...]


class Visit(NamedTuple):
    """What was done, by whom, and what the owner answered to "may we call, and when?"."""

    kind: str
    items: tuple[str, ...]
    advisor: str
    may_contact: bool | None
    contact_from: str | None
    contact_until: str | None
    warnings: tuple[Problem, ...]


class Order(NamedTuple):
    """One repair order as understood; wall times are texts that sort as the times do."""

    number: str
    opened_wall: str
    closed_wall: str | None
    odometer_km: int | None
    total_minor: int | None
    party: Party
    visit: Visit


class Accepted(NamedTuple):
    """The order is kept; cells named in the warnings were dropped from it."""

    order: Order
    warnings: tuple[Problem, ...]


class Refused(NamedTuple):
    """The row is set aside; the first problem is the one it is counted by."""

    problems: tuple[Problem, ...]


class Folded(NamedTuple):
    """The row says nothing new."""

    reason: str


class Ignored(NamedTuple):
    """The row belongs to the sheet's layout: a sum below the list."""


Verdict = Accepted | Refused | Folded | Ignored

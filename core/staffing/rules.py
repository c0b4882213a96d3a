"""What staff a customer operation centre needs: the standard's table and the workload.

Pure. The figures themselves stand in core/tables/staffing.toml; reading them is
core.staffing.tables' work, counting a dealer's intake is core.staffing.operations'.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate

RELATIONS = "relations_specialist"
ONE = Fraction(1)


class IntakeUnknown(Exception):
    """There is no open day yet to take a mean of."""


class IntakeNegative(ValueError):
    """A daily intake below zero was given."""


class RateUnknown(ValueError):
    """A rate was given, or is asked for by a kind of work, that the table does not name."""


@dataclass(frozen=True)
class StaffingClass:
    name: str
    intake_at_least: int
    posts: Mapping[str, int]
    covered_by: Mapping[str, str]


@dataclass(frozen=True)
class Norm:
    """What one person gets done in a day; where a source gives a range, a day is judged by that."""

    direction: str
    unit: str
    per_person_day: Fraction
    least: int | None = None
    most: int | None = None


@dataclass(frozen=True)
class Work:
    key: str
    direction: str
    per_order: Fraction
    rates: tuple[str, ...]


@dataclass(frozen=True)
class StaffingTable:
    """The whole table: classes from the busiest down, norms by direction, work, rates."""

    classes: tuple[StaffingClass, ...]
    norms: Mapping[str, Norm]
    works: tuple[Work, ...]
    rates: Mapping[str, Fraction]
    shrinkage: Fraction
    mean_over_open_days: int
    open_days_before_a_change: int


@dataclass(frozen=True)
class Driver:
    """One kind of work: its load a day in the norm's unit, and the person-days it takes."""

    key: str
    direction: str
    load: Fraction
    per_person_day: Fraction
    person_days: Fraction


@dataclass(frozen=True)
class Workload:
    """Person-days before and after shrinkage, the posts rounded up once, and what drives them."""

    drivers: tuple[Driver, ...]
    person_days: Fraction
    with_shrinkage: Fraction
    posts: int


@dataclass(frozen=True)
class Disagreement:
    """A figure of the workload that the standard's posts cannot carry."""

    about: str
    needs: Fraction
    has: int


def class_of(intake: int | Fraction | Decimal, *, classes: Sequence[StaffingClass]) -> StaffingClass:
    """Return the class of a daily intake.

    Only lower edges count, so a mean between two of the table's whole numbers
    (79.6) falls into the lower class and into no gap.
    Raises: IntakeNegative.
    """
    if intake < 0:
        raise IntakeNegative(f"the daily intake must not be negative: {intake}")
    return next(row for row in classes if intake >= row.intake_at_least)


def mean_intake(counts: Sequence[int], *, over: int) -> Fraction:
    """Return the mean of the last `over` open days' orders, exactly.

    Raises: IntakeUnknown when there is no open day.
    """
    last = counts[-over:]
    if not last:
        raise IntakeUnknown("no open day with an imported intake yet")
    return Fraction(sum(last), len(last))


def settled_class(counts: Sequence[int], *, table: StaffingTable) -> StaffingClass:
    """Return the class a dealer holds after these open days, oldest first.

    It moves only when the running mean has stood in one and the same other class
    for the table's number of open days; a day back in the old one starts over.
    Raises: IntakeUnknown.
    """
    if not counts:
        raise IntakeUnknown("no open day with an imported intake yet")
    # The first means rest on a handful of days, so the class is first read once
    # a full window stands, or at the end where there is less history than that.
    window = min(table.mean_over_open_days, len(counts))
    totals = list(accumulate(counts, initial=0))
    means = (Fraction(totals[day] - totals[day - window], window) for day in range(window, len(totals)))
    return _settle([class_of(mean, classes=table.classes) for mean in means], patience=table.open_days_before_a_change)


def _settle(daily: Sequence[StaffingClass], *, patience: int) -> StaffingClass:
    held = candidate = daily[0]
    days = 0
    for today in daily[1:]:
        days = days + 1 if today == candidate else 1
        candidate = today
        if candidate != held and days >= patience:
            held = candidate
    return held


def workload(
    intake: int | Fraction | Decimal,
    *,
    table: StaffingTable,
    measured: Mapping[str, Fraction],
) -> Workload:
    """Return the posts that the day's work fills, whoever does it.

    Fractions are summed over all kinds of work before rounding up once: two halves
    of a person are one blended post, not two.
    Raises: IntakeNegative, RateUnknown.
    """
    if intake < 0:
        raise IntakeNegative(f"the daily intake must not be negative: {intake}")
    rates = {**table.rates, **_known(measured, table=table)}
    drivers = tuple(_driver(work, intake=Fraction(intake), table=table, rates=rates) for work in table.works)
    person_days = sum((driver.person_days for driver in drivers), Fraction(0))
    with_shrinkage = person_days / (ONE - table.shrinkage)
    return Workload(drivers, person_days, with_shrinkage, math.ceil(with_shrinkage))


def _known(measured: Mapping[str, Fraction], *, table: StaffingTable) -> Mapping[str, Fraction]:
    foreign = sorted(set(measured) - set(table.rates))
    if foreign:
        raise RateUnknown(f"the staffing table has no rate {', '.join(foreign)}")
    return measured


def _driver(work: Work, *, intake: Fraction, table: StaffingTable, rates: Mapping[str, Fraction]) -> Driver:
    norm = table.norms[work.direction].per_person_day
    load = intake * work.per_order * math.prod((rates[key] for key in work.rates), start=ONE)
    return Driver(work.key, work.direction, load, norm, load / norm)


def disagreements(
    intake: int | Fraction | Decimal,
    *,
    held: StaffingClass,
    load: Workload,
    table: StaffingTable,
) -> tuple[Disagreement, ...]:
    """Return where the standard's posts cannot carry the work, each with both figures.

    First calls alone are taken with one call an order and nothing else to do: where
    even those do not fit the people who follow up, full follow-up by telephone is out of reach.
    """
    callers = held.posts[held.covered_by.get(RELATIONS, RELATIONS)]
    first_calls = Fraction(intake) / table.norms["OUTBOUND"].per_person_day
    specialists = sum(count for post, count in held.posts.items() if post != "director")
    found = (
        Disagreement("first_calls_alone", first_calls, callers),
        Disagreement("all_work_with_shrinkage", load.with_shrinkage, specialists),
    )
    return tuple(row for row in found if row.needs > row.has)

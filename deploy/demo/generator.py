"""Invents what a dealer's system would know: vehicles, owners and their visits.

All of it is invented: names come from lists of syllables, addresses stand under
example.com, numbers are drawn at random. The same arguments give the same world.
What is then wrong or odd in the files is deploy.demo.faults, writing them is
deploy.demo.files.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from deploy.demo.dialects import DIALECTS, Dialect

VIN_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"
PLATE_LETTERS = "BCDFGHJKLMNPRSTVWXYZ"
# Source: ISO 3779 and 49 CFR 565.15: value of each character and weight of each place.
VIN_VALUES = dict(zip("0123456789ABCDEFGHJKLMNPRSTUVWXYZ", map(int, "012345678912345678123457923456789"), strict=True))
VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
BEST_TIMES = ("", "", "", "09:00-12:00", "18:00-20:00")
HISTORY_DAYS = 420
# Whoever buys a car second-hand is numbered beyond all first owners.
OTHER_OWNERS = 500_000


class DialectUnknown(ValueError):
    """A dialect was asked for that the generator does not write."""


@dataclass(frozen=True)
class Owner:
    name: str
    phone: str
    email: str
    has_consented: bool
    best_time: str


@dataclass(frozen=True)
class Car:
    vin: str
    plate: str
    model: str
    km_per_day: float
    km_at_start: int


@dataclass(frozen=True)
class Visit:
    """A car's stay in the workshop, in local time; a car still there has no closing time."""

    ro_number: str
    car: Car
    owner: Owner
    opened: datetime
    closed: datetime | None
    odometer_km: int
    is_maintenance: bool
    work: str
    advisor: str
    amount_minor: int


@dataclass(frozen=True)
class World:
    """Everything a dealer's system wrote from a day up to a local moment, in the order of opening."""

    dialect: Dialect
    as_of: datetime
    seed: int
    visits: tuple[Visit, ...]


def invent(*, dialect: str, vehicles: int, as_of: datetime, seed: int, since: date | None = None) -> World:
    """Return an invented dealer's visits since a day (420 days back if not told).

    The same `since` with a later `as_of` gives the same visits and those that followed.
    Raises: DialectUnknown.
    """
    if dialect not in DIALECTS:
        raise DialectUnknown(f"no dialect {dialect!r}; there are {', '.join(DIALECTS)}")
    spoken = DIALECTS[dialect]
    first = since or as_of.date() - timedelta(days=HISTORY_DAYS)
    advisors = tuple(_name(_draw(seed, "advisor", number), dialect=spoken) for number in range(5))
    visits = (
        visit
        for number in range(vehicles)
        for visit in _life(number, seed=seed, since=first, as_of=as_of, dialect=spoken, advisors=advisors)
    )
    return World(spoken, as_of, seed, tuple(sorted(visits, key=_order)))


def _order(visit: Visit) -> tuple[datetime, str]:
    return (visit.opened, visit.ro_number)


def _draw(*key: object) -> random.Random:
    # A stream of its own for each thing keeps
    # one car's life the same however many others there are.
    return random.Random("-".join(map(str, key)))


def _life(
    number: int,
    *,
    seed: int,
    since: date,
    as_of: datetime,
    dialect: Dialect,
    advisors: tuple[str, ...],
) -> Iterator[Visit]:
    """Yield a car's visits at its own rhythm; some are sold on the way, some stay away."""
    draw = _draw(seed, "car", number)
    car = _car(draw, number=number, dialect=dialect)
    # One car in twelve belongs to the household of the one before.
    household = number - 1 if number and draw.random() < 1 / 12 else number
    owners = [
        _owner(_draw(seed, "owner", one), number=one, dialect=dialect) for one in (household, OTHER_OWNERS + number)
    ]
    rhythm = draw.uniform(70, 230)
    sold_after = draw.randint(1, 3) if draw.random() < 0.04 else 99
    stays_away_after = draw.randint(1, 2) if draw.random() < 0.15 else 99
    day = since + timedelta(days=int(draw.random() * rhythm))
    for count in range(stays_away_after):
        opened = datetime.combine(_open_day(day, draw=draw, dialect=dialect), _opening(draw))
        if opened > as_of:
            return
        days = (opened.date() - since).days
        visit = _visit(draw, car=car, owner=owners[count >= sold_after], opened=opened, days=days, dialect=dialect)
        yield replace(
            visit,
            ro_number=f"RO{opened:%y%m%d}{number:06d}",
            advisor=draw.choice(advisors),
            closed=visit.closed if visit.closed and visit.closed <= as_of else None,
        )
        day = opened.date() + timedelta(days=max(8, int(draw.gauss(rhythm, rhythm / 5))))


def _open_day(day: date, *, draw: random.Random, dialect: Dialect) -> date:
    """Return a day near this one that the week's pattern likes."""
    near = [day + timedelta(days=shift) for shift in range(7)]
    return draw.choices(near, weights=[dialect.weekdays[one.weekday()] for one in near])[0]


def _opening(draw: random.Random) -> time:
    minute = int(draw.triangular(8 * 60, 17 * 60, 9.5 * 60))
    return time(minute // 60, minute % 60)


def _visit(draw: random.Random, *, car: Car, owner: Owner, opened: datetime, days: int, dialect: Dialect) -> Visit:
    is_maintenance = draw.random() < 0.65
    hours = draw.choice((1, 1, 2, 3) if is_maintenance else (1, 1, 2, 2, 3, 5, 26, 50))
    return Visit(
        ro_number="",
        car=car,
        owner=owner,
        opened=opened,
        closed=opened + timedelta(hours=hours),
        odometer_km=car.km_at_start + int(days * car.km_per_day),
        is_maintenance=is_maintenance,
        work=draw.choice(dialect.services if is_maintenance else dialect.repairs),
        advisor="",
        amount_minor=draw.randint(9_000, 260_000),
    )


def _name(draw: random.Random, *, dialect: Dialect) -> str:
    parts = {part: draw.choice(words) for part, words in dialect.names.items()}
    if dialect.country == "CN":
        return parts["family"] + parts["first"] + parts["second"]
    ending = draw.choice(dialect.names["second"])
    return f"{parts['first']}{parts['second']} {parts['family']}{ending}"


def _owner(draw: random.Random, *, number: int, dialect: Dialect) -> Owner:
    return Owner(
        name=_name(draw, dialect=dialect),
        phone=_phone(number, country=dialect.country) if draw.random() > 0.03 else "",
        email=f"owner{number}@example.com" if draw.random() < 0.35 else "",
        has_consented=draw.random() < 0.87,
        best_time=draw.choice(BEST_TIMES),
    )


def _phone(number: int, *, country: str) -> str:
    """Return a number of valid form, a different one for every owner."""
    # A multiplier prime to the range spreads neighbours over it and repeats none.
    if country == "CN":
        return f"{('139', '138', '150', '186', '177')[number % 5]}{number * 7_919 % 100_000_000:08d}"
    if country == "ES":
        return f"6{number * 7_919 % 100_000_000:08d}"
    areas = ("212", "248", "312", "347", "409", "419", "424", "503")
    # Source: the North American plan keeps 555-0100 to 555-0199 for fiction; an exchange is drawn
    # beside it because a hundred numbers an area would make every owner a household.
    return f"({areas[number % 8]}) {200 + number * 7 % 699:03d}-{number * 37 % 10_000:04d}"


def _car(draw: random.Random, *, number: int, dialect: Dialect) -> Car:
    return Car(
        vin=_vin(draw, number=number, dialect=dialect),
        plate=_plate(draw, number=number, country=dialect.country),
        model=draw.choice(dialect.models),
        km_per_day=draw.uniform(15, 70),
        km_at_start=draw.randint(1_000, 90_000),
    )


def _vin(draw: random.Random, *, number: int, dialect: Dialect) -> str:
    middle = "".join(draw.choices(VIN_LETTERS, k=5))
    vin = f"{dialect.vin_prefix}{middle}0{draw.choice('KLMNPRS')}{draw.choice('ABCD')}{number:06d}"
    return vin[:8] + check_digit(vin) + vin[9:]


def check_digit(vin: str) -> str:
    """Return what must stand in the ninth place; the ninth itself weighs nothing."""
    rest = sum(VIN_VALUES[char] * weight for char, weight in zip(vin, VIN_WEIGHTS, strict=True)) % 11
    return "X" if rest == 10 else str(rest)


def _plate(draw: random.Random, *, number: int, country: str) -> str:
    letters = "".join(draw.choices(PLATE_LETTERS, k=3))
    if country == "CN":
        return f"{draw.choice('桂湘粤')}{letters[0]}{letters[1]}{number % 10_000:04d}"
    return f"{number % 10_000:04d}{letters}" if country == "ES" else f"{letters}{number % 10_000:04d}"

"""What is odd or wrong in an invented export, and exactly what a faultless reader finds in it.

Odd rows mean the same as good ones. Faulty rows carry one fault each, named as the
import names its reasons. Fully determined by the world's seed.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from deploy.demo.dialects import Dialect
from deploy.demo.generator import Visit, World, check_digit

# Rows of each fault in a hundred thousand; a check digit only where the dialect's region has one.
REFUSED = {
    "vin_malformed": 300,
    "closed_before_opened": 300,
    "opened_in_future": 300,
    "ro_number_missing": 250,
    "opened_too_early": 300,
}
WARNED = {"vin_check_digit": 300, "phone_unusable": 300, "odometer_unreadable": 300}
FOLDED = {"repeated_row": 250, "blank_row": 300}
ODD_SHARE = 0.06


@dataclass(frozen=True)
class Cells:
    """One row as it will be written; times stay times where the format has them."""

    ro_number: str
    plate: str
    vin: str
    customer_name: str
    phone: str
    email: str
    model: str
    opened_at: datetime
    closed_at: datetime | None
    odometer: str
    kind: str
    work: str
    advisor: str
    amount: str
    consent: str
    best_time: str
    is_padded: bool = False


@dataclass(frozen=True)
class Row:
    """One row with the visit behind it; `refused` and `warned` name its fault, if any."""

    visit: Visit
    cells: Cells
    refused: str = ""
    warned: str = ""


def rows_of(world: World) -> tuple[Row, ...]:
    """Return the world's visits as rows, some of them odd, some faulty, in the same order."""
    known: set[str] = set()
    rows = []
    for visit in world.visits:
        rows.append(_row(visit, world=world, is_first=visit.car.vin not in known))
        known.add(visit.car.vin)
    return tuple(rows)


def clean_rows(world: World) -> tuple[Row, ...]:
    """Return the world's visits as rows with nothing odd or wrong about them."""
    return tuple(Row(visit, _cells(visit, dialect=world.dialect)) for visit in world.visits)


def _row(visit: Visit, *, world: World, is_first: bool) -> Row:
    # Drawn from the row's own stream: a later export repeats the row as it was.
    draw = random.Random(f"row-{world.seed}-{visit.ro_number}")
    row = Row(visit, _cells(visit, dialect=world.dialect))
    fault = _fault(draw, dialect=world.dialect)
    # A wrong check digit belongs to a car that is known: first visits stand unharmed.
    if fault and not is_first:
        return _faulty(row, fault=fault, world=world)
    return _odd(row, draw=draw, country=world.dialect.country)


def _fault(draw: random.Random, *, dialect: Dialect) -> str:
    at = draw.uniform(0, 100_000)
    for fault, share in {**REFUSED, **WARNED}.items():
        if at < share:
            return "" if fault == "vin_check_digit" and not dialect.has_check_digit else fault
        at -= share
    return ""


def _cells(visit: Visit, *, dialect: Dialect) -> Cells:
    distance = int(visit.odometer_km / 1.609344) if dialect.is_in_miles else visit.odometer_km
    return Cells(
        ro_number=visit.ro_number,
        plate=visit.car.plate,
        vin=visit.car.vin,
        customer_name=visit.owner.name,
        phone=visit.owner.phone,
        email=visit.owner.email,
        model=visit.car.model,
        opened_at=visit.opened,
        closed_at=visit.closed,
        odometer=str(distance),
        kind=dialect.kinds[0 if visit.is_maintenance else 1],
        work=visit.work,
        advisor=visit.advisor,
        amount=_amount(visit.amount_minor, dialect=dialect),
        consent=dialect.yes if visit.owner.has_consented else dialect.no,
        best_time=visit.owner.best_time,
    )


def _amount(minor: int, *, dialect: Dialect) -> str:
    whole = f"{minor // 100:,}".replace(",", dialect.thousands)
    return f"{whole}{dialect.decimal}{minor % 100:02d}"


def _full_width(text: str) -> str:
    return text.translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"})


ODDITIES: Sequence[Callable[[Cells], Cells]] = (
    lambda cells: replace(cells, vin=cells.vin.lower()),
    lambda cells: replace(cells, is_padded=True),
    lambda cells: replace(cells, customer_name="=" + cells.customer_name),
    lambda cells: replace(cells, customer_name="@" + cells.customer_name),
    lambda cells: replace(cells, email=cells.email.upper()),
    lambda cells: replace(cells, plate=f"{cells.plate[:2]}·{cells.plate[2:]}"),
)
ODD_PHONES: Mapping[str, Sequence[Callable[[str], str]]] = {
    "CN": (_full_width, lambda phone: f"+86 {phone}", lambda phone: f"0086{phone}"),
    "ES": (lambda phone: f"+34 {phone}", lambda phone: f"{phone[:3]} {phone[3:6]} {phone[6:]}"),
    "US": (lambda phone: f"+1 {phone}", lambda phone: phone.replace(" ", "")),
}


def _odd(row: Row, *, draw: random.Random, country: str) -> Row:
    """Return the row, now and then written in another way that means the same."""
    if draw.random() > ODD_SHARE:
        return row
    if row.cells.phone and draw.random() < 0.4:
        phone = draw.choice(ODD_PHONES[country])(row.cells.phone)
        return replace(row, cells=replace(row.cells, phone=phone))
    return replace(row, cells=draw.choice(ODDITIES)(row.cells))


def _faulty(row: Row, *, fault: str, world: World) -> Row:
    cells = _FAULTS[fault](row.cells, world)
    if fault in REFUSED:
        return replace(row, cells=cells, refused=fault)
    return replace(row, cells=cells, warned=fault)


def _wrong_check_digit(cells: Cells, _world: World) -> Cells:
    right = check_digit(cells.vin)
    wrong = "5" if right != "5" else "6"
    return replace(cells, vin=cells.vin[:8] + wrong + cells.vin[9:])


_FAULTS: Mapping[str, Callable[[Cells, World], Cells]] = {
    "vin_malformed": lambda cells, _world: replace(cells, vin=cells.vin[:-1]),
    "closed_before_opened": lambda cells, _world: replace(cells, closed_at=cells.opened_at - timedelta(days=8)),
    "opened_in_future": lambda cells, _world: replace(
        cells,
        opened_at=cells.opened_at + timedelta(days=3650),
        closed_at=cells.opened_at + timedelta(days=3650),
    ),
    "ro_number_missing": lambda cells, _world: replace(cells, ro_number=""),
    "opened_too_early": lambda cells, _world: replace(cells, opened_at=datetime(1900, 1, 1)),  # noqa: DTZ001
    "vin_check_digit": _wrong_check_digit,
    "phone_unusable": lambda cells, _world: replace(cells, phone="12345"),
    "odometer_unreadable": lambda cells, world: replace(cells, odometer=world.dialect.unreadable),
}


@dataclass(frozen=True)
class Export:
    """The rows of one file; None stands for a blank row. `truth` is what its reader finds."""

    rows: tuple[Row | None, ...]
    truth: Mapping[str, object]


@dataclass(frozen=True)
class Exports:
    main: Export
    daily: Export
    together: Mapping[str, object]


def exports_of(world: World) -> Exports:
    """Return the main file, written the evening before, and the daily file of the last three days."""
    rows = rows_of(world)
    today = world.as_of.date()
    midnight = datetime.combine(today, datetime.min.time())
    before = [_as_seen(row, at=midnight) for row in rows if row.visit.opened < midnight]
    lately = [row for row in rows if row.visit.opened.date() > today - timedelta(days=3)]
    folded, main = _folded(before, world=world)
    return Exports(
        main=Export(main, {**truth_of(before, today=today), "folded": folded}),
        daily=Export(tuple(lately), {**truth_of(lately, today=today), **_changes(before, lately)}),
        together={**truth_of(rows, today=today), "folded": folded},
    )


def _as_seen(row: Row, *, at: datetime) -> Row:
    """Return the row as an earlier export wrote it: what closed later was still open."""
    closed_at = row.cells.closed_at
    if row.refused or closed_at is None or closed_at < at:
        return row
    cells = replace(row.cells, closed_at=None)
    return replace(row, cells=cells, visit=replace(row.visit, closed=None))


def _folded(rows: Sequence[Row], *, world: World) -> tuple[dict[str, int], tuple[Row | None, ...]]:
    """Return the rows with exact repeats and blank ones among them, and how many of each."""
    draw = random.Random(f"folds-{world.dialect.key}-{world.seed}")
    good = [place for place, row in enumerate(rows) if not row.refused and not row.warned]
    wanted = {fold: max(1, len(rows) * share // 100_000) for fold, share in FOLDED.items()}
    wanted["repeated_row"] = min(wanted["repeated_row"], len(good))
    repeats = set(draw.sample(good, wanted["repeated_row"]))
    blanks = [draw.randrange(1, len(rows) + 1) for _ in range(wanted["blank_row"])]
    written: list[Row | None] = []
    for place, row in enumerate(rows, start=1):
        written.extend([row] * (2 if place - 1 in repeats else 1))
        written.extend([None] * blanks.count(place))
    return wanted, tuple(written)


def truth_of(rows: Sequence[Row], *, today: date) -> dict[str, object]:
    """Return what a faultless reader finds in these rows."""
    kept = [row for row in rows if not row.refused]
    closed = [row for row in kept if _is_recent(row.visit.closed, today=today)]
    last = {row.visit.car.vin: row.visit.opened.date() for row in kept}
    return {
        "repair_orders": len(kept),
        "still_open": sum(row.visit.closed is None for row in kept),
        "vehicles": len(last),
        "refused": _counted([row.refused for row in rows], reasons=REFUSED),
        "warned": _counted([row.warned for row in rows], reasons=WARNED),
        "lapsed_over_180_days": sum((today - day).days > 180 for day in last.values()),
        "closed_in_last_3_days": len(closed),
        "closed_in_last_3_days_consenting": sum(row.visit.owner.has_consented for row in closed),
    }


def _is_recent(closed: datetime | None, *, today: date) -> bool:
    return closed is not None and (today - closed.date()).days <= 3


def _counted(found: Sequence[str], *, reasons: Mapping[str, int]) -> dict[str, int]:
    return {reason: found.count(reason) for reason in reasons}


def _changes(before: Sequence[Row], lately: Sequence[Row]) -> dict[str, int]:
    """Return what the daily file changes once the main file is in."""
    known = {row.visit.ro_number: row.cells for row in before if not row.refused}
    kept = [row for row in lately if not row.refused]
    created = sum(row.visit.ro_number not in known for row in kept)
    unchanged = sum(known.get(row.visit.ro_number) == row.cells for row in kept)
    return {"created": created, "updated": len(kept) - created - unchanged, "unchanged": unchanged}

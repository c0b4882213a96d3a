"""What becomes of a row: kept, kept with warnings, set aside, or folded; pure.

Reasons are names for programs; people's words for them belong to the console. Cells that come again
and again (the car with its person, the kind of visit) are understood once and remembered: a year's
file names each car three times and has a few hundred different visits.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache

from core.repair_orders.imports import cells, phones, times, vins, words
from core.repair_orders.imports.columns import FIELDS, LONGEST_CELL
from core.repair_orders.imports.conventions import Conventions
from core.repair_orders.imports.orders import (
    Accepted,
    Folded,
    Ignored,
    Order,
    Party,
    Problem,
    Refused,
    Verdict,
    Visit,
)
from tenants import signs

# No DMS is older; earlier days are defaults of broken fields (1900, 1970).
FIRST_WALL = "1980-01-01"
LONGEST_NUMBER = 40
# A large centre sees some 10,000 other cars between two visits of one; each remembered takes 2 kB.
PARTIES_REMEMBERED = 16_384

NUMBER, OPENED, CLOSED, ODOMETER, TOTAL, VIN, NAME = (
    FIELDS.index(field) for field in ("ro_number", "opened", "closed", "odometer", "total", "vin", "customer_name")
)
_PARTY = slice(VIN, FIELDS.index("kind"))
_VISIT = slice(FIELDS.index("kind"), None)

BLANK_ROW = Folded("blank_row")
TOTALS_ROW = Ignored()
CLEAN: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Judge:
    """Judges the rows of one file; an order may be opened on the day `as_of_date`, not after it."""

    conventions: Conventions
    as_of_date: date

    @cached_property
    def _last_wall(self) -> str:
        return f"{self.as_of_date} 23:59:59"

    def verdict(self, row: Sequence[str]) -> Verdict:
        """Return what becomes of a row, whose cells stand in the order of columns.FIELDS."""
        told, row = row, words.tidy_row(row)
        if not any(row):
            return BLANK_ROW
        if max(map(len, told)) > LONGEST_CELL:
            return Refused(tuple(_too_long(told)))
        order = self.conventions.date_order
        opened = times.wall_time(row[OPENED], order) if row[OPENED] else None
        closed = times.wall_time(row[CLOSED], order) if row[CLOSED] else None
        party = _party(tuple(row[_PARTY]), self.conventions.country, order)
        # A number tidied into another order's would be taken for that order; a name is only cleaned.
        is_legible = not _had_unseen(told, row, NUMBER)
        if not party.vin or opened is None or not is_legible or not self._is_plausible(row, opened, closed):
            return self._refusal(row, vin=party.vin, opened=opened, closed=closed, is_legible=is_legible)
        accepted = self._accepted(row, opened=opened, closed=closed, party=party)
        if not _had_unseen(told, row, NAME):
            return accepted
        return accepted._replace(warnings=(*accepted.warnings, Problem("customer_name", row[NAME], "name_unseen")))

    def _is_plausible(self, row: Sequence[str], opened: str, closed: str | None) -> bool:
        return (
            0 < len(row[NUMBER]) <= LONGEST_NUMBER
            and FIRST_WALL <= opened <= self._last_wall
            and (closed is None or closed >= opened or _closes_same_day(opened, row[CLOSED], closed))
        )

    def _refusal(
        self, row: Sequence[str], *, vin: str, opened: str | None, closed: str | None, is_legible: bool
    ) -> Refused | Ignored:
        """Name every reason why the row cannot be kept, the gravest first."""
        faults = []
        if not row[NUMBER]:
            faults.append(Problem("ro_number", "", "ro_number_missing"))
        elif len(row[NUMBER]) > LONGEST_NUMBER:
            faults.append(Problem("ro_number", row[NUMBER], "ro_number_too_long"))
        elif not is_legible:
            faults.append(Problem("ro_number", row[NUMBER], "ro_number_unseen"))
        if not vin:
            faults.append(Problem("vin", row[VIN], "vin_malformed"))
        if opened is None:
            faults.append(Problem("opened", row[OPENED], "opened_unreadable"))
        elif opened < FIRST_WALL:
            faults.append(Problem("opened", row[OPENED], "opened_too_early"))
        elif opened > self._last_wall:
            faults.append(Problem("opened", row[OPENED], "opened_in_future"))
        if opened and closed and closed < opened:
            faults.append(Problem("closed", row[CLOSED], "closed_before_opened"))
        return TOTALS_ROW if _is_totals(row) else Refused(tuple(faults))

    def _accepted(self, row: Sequence[str], *, opened: str, closed: str | None, party: Party) -> Accepted:
        """Build the order; a cell that cannot be used is dropped and named."""
        visit = _visit(tuple(row[_VISIT]))
        said = self.conventions
        odometer, total = row[ODOMETER], row[TOTAL]
        km = cells.odometer_km(odometer, said.odometer_unit, said.decimal_mark)
        minor = cells.amount_minor(total, said.decimal_mark)
        warnings = party.warnings + visit.warnings
        if km is None and not _is_blank(odometer):
            warnings += (Problem("odometer", odometer, "odometer_unreadable"),)
        if minor is None and not _is_blank(total):
            warnings += (Problem("total", total, "total_unreadable"),)
        if closed is None and not _is_blank(row[CLOSED]):
            warnings += (Problem("closed", row[CLOSED], "closed_unreadable"),)
        if closed is not None and closed < opened:
            closed = opened
        return Accepted(Order(row[NUMBER], opened, closed, km, minor, party, visit), warnings)


def _too_long(row: Sequence[str]) -> Iterator[Problem]:
    """Yield the cells beyond all measure: cut to fit, a row would be kept with half of what was meant."""
    for field, cell in zip(FIELDS, row, strict=True):
        if len(cell) > LONGEST_CELL:
            yield Problem(field, cell, "cell_too_long")


def _had_unseen(told: Sequence[str], row: Sequence[str], cell: int) -> bool:
    """Of nearly all rows nothing was tidied, and nothing need be looked at."""
    return row is not told and signs.has_unseen(told[cell].strip())


def _closes_same_day(opened: str, cell: str, closed: str) -> bool:
    """Some systems write the closing as a day alone: midnight then stands for the whole day."""
    return closed[:10] == opened[:10] and ":" not in cell


def _is_totals(row: Sequence[str]) -> bool:
    first = next(cell for cell in row if cell)
    return not row[VIN] and not row[OPENED] and words.folded(first).rstrip(":：") in words.listed("totals")


def _is_blank(text: str) -> bool:
    return not text or text.casefold() in words.listed("blank")


@lru_cache(maxsize=PARTIES_REMEMBERED)
def _party(row: tuple[str, ...], country: str, order: str) -> Party:
    """Understand the cells that name the car and its person; the VIN is empty if it is malformed."""
    vin_text, plate_text, name, phone_text, email_text, model, landline_text, address, bought = row
    warnings: list[Problem] = []
    vin = vins.normal(vin_text)
    is_suspect = vin is not None and vins.is_suspect(vin)
    if is_suspect:
        warnings.append(Problem("vin", vin_text, "vin_check_digit"))
    phone = _phone(phone_text, field="phone", country=country, warnings=warnings)
    landline = _phone(landline_text, field="landline", country=country, warnings=warnings)
    plate, plate_key = cells.plate(plate_text)
    return Party(
        vin=vin or "",
        is_vin_suspect=is_suspect,
        plate=plate,
        plate_key=plate_key,
        model=model[:80],
        customer_name=name[:200],
        name_key=cells.name_key(name),
        phone=phone.number if phone else None,
        phone_is_landline=phone.is_landline if phone else False,
        landline=landline.number if landline else None,
        email=_email(email_text, warnings=warnings),
        address=address[:300],
        purchase_date=_day(bought, order=order, warnings=warnings),
        warnings=tuple(warnings),
    )


@lru_cache(maxsize=4_096)
def _visit(row: tuple[str, ...]) -> Visit:
    """Understand the cells that name the work and the advisor's question."""
    kind, work, advisor, answer, window_text = row
    window = cells.contact_window(window_text) if window_text else None
    may_contact = cells.yes_no(answer) if answer else None
    # An answer that cannot be read is no permission.
    is_unread = may_contact is None and not _is_blank(answer)
    return Visit(
        kind=cells.kind(kind) if kind else "OTHER",
        items=cells.items(work),
        advisor=advisor[:100],
        may_contact=may_contact,
        contact_from=window[0] if window else None,
        contact_until=window[1] if window else None,
        warnings=(Problem("may_contact", answer, "may_contact_unreadable"),) if is_unread else CLEAN,
    )


def _phone(text: str, *, field: str, country: str, warnings: list[Problem]) -> phones.Phone | None:
    if _is_blank(text):
        return None
    found = phones.read(text, country=country)
    if found is None:
        warnings.append(Problem(field, text, "phone_unusable"))
    return found


def _email(text: str, *, warnings: list[Problem]) -> str | None:
    if _is_blank(text):
        return None
    address = cells.email(text)
    if address is None:
        warnings.append(Problem("email", text, "email_unusable"))
    return address


def _day(text: str, *, order: str, warnings: list[Problem]) -> str | None:
    if _is_blank(text):
        return None
    wall = times.wall_time(text, order)
    if wall is None:
        warnings.append(Problem("purchase_date", text, "purchase_date_unreadable"))
        return None
    return wall[:10]


def forget() -> None:
    """Drop what was remembered of cars and people; called when a file is done."""
    _party.cache_clear()
    for function in (phones.read, vins.normal, vins.is_suspect, cells.plate, cells.name_key, cells.email):
        function.cache_clear()
    words.forget()

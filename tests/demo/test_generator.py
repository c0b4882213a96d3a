import csv
import json
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path

import openpyxl
import phonenumbers
import pytest

from deploy.demo import faults, files, generator
from deploy.demo.dialects import DIALECTS

EVENING = datetime(2026, 11, 20, 20)  # noqa: DTZ001 - exports are written in the dealer's wall time
SPOKEN = ["zh", "es", "en"]


def world(
    dialect: str, *, vehicles: int = 400, as_of: datetime = EVENING, since: date | None = None
) -> generator.World:
    return generator.invent(dialect=dialect, vehicles=vehicles, as_of=as_of, seed=7, since=since)


def read_csv(path: Path, *, dialect: str) -> list[list[str]]:
    spoken = DIALECTS[dialect]
    with path.open(encoding=spoken.encoding, newline="") as file:
        return list(csv.reader(file, delimiter=spoken.delimiter))


def test_the_same_arguments_write_the_same_bytes(tmp_path: Path) -> None:
    first = files.write(world("zh"), folder=tmp_path / "first")
    second = files.write(world("zh"), folder=tmp_path / "second")

    assert first.main.read_bytes() == second.main.read_bytes()
    assert first.daily.read_bytes() == second.daily.read_bytes()


def test_another_seed_is_another_world() -> None:
    other = generator.invent(dialect="zh", vehicles=400, as_of=EVENING, seed=8)

    assert other.visits != world("zh").visits


def test_a_later_day_repeats_what_the_earlier_one_told() -> None:
    since = EVENING.date() - timedelta(days=300)
    earlier = world("es", since=since)
    later = world("es", since=since, as_of=EVENING + timedelta(days=5))

    known = {visit.ro_number: visit for visit in later.visits}

    assert len(later.visits) > len(earlier.visits)
    assert all(known[visit.ro_number].opened == visit.opened for visit in earlier.visits)
    assert {row.visit.ro_number: row.refused for row in faults.rows_of(later)}.items() >= {
        row.visit.ro_number: row.refused for row in faults.rows_of(earlier)
    }.items()


@pytest.mark.parametrize("dialect", SPOKEN)
def test_vins_are_legal_and_the_check_digit_holds_where_the_region_uses_one(dialect: str) -> None:
    vins = {visit.car.vin for visit in world(dialect).visits}

    assert all(len(vin) == 17 and set(vin) <= set(generator.VIN_VALUES) for vin in vins)
    assert all(generator.check_digit(vin) == vin[8] for vin in vins)


def test_the_check_digit_is_the_standards() -> None:
    # The worked example that every description of the rule carries.
    assert generator.check_digit("1M8GDM9AXKP042788") == "X"
    assert generator.check_digit("11111111111111111") == "1"


@pytest.mark.parametrize("dialect", SPOKEN)
def test_owners_can_be_reached_by_a_number_of_valid_form(dialect: str) -> None:
    country = DIALECTS[dialect].country
    phones = {visit.owner.phone for visit in world(dialect).visits if visit.owner.phone}

    assert phones
    assert all(phonenumbers.is_valid_number(phonenumbers.parse(phone, country)) for phone in phones)


@pytest.mark.parametrize("dialect", SPOKEN)
def test_no_two_strangers_share_a_number(dialect: str) -> None:
    owners = {(visit.owner.phone, visit.owner.name) for visit in world(dialect, vehicles=2000).visits}
    phones = Counter(phone for phone, _ in owners if phone)

    assert max(phones.values()) == 1


def test_no_car_runs_backwards() -> None:
    last: dict[str, int] = {}
    for visit in world("zh").visits:
        assert visit.odometer_km >= last.get(visit.car.vin, 0)
        last[visit.car.vin] = visit.odometer_km


def test_the_week_has_its_pattern() -> None:
    weekdays = Counter(visit.opened.weekday() for visit in world("es", vehicles=2000).visits)

    assert weekdays[6] == 0
    assert weekdays[5] < weekdays[0]


def test_nothing_is_written_of_what_has_not_happened() -> None:
    visits = world("zh", as_of=EVENING.replace(hour=10)).visits

    assert all(visit.opened <= EVENING.replace(hour=10) for visit in visits)
    assert all(visit.closed is None or visit.closed <= EVENING.replace(hour=10) for visit in visits)


@pytest.mark.parametrize("dialect", SPOKEN)
def test_the_files_hold_what_the_truth_counts(dialect: str, tmp_path: Path) -> None:
    written = files.write(world(dialect, vehicles=2000), folder=tmp_path)
    truth = json.loads(written.truth.read_text())["main"]
    header, *rows = read_csv(written.main, dialect=dialect)

    blank = [row for row in rows if not any(row)]
    distinct = {tuple(row) for row in rows if any(row)}
    kept = truth["repair_orders"] + sum(truth["refused"].values())

    assert tuple(header) == DIALECTS[dialect].headers
    assert len(blank) == truth["folded"]["blank_row"]
    assert len(rows) - len(blank) - len(distinct) == truth["folded"]["repeated_row"]
    assert len(distinct) == kept


def test_every_reason_of_the_import_occurs(tmp_path: Path) -> None:
    written = files.write(world("zh", vehicles=2000), folder=tmp_path)
    truth = json.loads(written.truth.read_text())["together"]

    assert all({**truth["refused"], **truth["warned"], **truth["folded"]}.values())


def test_spain_has_no_check_digit_to_be_wrong(tmp_path: Path) -> None:
    written = files.write(world("es", vehicles=2000), folder=tmp_path)

    assert json.loads(written.truth.read_text())["together"]["warned"]["vin_check_digit"] == 0


def test_main_and_daily_together_are_the_whole() -> None:
    exports = faults.exports_of(world("zh", vehicles=6000))
    daily = exports.daily.truth

    assert exports.main.truth["repair_orders"] + daily["created"] == exports.together["repair_orders"]  # type: ignore[operator]
    assert daily["updated"]
    assert daily["unchanged"]
    assert daily["created"] + daily["updated"] + daily["unchanged"] == daily["repair_orders"]  # type: ignore[operator]


def test_the_main_file_lacks_the_last_day() -> None:
    exports = faults.exports_of(world("es"))

    assert max(row.visit.opened.date() for row in exports.main.rows if row) < EVENING.date()
    assert {row.visit.opened.date() for row in exports.daily.rows if row} <= {
        EVENING.date() - timedelta(days=days) for days in range(3)
    }


def test_a_workbook_has_its_title_its_totals_and_real_dates(tmp_path: Path) -> None:
    written = files.write(world("xlsx", vehicles=60), folder=tmp_path)
    sheet = openpyxl.load_workbook(written.main).worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))

    assert rows[0][1] is None
    assert rows[1] == DIALECTS["xlsx"].headers
    assert isinstance(rows[2][7], datetime)
    assert rows[-1][0] == DIALECTS["xlsx"].total
    assert str(rows[-1][1]) == str(sum(any(row) for row in rows[2:-1]))


def test_an_unknown_dialect_is_refused() -> None:
    with pytest.raises(generator.DialectUnknown):
        world("latin")

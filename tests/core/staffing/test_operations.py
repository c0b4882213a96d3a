import json
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from core.staffing import operations, rules
from tenants.scope import DealerRef, dealer_scope
from tests.core.kpis import facts

DAY = date(2026, 11, 20)  # a Friday
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def take_in(counts: dict[date, int]) -> None:
    """Give the dealer in scope that many orders on each day."""
    owner = facts.make_customer("Anna", day=DAY)
    cars = [facts.make_vehicle(number, day=DAY) for number in range(max(counts.values()))]
    for day, count in counts.items():
        for car in cars[:count]:
            facts.make_order(car, owner, day=day)


def test_the_intake_is_the_mean_of_open_days(in_south: DealerRef) -> None:
    take_in({DAY - timedelta(days=shift): 4 for shift in range(5)} | {date(2026, 11, 13): 9})

    measured = operations.measured_intake(in_south, today=DAY)

    # Friday the 13th, Saturday without a car, no Sunday, and five days of the week.
    assert measured.counts == (9, 0, 4, 4, 4, 4, 4)
    assert measured.mean == Fraction(29, 7)
    assert measured.last_date == DAY


def test_orders_after_the_day_asked_for_are_not_seen(in_north: DealerRef) -> None:
    take_in({DAY: 3, DAY + timedelta(days=1): 8})

    assert operations.measured_intake(in_north, today=DAY).mean == 3


def test_a_dealer_without_an_import_has_no_intake(in_north: DealerRef) -> None:
    with pytest.raises(rules.IntakeUnknown):
        operations.measured_intake(in_north, today=DAY)


def test_rates_are_the_dealers_own_where_enough_cases_speak(in_north: DealerRef) -> None:
    take_in({DAY - timedelta(days=shift): 10 for shift in range(4)})
    owner = facts.make_customer("Anna", day=DAY)
    facts.make_complaint(owner, number=1, opened=facts.at(DAY), kept=True)

    rates = operations.measured_rates(in_north, today=DAY)

    assert rates == {"consenting": Fraction(1), "complaints_per_order": Fraction(1, 40)}


def test_a_dealer_counts_its_own_intake_only(north: DealerRef, south: DealerRef) -> None:
    with dealer_scope(north):
        take_in({DAY: 3})
    with dealer_scope(south):
        take_in({DAY: 7})

    assert operations.staffing(dealer="north", intake=None, now=NOW).intake.mean == 3
    assert operations.staffing(dealer="south", intake=None, now=NOW).intake.mean == 7


def asked(*arguments: str) -> dict[str, Any]:
    out = StringIO()
    call_command("staffing", *arguments, "--json", stdout=out)
    answer: dict[str, Any] = json.loads(out.getvalue())
    return answer


def test_the_first_answer_is_the_standard() -> None:
    answer = asked("--intake", "85")

    assert next(iter(answer.items())) == (
        "standard",
        {"class": "III", "posts": {"director": 1, "service_specialist": 1, "relations_specialist": 1}},
    )


def test_class_v_says_who_covers_the_relations_post() -> None:
    answer = asked("--intake", "59")

    assert answer["standard"] == {
        "class": "V",
        "posts": {"director": 1, "service_specialist": 1, "relations_specialist": 0},
    }
    assert answer["covered_by"] == {"relations_specialist": "service_specialist"}


def test_the_workload_shows_its_drivers_and_where_it_disagrees() -> None:
    answer = asked("--intake", "90")

    drivers = answer["workload"]["drivers"]
    assert sum(row["person_days"] for row in drivers) == pytest.approx(answer["workload"]["person_days"], abs=1e-3)
    assert {"about": "first_calls_alone", "needs": 1.2, "has": 1} in answer["disagreements"]


def test_a_dealer_is_answered_from_its_own_orders(in_north: DealerRef) -> None:
    take_in({DAY: 3})

    answer = asked("--dealer", "north")

    assert answer["intake"] == {"q": 3, "source": "MEASURED", "open_days": 1, "last_date": "2026-11-20"}
    assert answer["standard"]["class"] == "V"


def test_a_given_intake_beats_the_counted_one(in_north: DealerRef) -> None:
    take_in({DAY: 3})

    assert asked("--dealer", "north", "--intake", "120")["standard"]["class"] == "I"


def test_without_json_it_prints_lines() -> None:
    out = StringIO()
    call_command("staffing", "--intake", "59.5", stdout=out)

    assert "class V" in out.getvalue()


REFUSED = [
    ("nothing_given", (), "name a dealer"),
    ("an_unknown_dealer", ("--dealer", "nobody"), "no dealer named"),
    ("a_negative_intake", ("--intake", "-3"), "must not be negative"),
    ("nothing_imported", ("--dealer", "south"), "no repair order"),
    ("no_number", ("--intake", "many"), "not a number"),
]


@pytest.mark.parametrize(("arguments", "says"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_it_says_what_is_wrong(south: DealerRef, arguments: tuple[str, ...], says: str) -> None:
    with pytest.raises(CommandError, match=says):
        call_command("staffing", *arguments)

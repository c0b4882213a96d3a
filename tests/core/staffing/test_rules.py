import tomllib
from decimal import Decimal
from fractions import Fraction
from importlib import resources

import pytest

from core.staffing import rules, tables

TABLE = tables.staffing_table()

POSTS: list[tuple[int | Decimal | Fraction, str, int, int, int]] = [
    (0, "V", 1, 1, 0),
    (59, "V", 1, 1, 0),
    (Decimal("59.97"), "V", 1, 1, 0),
    (60, "IV", 1, 1, 1),
    (79, "IV", 1, 1, 1),
    (Fraction(239, 3), "IV", 1, 1, 1),
    (80, "III", 1, 1, 1),
    (99, "III", 1, 1, 1),
    (100, "II", 1, 1, 2),
    (119, "II", 1, 1, 2),
    (120, "I", 1, 2, 2),
    (5000, "I", 1, 2, 2),
]


@pytest.mark.parametrize(
    ("intake", "name", "director", "service", "relations"),
    POSTS,
    ids=[f"Q={float(row[0]):g}" for row in POSTS],
)
def test_the_table_gives_these_posts(
    intake: int | Decimal | Fraction,
    name: str,
    director: int,
    service: int,
    relations: int,
) -> None:
    held = rules.class_of(intake, classes=TABLE.classes)

    assert held.name == name
    assert held.posts == {
        "director": director,
        "service_specialist": service,
        "relations_specialist": relations,
    }


def test_class_v_has_its_follow_ups_made_by_the_service_specialist() -> None:
    held = rules.class_of(12, classes=TABLE.classes)

    assert held.covered_by == {"relations_specialist": "service_specialist"}


def test_a_negative_intake_is_refused() -> None:
    with pytest.raises(rules.IntakeNegative):
        rules.class_of(-1, classes=TABLE.classes)


def test_the_mean_takes_the_last_thirty_open_days_only() -> None:
    counts = [500, *([80] * 30)]

    assert rules.mean_intake(counts, over=30) == 80


def test_no_open_day_has_no_mean() -> None:
    with pytest.raises(rules.IntakeUnknown):
        rules.mean_intake([], over=30)


def _class_after(counts: list[int]) -> str:
    return rules.settled_class(counts, table=TABLE).name


# Thirty days at 79 and then n at 109 bring the running mean to exactly 79 + n: in III from day 1 on.
CLIMBS = [
    ("never_left", 0, "IV"),
    ("nine_days_above", 9, "IV"),
    ("ten_days_above", 10, "III"),
]


@pytest.mark.parametrize(("days", "name"), [row[1:] for row in CLIMBS], ids=[row[0] for row in CLIMBS])
def test_the_class_changes_only_after_ten_open_days_in_the_new_one(days: int, name: str) -> None:
    assert _class_after([79] * 30 + [109] * days) == name


def test_a_day_back_in_the_old_class_starts_the_count_over() -> None:
    # The mean reaches 80 for five days, falls under it for one, and stands above again.
    counts = [79] * 30 + [109] + [79] * 4 + [0] + [200] + [79] * 8

    assert _class_after(counts) == "IV"


def test_a_dealer_between_two_classes_does_not_flap() -> None:
    counts = [79] * 30 + [94, 64] * 30

    assert _class_after(counts) == "IV"


def test_a_short_history_is_read_as_it_stands() -> None:
    assert _class_after([100, 100, 100]) == "II"


def test_fractions_are_summed_over_kinds_of_work_before_rounding_up() -> None:
    one_of_each = {"attempts_per_follow_up": Fraction(1)}

    load = rules.workload(25, table=TABLE, measured=one_of_each)

    assert load.person_days == sum(driver.person_days for driver in load.drivers)
    assert all(driver.person_days < 1 for driver in load.drivers)
    assert load.posts == 1


def test_the_norms_are_fifty_five_in_and_seventy_five_out() -> None:
    load = rules.workload(110, table=TABLE, measured={"attempts_per_follow_up": Fraction(1)})

    days = {driver.key: driver.person_days for driver in load.drivers}

    assert days["inbound_calls"] == 1
    assert days["first_follow_up_calls"] == Fraction(110, 75)


def test_shrinkage_takes_fifteen_percent_of_every_person() -> None:
    load = rules.workload(80, table=TABLE, measured={})

    assert load.with_shrinkage == load.person_days / Fraction(85, 100)


def test_answers_by_message_save_calls() -> None:
    called = rules.workload(90, table=TABLE, measured={})
    messaged = rules.workload(90, table=TABLE, measured={"not_answered_by_message": Fraction(60, 100)})

    assert messaged.person_days < called.person_days


def test_no_cars_want_nobody() -> None:
    assert rules.workload(0, table=TABLE, measured={}).posts == 0


def test_a_rate_the_table_does_not_name_is_refused() -> None:
    with pytest.raises(rules.RateUnknown):
        rules.workload(80, table=TABLE, measured={"charm": Fraction(1)})


FIRST_CALLS = [
    (60, None),
    (75, None),
    (80, "1.07"),
    (99, "1.32"),
    (100, None),
    (150, None),
    (160, "2.13"),
]


@pytest.mark.parametrize(("intake", "needs"), FIRST_CALLS, ids=[f"Q={row[0]}" for row in FIRST_CALLS])
def test_it_shows_where_the_table_cannot_carry_first_calls_alone(intake: int, needs: str | None) -> None:
    held = rules.class_of(intake, classes=TABLE.classes)
    load = rules.workload(intake, table=TABLE, measured={})

    found = {
        row.about: f"{float(row.needs):.2f}" for row in rules.disagreements(intake, held=held, load=load, table=TABLE)
    }

    assert found.get("first_calls_alone") == needs


def test_every_row_of_the_table_says_where_it_comes_from() -> None:
    text = resources.files("core.tables").joinpath("staffing.toml").read_text(encoding="utf-8")
    rows = [row for part in tomllib.loads(text).values() for row in (part if isinstance(part, list) else [part])]

    assert all(row["source"] for row in rows)

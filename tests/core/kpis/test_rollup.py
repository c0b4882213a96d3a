from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from core.kpis import rollup, table
from tenants.models import BenchmarkFact
from tenants.scope import DealerRef, dealer_scope, public_scope
from tests.core.kpis import facts
from tests.core.kpis.facts import at

DAY = date(2026, 11, 18)  # a Wednesday
NEXT = DAY + timedelta(days=1)
NOW = datetime(2026, 11, 21, 2, tzinfo=UTC)


def counted(dealer: DealerRef, *, day: date = DAY) -> dict[str, tuple[int, int]]:
    """Roll a day up and return numerator and denominator by metric."""
    rollup.rollup(dealer, from_date=day, until_date=day + timedelta(days=1), now=NOW)
    with public_scope():
        rows = BenchmarkFact.objects.filter(dealer_id=dealer.id, day=day)
        return {row.metric: (row.numerator, row.denominator) for row in rows}


def exclusions(dealer: DealerRef, *, metric: str, day: date = DAY) -> dict[str, int]:
    with public_scope():
        found: dict[str, int] = BenchmarkFact.objects.get(dealer_id=dealer.id, day=day, metric=metric).exclusions
        return found


def test_every_metric_counts_an_empty_dealer_without_complaint(north: DealerRef) -> None:
    found = counted(north)

    assert set(found) == {metric.key for metric in table.metrics()}
    assert len(found) >= 12
    assert found["daily_intake"] == (0, 1)
    assert all(figures == (0, 0) for key, figures in found.items() if key not in {"daily_intake", "follow_up_due"})


def test_the_intake_is_counted_by_the_dealers_own_day(in_north: DealerRef) -> None:
    anna = facts.make_customer("Anna", day=DAY)
    facts.make_orders(anna, day=DAY, count=3)
    facts.make_orders(anna, day=NEXT, count=2, first=10)

    assert counted(in_north)["daily_intake"] == (3, 1)
    assert counted(in_north, day=NEXT)["daily_intake"] == (2, 1)


def test_a_closed_day_without_cars_is_no_day_of_intake(south: DealerRef) -> None:
    sunday = date(2026, 11, 15)

    assert counted(south, day=sunday)["daily_intake"] == (0, 0)


def test_a_follow_up_counts_on_the_day_of_its_deadline(in_north: DealerRef) -> None:
    anna = facts.make_customer("Anna", day=DAY)
    orders = facts.make_orders(anna, day=DAY - timedelta(days=3), count=5)
    facts.make_follow_up(orders[0], due=DAY, carried_out=at(DAY), successful=at(DAY, 12))
    facts.make_follow_up(orders[1], due=DAY, carried_out=at(DAY), successful=at(NEXT))
    facts.make_follow_up(orders[2], due=DAY, carried_out=at(NEXT))
    facts.make_follow_up(orders[3], due=DAY, excluded="no_consent")
    facts.make_follow_up(orders[4], due=NEXT)

    found = counted(in_north)

    assert found["follow_up_due"] == (3, 1)
    assert found["follow_up_carried_out"] == (2, 3)
    assert found["follow_up_successful"] == (1, 3)
    assert exclusions(in_north, metric="follow_up_carried_out") == {"no_consent": 1}


def test_a_deadline_at_midnight_ends_the_day_before_it(in_north: DealerRef) -> None:
    anna = facts.make_customer("Anna", day=DAY)
    order = facts.make_orders(anna, day=DAY - timedelta(days=3), count=1)[0]
    follow_up = facts.make_follow_up(order, due=DAY, carried_out=at(DAY, 23))
    follow_up.due_at = at(NEXT, 0)
    follow_up.save()

    assert counted(in_north)["follow_up_carried_out"] == (1, 1)
    assert counted(in_north, day=NEXT)["follow_up_carried_out"] == (0, 0)


def test_a_late_answer_still_is_a_contact_when_the_follow_up_expires(in_north: DealerRef) -> None:
    anna = facts.make_customer("Anna", day=DAY)
    due = DAY - timedelta(days=4)
    orders = facts.make_orders(anna, day=due - timedelta(days=3), count=3)
    facts.make_follow_up(orders[0], due=due, carried_out=at(due), successful=at(DAY - timedelta(days=1)))
    facts.make_follow_up(orders[1], due=due, carried_out=at(due))
    facts.make_follow_up(orders[2], due=due)

    assert counted(in_north)["contact_rate"] == (1, 2)
    assert exclusions(in_north, metric="contact_rate") == {"not_carried_out": 1}


def test_satisfaction_keeps_its_raw_points_and_never_mixes_scales(in_north: DealerRef) -> None:
    anna = facts.make_customer("Anna", day=DAY)
    orders = facts.make_orders(anna, day=DAY, count=4)
    asked = [facts.make_follow_up(order, due=DAY) for order in orders]
    for follow_up, score in zip(asked, (12, 8, -4), strict=False):
        facts.make_answer(follow_up, score=score, when=at(DAY, 15))
    facts.make_answer(asked[3], score=9, when=at(DAY, 15), questionnaire="delivery")

    found = counted(in_north)

    assert found["satisfaction_overall"] == (16, 3)
    assert found["top_box"] == (1, 3)
    assert exclusions(in_north, metric="satisfaction_overall") == {"other_scale": 1}


def test_a_dissatisfied_owner_counts_when_the_working_day_is_over(in_north: DealerRef) -> None:
    anna = facts.make_customer("Anna", day=DAY)
    orders = facts.make_orders(anna, day=DAY, count=2)
    for order, answered in zip(orders, (at(DAY, 16), None), strict=True):
        survey = facts.make_answer(facts.make_follow_up(order, due=DAY), score=-4, when=at(DAY - timedelta(days=1)))
        survey.answer_due_at, survey.answered_at = at(DAY, 17), answered
        survey.save()

    assert counted(in_north)["dissatisfied_answered"] == (1, 2)


def test_complaints_stand_against_the_days_orders_and_clocks_against_their_end(in_north: DealerRef) -> None:
    anna = facts.make_customer("Anna", day=DAY)
    facts.make_orders(anna, day=DAY, count=4)
    facts.make_complaint(anna, number=1, opened=at(DAY), kept=True)
    facts.make_complaint(anna, number=2, opened=at(DAY), kept=False)

    found = counted(in_north)

    assert found["complaints_per_1000_orders"] == (2, 4)
    assert found["clocks_kept"] == (2, 4)
    assert counted(in_north, day=DAY + timedelta(days=2))["clocks_kept"] == (1, 2)


def test_appointments_are_kept_or_not_and_cancelled_ones_do_not_count(in_north: DealerRef) -> None:
    anna = facts.make_customer("Anna", day=DAY)
    orders = facts.make_orders(anna, day=DAY, count=4)
    before = at(DAY - timedelta(days=2))
    facts.make_visit(orders[0], starts=at(DAY), booked=before, arrived=at(DAY), state="ARRIVED")
    facts.make_visit(orders[1], starts=at(DAY), booked=before, arrived=None, state="NO_SHOW")
    facts.make_visit(orders[2], starts=at(DAY), booked=before, arrived=None, state="CANCELLED")

    found = counted(in_north)

    assert found["show_rate"] == (1, 2)
    assert found["appointment_rate"] == (2, 4)
    assert exclusions(in_north, metric="show_rate") == {"cancelled": 1}


def test_a_file_is_complete_with_what_was_known_two_days_after(in_north: DealerRef) -> None:
    visit = DAY - timedelta(days=2)
    reachable = facts.make_customer("Anna", day=visit, phone="+8613900000001")
    too_late = facts.make_customer("Anna", day=NEXT, phone="+8613900000002")
    facts.make_orders(reachable, day=visit, count=2)
    facts.make_orders(too_late, day=visit, count=1, first=10)

    assert counted(in_north)["file_completeness"] == (2, 3)


def test_lapse_and_retention_look_back_from_the_day(in_north: DealerRef) -> None:
    anna = facts.make_customer("Anna", day=DAY)
    cars = [facts.make_vehicle(number, day=DAY) for number in range(3)]
    facts.make_order(cars[0], anna, day=DAY - timedelta(days=400))
    facts.make_order(cars[0], anna, day=DAY - timedelta(days=20))
    facts.make_order(cars[1], anna, day=DAY - timedelta(days=400))
    facts.make_order(cars[2], anna, day=DAY - timedelta(days=180))

    found = counted(in_north)

    assert found["lapse"] == (1, 3)
    assert found["retention"] == (1, 2)
    assert counted(in_north, day=NEXT)["lapse"] == (2, 3)


def test_a_day_counted_again_gives_the_same_figures_whatever_came_later(in_north: DealerRef) -> None:
    anna = facts.make_customer("Anna", day=DAY, phone="+8613900000001")
    orders = facts.make_orders(anna, day=DAY, count=3)
    follow_up = facts.make_follow_up(orders[0], due=DAY, carried_out=at(DAY))
    first = counted(in_north)

    facts.make_orders(anna, day=NEXT, count=5, first=50)
    facts.make_answer(follow_up, score=12, when=at(NEXT))
    follow_up.successful_at = at(NEXT)
    follow_up.save()
    facts.make_complaint(anna, number=1, opened=at(NEXT), kept=True)

    assert counted(in_north) == first
    with public_scope():
        assert BenchmarkFact.objects.filter(dealer_id=in_north.id).count() == len(first)


def test_a_day_is_covered_by_an_import_or_by_being_closed(in_south: DealerRef) -> None:
    monday = date(2026, 11, 16)
    facts.make_import(monday, DAY)

    rollup.rollup(in_south, from_date=date(2026, 11, 14), until_date=date(2026, 11, 20), now=NOW)

    with public_scope():
        days = dict(
            BenchmarkFact.objects.filter(dealer_id=in_south.id, metric="daily_intake").values_list("day", "covered")
        )
    assert [day for day, covered in sorted(days.items()) if covered] == [
        date(2026, 11, 15),  # a Sunday
        monday,
        date(2026, 11, 17),
        DAY,
    ]


def test_a_range_gives_what_its_days_give_one_by_one(in_north: DealerRef) -> None:
    anna = facts.make_customer("Anna", day=DAY, phone="+8613900000001")
    for shift in range(4):
        facts.make_orders(anna, day=DAY + timedelta(days=shift), count=shift + 1, first=100 * shift)
    one_by_one = {shift: counted(in_north, day=DAY + timedelta(days=shift)) for shift in range(4)}

    rollup.rollup(in_north, from_date=DAY, until_date=DAY + timedelta(days=4), now=NOW)

    with public_scope():
        for shift, found in one_by_one.items():
            rows = BenchmarkFact.objects.filter(dealer_id=in_north.id, day=DAY + timedelta(days=shift))
            assert {row.metric: (row.numerator, row.denominator) for row in rows} == found


def test_a_dealer_counts_its_own_rows_only(north: DealerRef, south: DealerRef) -> None:
    with dealer_scope(north):
        facts.make_orders(facts.make_customer("Anna", day=DAY), day=DAY, count=3)
    with dealer_scope(south):
        facts.make_orders(facts.make_customer("Boris", day=DAY), day=DAY, count=7)

    assert counted(north)["daily_intake"] == (3, 1)
    assert counted(south)["daily_intake"] == (7, 1)


MARKER = "MARKERANNA"


def test_nothing_about_a_person_reaches_the_public_schema(in_north: DealerRef) -> None:
    anna = facts.make_customer(f"Anna {MARKER}", day=DAY, phone="+8613977777777")
    order = facts.make_orders(anna, day=DAY, count=1)[0]
    follow_up = facts.make_follow_up(order, due=DAY)
    facts.make_answer(follow_up, score=-4, when=at(DAY))
    facts.make_complaint(anna, number=1, opened=at(DAY), kept=True)
    rollup.rollup(in_north, from_date=DAY, until_date=NEXT, now=NOW)

    with public_scope(), connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (name,) in cursor.fetchall():
            # The names come from the catalogue itself.
            cursor.execute(f'SELECT count(*) FROM public."{name}" t WHERE t::text LIKE ANY(%s)', [_markers(order)])  # noqa: S608
            assert cursor.fetchone() == (0,), name


def _markers(order: object) -> list[str]:
    vin = order.vehicle.vin  # type: ignore[attr-defined]
    return [f"%{MARKER}%", "%13977777777%", f"%{vin}%"]


def test_an_empty_period_is_refused(north: DealerRef) -> None:
    with pytest.raises(rollup.PeriodEmpty):
        rollup.rollup(north, from_date=DAY, until_date=DAY, now=NOW)


def test_every_metric_says_where_it_comes_from_and_speaks_three_languages() -> None:
    for metric in table.metrics():
        assert set(metric.name) == {"zh-hans", "es", "en"}
        assert metric.numerator
        assert metric.denominator
        assert metric.key.isidentifier()

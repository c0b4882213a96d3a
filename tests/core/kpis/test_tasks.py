from datetime import UTC, date, datetime, timedelta

from core.kpis import rollup, tasks
from tenants.models import BenchmarkFact
from tenants.scope import DealerRef, dealer_scope, public_scope
from tests.core.kpis import facts

TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 4, tzinfo=UTC)


def days_counted(dealer: DealerRef) -> list[date]:
    with public_scope():
        rows = BenchmarkFact.objects.filter(dealer_id=dealer.id, metric="daily_intake")
        return sorted(rows.values_list("day", flat=True))


def test_every_morning_counts_the_last_days(in_north: DealerRef) -> None:
    rollup.roll_up_lately(in_north, now=NOW)

    assert days_counted(in_north) == [TODAY - timedelta(days=back) for back in reversed(range(8))]


def test_a_first_import_is_counted_as_far_as_it_reaches(in_north: DealerRef) -> None:
    facts.make_import(TODAY - timedelta(days=75), TODAY)

    assert rollup.roll_up_lately(in_north, now=NOW) == TODAY - timedelta(days=75)
    assert len(days_counted(in_north)) == 76


def test_what_was_counted_after_an_import_is_not_counted_for_it_again(in_north: DealerRef) -> None:
    facts.make_import(TODAY - timedelta(days=75), TODAY - timedelta(days=1))
    rollup.roll_up_lately(in_north, now=NOW)

    assert rollup.roll_up_lately(in_north, now=NOW + timedelta(days=1)) == TODAY - timedelta(days=6)


def test_the_task_counts_the_dealer_it_was_sent_for(north: DealerRef, south: DealerRef) -> None:
    with dealer_scope(south):
        tasks.roll_up_lately.apply()

    assert days_counted(north) == []
    assert len(days_counted(south)) == 8

import json
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.kpis import benchmark, report
from tenants.models import BenchmarkFact, Dealer, Manufacturer, Region
from tenants.scope import DealerRef, public_scope
from tests.conftest import MANUFACTURER

FIRST, LAST = date(2026, 11, 1), date(2026, 11, 20)
NOW = datetime(2026, 11, 21, tzinfo=UTC)
DAYS = [FIRST + timedelta(days=count) for count in range(20)]


def make_facts(
    dealer: DealerRef, metric: str, *, numerator: int, denominator: int, days: list[date] = DAYS, covered: bool = True
) -> None:
    """Give a dealer the same counts on every day."""
    with public_scope():
        BenchmarkFact.objects.bulk_create(
            BenchmarkFact(
                dealer_id=dealer.id,
                manufacturer_id=dealer.manufacturer_id,
                region_id=dealer.region_id,
                day=day,
                metric=metric,
                numerator=numerator,
                denominator=denominator,
                exclusions={"NO_CONSENT": 1},
                covered=covered,
                computed_at=NOW,
            )
            for day in days
        )


def found(metric: str) -> dict[str, Any]:
    """Return one metric of the benchmark as JSON gives it, dealers by name."""
    answer = report.as_json(benchmark.benchmark(manufacturer=MANUFACTURER, first=FIRST, last=LAST))
    row = next(row for row in answer["metrics"] if row["metric"] == metric)
    return {**row, "dealers": {dealer["dealer"]: dealer for dealer in row["dealers"]}}


def test_shares_come_with_their_interval_their_place_and_its_range(north: DealerRef, south: DealerRef) -> None:
    make_facts(north, "show_rate", numerator=9, denominator=10)
    make_facts(south, "show_rate", numerator=5, denominator=10)

    dealers = found("show_rate")["dealers"]

    assert dealers["north"]["value"] == 0.9
    assert dealers["north"]["n"] == 200
    assert dealers["north"]["interval"] == [pytest.approx(0.8506, abs=1e-4), pytest.approx(0.9343, abs=1e-4)]
    assert (dealers["north"]["rank"], dealers["north"]["rank_range"]) == (1, [1, 1])
    assert (dealers["south"]["rank"], dealers["south"]["rank_range"]) == (2, [2, 2])
    assert found("show_rate")["all"]["value"] == 0.7


def test_exclusions_are_summed_by_reason(north: DealerRef) -> None:
    make_facts(north, "show_rate", numerator=9, denominator=10)

    assert found("show_rate")["dealers"]["north"]["exclusions"] == {"NO_CONSENT": 20}


def test_a_dealer_with_missing_imports_is_incomplete_and_has_no_place(north: DealerRef, south: DealerRef) -> None:
    make_facts(north, "show_rate", numerator=10, denominator=10, days=DAYS[:-1])
    make_facts(north, "show_rate", numerator=10, denominator=10, days=DAYS[-1:], covered=False)
    make_facts(south, "show_rate", numerator=5, denominator=10)

    dealers = found("show_rate")["dealers"]

    assert dealers["north"]["is_incomplete"]
    assert dealers["north"]["days_covered"] == 19
    assert (dealers["north"]["rank"], dealers["north"]["unranked_because"]) == (None, "INCOMPLETE")
    assert dealers["south"]["rank"] == 1


def test_a_dealer_that_never_counted_is_listed_as_incomplete(north: DealerRef, south: DealerRef) -> None:
    make_facts(north, "show_rate", numerator=5, denominator=10)

    line = found("show_rate")["dealers"]["south"]

    assert line["is_incomplete"]
    assert (line["value"], line["hidden_because"]) == (None, "NOTHING_TO_COUNT")


def test_small_samples_are_neither_shown_nor_ranked(north: DealerRef, south: DealerRef) -> None:
    make_facts(north, "show_rate", numerator=9, denominator=9, days=DAYS[:1])
    make_facts(south, "show_rate", numerator=1, denominator=1)
    make_facts(north, "show_rate", numerator=0, denominator=0, days=DAYS[1:])

    dealers = found("show_rate")["dealers"]

    assert dealers["north"]["hidden_because"] == "SAMPLE_TOO_SMALL"
    assert dealers["south"]["value"] == 1.0
    assert dealers["south"]["unranked_because"] == "SAMPLE_TOO_SMALL"


def test_a_stock_is_read_on_the_last_day_and_not_summed(north: DealerRef) -> None:
    make_facts(north, "lapse", numerator=50, denominator=100, days=DAYS[:-1])
    make_facts(north, "lapse", numerator=10, denominator=110, days=DAYS[-1:])

    line = found("lapse")["dealers"]["north"]

    assert line["n"] == 110
    assert line["value"] == pytest.approx(10 / 110, abs=1e-6)


def test_few_people_are_not_shown_to_the_manufacturer(north: DealerRef) -> None:
    make_facts(north, "top_box", numerator=1, denominator=10, days=DAYS[:3])
    make_facts(north, "top_box", numerator=0, denominator=10, days=DAYS[3:])

    line = found("top_box")["dealers"]["north"]

    assert (line["value"], line["numerator"], line["hidden_because"]) == (None, None, "CELL_TOO_SMALL")


def test_peers_are_those_of_the_class_and_those_of_the_region(north: DealerRef, south: DealerRef) -> None:
    make_facts(north, "daily_intake", numerator=85, denominator=1)
    make_facts(south, "daily_intake", numerator=20, denominator=1)

    row = found("daily_intake")

    assert {name: dealer["class"] for name, dealer in row["dealers"].items()} == {"north": "III", "south": "V"}
    assert row["by_class"]["III"]["value"] == 85
    assert row["by_region"]["West"]["value"] == 20
    assert row["dealers"]["north"]["unranked_because"] == "NOT_RANKED"


def test_another_manufacturers_dealers_are_not_seen(north: DealerRef) -> None:
    with public_scope():
        other = Manufacturer.objects.create(name="rival", shown_name="Rival")

    answer = benchmark.benchmark(manufacturer=other.name, first=FIRST, last=LAST)

    assert answer.dealers == ()


def test_more_dealers_cost_no_more_queries(north: DealerRef) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            benchmark.benchmark(manufacturer=MANUFACTURER, first=FIRST, last=LAST)
        return len(captured)

    before = queries()
    with public_scope():
        region = Region.objects.get(name="East")
        Dealer.objects.bulk_create(
            Dealer(
                name=f"more-{number}",
                shown_name="More",
                schema=f"d_more{number}",
                country="CN",
                timezone="Asia/Shanghai",
                language="zh-hans",
                manufacturer_id=region.manufacturer_id,
                region=region,
                opened_at=NOW,
            )
            for number in range(20)
        )

    assert queries() == before == 2


def test_the_command_prints_one_object(north: DealerRef) -> None:
    make_facts(north, "show_rate", numerator=9, denominator=10)
    out = StringIO()

    call_command(
        "benchmark", "--manufacturer", MANUFACTURER, "--from", "2026-11-01", "--to", "2026-11-20", "--json", stdout=out
    )

    answer = json.loads(out.getvalue())
    assert answer["days"] == 20
    assert {"north", "south"} <= set(answer["dealers"])


def test_the_command_prints_a_table_too(north: DealerRef) -> None:
    make_facts(north, "show_rate", numerator=9, denominator=10)
    out = StringIO()

    call_command("benchmark", "--manufacturer", MANUFACTURER, "--from", "2026-11-01", "--to", "2026-11-20", stdout=out)

    assert "90.0%" in out.getvalue()


REFUSED = [
    ("an_unknown_manufacturer", ("nobody", "2026-11-01", "2026-11-20"), "no manufacturer named"),
    ("a_period_backwards", (MANUFACTURER, "2026-11-20", "2026-11-01"), "lies before"),
]


@pytest.mark.parametrize(("arguments", "says"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_the_command_says_what_is_wrong(north: DealerRef, arguments: tuple[str, str, str], says: str) -> None:
    name, first, last = arguments

    with pytest.raises(CommandError, match=says):
        call_command("benchmark", "--manufacturer", name, "--from", first, "--to", last)


def test_the_rollup_command_counts_one_dealer_or_all(north: DealerRef, south: DealerRef) -> None:
    out = StringIO()
    call_command("rollup", "--dealer", "north", "--from", "2026-11-18", "--to", "2026-11-18", stdout=out)
    assert out.getvalue().startswith("north: ")
    assert "south" not in out.getvalue()

    call_command("rollup", "--from", "2026-11-18", "--to", "2026-11-18", stdout=out)
    assert "south: " in out.getvalue()


def test_the_rollup_command_refuses_an_unknown_dealer(north: DealerRef) -> None:
    with pytest.raises(CommandError, match="no dealer named"):
        call_command("rollup", "--dealer", "nobody", "--from", "2026-11-18", "--to", "2026-11-18")

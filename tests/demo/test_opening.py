from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from core.repair_orders.models import ImportRun, RepairOrder
from deploy.demo import dealers, figures, logins, opening
from deploy.demo.dealers import DemoDealer
from notifications.channels.models import ChannelAccount
from notifications.costs.models import MessagePrice
from notifications.due.models import Due
from notifications.policy import standard
from tenants.accounts.models import User
from tenants.models import BenchmarkFact, Region
from tenants.scope import DealerRef, dealer_scope, operator_scope, public_scope
from tests.conftest import MANUFACTURER

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
# The tests' own north and south stand in for the demo's, with fewer cars.
FEW = tuple(DemoDealer(**{**dealer.__dict__, "vehicles": 60}) for dealer in dealers.DEALERS)


@pytest.fixture
def small_demo(
    transactional_db: None,  # two dealers' imports never share a transaction
    north: DealerRef,
    south: DealerRef,
    monkeypatch: pytest.MonkeyPatch,
    settings: Any,
    tmp_path: Path,
) -> Iterator[None]:
    monkeypatch.setattr(dealers, "DEALERS", FEW)
    monkeypatch.setattr(dealers, "MANUFACTURER", MANUFACTURER)
    monkeypatch.setattr(dealers, "PEOPLE", {**dealers.PEOPLE, MANUFACTURER: dealers.PEOPLE["demo"]})
    settings.VAR_DIR = tmp_path
    yield
    with operator_scope():
        Region.objects.filter(name__in=[dealer.region for dealer in FEW]).delete()


def open_it(now: datetime = NOW) -> list[str]:
    said: list[str] = []
    opening.open_demo(now=now, say=said.append)
    return said


def state() -> list[object]:
    found: list[object] = []
    for dealer in FEW:
        with dealer_scope(dealer.name):
            found.append((RepairOrder.objects.count(), ImportRun.objects.count(), User.objects.count()))
            found.append(sorted(Due.objects.values_list("rule", "subject_id", "occurrence")))
    return found


@pytest.mark.usefixtures("small_demo")
def test_each_dealer_has_invented_prices_in_its_currency_and_keeps_its_own() -> None:
    open_it()
    with dealer_scope("south"):
        MessagePrice.objects.update(price_minor=99)

    open_it(NOW + timedelta(days=1))

    found: dict[str, set[tuple[str, int]]] = {}
    for dealer in FEW:
        with dealer_scope(dealer.name):
            found[dealer.name] = {(price.currency, int(price.price_minor)) for price in MessagePrice.objects.all()}
    assert found == {"north": {("CNY", 5), ("CNY", 6), ("CNY", 15)}, "south": {("EUR", 99)}}


@pytest.mark.usefixtures("small_demo")
def test_it_opens_files_people_a_channel_and_a_plan_and_opened_again_changes_nothing() -> None:
    open_it()

    for dealer in FEW:
        with dealer_scope(dealer.name):
            assert RepairOrder.objects.count() > 100
            assert User.objects.count() == len(dealers.PEOPLE[dealer.name])
            assert ChannelAccount.objects.get().address == dealer.sender
            assert Due.objects.exists()
    with public_scope():
        assert User.objects.filter(email="doris@demo.example").exists()
        assert BenchmarkFact.objects.exists()

    before = state()
    open_it(NOW + timedelta(minutes=5))
    assert state() == before


@pytest.mark.usefixtures("small_demo")
def test_the_next_day_goes_on_where_the_last_one_ended() -> None:
    open_it()
    with dealer_scope("south"):
        known = set(RepairOrder.objects.values_list("number", flat=True))
    open_it(NOW + timedelta(days=3))

    with dealer_scope("south"):
        later = set(RepairOrder.objects.values_list("number", flat=True))
    assert known < later


def test_a_dealer_that_only_shares_the_name_is_left_alone(north: DealerRef) -> None:
    with pytest.raises(CommandError, match="does not belong to the demo"):
        call_command("demo")

    with dealer_scope(north):
        assert not RepairOrder.objects.exists()


def test_the_demos_policy_is_the_shipped_one_without_its_nights_and_rest_days() -> None:
    policy = standard.parse_standard(opening.contact_policy())
    shipped = standard.shipped_standard()

    assert (policy.per_day, policy.per_window) == (shipped.per_day, shipped.per_window)
    assert not any(rule.keeps_rest_days for rule in policy.purposes.values())
    assert all(
        policy.purposes[purpose].needs_consent == rule.needs_consent for purpose, rule in shipped.purposes.items()
    )


def test_the_printed_page_names_every_login_and_what_differs() -> None:
    printed = "\n".join(logins.lines())

    assert dealers.PASSWORD in printed
    assert all(email in printed for people in dealers.PEOPLE.values() for _role, _name, email in people)
    assert "quiet hours" in printed


@pytest.mark.usefixtures("small_demo")
def test_the_command_opens_and_prints_the_days_figures_side_by_side() -> None:
    out = StringIO()
    call_command("demo", stdout=out)
    assert "clara@north.example" in out.getvalue()

    lines = figures.day_figures(now=NOW).splitlines()
    assert lines[0].split() == ["today", "north", "south"]
    assert any(line.startswith("vehicles on file") for line in lines)
    assert any(line.startswith("Retention") for line in lines)

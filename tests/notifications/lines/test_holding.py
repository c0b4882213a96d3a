"""One process holds the lines of all dealers: who gets one, who loses it, and what a look costs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from channels_app import registry
from channels_app.contract import Account, HandOver, Line
from channels_app.errors import Misconfigured
from channels_app.smpp.channel import Smpp
from notifications.channels import changing
from notifications.channels.changing import Changes
from notifications.channels.models import ChannelAccount
from notifications.channels.operations import open_account, tell_line
from notifications.lines import holding
from notifications.lines.holding import Lines
from tenants.accounts.models import User
from tenants.accounts.staff import By
from tenants.models import Dealer
from tenants.scope import DealerRef, dealer_scope, operator_scope, public_scope
from tests.conftest import OPENED_AT

LATER = OPENED_AT + timedelta(hours=1)


@dataclass
class Opened:
    """A line that was asked for."""

    account: Account
    is_closed: bool = False

    def close(self) -> None:
        self.is_closed = True


@dataclass
class Carriers(Smpp):
    """Carriers that are always there."""

    opened: list[Opened] = field(default_factory=list)

    def listen(self, account: Account, hand_over: HandOver) -> Line:
        if account.settings["host"] == "broken":
            raise Misconfigured("broken")
        self.opened.append(Opened(account))
        return self.opened[-1]

    def open_now(self) -> list[str]:
        """Whose lines are open, by their names at the carrier."""
        return sorted(one.account.settings["system_id"] for one in self.opened if not one.is_closed)


@pytest.fixture
def carriers(monkeypatch: pytest.MonkeyPatch) -> Carriers:
    made = Carriers()
    monkeypatch.setitem(registry.LOADED, "smpp", made)
    return made


def nobody(account_id: str, *, headers: Mapping[str, str], body: bytes) -> None:
    """Take nothing."""


def opened_by(dealer: DealerRef, *, host: str = "smsc.example.com", address: str = "+34600999999") -> ChannelAccount:
    with dealer_scope(dealer):
        settings = {"host": host, "system_id": dealer.name, "password": "a pass"}
        return open_account(kind="smpp", address=address, settings=settings, now=OPENED_AT)


def test_each_dealers_account_gets_a_line_of_its_own(carriers: Carriers, north: DealerRef, south: DealerRef) -> None:
    lines = Lines(nobody)
    assert lines.look() == 0

    accounts = [opened_by(north), opened_by(south)]

    assert lines.look() == 2
    assert carriers.open_now() == ["north", "south"]
    assert {one.account.id for one in carriers.opened} == {account.public_id for account in accounts}


def test_what_did_not_change_is_left_alone(carriers: Carriers, north: DealerRef) -> None:
    opened_by(north)
    lines = Lines(nobody)
    lines.look()
    lines.look()

    assert len(carriers.opened) == 1


def test_a_changed_account_gets_another_line(carriers: Carriers, north: DealerRef, south: DealerRef) -> None:
    account = opened_by(north)
    opened_by(south)
    lines = Lines(nobody)
    lines.look()

    with dealer_scope(north):
        ChannelAccount.objects.filter(pk=account.pk).update(settings={**account.settings, "system_id": "renamed"})
        tell_line(account, now=LATER)
    lines.look()

    assert carriers.open_now() == ["renamed", "south"]
    assert [one.is_closed for one in carriers.opened] == [True, False, False]


def test_an_account_that_is_switched_off_loses_its_line(carriers: Carriers, north: DealerRef, clara: User) -> None:
    account = opened_by(north)
    lines = Lines(nobody)
    lines.look()

    with dealer_scope(north):
        changing.change_account(account_id=account.pk, changes=Changes(is_active=False), by=By(user=clara), now=LATER)
    assert lines.look() == 0

    assert carriers.open_now() == []


def test_a_suspended_dealer_loses_its_lines(carriers: Carriers, north: DealerRef, south: DealerRef) -> None:
    opened_by(north)
    opened_by(south)
    lines = Lines(nobody)
    lines.look()

    with operator_scope():
        Dealer.objects.filter(name="north").update(suspended_at=LATER)

    assert lines.look() == 1
    assert carriers.open_now() == ["south"]


def test_an_account_that_cant_have_a_line_does_not_keep_others_from_theirs(
    carriers: Carriers, north: DealerRef, south: DealerRef
) -> None:
    opened_by(north, host="broken")
    opened_by(south)

    assert Lines(nobody).look() == 1
    assert carriers.open_now() == ["south"]


def test_whoever_does_not_hold_the_lock_holds_no_line(
    carriers: Carriers, north: DealerRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened_by(north)
    lines = Lines(nobody)
    lines.look()

    monkeypatch.setattr(holding, "_is_alone", lambda: False)

    assert lines.look() == 0
    assert carriers.open_now() == []


def test_closing_closes_all(carriers: Carriers, north: DealerRef, south: DealerRef) -> None:
    opened_by(north)
    opened_by(south)
    lines = Lines(nobody)
    lines.look()

    lines.close()

    assert carriers.open_now() == []


def test_a_look_costs_the_same_with_no_line_and_with_many(
    carriers: Carriers, north: DealerRef, south: DealerRef
) -> None:
    lines = Lines(nobody)
    none = cost_of_a_look(lines)
    for number in range(10):
        opened_by(north, address=f"+3460099999{number}")
        opened_by(south, address=f"+3460099999{number}")
    lines.look()

    assert cost_of_a_look(lines) == none


def cost_of_a_look(lines: Lines) -> int:
    with CaptureQueriesContext(connection) as captured:
        lines.look()
    return len(captured)


def test_a_second_process_waits_until_the_first_has_gone(carriers: Carriers, north: DealerRef) -> None:
    opened_by(north)
    lines, first = Lines(nobody), connection.copy()
    with public_scope(), connection.cursor() as cursor:
        # What a test before this one held: it belongs to the connection, which they share.
        cursor.execute("SELECT pg_advisory_unlock_all()")
    with public_scope(), first.cursor() as cursor:
        cursor.execute(holding.HOLD, holding.LOCK)
        assert cursor.fetchone() == (True,)
    assert lines.look() == 0

    # As a killed process leaves it, whose locks go with its connection.
    with public_scope(), first.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock_all()")
    first.close()

    assert lines.look() == 1
    assert lines.look() == 1

"""Which templates an account needs: all that the dealer's flows say, as its provider writes it, and which it lacks."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from notifications.approvals import queries
from notifications.channels.models import ChannelAccount
from notifications.flows import shelf, store
from tenants.scope import DealerRef, dealer_scope
from tests.notifications.due.saying import make_account
from tests.notifications.files import LONG_AGO

OPENINGS = {
    "maintenance_reminder.opening",
    "after_sales_survey.overall",
    "win_back.opening",
    "appointment.confirmation",
    "appointment.day_before",
    "appointment.two_hours_before",
    "appointment.no_show",
}


def listing(kind: str, *, but: str = "") -> ChannelAccount:
    """Open an account that lists all it needs but one."""
    account = make_account(kind)
    lines = [f"{one.name} {one.language} code" for one in queries.needed(kind, {}) if one.name != but]
    account.settings = {"templates": "\n".join(lines)}
    return account


def test_a_channel_that_takes_free_words_needs_nothing(in_north: DealerRef) -> None:
    assert queries.needed("twilio", {}) == []
    assert queries.missing(make_account("telegram")) == []


@pytest.mark.parametrize("kind", ["aliyun", "whatsapp", "wechat"])
def test_what_plans_begin_with_comes_first_and_is_missing_until_it_is_listed(kind: str, in_north: DealerRef) -> None:
    found = queries.needed(kind, {}, spoken=["zh-hans"])

    assert {one.name for one in found[: len(OPENINGS)]} == OPENINGS
    assert not any(one.is_opening for one in found[len(OPENINGS) :])
    assert set(queries.missing(make_account(kind))) == OPENINGS


def test_what_an_account_lists_is_not_missing(in_north: DealerRef) -> None:
    assert queries.missing(listing("aliyun")) == []


def test_of_what_it_does_not_list_it_is_told(in_north: DealerRef) -> None:
    assert queries.missing(listing("aliyun", but="win_back.opening")) == ["win_back.opening"]


def test_a_flow_that_a_dealer_made_its_own_needs_its_own_text(north: DealerRef, south: DealerRef) -> None:
    table: dict[str, Any] = shelf.table("win_back")
    table["steps"]["opening"]["text"]["en"] = "{dealer}: we miss your {vehicle}. Why? Reply with a number:"
    with dealer_scope(north):
        store.save_edition(table, actor="user:1", now=LONG_AGO)

    texts = {}
    for dealer in (north, south):
        with dealer_scope(dealer):
            found = queries.needed("aliyun", {}, spoken=["en"])
            texts[dealer.name] = next(one.text for one in found if one.name == "win_back.opening")

    assert "we miss your ${vehicle}" in texts["north"]
    assert "we miss your" not in texts["south"]


def test_the_command_prints_what_is_to_be_submitted(north: DealerRef) -> None:
    out = StringIO()

    call_command("message_templates", "--dealer", "north", "--kind", "aliyun", "--lang", "zh-hans", stdout=out)
    call_command(
        "message_templates",
        "--dealer",
        "north",
        "--kind",
        "whatsapp",
        "--openings",
        "--json",
        stdout=(lines := StringIO()),
    )

    assert "# appointment.pick zh-hans  vehicle slot_1 slot_2 slot_3 slot_4 slot_5" in out.getvalue()
    assert "${vehicle}" in out.getvalue()
    rows = [json.loads(line) for line in lines.getvalue().splitlines()]
    assert {row["language"] for row in rows} == {"en", "es", "zh-hans"}
    assert {row["name"] for row in rows} == OPENINGS


def test_the_command_says_that_there_is_no_such_dealer(north: DealerRef) -> None:
    with pytest.raises(CommandError):
        call_command("message_templates", "--dealer", "nobody", "--kind", "aliyun")

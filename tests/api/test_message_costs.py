"""The table of prices and what was spent: kept whole, checked, audited, and each dealer's own."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from notifications.models import ChannelAccount, Conversation, Decision, Message, MessagePrice
from notifications.texting import operations as texting
from notifications.texting.rules import Rule
from tenants.accounts.models import AuditEntry
from tenants.scope import DealerRef, dealer_scope
from tests.api.conftest import confirm

PRICES = "/api/v1/settings/message-prices/"
CAPS = "/api/v1/settings/texting-caps/"
COUNTRIES = "/api/v1/settings/texting-countries/"
AT = datetime(2026, 11, 20, 4, tzinfo=UTC)


def price(**changes: Any) -> dict[str, Any]:
    usual = {"kind": "twilio", "account": None, "country": "ES", "price_minor": "7.2500", "currency": "EUR"}
    return {**usual, "from_date": "2026-11-01", **changes}


def put(client: Client, *prices: dict[str, Any]) -> Any:
    return client.put(PRICES, json.dumps({"prices": prices}), content_type="application/json")


def test_the_table_is_replaced_as_a_whole_and_the_audit_says_by_what(as_clara: Client, north: DealerRef) -> None:
    put(as_clara, price(), price(country="", price_minor="9"))
    table = put(as_clara, price(price_minor="6.5"))

    assert table.json() == as_clara.get(PRICES).json() == {"prices": [price(price_minor="6.5000")]}
    with dealer_scope(north):
        [first, second] = AuditEntry.objects.order_by("id")
    assert (first.action, first.before) == ("settings.message_prices_changed", {"prices": []})
    assert second.before is not None
    assert [row["price_minor"] for row in second.before["prices"]] == ["9.0000", "7.2500"]


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([price(kind="pigeon")], "price_unfit"),
        ([price(country="XX")], "price_unfit"),
        ([price(currency="eur")], "price_unfit"),
        ([price(account=700_000)], "price_unfit"),
        ([price(), price(price_minor="8")], "price_twice"),
        ([price(price_minor="-1")], "invalid"),
    ],
    ids=["no such channel", "no such country", "no currency", "no such account", "said twice", "below nothing"],
)
def test_what_cannot_be_a_price_is_refused_and_nothing_is_kept(
    rows: list[dict[str, Any]], code: str, as_clara: Client, north: DealerRef
) -> None:
    answer = put(as_clara, *rows)

    assert (answer.status_code // 100, answer.json()["code"]) == (4, code)
    with dealer_scope(north):
        assert not MessagePrice.objects.exists()


def test_south_sees_neither_norths_prices_nor_what_it_spent(
    as_clara: Client, north: DealerRef, south: DealerRef
) -> None:
    put(as_clara, price())
    for dealer in (north, south):
        with dealer_scope(dealer):
            make_sent("7.5" if dealer == north else "99")

    spent = as_clara.get("/api/v1/message-costs/", {"from_date": "2026-11-20", "until_date": "2026-11-21"}).json()

    assert spent == [
        {
            "day": "2026-11-20",
            "channel": "twilio",
            "currency": "EUR",
            "messages": 1,
            "segments": 2,
            "cost_minor": "7.5000",
            "charged": 0,
        }
    ]
    with dealer_scope(south):
        assert not MessagePrice.objects.exists()


def make_sent(minor: str) -> Message:
    account = ChannelAccount.objects.create(kind="twilio", address="+1", public_id=f"p{minor}", created_at=AT)
    talk = Conversation.objects.create(account=account, address="+34600000001", created_at=AT)
    return Message.objects.create(
        direction="OUT",
        state="SENT",
        purpose="SURVEY",
        account=account,
        conversation=talk,
        address="+34600000001",
        created_at=AT,
        sent_at=AT,
        segments=2,
        price_minor=Decimal(minor),
        currency="EUR",
    )


def test_texts_go_abroad_where_a_head_who_confirmed_it_says_so(
    as_clara: Client, north: DealerRef, south: DealerRef
) -> None:
    def say(*countries: str) -> Any:
        return as_clara.put(COUNTRIES, json.dumps({"countries": countries}), content_type="application/json")

    assert (as_clara.get(COUNTRIES).json(), say("ES").json()["code"]) == ({"countries": ["CN"]}, "confirmation_needed")
    confirm(as_clara, password="clara's password")

    assert say("ES", "CN").json() == {"countries": ["CN", "ES"]}
    assert say("XX").json()["code"] == "country_unknown"
    with dealer_scope(north):
        entry = AuditEntry.objects.get(action="settings.texting_countries_changed")
    assert (entry.before, entry.after) == ({"texting_countries": []}, {"texting_countries": ["CN", "ES"]})
    with dealer_scope(south):
        assert texting.countries_open() == {"ES"}


def test_caps_are_tightened_beside_the_standard_and_never_loosened(
    as_clara: Client, north: DealerRef, south: DealerRef
) -> None:
    shipped = as_clara.get(CAPS).json()["standard"]
    lower = {**shipped, "per_number": 5}

    kept = as_clara.put(CAPS, lower, content_type="application/json")
    refused = as_clara.put(CAPS, {**shipped, "per_dealer": shipped["per_dealer"] + 1}, content_type="application/json")

    assert kept.json() == {"here": lower, "standard": shipped}
    assert (refused.status_code, refused.json()["code"]) == (422, "limit_loosened")
    assert as_clara.get(CAPS).json()["here"] == lower
    with dealer_scope(north):
        entry = AuditEntry.objects.get(action="settings.policy_changed")
        assert texting.caps_in_force(today=AT.date()).per_number == 5
    assert entry.after == {"texting": {"per_number": 5}}
    with dealer_scope(south):
        assert texting.caps_in_force(today=AT.date()).per_number == shipped["per_number"]


def test_caps_as_the_standard_has_them_are_none_of_ones_own_and_other_values_stay(as_clara: Client) -> None:
    as_clara.patch("/api/v1/settings/", {"policy": {"per_window": 2}}, content_type="application/json")
    shipped = as_clara.get(CAPS).json()["standard"]
    as_clara.put(CAPS, {**shipped, "per_block": 1}, content_type="application/json")

    as_clara.put(CAPS, shipped, content_type="application/json")

    assert as_clara.get("/api/v1/settings/").json()["policy"] == {"per_window": 2}
    assert as_clara.put(CAPS, {**shipped, "per_block": 0}, content_type="application/json").status_code == 400


def test_a_month_adds_up_by_channel_and_purpose_and_says_what_was_kept_back(
    as_clara: Client, north: DealerRef, south: DealerRef
) -> None:
    for dealer in (north, south):
        with dealer_scope(dealer):
            message = make_sent("7.5" if dealer == north else "99")
            held = Decision(message=message, purpose="SURVEY", rule=Rule.TEXTS_PER_NUMBER, action="DEFER")
            for days in (0, 1) if dealer == north else (0,):
                held.pk, held.decided_at = None, AT + timedelta(days=days)
                held.save()
            Decision.objects.create(purpose="SURVEY", rule="best_channel", action="SEND", decided_at=AT)

    month = as_clara.get(
        "/api/v1/message-costs/summary/", {"from_date": "2026-11-01", "until_date": "2026-12-01"}
    ).json()

    assert month == {
        "spent": [
            {
                "channel": "twilio",
                "purpose": "SURVEY",
                "currency": "EUR",
                "messages": 1,
                "segments": 2,
                "cost_minor": "7.5000",
                "charged": 0,
            }
        ],
        "stopped": [{"rule": "TEXTS_PER_NUMBER", "texts": 1}],
    }

"""The table of prices and what was spent: kept whole, checked, audited, and each dealer's own."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from notifications.models import ChannelAccount, Conversation, Message, MessagePrice
from notifications.texting import operations as texting
from tenants.accounts.models import AuditEntry
from tenants.scope import DealerRef, dealer_scope
from tests.api.conftest import confirm

PRICES = "/api/v1/settings/message-prices/"
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
        }
    ]
    with dealer_scope(south):
        assert not MessagePrice.objects.exists()


def make_sent(minor: str) -> None:
    account = ChannelAccount.objects.create(kind="twilio", address="+1", public_id=f"p{minor}", created_at=AT)
    talk = Conversation.objects.create(account=account, address="+34600000001", created_at=AT)
    Message.objects.create(
        direction="OUT",
        state="SENT",
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

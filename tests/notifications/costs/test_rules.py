"""What a message costs: where its number is, which price holds, and what it comes to."""

from datetime import date
from decimal import Decimal

import pytest

from channels_app import registry
from notifications.costs import rules
from notifications.costs.rules import Cost, Destination, Price

MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)


def price(minor: str, **where: object) -> Price:
    ready: dict[str, object] = {"kind": "twilio", "price_minor": Decimal(minor), "currency": "EUR", "from_date": MAY}
    return Price(**{**ready, **where})  # type: ignore[arg-type]  # the row's own fields


TABLE = [
    price("9"),
    price("7.5", country="ES"),
    price("7.25", country="ES", from_date=JUNE),
    price("8", account_id=1),
    price("6", account_id=1, country="FR"),
    price("3", kind="whatsapp"),
]


@pytest.mark.parametrize(
    ("asked", "minor"),
    [
        ({"country": "PT"}, "9"),
        ({"country": "ES"}, "7.5"),
        ({"country": "ES", "on": JUNE}, "7.25"),
        ({"country": "ES", "account_id": 1}, "8"),
        ({"country": "FR", "account_id": 1}, "6"),
        ({"country": "", "kind": "whatsapp"}, "3"),
    ],
    ids=["any country", "its country", "the newest", "its account", "its account and country", "another kind"],
)
def test_the_narrowest_price_holds_and_of_those_the_newest(asked: dict[str, object], minor: str) -> None:
    found = rules.price_of(TABLE, **{"kind": "twilio", "account_id": 2, "on": MAY, **asked})  # type: ignore[arg-type]  # its own arguments

    assert found is not None
    assert found.price_minor == Decimal(minor)


@pytest.mark.parametrize("asked", [{"on": date(2026, 4, 30)}, {"kind": "smtp"}], ids=["before it", "no such row"])
def test_where_no_row_holds_nothing_is_assumed(asked: dict[str, object]) -> None:
    assert (
        rules.price_of(TABLE, **{"kind": "twilio", "account_id": 2, "country": "ES", "on": MAY, **asked})  # type: ignore[arg-type]  # its own arguments
        is None
    )


@pytest.mark.parametrize(
    ("address", "destination"),
    [
        ("+34600000001", Destination("ES")),
        ("+8613800000001", Destination("CN")),
        ("+16045550123", Destination("CA")),
        ("+12025550123", Destination("US")),
        ("+34803123456", Destination("ES", is_dear=True)),
        ("+34901123456", Destination("ES", is_dear=True)),
        ("+881612345678", Destination("")),
        ("600000001", Destination("")),
        ("anna@anna.example", Destination("")),
    ],
)
def test_a_number_says_where_it_is(address: str, destination: Destination) -> None:
    assert rules.destination_of(address) == destination


def test_an_sms_is_paid_by_the_segment_and_all_else_by_the_message():
    text = "x" * 161

    assert rules.cost_of(text, price=TABLE[1], is_sms=True) == Cost(2, "GSM-7", Decimal("15.0"), "EUR")
    assert rules.cost_of(text, price=TABLE[5], is_sms=False) == Cost(None, "", Decimal(3), "EUR")
    assert rules.cost_of("你好", price=None, is_sms=True) == Cost(1, "UCS-2", None, "")


def test_where_a_provider_counts_every_letter_as_wide_latin_texts_cost_as_much_as_chinese_ones():
    cost = rules.cost_of("x" * 71, price=TABLE[1], is_sms=True, is_wide=True)

    assert cost == Cost(2, "UCS-2", Decimal("15.0"), "EUR")


def test_a_sign_that_the_provider_puts_before_a_text_is_counted():
    can = registry.get("aliyun").capabilities

    assert can.counted("您好", address="北方汽车") == "【北方汽车】您好"
    assert can.is_wide

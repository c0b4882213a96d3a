"""What providers say that a message cost, as they say it, by channel: most say nothing."""

from decimal import Decimal

import pytest

from channels_app.charging import NOTHING, charge_of
from channels_app.contract import Charge


@pytest.mark.parametrize(
    ("amount", "currency", "charge"),
    [
        ("-0.00750", "USD", Charge(Decimal("0.75"), "USD")),
        ("0.045", "eur", Charge(Decimal("4.5"), "EUR")),
        (0, "EUR", Charge(Decimal(0), "EUR")),
        (None, "USD", None),
        ("", "USD", None),
        ("much", "USD", None),
        ("NaN", "USD", None),
        ("-Infinity", "USD", None),
        ("1e30", "USD", None),
        ("0.01", "", None),
        ("0.01", "US$", None),
        ("0.01", None, None),
    ],
)
def test_an_amount_is_read_with_its_currency_or_not_at_all(
    amount: object, currency: object, charge: Charge | None
) -> None:
    assert charge_of(amount, currency) == charge


def test_nothing_needs_no_currency() -> None:
    assert Charge(Decimal(0)) == NOTHING

"""What providers say that messages cost, as our figures: hundredths of a currency. Pure."""

from decimal import Decimal, InvalidOperation

from channels_app.contract import Charge

NOTHING = Charge(Decimal(0))
# No message costs as much; a greater figure is a mistake, and no row could hold it.
MOST_MINOR = Decimal(10) ** 7


def charge_of(amount: object, currency: object) -> Charge | None:
    """This function will read an amount in whole units and its currency; None for what is neither.

    Providers write what they take as a negative amount.
    """
    try:
        minor = abs(Decimal(str(amount))) * 100
    except InvalidOperation:
        return None
    if not minor.is_finite() or minor > MOST_MINOR:
        return None
    if not isinstance(currency, str) or len(currency) != 3 or not (currency.isascii() and currency.isalpha()):
        return None
    return Charge(minor, currency.upper())

"""The days on a car's papers, held against each other; pure."""

from datetime import date, timedelta

# Longer than any maker promises; ours.
LONGEST_WARRANTY = timedelta(days=20 * 366)


class PaperUnlikely(ValueError):
    """A day on the papers cannot be right; `field` is where it stands."""

    field = ""


class BoughtAhead(PaperUnlikely):
    """Nobody has bought a car on a day that is still to come."""

    field = "purchase_date"


class WarrantyBeforePurchase(PaperUnlikely):
    """A warranty ended before the car was bought."""

    field = "warranty_end_date"


class WarrantyTooLong(PaperUnlikely):
    """A warranty lasts longer than any does."""

    field = "warranty_end_date"


def check(*, purchase_date: date | None, warranty_end_date: date | None, today: date) -> None:
    """Raises: BoughtAhead, WarrantyBeforePurchase, WarrantyTooLong; what is not known is compared with nothing."""
    if purchase_date is not None and purchase_date > today:
        raise BoughtAhead
    if warranty_end_date is None:
        return
    if purchase_date is not None and warranty_end_date < purchase_date:
        raise WarrantyBeforePurchase
    if warranty_end_date > (purchase_date or today) + LONGEST_WARRANTY:
        raise WarrantyTooLong

"""What a page says of where one is: the dealer of the scope, or a manufacturer or the platform on the public host."""

from dataclasses import dataclass

from tenants import scope
from tenants.models import DEFAULT_ACCENT, Manufacturer

PLATFORM_NAME = "Aftercare"


@dataclass(frozen=True)
class Place:
    """Names, clock and colour of a host."""

    shown_name: str
    timezone: str
    country: str
    accent: str


def place_of(*, manufacturer_id: int | None = None) -> Place:
    """Return the place of the scope that holds; on the public host that of this manufacturer."""
    dealer = scope.current_scope().dealer
    maker_id = dealer.manufacturer_id if dealer else manufacturer_id
    maker = Manufacturer.objects.filter(pk=maker_id).first() if maker_id else None
    accent = maker.accent if maker else DEFAULT_ACCENT
    if dealer:
        return Place(dealer.shown_name, dealer.timezone, dealer.country, accent)
    return Place(maker.shown_name if maker else PLATFORM_NAME, "UTC", "", accent)

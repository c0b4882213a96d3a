"""Where a page stands: the dealer's shown name, or the platform's on the public host."""

from django.http import HttpRequest

from tenants import scope
from tenants.places import PLATFORM_NAME


def place_name() -> str:
    """Return the name in the head of every page."""
    here = scope.scope_or_none()
    return here.dealer.shown_name if here and here.dealer else PLATFORM_NAME


def timezone() -> str:
    """Return the zone of the dealer's clocks; empty on the public host."""
    here = scope.scope_or_none()
    return here.dealer.timezone if here and here.dealer else ""


def is_dealer() -> bool:
    """Return whether this host is a dealer's."""
    here = scope.scope_or_none()
    return bool(here and here.dealer)


def context(request: HttpRequest) -> dict[str, object]:
    """Return what the base template shows on every page."""
    return {"place": place_name(), "dealer": is_dealer()}

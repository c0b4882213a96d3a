"""Which dealers there are: the look-ups by name, id and host, each with the public schema's rights."""

from tenants.models import Dealer
from tenants.scope import DealerRef, public_scope


class DealerUnknown(LookupError):
    """There is no dealer of that name, number or host."""


def dealer_named(name: str) -> DealerRef:
    """Return the dealer of that name.

    Raises: DealerUnknown.
    """
    with public_scope():
        dealer = Dealer.objects.filter(name=name).first()
    if dealer is None:
        raise DealerUnknown(f"there is no dealer named {name!r}")
    return dealer.ref


def dealer_numbered(dealer_id: int) -> Dealer:
    """Return the dealer of that id, with its state.

    Raises: DealerUnknown.
    """
    with public_scope():
        dealer = Dealer.objects.filter(pk=dealer_id).first()
    if dealer is None:
        raise DealerUnknown(f"there is no dealer {dealer_id}")
    return dealer


def open_dealers(*, manufacturer: str | None = None) -> list[DealerRef]:
    """Return the dealers that are not suspended, ordered by name."""
    with public_scope():
        dealers = Dealer.objects.filter(suspended_at=None).order_by("name")
        if manufacturer is not None:
            dealers = dealers.filter(manufacturer__name=manufacturer)
        return [dealer.ref for dealer in dealers]


def all_dealers() -> list[DealerRef]:
    """Return every dealer whose data are here, suspended ones too, ordered by name."""
    with public_scope():
        return [dealer.ref for dealer in Dealer.objects.order_by("name")]

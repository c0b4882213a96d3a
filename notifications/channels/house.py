"""What the house itself knows of a sender by its public id, whether one dealer or several write from it."""

import hashlib
import hmac

from django.conf import settings

# Where providers call the house; a test holds it against the table of addresses.
WEBHOOKS = "/api/webhooks/"


def webhook(public_id: str) -> str:
    """Return the address at which a sender's provider calls the house."""
    return f"{settings.PUBLIC_URL}{WEBHOOKS}{public_id}/"


def settings_of(kind: str, public_id: str) -> dict[str, str]:
    """Return what the house adds to the settings of a sender of this kind."""
    return _HOUSE[kind](public_id) if kind in _HOUSE else {}


def _simulator(public_id: str) -> dict[str, str]:
    """The simulated provider lives in the house's own Valkey; each sender's calls are signed with a key of its own."""
    secret = hmac.new(settings.SECRET_KEY.encode(), f"simulator:{public_id}".encode(), hashlib.sha256)
    return {"url": settings.VALKEY_URL, "secret": secret.hexdigest()}


_HOUSE = {"simulator": _simulator}

"""What owners read for purposes, channels and cars."""

from django.utils.translation import gettext as _

from channels_app import registry
from channels_app.errors import ChannelUnknown
from core.vehicles.models import Vehicle
from notifications.policy.facts import CALL

# A plate says who somebody is; its end is enough to tell one's own cars apart.
SHOWN_OF_PLATE = 4


def purpose(name: str) -> str:
    """Return what messages of a purpose are about."""
    return {
        "REMINDER": _("Maintenance reminders"),
        "SURVEY": _("Questions about your visit"),
        "MARKETING": _("Offers and events"),
    }.get(name, name)


def channel(kind: str) -> str:
    """Return how messages of a channel arrive; a chat is called by its own name."""
    if kind == CALL:
        return _("Phone call")
    try:
        address_kind = registry.get(kind).capabilities.address_kind
    except ChannelUnknown:
        return kind
    return {"PHONE": _("Text message"), "EMAIL": _("E-mail")}.get(address_kind, kind.capitalize())


def car(vehicle: Vehicle) -> str:
    """Return what tells a car from its owner's others, and no more."""
    plate = f"…{vehicle.plate[-SHOWN_OF_PLATE:]}" if vehicle.plate else ""
    return " ".join(part for part in (vehicle.model, plate) if part) or _("Your car")

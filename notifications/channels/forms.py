"""What a sender is told, held against its channel's form: the same for dealers' own and for shared ones."""

import secrets
from collections.abc import Mapping
from datetime import datetime

from django.conf import settings as house

from channels_app import registry, rotation
from channels_app.form import Fault, Form

# Of a secret that the house makes; letters, digits, _ and -, which every provider takes.
MADE_BYTES = 32
# What stands in webhook routes.
LONGEST_ADDRESS = 120


class AddressUnfit(ValueError):
    """No sender of this channel has such an address; the text shows one that could be."""


class SettingsRefused(ValueError):
    """Some settings are missing, unknown or unusable; faults says which, by name."""

    def __init__(self, faults: Mapping[str, Fault]) -> None:
        super().__init__(", ".join(sorted(faults)))
        self.faults = dict(faults)


def check_address(kind: str, address: str) -> None:
    """Let pass an address that a sender of this channel can have. Raises: ChannelUnknown; AddressUnfit."""
    form = registry.get(kind).form
    if len(address) > LONGEST_ADDRESS or not form.takes(address):
        raise AddressUnfit(form.address_example)


def first_settings(kind: str, given: Mapping[str, str]) -> dict[str, str]:
    """Return what a new sender is told, with the secrets that the house makes. Raises: SettingsRefused."""
    form = registry.get(kind).form
    made = {one.name: secrets.token_urlsafe(MADE_BYTES) for one in form.settings if one.is_made}
    wanted = made | {name: value for name, value in given.items() if value or form.setting(name) is None}
    _check(form, wanted)
    return wanted


def settings_after(
    kind: str, present: Mapping[str, str], given: Mapping[str, str], *, now: datetime
) -> tuple[dict[str, str], list[str]]:
    """Return a sender's settings after a change, and the names of those that differ, in order.

    It is checked as a whole, as it will be; nothing is where nothing differs. Raises: SettingsRefused.
    """
    form = registry.get(kind).form
    changed = {name: value for name, value in given.items() if value != present.get(name, "")}
    if not changed:
        return dict(present), []
    _check(form, {name: value for name, value in present.items() if form.setting(name)} | changed)
    kept = dict(present)
    for name, value in changed.items():
        setting = form.setting(name)
        kept = rotation.changed(kept, name, value, now=now) if setting and setting.signs else {**kept, name: value}
    return {name: value for name, value in kept.items() if value}, sorted(changed)


def _check(form: Form, settings: Mapping[str, str]) -> None:
    faults = form.faults(settings, allowed_hosts=house.PROVIDER_HOSTS)
    if faults:
        raise SettingsRefused(faults)

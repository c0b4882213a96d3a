"""What people change about a dealer's channel accounts; in the audit stand the settings' names, never their values."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings as house
from django.db import transaction

from channels_app import registry, rotation
from channels_app.form import Fault, Form
from notifications.channels import operations
from notifications.channels.models import ChannelAccount
from tenants import announcing
from tenants.accounts import operations as accounts
from tenants.accounts.staff import By
from tenants.wakeup import wake

# Not of the log: what a dealer sets is in the audit.
CHANGED = "settings.changed"
# Of a secret that the house makes; letters, digits, _ and -, which every provider takes.
MADE_BYTES = 32
# What stands in webhook routes.
LONGEST_ADDRESS = 120


class AddressUnfit(ValueError):
    """No sender of this channel has such an address; the text shows one that could be."""


class AccountExists(Exception):
    """The dealer has an account of this kind and address."""


class SettingUnknown(LookupError):
    """This account has no such secret of before."""


class SettingsRefused(ValueError):
    """Some settings are missing, unknown or unusable; faults says which, by name."""

    def __init__(self, faults: Mapping[str, Fault]) -> None:
        super().__init__(", ".join(sorted(faults)))
        self.faults = dict(faults)


@dataclass(frozen=True)
class Changes:
    """What somebody asks for; None keeps what is there, and so does a setting that is not named."""

    rank: int | None = None
    is_active: bool | None = None
    settings: Mapping[str, str] | None = None


@transaction.atomic
def open_account(*, kind: str, address: str, settings: Mapping[str, str], by: By, now: datetime) -> ChannelAccount:
    """Open an account as its channel's form asks; secrets that the house makes are made where none was given.

    Raises: ChannelUnknown; AddressUnfit; AccountExists; SettingsRefused.
    """
    form = registry.get(kind).form
    if len(address) > LONGEST_ADDRESS or not form.takes(address):
        raise AddressUnfit(form.address_example)
    if ChannelAccount.objects.filter(kind=kind, address=address).exists():
        raise AccountExists
    wanted = _checked(form, _filled(form, settings))
    account = operations.open_account(kind=kind, address=address, settings=wanted, now=now)
    after = {"kind": kind, "address": address, "settings": sorted(settings)}
    _note("channel.opened", account, before=None, after=after, by=by, now=now)
    return account


@transaction.atomic
def change_account(*, account_id: int, changes: Changes, by: By, now: datetime) -> ChannelAccount:
    """Change an account; of a secret that proves the provider's calls, the one before is good for a while too.

    What is queued for one that is switched off waits there, and expires as its purpose says; switched on, it leaves.
    Raises: SettingsRefused.
    """
    account = ChannelAccount.objects.select_for_update().get(pk=account_id)
    before = _switches(account)
    was_active = account.is_active
    if changes.rank is not None:
        account.rank = changes.rank
    if changes.is_active is not None:
        account.is_active = changes.is_active
    names = _set(account, changes.settings or {}, now=now)
    account.save(update_fields=["rank", "is_active", "settings"])
    operations.tell_line(account, now=now)
    if account.is_active and (names or not was_active):
        wake(at=now)
    told = {"settings": names} if names else {}
    if names or before != _switches(account):
        _note("channel.changed", account, before=before, after=_switches(account) | told, by=by, now=now)
    return account


@transaction.atomic
def forget_before(*, account_id: int, name: str, by: By, now: datetime) -> ChannelAccount:
    """Let the secret before a changed one prove nothing any more. Raises: SettingUnknown where there is none."""
    account = ChannelAccount.objects.select_for_update().get(pk=account_id)
    if f"{name}{rotation.BEFORE}" not in account.settings:
        raise SettingUnknown(name)
    account.settings = rotation.forgotten(account.settings, name)
    account.save(update_fields=["settings"])
    _note("channel.secret_forgotten", account, before=None, after={"settings": [name]}, by=by, now=now)
    return account


def _set(account: ChannelAccount, given: Mapping[str, str], *, now: datetime) -> list[str]:
    """Set what differs, and return its names in order; an account is checked as a whole, as it will be."""
    form = registry.get(account.kind).form
    changed = {name: value for name, value in given.items() if value != account.settings.get(name, "")}
    if not changed:
        return []
    asked = {name: value for name, value in account.settings.items() if form.setting(name)} | changed
    _checked(form, asked)
    kept = dict(account.settings)
    for name, value in changed.items():
        setting = form.setting(name)
        kept = rotation.changed(kept, name, value, now=now) if setting and setting.signs else {**kept, name: value}
    account.settings = {name: value for name, value in kept.items() if value}
    return sorted(changed)


def _filled(form: Form, given: Mapping[str, str]) -> dict[str, str]:
    made = {one.name: secrets.token_urlsafe(MADE_BYTES) for one in form.settings if one.is_made}
    return made | {name: value for name, value in given.items() if value or form.setting(name) is None}


def _checked(form: Form, settings: Mapping[str, str]) -> Mapping[str, str]:
    faults = form.faults(settings, allowed_hosts=house.PROVIDER_HOSTS)
    if faults:
        raise SettingsRefused(faults)
    return settings


def _switches(account: ChannelAccount) -> dict[str, object]:
    return {"rank": account.rank, "is_active": account.is_active}


def _note(
    action: str,
    account: ChannelAccount,
    *,
    before: Mapping[str, object] | None,
    after: Mapping[str, object],
    by: By,
    now: datetime,
) -> None:
    accounts.audit(
        action=action,
        actor_kind="user",
        actor_id=by.user.pk,
        at=now,
        subject_kind="channel_account",
        subject_id=account.pk,
        before=before,
        after=after,
        address=by.address,
    )
    announcing.announce({CHANGED})

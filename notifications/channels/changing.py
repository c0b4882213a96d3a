"""What people change about a dealer's channel accounts; in the audit stand the settings' names, never their values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from channels_app import rotation
from notifications.channels import forms, operations
from notifications.channels.models import ChannelAccount
from tenants import announcing
from tenants.accounts import operations as accounts
from tenants.accounts.staff import By
from tenants.wakeup import wake

# Not of the log: what a dealer sets is in the audit.
CHANGED = "settings.changed"


class AccountExists(Exception):
    """The dealer has an account of this kind and address."""


class AccountShared(Exception):
    """The account writes from a sender of the manufacturer, who alone opens, changes and closes it."""


class SettingUnknown(LookupError):
    """This account has no such secret of before."""


@dataclass(frozen=True)
class Changes:
    """What somebody asks for; None keeps what is there, and so does a setting that is not named."""

    rank: int | None = None
    is_active: bool | None = None
    settings: Mapping[str, str] | None = None


@transaction.atomic
def open_account(*, kind: str, address: str, settings: Mapping[str, str], by: By, now: datetime) -> ChannelAccount:
    """Open an account as its channel's form asks; secrets that the house makes are made where none was given.

    Raises: ChannelUnknown; forms.AddressUnfit; AccountExists; forms.SettingsRefused.
    """
    forms.check_address(kind, address)
    if ChannelAccount.objects.filter(kind=kind, address=address).exists():
        raise AccountExists
    wanted = forms.first_settings(kind, settings)
    account = operations.open_account(kind=kind, address=address, settings=wanted, now=now)
    after = {"kind": kind, "address": address, "settings": sorted(settings)}
    _note("channel.opened", account, before=None, after=after, by=by, now=now)
    return account


@transaction.atomic
def change_account(*, account_id: int, changes: Changes, by: By, now: datetime) -> ChannelAccount:
    """Change an account; of a secret that proves the provider's calls, the one before is good for a while too.

    What is queued for one that is switched off waits there, and expires as its purpose says; switched on, it leaves.
    Of one that is shared, the dealer changes its place in the order alone. Raises: forms.SettingsRefused;
    AccountShared.
    """
    account = ChannelAccount.objects.select_for_update().get(pk=account_id)
    if changes.settings or changes.is_active not in (None, account.is_active):
        check_own(account)
    before = _switches(account)
    was_active = account.is_active
    if changes.rank is not None:
        account.rank = changes.rank
    if changes.is_active is not None:
        account.is_active = changes.is_active
    account.settings, names = forms.settings_after(account.kind, account.settings, changes.settings or {}, now=now)
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
    """Let the secret before a changed one prove nothing any more.

    Raises: SettingUnknown where there is none; AccountShared.
    """
    account = ChannelAccount.objects.select_for_update().get(pk=account_id)
    check_own(account)
    if f"{name}{rotation.BEFORE}" not in account.settings:
        raise SettingUnknown(name)
    account.settings = rotation.forgotten(account.settings, name)
    account.save(update_fields=["settings"])
    _note("channel.secret_forgotten", account, before=None, after={"settings": [name]}, by=by, now=now)
    return account


def check_own(account: ChannelAccount) -> None:
    """Let pass what is the dealer's own. Raises: AccountShared."""
    if account.shared_sender_id is not None:
        raise AccountShared


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

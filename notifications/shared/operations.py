"""Opening senders that dealers of one manufacturer share, and saying who of them writes from which.

For people of the manufacturer and of the operator; in the public scope. In the audit stand the settings' names, never
their values.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from notifications.channels import forms
from notifications.channels.models import ChannelAccount
from notifications.shared.clock import look_at
from notifications.shared.models import SharedSender, Sharing
from tenants import announcing
from tenants.accounts import operations as accounts
from tenants.accounts.staff import By
from tenants.models import Dealer
from tenants.scope import dealer_scope, public_scope
from tenants.tokens import opaque_id
from tenants.wakeup import wake

# Not of a dealer's log: its screens read its accounts anew.
CHANGED = "settings.changed"


class SenderExists(Exception):
    """The manufacturer has a sender of this kind and address."""


class ForeignDealer(ValueError):
    """The dealer is of another manufacturer, or of none."""


class AddressOwned(Exception):
    """The dealer has an account of its own at this address: the provider's calls would go two ways."""


class NotSharing(LookupError):
    """The dealer does not write from this sender."""


@dataclass(frozen=True)
class Changes:
    """What somebody asks for; None keeps what is there, and so does a setting that is not named.

    default_dealer_id: whose words of strangers are; 0 is nobody's.
    """

    is_active: bool | None = None
    settings: Mapping[str, str] | None = None
    default_dealer_id: int | None = None


def open_sender(
    *, manufacturer_id: int, kind: str, address: str, settings: Mapping[str, str], by: By | None, now: datetime
) -> SharedSender:
    """This function will open a sender of a manufacturer, which no dealer writes from yet.

    by: None is the operator at the command line. Raises: ChannelUnknown; forms.AddressUnfit; forms.SettingsRefused;
    SenderExists.
    """
    forms.check_address(kind, address)
    with public_scope(), transaction.atomic():
        sender, is_new = SharedSender.objects.get_or_create(
            manufacturer_id=manufacturer_id,
            kind=kind,
            address=address,
            defaults={"settings": forms.first_settings(kind, settings), "created_at": now},
        )
        if not is_new:
            raise SenderExists
        _note("shared_sender.opened", sender, {"kind": kind, "address": address}, by=by, now=now)
        return sender


def change_sender(*, sender_id: int, changes: Changes, by: By | None, now: datetime) -> SharedSender:
    """This function will change a sender for all who write from it; what is queued waits while it is off.

    Raises: forms.SettingsRefused; NotSharing where the default dealer does not write from it.
    """
    with public_scope(), transaction.atomic():
        sender = SharedSender.objects.select_for_update(no_key=True).get(pk=sender_id)
        sender.settings, names = forms.settings_after(sender.kind, sender.settings, changes.settings or {}, now=now)
        if changes.is_active is not None:
            sender.is_active = changes.is_active
        if changes.default_dealer_id is not None:
            sender.default_dealer_id = _default(sender, changes.default_dealer_id)
        sender.changed_at = now
        sender.save(update_fields=["settings", "is_active", "default_dealer", "changed_at"])
        told = {"settings": names, "is_active": sender.is_active, "default_dealer_id": sender.default_dealer_id}
        _note("shared_sender.changed", sender, told, by=by, now=now)
        for sharing in sharings_of(sender.pk):
            with dealer_scope(sharing.dealer.ref):
                # What is queued at the dealers waits while the sender is off, as it does with accounts of their own.
                ChannelAccount.objects.filter(pk=sharing.account_id).update(is_active=sender.is_active)
                announcing.announce({CHANGED})
                wake(at=now)
        return sender


def share(*, sender_id: int, dealer_id: int, by: By | None, now: datetime) -> Sharing:
    """This function will let a dealer of the sender's manufacturer write from it; again changes nothing.

    Raises: ForeignDealer; AddressOwned; SharedSender.DoesNotExist; Dealer.DoesNotExist.
    """
    with public_scope(), transaction.atomic():
        sender = SharedSender.objects.select_for_update(no_key=True).get(pk=sender_id)
        dealer = Dealer.objects.get(pk=dealer_id)
        if dealer.manufacturer_id != sender.manufacturer_id:
            raise ForeignDealer
        with dealer_scope(dealer.ref):
            account = _account(sender, now=now)
            announcing.announce({CHANGED})
        sharing, is_new = Sharing.objects.get_or_create(
            sender=sender, dealer=dealer, defaults={"account_id": account.pk, "opened_at": now}
        )
        if is_new:
            # From now on there is something to sweep.
            look_at(sender.pk, at=now, at_once=False)
            _note("shared_sender.shared", sender, {"dealer": dealer.name}, by=by, now=now)
        return sharing


def unshare(*, sender_id: int, dealer_id: int, by: By | None, now: datetime) -> None:
    """This function will take a dealer off a sender: nothing leaves, and nothing comes in, for it any more.

    Its conversations stay; what other dealers know is untouched. Raises: NotSharing.
    """
    with public_scope(), transaction.atomic():
        sender = SharedSender.objects.select_for_update(no_key=True).get(pk=sender_id)
        sharing = sharings_of(sender_id, dealer_id=dealer_id).first()
        if sharing is None:
            raise NotSharing
        with dealer_scope(sharing.dealer.ref):
            ChannelAccount.objects.filter(pk=sharing.account_id).update(is_active=False)
            announcing.announce({CHANGED})
        if sender.default_dealer_id == dealer_id:
            SharedSender.objects.filter(pk=sender_id).update(default_dealer=None)
        sharing.delete()
        _note("shared_sender.unshared", sender, {"dealer": sharing.dealer.name}, by=by, now=now)


def sharings_of(sender_id: int, *, dealer_id: int | None = None) -> QuerySet[Sharing]:
    """This function will list who writes from a sender, by dealer; all locks of several dealers go in this order."""
    rows = Sharing.objects.filter(sender_id=sender_id).select_related("dealer").order_by("dealer_id")
    return rows if dealer_id is None else rows.filter(dealer_id=dealer_id)


def _default(sender: SharedSender, dealer_id: int) -> int | None:
    if not dealer_id:
        return None
    if not sharings_of(sender.pk, dealer_id=dealer_id).exists():
        raise NotSharing
    return dealer_id


def _account(sender: SharedSender, *, now: datetime) -> ChannelAccount:
    """The account of the dealer in scope; one that was closed is opened again, with its conversations."""
    account, _ = ChannelAccount.objects.get_or_create(
        kind=sender.kind,
        address=sender.address,
        defaults={"public_id": opaque_id(), "shared_sender_id": sender.pk, "created_at": now},
    )
    if account.shared_sender_id != sender.pk:
        raise AddressOwned
    ChannelAccount.objects.filter(pk=account.pk).update(is_active=sender.is_active)
    wake(at=now)
    return account


def _note(action: str, sender: SharedSender, after: Mapping[str, object], *, by: By | None, now: datetime) -> None:
    accounts.audit(
        action=action,
        actor_kind="user" if by else "system",
        actor_id=by.user.pk if by else None,
        at=now,
        subject_kind="shared_sender",
        subject_id=sender.pk,
        after=after,
        address=by.address if by else None,
    )

"""Trying an account: asking its provider, naming our webhook there, and a message to whoever tests, there and back."""

from datetime import datetime, timedelta

from django.db import transaction

from channels_app import registry
from channels_app.contract import Probed, Probing, Registering
from core.customers import addresses
from core.customers.models import ContactPoint
from notifications.approvals import queries as approvals
from notifications.approvals.queries import Needed
from notifications.channels.changing import check_own
from notifications.channels.models import ChannelAccount
from notifications.conversations.models import Conversation
from notifications.outbox import operations as outbox
from notifications.outbox import rates, windows
from notifications.outbox.accounts import account_of
from notifications.outbox.models import Message
from notifications.outbox.operations import TEST_CASE, Draft, Priority
from tenants.accounts import operations as accounts
from tenants.accounts.staff import By

# Of one account, whoever asks: a test costs money, and must not become a way to write to people.
TESTS_AN_HOUR = 5
AN_HOUR = timedelta(hours=1)
# A test that has not left by then tells nothing any more.
TEST_LASTS = timedelta(minutes=10)


class CannotDoThat(Exception):
    """The provider of this account has no way to do it."""


class AccountOff(Exception):
    """The account is switched off: nothing leaves through it."""


class OwnersAddress(Exception):
    """The address stands in an owner's file or conversation; tests go to whoever tests."""


class TemplateMissing(Exception):
    """Only approved templates may go there now, and the account lists none of those it needs."""


class TriedTooOften(Exception):
    """The account was tested too often within the hour."""


def probe(*, account_id: int) -> Probed:
    """Ask the provider whose account this is. Raises: CannotDoThat; ChannelError."""
    row = ChannelAccount.objects.get(pk=account_id)
    channel = registry.get(row.kind)
    if not isinstance(channel, Probing):
        raise CannotDoThat
    return channel.probe(account_of(row))


def register(*, account_id: int, by: By, now: datetime) -> None:
    """Name the account's webhook to its provider. Raises: CannotDoThat; AccountShared; ChannelError."""
    row = ChannelAccount.objects.get(pk=account_id)
    check_own(row)
    channel = registry.get(row.kind)
    if not isinstance(channel, Registering):
        raise CannotDoThat
    channel.register(account_of(row))
    _note("channel.registered", row, by=by, now=now)


def send_test(*, account_id: int, address: str, text: str, language: str, by: By, now: datetime) -> Message:
    """Send a text through outbox and channel to whoever tests; what becomes of it, and an answer, are messages.

    Where free words may not go, an approved template goes in their place.

    Raises: AccountOff; AddressUnusable; OwnersAddress; TemplateMissing; TriedTooOften.
    """
    row = ChannelAccount.objects.get(pk=account_id)
    if not row.is_active:
        raise AccountOff
    kind = registry.get(row.kind).capabilities.address_kind
    to = address.strip() if kind == "CHAT" else addresses.normalised(kind, address)
    if _is_owners(row, to):
        raise OwnersAddress
    template = _template(row, to, language=language, now=now)
    rate = TESTS_AN_HOUR / AN_HOUR.total_seconds()
    if not rates.take(f"test:{row.public_id}", rate=rate, size=TESTS_AN_HOUR, wanted=1, now=now):
        raise TriedTooOften
    draft = Draft(
        account_id=row.pk,
        address=to,
        text=text,
        subject=text.split("\n")[0],
        purpose="",
        language=template.language if template else language,
        template=approvals.sample(template) if template else {},
        case_kind=TEST_CASE,
        priority=Priority.REPLY,
        expires_at=now + TEST_LASTS,
        actor=f"user:{by.user.pk}",
    )
    with transaction.atomic():
        message = outbox.queue_message(draft, now=now)
        _note("channel.tested", row, by=by, now=now)
    return message


def _template(row: ChannelAccount, address: str, *, language: str, now: datetime) -> Needed | None:
    """Which of those that the account lists goes, the plainest in the language; None where free words may."""
    talks = Conversation.objects.filter(account=row, address=address).order_by("-last_inbound_at")
    heard_at = talks.exclude(last_inbound_at=None).values_list("last_inbound_at", flat=True).first()
    if windows.is_open(registry.get(row.kind).capabilities, heard_at, now=now):
        return None
    listed = [one for one in approvals.needed_of(row) if one.code]
    if not listed:
        raise TemplateMissing
    return min(listed, key=lambda one: (one.language != language, len(one.places)))


def _is_owners(row: ChannelAccount, address: str) -> bool:
    known = Conversation.objects.filter(account=row, address=address, customer__isnull=False)
    return ContactPoint.objects.filter(value=address).exists() or known.exists()


def _note(action: str, row: ChannelAccount, *, by: By, now: datetime) -> None:
    """Write down who tried which account; not to which address."""
    accounts.audit(
        action=action,
        actor_kind="user",
        actor_id=by.user.pk,
        at=now,
        subject_kind="channel_account",
        subject_id=row.pk,
        address=by.address,
    )

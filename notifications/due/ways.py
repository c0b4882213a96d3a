"""Which ways to a person are closed to a message now, and why: by its country, or by a provider's window.

All that is needed for a batch is read once; what is asked of each way is only looked up.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from channels_app import approved, registry
from channels_app.contract import Capabilities, Template
from core.customers.models import ContactPoint
from notifications.channels.models import ChannelAccount
from notifications.conversations.models import Conversation
from notifications.flows import patterns, store
from notifications.flows.definition import Flow
from notifications.flows.patterns import Sender
from notifications.outbox import windows
from notifications.outbox.accounts import settings_of
from notifications.planning.kinds import ReminderKind
from notifications.texting import operations as texting
from notifications.texting import rules as texts
from tenants.scope import current_dealer

# Why a window keeps a message back: what is said has no template at all, or the account lists it not.
WINDOW_CLOSED = "WINDOW_CLOSED"
TEMPLATE_MISSING = "TEMPLATE_MISSING"

# What a message may say first, as templates of an account: with addresses of pages in them, and a place for the
# dealer's name, or without.
Needed = Callable[[ChannelAccount], Sequence[Template]]


@dataclass(frozen=True, kw_only=True)
class Ways:
    """What is known of a batch's ways; nothing is read that no account asks for.

    heard: when each address was last heard by an account. flows: those with which the batch's kinds begin, by key.
    settings: of the accounts that may need templates, a shared one's being its sender's.
    """

    countries: frozenset[str]
    heard: Mapping[tuple[int, str], datetime]
    flows: Mapping[str, Flow]
    settings: Mapping[int, Mapping[str, str]]
    now: datetime


def ways_of(
    accounts: Sequence[ChannelAccount], points: Iterable[ContactPoint], kinds: Iterable[ReminderKind], *, now: datetime
) -> Ways:
    """This function will read what the accounts ask for."""
    windowed = [account.pk for account in accounts if can_of(account).window_hours]
    templated = [account for account in accounts if can_of(account).window_hours is not None]
    keys = {kind.flow for kind in kinds if kind.flow} if templated else set()
    return Ways(
        countries=texting.countries_open() if any(can_of(one).is_sms for one in accounts) else frozenset(),
        heard=_heard(windowed, [point.value for point in points]) if windowed else {},
        flows={key: store.current(key, now=now).flow for key in keys},
        settings={account.pk: settings_of(account) for account in templated},
        now=now,
    )


def closed(account: ChannelAccount, point: ContactPoint, known: Ways, needed: Needed) -> str:
    """This function will say why nothing may go there now; an empty word where it may. The claim looks again."""
    can = can_of(account)
    if can.is_sms and (refusal := texts.refusal(point.value, countries=known.countries)):
        return refusal.value
    if windows.is_open(can, known.heard.get((account.pk, point.value)), now=known.now):
        return ""
    wanted = needed(account)
    if not wanted:
        return WINDOW_CLOSED
    return "" if all(approved.code_of(known.settings[account.pk], one) for one in wanted) else TEMPLATE_MISSING


def openings(kind: ReminderKind, known: Ways, *, language: str) -> Needed:
    """This function will say what a kind's dialogue begins with."""

    def wanted(account: ChannelAccount) -> Sequence[Template]:
        flow = known.flows.get(kind.flow)
        if flow is None:
            return ()
        spoken = language if language in flow.languages else flow.languages[0]
        dealer, has_links = current_dealer().shown_name, can_of(account).links
        sender = Sender(dealer, spoken, has_links, is_shared=_is_shared(account))
        found = patterns.openings(flow, kind.entry, sender)
        return [Template(one.name, one.language, one.places, one.places) for one in found]

    return wanted


def said_as(kept: Mapping[str, Any], *, language: str) -> Needed:
    """This function will say what a message in its row says as a template."""

    def wanted(account: ChannelAccount) -> Sequence[Template]:
        has_links, is_shared = can_of(account).links, _is_shared(account)
        found = windows.template_of(kept, language=language, page="", has_links=has_links, is_shared=is_shared)
        return [found] if found else ()

    return wanted


def can_of(account: ChannelAccount) -> Capabilities:
    """This function will say what an account's channel can do."""
    return registry.get(account.kind).capabilities


def _is_shared(account: ChannelAccount) -> bool:
    return account.shared_sender_id is not None


def _heard(account_ids: Sequence[int], addresses: Sequence[str]) -> dict[tuple[int, str], datetime]:
    talks = Conversation.objects.filter(account_id__in=account_ids, address__in=addresses)
    rows = talks.exclude(last_inbound_at=None).values_list("account_id", "address", "last_inbound_at")
    return {(account, address): heard_at for account, address, heard_at in rows if heard_at}

"""May a person of the centre write to this owner, here and now? The contact policy asked for one message of theirs.

An answer to what the owner has just said may go at any hour. What a person begins of their own accord is held
over the owner's quiet hours, as everything else is. The cap counts it, and never keeps it back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q

from channels_app import registry
from core.customers.models import Customer
from notifications.conversations.models import Conversation
from notifications.due import looking
from notifications.outbox import hours, windows
from notifications.outbox.addresses import address_hash
from notifications.policy import consent
from notifications.policy.facts import Purpose
from notifications.policy.models import Suppression
from notifications.policy.operations import standard_in_force
from notifications.texting import operations as texting
from tenants.scope import current_dealer

# Whoever wrote within this is answered, not addressed. Source: the reply windows of chat providers begin at a day.
ANSWERED_WITHIN = timedelta(days=1)


class OwnerOptedOut(Exception):
    """The owner wants no messages here; only their own yes changes that. The message names the reason."""


class DestinationClosed(Exception):
    """Nothing is texted to this number: its country is not open here, or it is one that earns. Its text is the rule."""


class WordsRefused(Exception):
    """The provider takes free words only for a while after the owner's own, or never. Its text is the rule."""


@dataclass(frozen=True)
class Leave:
    """That a person may write: from when on, whether it is an answer, and the facts that say so."""

    is_answer: bool
    not_before_at: datetime | None
    facts: dict[str, Any]

    @property
    def rule(self) -> str:
        """The name under which the decision is kept."""
        if self.not_before_at is not None:
            return "quiet_hours"
        return "person_answers" if self.is_answer else "person_writes"


def check(conversation: Conversation, *, now: datetime) -> Leave:
    """This function will say that a person may write here, and from when on.

    Raises: OwnerOptedOut; DestinationClosed; WordsRefused.
    """
    if closed := texting.refusal_of(conversation.address, kind=conversation.account.kind):
        raise DestinationClosed(closed)
    if refused := _refused_words(conversation, now=now):
        raise WordsRefused(refused)
    standing = refusals(conversation, now=now)
    if standing:
        raise OwnerOptedOut(standing[0])
    heard_at = conversation.last_inbound_at
    is_answer = heard_at is not None and heard_at > now - ANSWERED_WITHIN
    zone = ZoneInfo((conversation.customer and conversation.customer.timezone) or current_dealer().timezone)
    standard = standard_in_force(today=now.astimezone(ZoneInfo(current_dealer().timezone)).date())
    until = None if is_answer else hours.quiet_until(now, zone=zone, standard=standard)
    facts = {
        "standard": standard.version,
        "is_proactive": not is_answer,
        "local_time": now.astimezone(zone).isoformat(timespec="minutes"),
        "timezone": zone.key,
        "channel": conversation.account.kind,
    }
    return Leave(is_answer=is_answer, not_before_at=until, facts=facts)


def refusals(conversation: Conversation, *, now: datetime) -> list[str]:
    """This function will name the walls and the noes that keep people's messages from an owner; none is a yes."""
    files = _files(conversation.customer_id)
    channel = conversation.account.kind
    walls = Suppression.objects.filter(
        Q(address_hash=address_hash(conversation.address)) | Q(customer_id__in=files),
        lifted_at__isnull=True,
        vehicle__isnull=True,
        purpose__in=("", Purpose.SERVICE),
        channel__in=registry.names_of(channel),
    )
    reasons = list(walls.order_by("id").values_list("reason", flat=True))
    reasons = reasons or ([] if _is_allowed(files, channel) else ["no_consent"])
    closed = texting.refusal_of(conversation.address, kind=channel) or _refused_words(conversation, now=now)
    return [*reasons, str(closed)] if closed else reasons


def _refused_words(conversation: Conversation, *, now: datetime) -> str:
    """Why nobody's own words may go there now, whoever wishes to read them."""
    can = registry.get(conversation.account.kind).capabilities
    if windows.is_open(can, conversation.last_inbound_at, now=now):
        return ""
    return "WINDOW_CLOSED" if can.window_hours else "TEMPLATES_ALONE"


def _is_allowed(files: Sequence[int], channel: str) -> bool:
    return consent.is_allowed(
        [given for _, given in looking.consents(files)],
        purpose=Purpose.SERVICE,
        channel=channel,
        vehicle_id=None,
        # Whoever talks to us needs not have been asked first.
        needs_consent=False,
    )


def _files(customer_id: int | None) -> list[int]:
    """Files merged into one keep their own words; the stricter one binds."""
    if customer_id is None:
        return []
    merged = Customer.objects.filter(Q(pk=customer_id) | Q(merged_into_id=customer_id))
    return list(merged.values_list("id", flat=True))

"""An owner's no, and the yes that lifts it: walls, consents and the log, in one transaction with their cause."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from core.customers.models import Consent
from core.customers.tasks import stand_people
from core.events import kinds
from core.events import operations as events
from notifications.outbox import operations as outbox
from notifications.policy.models import Suppression
from tenants import wakeup
from tenants.tasks import send_after_commit

# What an opt-out word ends where the owner names nothing: all of them. Answers to complaints and recalls are
# sent by people or by law, see the contact policy's "always answered".
EVERY_PURPOSE = ""
# Of a wall that stands because the owner said no to a number that the brand's dealers share.
SHARED_STOP = "SHARED_STOP"


def opt_out(
    *,
    address: str,
    customer_id: int | None,
    purpose: str,
    wording: str,
    now: datetime,
    channel: str = "",
    is_by_page: bool = False,
) -> int:
    """This function will put up the wall and stop what waits behind it; it returns how many were stopped.

    Asked for again, it changes nothing but stops what has been queued meanwhile. is_by_page: a click on a page of
    the owner's said so, not a reply.
    """
    source = "PAGE" if is_by_page else "REPLY"
    with transaction.atomic():
        if not _standing(address, purpose=purpose, channel=channel).exists():
            Suppression.objects.create(
                customer_id=customer_id,
                address_hash=outbox.address_hash(address),
                purpose=purpose,
                channel=channel,
                reason="OPT_OUT",
                source=source,
                wording=wording[:300],
                at=now,
            )
            said = _Said(purpose, channel, wording, source)
            _say(customer_id, said, is_granted=False, now=now)
        return outbox.halt(address, now=now)


def opt_in(*, address: str, customer_id: int | None, wording: str, now: datetime) -> int:
    """This function will lift what a reply or a click for this address put up, and say how many walls fell.

    What a provider, a person or an erasure put up stays.
    """
    with transaction.atomic():
        walls = Suppression.objects.filter(
            address_hash=outbox.address_hash(address),
            lifted_at__isnull=True,
            source__in=[Suppression.Source.REPLY, Suppression.Source.PAGE, Suppression.Source.PROVIDER],
        )
        refused = set(walls.values_list("purpose", "channel")) | {(EVERY_PURPOSE, "")}
        lifted = walls.update(lifted_at=now, lifted_reason="OPT_IN")
        # A no to one purpose stands beside a yes to all: each is answered by its own yes.
        for purpose, channel in sorted(refused):
            _say(customer_id, _Said(purpose, channel, wording, "REPLY"), is_granted=True, now=now)
        wakeup.wake(at=now)
        return lifted


def opt_out_shared(address: str, *, channel: str, purposes: Sequence[str], now: datetime) -> int:
    """This function will put up the walls of a no that was said to a sender which others write from too.

    It holds for the address and the channel alone: whom else the owner deals with is none of this dealer's, so no
    consent and no word of it is written into a file. It returns how many messages were stopped.
    """
    with transaction.atomic():
        for purpose in purposes:
            if not _standing(address, purpose=purpose, channel=channel).exists():
                Suppression.objects.create(
                    address_hash=outbox.address_hash(address),
                    purpose=purpose,
                    channel=channel,
                    reason=SHARED_STOP,
                    source=Suppression.Source.PROVIDER,
                    at=now,
                )
        return outbox.halt(address, now=now)


def lift_shared(address: str, *, now: datetime) -> int:
    """This function will lift those walls alone, and say how many fell."""
    with transaction.atomic():
        walls = Suppression.objects.filter(
            address_hash=outbox.address_hash(address), reason=SHARED_STOP, lifted_at__isnull=True
        )
        lifted = walls.update(lifted_at=now, lifted_reason="OPT_IN")
        wakeup.wake(at=now)
        return lifted


def wake_at(at: datetime) -> None:
    """This function will have the dealer looked at then."""
    with transaction.atomic():
        wakeup.wake(at=at)


def _standing(address: str, *, purpose: str, channel: str) -> QuerySet[Suppression]:
    return Suppression.objects.filter(
        address_hash=outbox.address_hash(address), purpose=purpose, channel=channel, lifted_at__isnull=True
    )


@dataclass(frozen=True)
class _Said:
    """An owner's word: about what, in which words, and how it came."""

    purpose: str
    channel: str
    wording: str
    source: str


def _say(customer_id: int | None, said: _Said, *, is_granted: bool, now: datetime) -> None:
    if customer_id is None:
        return
    consent = Consent.objects.create(
        customer_id=customer_id,
        purpose=said.purpose,
        channel=said.channel,
        is_granted=is_granted,
        source=said.source,
        wording=said.wording[:300],
        at=now,
        recorded_at=now,
        actor="owner",
    )
    events.record(
        kinds.CONSENT_CHANGED,
        subject_kind="consent",
        subject_id=consent.pk,
        at=now,
        customer_id=customer_id,
        data={
            "is_granted": is_granted,
            "purpose": said.purpose,
            "channel": said.channel,
            "source": said.source,
        },
        actor="owner",
    )
    # Not here: an opt-out may wait for what is leaving, and would hold the person's file meanwhile.
    send_after_commit(stand_people, [customer_id])

"""Walls that people of the centre put up for an owner who asked them to, and take down again.

What an owner, a provider or an erasure put up is not theirs to lift: only the owner's own yes is, see suppressing.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from core.customers.models import ContactPoint, Customer
from core.events import kinds
from core.events import operations as events
from core.transactions import waking
from notifications.outbox import operations as outbox
from notifications.policy.models import Suppression

REASON = "ASKED"


class NotOursToLift(Exception):
    """The wall was put up by the owner, a provider or an erasure."""


@dataclass(frozen=True)
class Wall:
    """What must not leave for whom; an empty purpose or channel and no vehicle mean all."""

    customer_id: int
    wording: str
    vehicle_id: int | None = None
    purpose: str = ""
    channel: str = ""


def put_up(wall: Wall, *, actor: str, now: datetime) -> Suppression:
    """This function will keep messages from an owner from now on, and stop those that wait; again changes nothing.

    Raises: Customer.DoesNotExist.
    """
    # Nobody is woken: whoever sends must not wait for us while we wait for them, see outbox.stopping.
    with transaction.atomic():
        # The owner's row is the lock: two presses of one button make one wall.
        customer = Customer.objects.select_for_update().get(pk=wall.customer_id)
        same = {
            "customer": customer,
            "vehicle_id": wall.vehicle_id,
            "purpose": wall.purpose,
            "channel": wall.channel,
            "source": Suppression.Source.PERSON,
            "lifted_at": None,
        }
        standing = Suppression.objects.filter(**same).first()
        if standing is not None:
            return standing
        row = Suppression.objects.create(**same, reason=REASON, wording=wall.wording, at=now)
        _record(row, is_standing=True, actor=actor, now=now)
        for address in ContactPoint.objects.filter(customer=customer).order_by("id").values_list("value", flat=True):
            outbox.halt(address, now=now)
        return row


def lift(suppression_id: int, *, reason: str, actor: str, now: datetime) -> Suppression:
    """This function will take down a wall that a person put up; again changes nothing.

    Raises: NotOursToLift; Suppression.DoesNotExist.
    """
    with waking(now=now):
        row = Suppression.objects.select_for_update().get(pk=suppression_id)
        if row.source != Suppression.Source.PERSON:
            raise NotOursToLift(row.source)
        if row.lifted_at is None:
            row.lifted_at, row.lifted_reason = now, reason
            row.save(update_fields=["lifted_at", "lifted_reason"])
            _record(row, is_standing=False, actor=actor, now=now)
        return row


def _record(row: Suppression, *, is_standing: bool, actor: str, now: datetime) -> None:
    events.record(
        kinds.SUPPRESSION_CHANGED,
        subject_kind="suppression",
        subject_id=row.pk,
        at=now,
        customer_id=row.customer_id,
        vehicle_id=row.vehicle_id,
        data={"is_standing": is_standing, "purpose": row.purpose, "channel": row.channel},
        actor=actor,
    )

"""What people do about vehicles' files: correct them, and note that a car changed hands."""

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction

from core.customers import history, standing
from core.customers.models import FieldChange
from core.events import kinds
from core.events import operations as events
from core.repair_orders.imports import cells, vins
from core.transactions import waking
from core.vehicles import identity, papers
from core.vehicles.models import Ownership, Vehicle
from tenants import signs
from tenants.scope import current_dealer

# Field -> the most letters it holds; days are written as 2026-11-20.
CORRECTABLE = {
    "vin": 17,
    "plate": 20,
    "model": 80,
    "purchase_date": 10,
    "warranty_end_date": 10,
    "services_wanted": 300,
}


# Compared where one of them changes: what an import brought must not keep anybody from mending a plate.
PAPERS = frozenset({"purchase_date", "warranty_end_date"})


class FieldUncorrectable(ValueError):
    """Not a field that people correct, or too long for it."""


class TransferRefused(Exception):
    """The car cannot have changed hands on that day; each kind says why."""


class TheirsAlready(TransferRefused):
    """The car belongs to this customer already."""


class NobodyHolds(TransferRefused):
    """Nobody is known to hold the car."""


class HeldOnlyLater(TransferRefused):
    """The present owner has held the car only since a later day."""


class CorrectionNotRevertible(Exception):
    """What stood before cannot be put back: something else stands there by now."""


def correct_vehicle(
    vehicle_id: int,
    *,
    corrections: Mapping[str, str],
    now: datetime,
    actor: str,
    seen_at: datetime | None = None,
    is_vin_sure: bool = False,
) -> list[FieldChange]:
    """Write what a person corrected, with its history; what the dealer's system calls the car still finds it.

    seen_at: `updated_at` of the file as the caller saw it. is_vin_sure: see identity.written_vin; said without
    another VIN, the one that stands there is doubted no more.
    Raises: Vehicle.DoesNotExist, FieldUncorrectable, history.FileChangedMeanwhile; identity.VinMalformed,
    VinUnlikely, VinTaken; signs.Unseen, signs.NothingToRead; papers.PaperUnlikely.
    """
    corrections = dict(corrections)
    if "vin" in corrections:
        corrections["vin"] = identity.written_vin(corrections["vin"], is_sure=is_vin_sure)
    for field, text in corrections.items():
        if len(text) > CORRECTABLE.get(field, -1):
            raise FieldUncorrectable(f"{field} cannot be corrected so; these can: {', '.join(CORRECTABLE)}")
    with transaction.atomic():
        vehicle = Vehicle.objects.select_for_update().get(pk=vehicle_id)
        fields = {*corrections, *(["vin"] if is_vin_sure else [])}
        history.refuse_if_changed(history.VEHICLE, vehicle_id, fields=fields, seen_at=seen_at)
        # Whoever wrote a VIN has looked at it: it is suspected no more.
        changes = _write(vehicle, corrections, is_vin_suspect=False, actor=actor, now=now)
        if is_vin_sure and vehicle.is_vin_suspect:
            changes += _trust_vin(vehicle, actor=actor, now=now)
        return changes


def revert_correction(change_id: int, *, actor: str, now: datetime) -> Vehicle:
    """Put back what stood in a car's field before a change; the history keeps both.

    Raises: CorrectionNotRevertible; FieldChange.DoesNotExist; identity.VinTaken; signs.Unseen, signs.NothingToRead.
    """
    change = FieldChange.objects.get(pk=change_id)
    if change.subject_kind != history.VEHICLE or change.field not in CORRECTABLE:
        raise CorrectionNotRevertible(change.field)
    with transaction.atomic():
        vehicle = Vehicle.objects.select_for_update().get(pk=change.subject_id)
        if history.as_text(getattr(vehicle, change.field)) != change.after:
            raise CorrectionNotRevertible(change.field)
        # As the import had it, suspicion included.
        is_suspect = change.field == "vin" and vins.is_suspect(change.before)
        _write(vehicle, {change.field: change.before}, is_vin_suspect=is_suspect, actor=actor, now=now)
        vehicle.refresh_from_db()
        return vehicle


def hand_over(*, vehicle_id: int, customer_id: int, on_date: date, actor: str, now: datetime) -> Ownership:
    """Note that a car belongs to another customer from a day on.

    Raises: TransferRefused when it already does, or the day lies before the present owner's first.
    """
    with waking(now=now):
        # The car's row is the lock: two people who note the same sale must not both begin an ownership.
        Vehicle.objects.select_for_update().get(pk=vehicle_id)
        present = Ownership.objects.filter(vehicle_id=vehicle_id, to_date__isnull=True).first()
        if present is not None and present.customer_id == customer_id:
            raise TheirsAlready("The car belongs to this customer already.")
        if present is not None:
            _end(present, on_date=on_date, actor=actor, now=now)
        held = Ownership.objects.create(vehicle_id=vehicle_id, customer_id=customer_id, from_date=on_date)
        _record(kinds.OWNERSHIP_BEGAN, held, actor=actor, now=now)
        standing.stand_cars([vehicle_id], now=now)
        return held


def give_up(*, vehicle_id: int, on_date: date, actor: str, now: datetime) -> Ownership:
    """Note that the present owner has the car no more, and nobody knows who has.

    Raises: TransferRefused when nobody holds it, or the day lies before the present owner's first.
    """
    with waking(now=now):
        Vehicle.objects.select_for_update().get(pk=vehicle_id)
        present = Ownership.objects.filter(vehicle_id=vehicle_id, to_date__isnull=True).first()
        if present is None:
            raise NobodyHolds("Nobody is known to hold the car.")
        _end(present, on_date=on_date, actor=actor, now=now)
        standing.stand_cars([vehicle_id], now=now)
        return present


def _end(present: Ownership, *, on_date: date, actor: str, now: datetime) -> None:
    if on_date < present.from_date:
        raise HeldOnlyLater("The present owner has held the car only since a later day.")
    present.to_date = on_date
    present.save(update_fields=["to_date"])
    _record(kinds.OWNERSHIP_ENDED, present, actor=actor, now=now)


def _record(kind: str, held: Ownership, *, actor: str, now: datetime) -> None:
    on_date = held.to_date if kind == kinds.OWNERSHIP_ENDED else held.from_date
    events.record(
        kind,
        subject_kind="ownership",
        subject_id=held.pk,
        at=now,
        customer_id=held.customer_id,
        vehicle_id=held.vehicle_id,
        data={"on_date": f"{on_date}"},
        actor=actor,
    )


def _write(
    vehicle: Vehicle, corrections: Mapping[str, str], *, is_vin_suspect: bool, actor: str, now: datetime
) -> list[FieldChange]:
    before = {field: history.as_text(getattr(vehicle, field)) for field in corrections}
    changed = {field: text for field, text in corrections.items() if before[field] != text}
    if not changed:
        return []
    for field, text in changed.items():
        signs.check_line(text)
        setattr(vehicle, field, _value(field, text))
    if not PAPERS.isdisjoint(changed):
        _check_papers(vehicle, now=now)
    if "vin" in changed:
        vehicle.is_vin_suspect = is_vin_suspect
    vehicle.plate_key = cells.plate_key(vehicle.plate)
    vehicle.updated_at = now
    _save(vehicle, [*changed, "is_vin_suspect", "plate_key", "updated_at"])
    changes = history.note(history.VEHICLE, vehicle.pk, before=before, after=changed, actor=actor, now=now)
    standing.stand_cars([vehicle.pk], now=now)
    return changes


def _trust_vin(vehicle: Vehicle, *, actor: str, now: datetime) -> list[FieldChange]:
    vehicle.is_vin_suspect, vehicle.updated_at = False, now
    vehicle.save(update_fields=["is_vin_suspect", "updated_at"])
    before, after = {"is_vin_suspect": True}, {"is_vin_suspect": False}
    changes = history.note(history.VEHICLE, vehicle.pk, before=before, after=after, actor=actor, now=now)
    standing.stand_cars([vehicle.pk], now=now)
    return changes


def _check_papers(vehicle: Vehicle, *, now: datetime) -> None:
    today = now.astimezone(ZoneInfo(current_dealer().timezone)).date()
    papers.check(purchase_date=vehicle.purchase_date, warranty_end_date=vehicle.warranty_end_date, today=today)


def _save(vehicle: Vehicle, fields: list[str]) -> None:
    """Save what may give the car another VIN. Raises: identity.VinTaken."""
    identity.refuse_if_taken(vehicle.vin, vehicle_id=vehicle.pk)
    try:
        with transaction.atomic():
            vehicle.save(update_fields=fields)
    except IntegrityError:
        # An import brought the same VIN between the question and the answer: the unique key decides.
        identity.refuse_if_taken(vehicle.vin, vehicle_id=vehicle.pk)
        raise


def _value(field: str, text: str) -> object:
    if field.endswith("_date"):
        return date.fromisoformat(text) if text else None
    return text

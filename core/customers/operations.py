"""What people of the centre change in files: fields and households, each with its history, and what was answered.

Addresses are `addresses`; what an import changes is core.repair_orders.imports.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.db.models import Field, Q

from core.customers import history, standing
from core.customers.models import Consent, Customer, FieldChange, Household
from core.events import kinds
from core.events import operations as events
from core.repair_orders.imports import cells
from core.transactions import waking
from tenants import signs

# What a person may edit; the rest follows from facts.
EDITABLE = frozenset(
    {
        "name",
        "kind",
        "language",
        "timezone",
        "address",
        "preferred_channel",
        "preferred_from",
        "preferred_until",
        "is_member",
    }
)


class FieldNotEditable(ValueError):
    """The field follows from facts, or there is none of that name; the message names it."""


class ChangeNotRevertible(Exception):
    """What stood before cannot be put back: something else stands there by now, or it follows from facts."""


@dataclass(frozen=True)
class Answer:
    """An answer to 'may we?'; empty purpose or channel and no vehicle mean all. `wording` is what was asked."""

    customer_id: int
    is_granted: bool
    wording: str
    purpose: str = ""
    channel: str = ""
    vehicle_id: int | None = None


def edit_customer(
    *,
    customer_id: int,
    changes: Mapping[str, object],
    actor: str,
    now: datetime,
    seen_at: datetime | None = None,
    source: str = FieldChange.Source.PERSON,
) -> Customer:
    """Change fields of a file and note each in its history; what stays the same is no change.

    seen_at: `updated_at` of the file as the caller saw it.
    Raises: FieldNotEditable; signs.Unseen, signs.NothingToRead; history.FileChangedMeanwhile; Customer.DoesNotExist.
    """
    if foreign := set(changes) - EDITABLE:
        raise FieldNotEditable(", ".join(sorted(foreign)))
    for value in changes.values():
        signs.check_line(value if isinstance(value, str) else "")
    with waking(now=now):
        customer = Customer.objects.select_for_update().get(id=customer_id)
        history.refuse_if_changed(history.CUSTOMER, customer_id, fields=set(changes), seen_at=seen_at)
        before = {field: getattr(customer, field) for field in changes}
        changed = {field: value for field, value in changes.items() if before[field] != value}
        if not changed:
            return customer
        for field, value in changed.items():
            setattr(customer, field, value)
        customer.name_key, customer.updated_at = cells.name_key(customer.name), now
        customer.save(update_fields=[*changed, "name_key", "updated_at"])
        history.note(history.CUSTOMER, customer.pk, before=before, after=changed, actor=actor, now=now, source=source)
        standing.stand_people([customer.pk], now=now)
        return customer


def revert_change(change_id: int, *, actor: str, now: datetime) -> Customer:
    """Put back what stood in a field before a change; the history keeps both.

    Raises: ChangeNotRevertible; signs.Unseen, signs.NothingToRead, as an import may have had; FieldChange.DoesNotExist.
    """
    change = FieldChange.objects.get(pk=change_id)
    if change.subject_kind != history.CUSTOMER or change.field not in EDITABLE:
        raise ChangeNotRevertible(change.field)
    with waking(now=now):
        customer = Customer.objects.select_for_update().get(pk=change.subject_id)
        if history.as_text(getattr(customer, change.field)) != change.after:
            raise ChangeNotRevertible(change.field)
        value = value_of(change.field, change.before)
        changes = {change.field: value, **_other_half(customer, change.field, value)}
        return edit_customer(customer_id=customer.pk, changes=changes, actor=actor, now=now)


def value_of(field: str, text: str) -> object:
    """Return what the history writes of a field as its value."""
    column = Customer._meta.get_field(field)
    assert isinstance(column, Field)  # noqa: S101  # what people edit are columns, no relations
    return None if column.null and not text else column.to_python(text)


def answer_consent(answer: Answer, *, actor: str, now: datetime) -> Consent:
    """Add what a person said to 'may we?'; the newest answer of a subject counts.

    It is said for the person, so it is added to each file merged into theirs that says otherwise: an older answer
    there would outweigh it. Messages that wait are judged again, since the dealer is woken.
    Raises: Customer.DoesNotExist.
    """
    with waking(now=now):
        asked = Customer.objects.select_for_update().get(pk=answer.customer_id)
        kept_id = asked.merged_into_id or asked.pk
        consent = _add_answer(replace(answer, customer_id=kept_id), actor=actor, now=now)
        for file_id in _files_saying_otherwise(answer, kept_id=kept_id):
            _add_answer(replace(answer, customer_id=file_id), actor=actor, now=now)
        events.record(
            kinds.CONSENT_CHANGED,
            subject_kind="consent",
            subject_id=consent.pk,
            at=now,
            customer_id=kept_id,
            vehicle_id=answer.vehicle_id,
            data={"is_granted": answer.is_granted, "purpose": answer.purpose, "channel": answer.channel},
            actor=actor,
        )
        standing.stand_people([kept_id], now=now)
        return consent


def form_household(*, name: str, kind: str, customer_ids: list[int], actor: str, now: datetime) -> Household:
    """Put people or companies together whose messages are merged; they leave what they were in before.

    Raises: Customer.DoesNotExist when one of them is unknown.
    """
    with transaction.atomic():
        customers = list(Customer.objects.select_for_update().filter(id__in=customer_ids).order_by("id"))
        if len(customers) != len(set(customer_ids)):
            raise Customer.DoesNotExist
        household = Household.objects.create(kind=kind, name=name, created_at=now)
        for customer in customers:
            _note_household(customer, after=household.pk, actor=actor, now=now)
        Customer.objects.filter(id__in=customer_ids).update(household=household, updated_at=now)
        return household


def join_household(*, household_id: int, customer_id: int, actor: str, now: datetime) -> Household:
    """Add a person to a household or fleet; they leave what they were in before.

    Raises: Household.DoesNotExist; Customer.DoesNotExist.
    """
    with transaction.atomic():
        household = Household.objects.get(pk=household_id)
        customer = Customer.objects.select_for_update().get(pk=customer_id)
        if customer.household_id != household.pk:
            _note_household(customer, after=household.pk, actor=actor, now=now)
            Customer.objects.filter(pk=customer_id).update(household=household, updated_at=now)
        return household


def leave_household(*, customer_id: int, actor: str, now: datetime) -> None:
    """Take a person out of household or fleet; one in none stays as it is. Raises: Customer.DoesNotExist."""
    with transaction.atomic():
        customer = Customer.objects.select_for_update().get(id=customer_id)
        if customer.household_id is None:
            return
        _note_household(customer, after="", actor=actor, now=now)
        Customer.objects.filter(pk=customer_id).update(household=None, updated_at=now)


def _other_half(customer: Customer, field: str, value: object) -> dict[str, object]:
    """Return the other end of a preferred time where one end alone could not stand."""
    ends = {"preferred_from": "preferred_until", "preferred_until": "preferred_from"}
    other = ends.get(field)
    if other is None or (value is None) == (getattr(customer, other) is None):
        return {}
    if value is None:
        return {other: None}
    raise ChangeNotRevertible(field)


def _add_answer(answer: Answer, *, actor: str, now: datetime) -> Consent:
    return Consent.objects.create(
        customer_id=answer.customer_id,
        vehicle_id=answer.vehicle_id,
        purpose=answer.purpose,
        channel=answer.channel,
        is_granted=answer.is_granted,
        source=Consent.Source.PERSON,
        wording=answer.wording,
        at=now,
        recorded_at=now,
        actor=actor,
    )


def _files_saying_otherwise(answer: Answer, *, kept_id: int) -> list[int]:
    """Return the files merged into the person's whose own last word on the subject is another one."""
    about = Q(vehicle_id=answer.vehicle_id) if answer.vehicle_id else Q(vehicle_id__isnull=True)
    same = Consent.objects.filter(
        about,
        customer__merged_into_id=kept_id,
        purpose=answer.purpose,
        channel=answer.channel,
    )
    newest = same.order_by("customer_id", "-at", "is_granted", "-id").distinct("customer_id")
    return [row.customer_id for row in newest if row.is_granted != answer.is_granted]


def _note_household(customer: Customer, *, after: object, actor: str, now: datetime) -> None:
    before = {"household": customer.household_id or ""}
    history.note(history.CUSTOMER, customer.pk, before=before, after={"household": after}, actor=actor, now=now)

"""Phones and e-mail addresses of a file: added, replaced, verified, marked as wrong, preferred.

Nothing is overwritten: another number is another row, and the one before stays as no longer theirs.
"""

from collections.abc import Mapping
from datetime import datetime

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.db.models import Q

from core.customers import history, standing, suggesting
from core.customers.models import ContactPoint, Customer
from core.transactions import waking
from tenants.scope import current_dealer

# Django takes "localhost" for a domain; no owner's mail arrives there.
check_email = EmailValidator(allowlist=[])
LANDLINES = frozenset({phonenumbers.PhoneNumberType.FIXED_LINE})


class AddressUnusable(ValueError):
    """Neither a phone number of the dealer's country or of the world, nor an e-mail address."""


class PhoneUnusable(AddressUnusable):
    """No telephone number; the message shows one as it is written."""


class EmailUnusable(AddressUnusable):
    """No e-mail address."""


class NotTheirsAnyMore(Exception):
    """The address was marked as somebody else's, or another took its place."""


def add_contact_point(*, customer_id: int, kind: str, value: str, actor: str, now: datetime) -> ContactPoint:
    """Add a phone or an e-mail address to a file; one there already is theirs again.

    Raises: AddressUnusable; Customer.DoesNotExist.
    """
    usable = normalised(kind, value)
    with waking(now=now):
        customer = Customer.objects.select_for_update().get(id=customer_id)
        point = _added(customer, kind=kind, value=usable, now=now)
        if point is None:
            return _taken_again(customer, kind=kind, value=usable, actor=actor, now=now)
        _note(customer.pk, before="", after=point.pk, actor=actor, now=now)
        _stand(customer.pk, now=now)
        return point


def replace_contact_point(*, contact_point_id: int, value: str, actor: str, now: datetime) -> ContactPoint:
    """Put another number or address in the place of one; what was preferred stays so.

    Raises: AddressUnusable; NotTheirsAnyMore; ContactPoint.DoesNotExist.
    """
    with waking(now=now):
        old = ContactPoint.objects.select_for_update().get(id=contact_point_id)
        usable = normalised(old.kind, value)
        if old.blocked_at is not None:
            raise NotTheirsAnyMore
        if usable == old.value:
            return old
        new = _added(old.customer, kind=old.kind, value=usable, now=now) or _again(old, value=usable, now=now)
        ContactPoint.objects.filter(pk=new.pk).update(is_preferred=old.is_preferred)
        old.blocked_at, old.replaced_by_id, old.is_preferred, old.updated_at = now, new.pk, False, now
        old.save(update_fields=["blocked_at", "replaced_by_id", "is_preferred", "updated_at"])
        _note(old.customer_id, before=old.pk, after=new.pk, actor=actor, now=now)
        _stand(old.customer_id, now=now)
        new.refresh_from_db()
        return new


def mark_contact_point(*, contact_point_id: int, is_right: bool, actor: str, now: datetime) -> ContactPoint:
    """Note that a person asked: the address is right, or it is somebody else's and never written to again.

    Raises: ContactPoint.DoesNotExist.
    """
    with waking(now=now):
        point = ContactPoint.objects.select_for_update().get(id=contact_point_id)
        point.verified_at, point.blocked_at = (now, None) if is_right else (None, now)
        point.bounced_at, point.updated_at = None if is_right else point.bounced_at, now
        point.is_preferred = point.is_preferred and is_right
        point.replaced_by_id = None
        point.save(
            update_fields=["verified_at", "blocked_at", "bounced_at", "is_preferred", "replaced_by_id", "updated_at"]
        )
        _note(point.customer_id, before=point.pk, after="verified" if is_right else "wrong", actor=actor, now=now)
        standing.stand_people([point.customer_id], now=now)
        return point


def prefer_contact_point(*, contact_point_id: int, actor: str, now: datetime) -> ContactPoint:
    """Note that a person wants to be reached here first; of the same kind no other is preferred then.

    Raises: NotTheirsAnyMore; ContactPoint.DoesNotExist.
    """
    with waking(now=now):
        point = ContactPoint.objects.select_for_update().get(id=contact_point_id)
        if point.blocked_at is not None:
            raise NotTheirsAnyMore
        if point.is_preferred:
            return point
        kept_id = point.customer.merged_into_id or point.customer_id
        persons = Q(customer_id=kept_id) | Q(customer__merged_into_id=kept_id)
        ContactPoint.objects.filter(persons, kind=point.kind, is_preferred=True).update(
            is_preferred=False, updated_at=now
        )
        point.is_preferred, point.updated_at = True, now
        point.save(update_fields=["is_preferred", "updated_at"])
        _note(point.customer_id, before=point.pk, after="preferred", actor=actor, now=now)
        return point


def normalised(kind: str, value: str) -> str:
    """Return an address as stored: a number in E.164, an e-mail address in lower case. Raises: AddressUnusable."""
    return _email(value) if kind == ContactPoint.Kind.EMAIL else _phone(value)


def _email(value: str) -> str:
    try:
        check_email(value.strip())
    except ValidationError:
        raise EmailUnusable("name@example.com") from None
    return value.strip().lower()


def _phone(value: str) -> str:
    country = current_dealer().country
    try:
        number = phonenumbers.parse(value, country)
        if phonenumbers.is_valid_number(number):
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    except phonenumbers.NumberParseException:
        pass
    shown = phonenumbers.example_number_for_type(country, phonenumbers.PhoneNumberType.MOBILE)
    raise PhoneUnusable(
        phonenumbers.format_number(shown, phonenumbers.PhoneNumberFormat.INTERNATIONAL) if shown else "+34 612 34 56 78"
    )


def _added(customer: Customer, *, kind: str, value: str, now: datetime) -> ContactPoint | None:
    """Return the new row; None where the customer has one of this value."""
    point, is_new = ContactPoint.objects.get_or_create(
        customer=customer,
        kind=kind,
        chat_channel="",
        value=value,
        defaults={
            "source": "PERSON",
            "is_landline": kind == ContactPoint.Kind.PHONE and _is_landline(value),
            "created_at": now,
            "updated_at": now,
        },
    )
    return point if is_new else None


def _is_landline(value: str) -> bool:
    return phonenumbers.number_type(phonenumbers.parse(value)) in LANDLINES


def _taken_again(customer: Customer, *, kind: str, value: str, actor: str, now: datetime) -> ContactPoint:
    """Return the row that is there; one marked as wrong is right again, as a person says so."""
    point = ContactPoint.objects.get(customer=customer, kind=kind, chat_channel="", value=value)
    if point.blocked_at is None:
        return point
    return mark_contact_point(contact_point_id=point.pk, is_right=True, actor=actor, now=now)


def _again(old: ContactPoint, *, value: str, now: datetime) -> ContactPoint:
    known = ContactPoint.objects.get(customer_id=old.customer_id, kind=old.kind, chat_channel="", value=value)
    known.blocked_at, known.replaced_by_id, known.updated_at = None, None, now
    known.save(update_fields=["blocked_at", "replaced_by_id", "updated_at"])
    return known


def _stand(customer_id: int, *, now: datetime) -> None:
    standing.stand_people([customer_id], now=now)
    suggesting.suggest_merges(customer_id, now=now)


def _note(customer_id: int, *, before: object, after: object, actor: str, now: datetime) -> None:
    # The value stands in the contact point; the history names the row, not the number.
    fields: Mapping[str, object] = {"contact_point": before}
    history.note(history.CUSTOMER, customer_id, before=fields, after={"contact_point": after}, actor=actor, now=now)

"""By which number a person is called."""

from collections.abc import Iterable

from django.db.models import Prefetch, QuerySet

from core.customers.models import ContactPoint


def callable_points() -> QuerySet[ContactPoint]:
    """Return the numbers that may be called, the best of each person first.

    A number its owner prefers, then landlines: a call about a visit is long. Source: P, landline before mobile.
    """
    phones = ContactPoint.objects.filter(kind=ContactPoint.Kind.PHONE, blocked_at__isnull=True)
    return phones.order_by("-is_preferred", "-is_landline", "id")


def prefetched(path: str) -> "Prefetch[str, QuerySet[ContactPoint], str]":
    """Return the prefetch that puts these numbers on each customer at that path, as `phones`."""
    return Prefetch(f"{path}contact_points", queryset=callable_points(), to_attr="phones")


def named_first(phones: Iterable[ContactPoint], *, contact_point_id: object) -> list[ContactPoint]:
    """Return the numbers with the one that is asked for by id at the front, if it is among them."""
    return sorted(phones, key=lambda phone: phone.pk != contact_point_id)

"""What merging two files would come to, and what parting them again would: asked before anything is done."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Q
from django.db.models.fields.reverse_related import ForeignObjectRel

from core.customers import history, merging, operations
from core.customers.models import Consent, ContactPoint, Customer, FileMerge
from core.vehicles.models import Ownership

# What comes along with a merged file, by the name that a customer's row has for it.
COMING = (
    "ownerships",
    "repair_orders",
    "appointments",
    "conversations",
    "tasks",
    "follow_ups",
    "surveys",
    "complaints",
    "contact_points",
    "consents",
    "documents",
    "touches",
)
# What stays with the kept file when two are parted: what was written there since, by its moment.
SINCE = {
    "repair_orders": "created_at",
    "appointments": "booked_at",
    "conversations": "created_at",
    "tasks": "created_at",
    "complaints": "opened_at",
    "contact_points": "created_at",
    "consents": "recorded_at",
    "documents": "added_at",
    "touches": "recorded_at",
}


@dataclass(frozen=True)
class Side:
    """One of the two files: its head, how the person is reached, the cars."""

    customer: Customer
    contact_points: tuple[ContactPoint, ...]
    ownerships: tuple[Ownership, ...]


@dataclass(frozen=True)
class FieldPair:
    """One field of the head in both files, as the history writes it; `is_same` leaves nothing to choose."""

    field: str
    kept: str
    other: str
    is_same: bool


@dataclass(frozen=True)
class AnswerPair:
    """The last word on one subject in both files, None where nobody asked; the most restrictive one counts for both."""

    purpose: str
    channel: str
    vehicle_id: int | None
    kept: bool | None
    other: bool | None

    @property
    def result(self) -> bool:
        """What will count."""
        return False not in (self.kept, self.other)


@dataclass(frozen=True)
class Preview:
    """What merging would come to."""

    kept: Side
    other: Side
    fields: tuple[FieldPair, ...]
    answers: tuple[AnswerPair, ...]
    coming: Mapping[str, int]


@dataclass(frozen=True)
class Parting:
    """What undoing a merge would come to: fields put back, fields that stay, and what stays because it came since."""

    merge: FileMerge
    fields_back: tuple[str, ...]
    fields_staying: tuple[str, ...]
    staying: Mapping[str, int]


def preview_merge(*, kept_id: int, other_id: int) -> Preview:
    """Return both files side by side and what will be, in a fixed number of queries.

    Raises: merging.MergeRefused as merging would; Customer.DoesNotExist.
    """
    if kept_id == other_id:
        raise merging.MergeRefused("A file cannot be merged with itself.")
    kept, other = Customer.objects.get(pk=kept_id), Customer.objects.get(pk=other_id)
    if kept.merged_into_id or other.merged_into_id:
        raise merging.MergedAlready("One of the files is merged already: undo that first.")
    files = {customer.pk: _files_of(customer) for customer in (kept, other)}
    points = ContactPoint.objects.filter(customer_id__in=[*files[kept.pk], *files[other.pk]]).order_by("kind", "id")
    cars = Ownership.objects.filter(customer_id__in=[*files[kept.pk], *files[other.pk]]).select_related("vehicle")
    return Preview(
        kept=_side(kept, files, points, cars),
        other=_side(other, files, points, cars),
        fields=tuple(_pairs(kept, other)),
        answers=tuple(_answers(files[kept.pk], files[other.pk])),
        coming=counts_of(files[other.pk]),
    )


def preview_undo(merge_id: int) -> Parting:
    """Return what undoing a merge would come to.

    Raises: merging.MergeRefused when it is undone already; FileMerge.DoesNotExist.
    """
    merge = FileMerge.objects.get(pk=merge_id)
    if merge.undone_at is not None:
        raise merging.PartedAlready("The files are parted already.")
    back, stay = merging.fields_to_put_back(merge)
    return Parting(
        merge=merge,
        fields_back=tuple(back),
        fields_staying=tuple(stay),
        staying=counts_of([merge.kept_id], since=merge.at),
    )


def counts_of(files: Collection[int], *, since: datetime | None = None) -> dict[str, int]:
    """Return how much of each kind hangs on these files, in one query; of none is left out."""
    names = COMING if since is None else tuple(SINCE)
    columns = ", ".join(_count(name, since=since) for name in names)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns}", {"files": list(files), "since": since})  # our models' names
        found = cursor.fetchone()
    return {name: count for name, count in zip(names, found, strict=True) if count}


def _count(name: str, *, since: datetime | None) -> str:
    relation = Customer._meta.get_field(name)
    assert isinstance(relation, ForeignObjectRel)  # noqa: S101  # the names above are those of relations
    table = relation.related_model._meta.db_table
    later = f" AND {SINCE[name]} > %(since)s" if since else ""
    return f"(SELECT count(*) FROM {table} WHERE customer_id = ANY(%(files)s){later})"  # noqa: S608  # our models' names


def _files_of(customer: Customer) -> list[int]:
    of_person = Customer.objects.filter(Q(pk=customer.pk) | Q(merged_into_id=customer.pk))
    return list(of_person.values_list("pk", flat=True))


def _side(
    customer: Customer, files: Mapping[int, list[int]], points: Iterable[ContactPoint], cars: Iterable[Ownership]
) -> Side:
    own = files[customer.pk]
    return Side(
        customer=customer,
        contact_points=tuple(point for point in points if point.customer_id in own),
        ownerships=tuple(held for held in cars if held.customer_id in own),
    )


def _pairs(kept: Customer, other: Customer) -> Iterable[FieldPair]:
    for field in sorted(operations.EDITABLE):
        one, two = (history.as_text(getattr(customer, field)) for customer in (kept, other))
        yield FieldPair(field=field, kept=one, other=two, is_same=one == two)


def _answers(kept: list[int], other: list[int]) -> Iterable[AnswerPair]:
    """Pair the last words on each subject; within a file's own parts the no wins as well."""
    newest = (
        Consent.objects.filter(customer_id__in=[*kept, *other])
        .order_by("customer_id", "purpose", "channel", "vehicle_id", "-at", "is_granted", "-id")
        .distinct("customer_id", "purpose", "channel", "vehicle_id")
    )
    found: dict[tuple[str, str, int | None], dict[bool, bool]] = {}
    for row in newest:
        sides = found.setdefault((row.purpose, row.channel, row.vehicle_id), {})
        is_kept = row.customer_id in kept
        sides[is_kept] = sides.get(is_kept, True) and row.is_granted
    for (purpose, channel, vehicle_id), sides in sorted(found.items(), key=lambda item: str(item[0])):
        yield AnswerPair(purpose, channel, vehicle_id, kept=sides.get(True), other=sides.get(False))

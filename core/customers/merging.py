"""Two files that are one person's: a person says so, and can take it back.

Note [A merged file]: it keeps everything that is its own and points to the file it belongs to. Readers
follow the pointer; a refusal in either file counts for both, as the policy asks all files of a person;
and undoing is taking the pointer away. Only fields of the head (name, address, ...) are one value for
both: those taken from the other file are written to the kept one, with history, and put back when the
merge is undone unless somebody has changed them since.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from core import auditing
from core.customers import history, operations, standing
from core.customers.models import Customer, FieldChange, FileMerge, MergeSuggestion
from core.events import kinds
from core.events import operations as events
from core.transactions import waking

Source = FieldChange.Source


class MergeRefused(Exception):
    """These two files cannot be merged or parted; the sentence says why."""


class MergedAlready(MergeRefused):
    """One of the files is merged already."""


class PartedAlready(MergeRefused):
    """The files are parted already."""


@dataclass(frozen=True)
class By:
    """Who merges or parts, as events name them, and from where, for the audit."""

    actor: str
    address: str | None = None


def merge_customers(*, kept_id: int, other_id: int, by: By, now: datetime, take: Collection[str] = ()) -> FileMerge:
    """Say that two files are one person's; see Note [A merged file]. Fields in `take` come from the other file.

    Raises: MergeRefused; operations.FieldNotEditable; Customer.DoesNotExist.
    """
    if kept_id == other_id:
        raise MergeRefused("A file cannot be merged with itself.")
    with waking(now=now):
        kept, other = _locked(kept_id, other_id)
        if kept.merged_into_id or other.merged_into_id:
            raise MergedAlready("One of the files is merged already: undo that first.")
        carried = sorted(Customer.objects.filter(merged_into_id=other_id).values_list("pk", flat=True))
        # Pointers never chain: what pointed to the other points to the kept one now.
        Customer.objects.filter(pk__in=[other_id, *carried]).update(merged_into_id=kept_id, updated_at=now)
        merge = FileMerge.objects.create(
            kept=kept,
            other=other,
            taken=_take(kept, other, take, by=by, now=now),
            carried=carried,
            actor=by.actor,
            at=now,
        )
        _tell(kinds.FILE_MERGED, merge, by=by, now=now)
        _note_pointer(other_id, before="", after=str(kept_id), by=by, now=now)
        _settle(kept_id, other_id, state=MergeSuggestion.State.MERGED)
        standing.stand_people([kept_id], now=now)
        return merge


def undo_merge(merge_id: int, *, by: By, now: datetime) -> FileMerge:
    """Take a merged file out again, with those that came along; `stayed` names the fields left as they are.

    Raises: MergeRefused when it is undone already; FileMerge.DoesNotExist.
    """
    with waking(now=now):
        merge = FileMerge.objects.select_for_update().get(pk=merge_id)
        if merge.undone_at is not None:
            raise PartedAlready("The files are parted already.")
        # By its own pointer: the kept file may be a part of a third one by now.
        where = Customer.objects.select_for_update().get(pk=merge.other_id).merged_into_id
        Customer.objects.filter(pk=merge.other_id).update(merged_into_id=None, updated_at=now)
        Customer.objects.filter(pk__in=merge.carried, merged_into_id=where).update(
            merged_into_id=merge.other_id, updated_at=now
        )
        merge.stayed = _put_back(merge, by=by, now=now)
        merge.undone_at, merge.undone_by = now, by.actor
        merge.save(update_fields=["stayed", "undone_at", "undone_by"])
        _tell(kinds.FILE_PARTED, merge, by=by, now=now)
        _note_pointer(merge.other_id, before=str(merge.kept_id), after="", by=by, now=now)
        _settle(merge.kept_id, merge.other_id, state=MergeSuggestion.State.DISMISSED)
        standing.stand_people([merge.kept_id, merge.other_id, *([where] if where else [])], now=now)
        return merge


def unmerge_customer(*, customer_id: int, by: By, now: datetime) -> FileMerge:
    """Undo the merge that took this file in.

    Raises: MergeRefused when it is not merged; Customer.DoesNotExist.
    """
    customer = Customer.objects.get(pk=customer_id)
    merge = FileMerge.objects.filter(other_id=customer.pk, undone_at__isnull=True).first()
    if merge is None:
        raise MergeRefused("The file is not merged.")
    return undo_merge(merge.pk, by=by, now=now)


def fields_to_put_back(merge: FileMerge) -> tuple[list[str], list[str]]:
    """Return the fields taken over that still stand as taken, and those changed since: they would stay."""
    kept = Customer.objects.get(pk=merge.kept_id)
    standing_still = [
        field for field, (_, after) in merge.taken.items() if history.as_text(getattr(kept, field)) == after
    ]
    return standing_still, [field for field in merge.taken if field not in standing_still]


def dismiss_suggestion(suggestion_id: int) -> bool:
    """Say that two suggested files are two people; the pair is not suggested again."""
    waiting = MergeSuggestion.objects.filter(pk=suggestion_id, state=MergeSuggestion.State.OPEN)
    return bool(waiting.update(state=MergeSuggestion.State.DISMISSED))


def _locked(kept_id: int, other_id: int) -> tuple[Customer, Customer]:
    # In the order of ids: two people who merge a pair the other way round must not block each other.
    pair = {
        file.pk: file for file in Customer.objects.select_for_update().order_by("pk").filter(pk__in=(kept_id, other_id))
    }
    if len(pair) < 2:
        raise Customer.DoesNotExist
    return pair[kept_id], pair[other_id]


def _take(
    kept: Customer, other: Customer, take: Collection[str], *, by: By, now: datetime
) -> dict[str, tuple[str, str]]:
    """Write the chosen fields of the other file into the kept one; return what stood there and what stands now."""
    fields = {"preferred_from", "preferred_until"} if {"preferred_from", "preferred_until"} & set(take) else set()
    changes = {field: getattr(other, field, None) for field in sorted({*take, *fields})}
    before = {field: history.as_text(getattr(kept, field, None)) for field in changes}
    operations.edit_customer(customer_id=kept.pk, changes=changes, actor=by.actor, now=now, source=Source.MERGE)
    return {
        field: (before[field], history.as_text(value))
        for field, value in changes.items()
        if before[field] != history.as_text(value)
    }


def _put_back(merge: FileMerge, *, by: By, now: datetime) -> list[str]:
    """Write back what stood in the kept file; return the fields that somebody has changed since."""
    back, stayed = fields_to_put_back(merge)
    values = {field: operations.value_of(field, merge.taken[field][0]) for field in back}
    # A preferred time is put back whole or not at all.
    halves = {"preferred_from", "preferred_until"} & set(values)
    if len(halves) == 1:
        values.pop(halves.pop())
    operations.edit_customer(customer_id=merge.kept_id, changes=values, actor=by.actor, now=now, source=Source.MERGE)
    return sorted(stayed)


def _note_pointer(customer_id: int, *, before: str, after: str, by: By, now: datetime) -> None:
    FieldChange.objects.create(
        subject_kind=history.CUSTOMER,
        subject_id=customer_id,
        field="merged_into",
        before=before,
        after=after,
        source=Source.PERSON,
        actor=by.actor,
        at=now,
    )


def _tell(kind: str, merge: FileMerge, *, by: By, now: datetime) -> None:
    events.record(
        kind,
        subject_kind="file_merge",
        subject_id=merge.pk,
        at=now,
        customer_id=merge.kept_id,
        data={"other": merge.other_id, "taken": sorted(merge.taken), "stayed": merge.stayed},
        actor=by.actor,
    )
    auditing.note(
        kind,
        actor=by.actor,
        address=by.address,
        at=now,
        subject_kind="customer",
        subject_id=merge.kept_id,
        after={"other": merge.other_id, "taken": sorted(merge.taken), "stayed": merge.stayed},
    )


def _settle(one_id: int, other_id: int, *, state: MergeSuggestion.State) -> None:
    between = Q(first_id=one_id, second_id=other_id) | Q(first_id=other_id, second_id=one_id)
    MergeSuggestion.objects.filter(between).update(state=state)

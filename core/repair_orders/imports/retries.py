"""What people do about rows that were set aside: correct cells, bring rows in, put them away.

Corrected rows come in by the same stages as a file, as a run of their own whose parent is the file's: it is
taken back together with that one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from core.repair_orders.imports import rules, sheets, stages, staging, telling
from core.repair_orders.imports.columns import FIELDS, Layout
from core.repair_orders.imports.merge import Counts
from core.repair_orders.imports.orders import Accepted, Order, Problem, Refused, Verdict
from core.repair_orders.imports.stages import Work
from core.repair_orders.imports.turns import Elapsing, alone
from core.repair_orders.models import ImportRow, ImportRun
from tenants import wakeup

WAITING = (ImportRow.State.REFUSED, ImportRow.State.WARNED)
# What the merge itself found: the row was kept but for this cell, and was not set aside whole.
KEPT_IN_PART = frozenset({"odometer_backwards"})
# Rows brought in by one call; a person who corrects more calls again.
MOST_AT_ONCE = 1_000
# People mend row after row, two of them at once: each waits for the other's moment, but not for a whole file.
PATIENCE = timedelta(seconds=5)
# A longer cell is no cell.
LONGEST_CELL = 300


class RowStillRefused(Exception):
    """The row as corrected still cannot be kept; `problems` says which cell and why."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(", ".join(f"{problem.field}: {problem.reason}" for problem in problems))
        self.problems = tuple(problems)


class RowAlreadySettled(Exception):
    """The row was fixed or dismissed before."""


class RowNotWhole(Exception):
    """Of this row only one cell was dropped; the rest is in the files, and there is nothing to bring in."""


class FieldUnknown(ValueError):
    """Not a field of a repair order, see columns.FIELDS; or not a column of the file."""


@dataclass(frozen=True)
class Retried:
    """What became of corrected rows: `counts` is None where none could be brought in."""

    fixed: int
    still_refused: int
    counts: Counts | None


def verdict_of(row: ImportRow) -> Verdict:
    """Return what would become of a row as it now reads; needs its run."""
    return _judge(row.run).verdict(_cells_of(row))


def problems_of(row: ImportRow) -> tuple[Problem, ...]:
    """Return what is wrong with a row as it now reads; needs its run."""
    verdict = verdict_of(row)
    if isinstance(verdict, Refused):
        return verdict.problems
    return verdict.warnings if isinstance(verdict, Accepted) else ()


def corrected_rows(run_id: int) -> QuerySet[ImportRow]:
    """Return the rows of a run that wait and that somebody has corrected."""
    waiting = ImportRow.objects.filter(run=run_id, state__in=WAITING)
    return waiting.exclude(corrections={}).select_related("run")


def correct_row(row_id: int, *, corrections: Mapping[str, str]) -> ImportRow:
    """Write over cells of a row, in the place of what was written over it before; `corrections` is field -> text.

    Nothing is brought in yet. Raises: FieldUnknown, RowAlreadySettled, RowNotWhole.
    """
    _check_fields(corrections)
    with transaction.atomic():
        row = _whole_row(row_id)
        row.corrections = {field: text for field, text in corrections.items() if text != row.cells.get(field, "")}
        row.save(update_fields=["corrections"])
        telling.tell_changed(row.run_id)
    return row


def retry_row(row_id: int, *, corrections: Mapping[str, str], now: datetime, actor: str) -> Counts:
    """Bring in a row that was set aside, with some cells corrected on top of what was corrected before.

    Raises: RowStillRefused, RowAlreadySettled, RowNotWhole, FieldUnknown, ImportRunning.
    """
    _check_fields(corrections)
    with alone(patience=PATIENCE), transaction.atomic():
        row = _whole_row(row_id)
        row.corrections = {**row.corrections, **corrections}
        verdict = verdict_of(row)
        if not isinstance(verdict, Accepted):
            raise RowStillRefused(problems_of(row))
        row.save(update_fields=["corrections"])
        counts = _bring_in([(row, verdict)], time=Elapsing(now), actor=actor)
        wakeup.wake(at=now)
    return counts


def retry_corrected(run_id: int, *, now: datetime, actor: str) -> Retried:
    """Bring in all rows of a run that somebody has corrected and that can be kept now.

    Raises: ImportRunning.
    """
    with alone(patience=PATIENCE), transaction.atomic():
        # Locked: of two people who press at once, the second waits and finds the rows fixed.
        rows = corrected_rows(run_id).select_for_update(of=("self",)).order_by("row_number", "pk")
        judged = [(row, verdict_of(row)) for row in rows[:MOST_AT_ONCE]]
        ready = [(row, verdict) for row, verdict in judged if isinstance(verdict, Accepted)]
        counts = _bring_in(ready, time=Elapsing(now), actor=actor) if ready else None
        if ready:
            wakeup.wake(at=now)
    return Retried(fixed=len(ready), still_refused=len(judged) - len(ready), counts=counts)


def dismiss_row(row_id: int) -> None:
    """Put a row that was set aside away: nobody will fix it.

    Raises: RowAlreadySettled.
    """
    with transaction.atomic():
        row = _waiting_row(row_id)
        _dismiss(ImportRow.objects.filter(pk=row.pk), run_id=row.run_id)


def dismiss_rows(run_id: int, *, state: str) -> int:
    """Put all rows of a run that wait in one state away; return how many."""
    with transaction.atomic():
        return _dismiss(ImportRow.objects.filter(run=run_id, state=state), run_id=run_id)


def _dismiss(rows: QuerySet[ImportRow], *, run_id: int) -> int:
    dismissed = rows.filter(state__in=WAITING).update(state=ImportRow.State.DISMISSED)
    telling.tell_changed(run_id)
    return dismissed


def may_correct(row: ImportRow) -> bool:
    """Say whether there is a row to correct and bring in."""
    return row.state in WAITING and row.reason not in KEPT_IN_PART


def _check_fields(corrections: Mapping[str, str]) -> None:
    if strange := [field for field in corrections if field not in FIELDS]:
        raise FieldUnknown(f"Unknown: {', '.join(strange)}. The fields are {', '.join(FIELDS)}.")


def _waiting_row(row_id: int) -> ImportRow:
    row = ImportRow.objects.select_for_update(of=("self",)).select_related("run").filter(pk=row_id).first()
    if row is None or row.state not in WAITING:
        raise RowAlreadySettled(f"Row {row_id} was settled before, or there is none.")
    return row


def _whole_row(row_id: int) -> ImportRow:
    row = _waiting_row(row_id)
    if row.reason in KEPT_IN_PART:
        raise RowNotWhole(row.reason)
    return row


def _judge(run: ImportRun) -> rules.Judge:
    return rules.Judge(sheets.conventions_of(run), run.as_of_date)


def _cells_of(row: ImportRow) -> tuple[str, ...]:
    return staging.cells_of({**row.cells, **row.corrections})


def _bring_in(ready: Sequence[tuple[ImportRow, Accepted]], *, time: Elapsing, actor: str) -> Counts:
    """Merge rows of one file by the same way as a file."""
    parent = ready[0][0].run
    run = ImportRun.objects.create(
        parent=parent,
        # Done with this very transaction: it takes no turn of its own.
        state=ImportRun.State.DONE,
        file_name=parent.file_name,
        dialect=parent.dialect,
        mapping=parent.mapping,
        as_of_date=parent.as_of_date,
        rows_read=len(ready),
        started_at=time.began_at,
        actor=actor,
    )
    with stages.clean():
        _stage(ready, layout=_layout_of(parent))
        counts = stages.merge_staged(Work(run, time), odometer_column=parent.mapping.get("odometer", ""), blank_rows=0)
    ImportRow.objects.filter(pk__in=[row.pk for row, _ in ready]).update(state=ImportRow.State.FIXED)
    telling.tell_changed(parent.pk)
    return counts


def _stage(ready: Sequence[tuple[ImportRow, Accepted]], *, layout: Layout) -> None:
    staging.create_tables()
    stage = staging.Stage(layout=layout)
    for row, verdict in ready:
        order: Order = verdict.order
        digest = stage.add_order(row.row_number, order)
        stage.add_warnings(row.row_number, _cells_of(row), digest=digest, problems=verdict.warnings)
    stage.flush()


def _layout_of(run: ImportRun) -> Layout:
    headers = tuple(run.mapping.values())
    positions = {field: at for at, field in enumerate(run.mapping)}
    return Layout(headers=headers, positions=positions, header_row=0, odometer_unit=None)

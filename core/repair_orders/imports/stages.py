"""The stages of an import: a file is read into staging tables, compared with the files, and merged into them.

Note [What a crash leaves behind]: rows are read into temporary tables, which vanish with the connection, and
merged in one transaction. A run that dies leaves a row that says READING or MERGING and nothing else. Reading
the same file again is the way to resume: what was merged is found unchanged.

Whoever runs a stage holds the dealer's lock, see turns.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import BinaryIO

from django.db import connection, transaction

from core.customers.tasks import stand_files
from core.events import kinds
from core.events.operations import record
from core.keepers import operations as keepers
from core.repair_orders.imports import merge, rules, sheets, staging, verdicts
from core.repair_orders.imports.merge import Counts
from core.repair_orders.imports.orders import Accepted, Folded, Refused
from core.repair_orders.imports.reader import Sheet
from core.repair_orders.imports.turns import Elapsing
from core.repair_orders.models import ImportRun
from tenants import scope, wakeup
from tenants.tasks import send_after_commit

# Rows between two COPYs, two looks at "stop" and two words of progress: an eighth of a second.
CHUNK_ROWS = 5_000
# A run that has not been heard of for so long is looked at: does its worker live? Longer than any single step.
HEARD_WITHIN = timedelta(minutes=1)


class ImportStopped(Exception):
    """A person asked the import to stop; nothing was changed."""


@dataclass(frozen=True)
class Progress:
    """How far a stage has come: rows read, or steps taken; a total of 0 is not known."""

    run_id: int
    stage: str
    done: int
    total: int


OnProgress = Callable[[Progress], None]


@dataclass(frozen=True)
class Work:
    """One run that is being worked on, since when, and who is told of it."""

    run: ImportRun
    time: Elapsing
    on_progress: OnProgress | None = None

    def tell(self, stage: str, *, done: int, total: int) -> None:
        """Say how far the stage is, and look whether to go on.

        Raises: ImportStopped.
        """
        if self.on_progress is not None:
            self.on_progress(Progress(self.run.pk, stage, done, total))
        if ImportRun.objects.filter(pk=self.run.pk, stop_asked_at__isnull=False).exists():
            raise ImportStopped("The import was stopped. Nothing was changed.")


@dataclass(frozen=True)
class Staged:
    """A file that lies in the staging tables."""

    odometer_column: str
    rows: int
    blank_rows: int


@contextmanager
def clean() -> Iterator[None]:
    """Leave nothing of people behind: neither in memory nor on a pooled connection."""
    try:
        yield
    finally:
        rules.forget()
        if not (connection.in_atomic_block and connection.needs_rollback):
            staging.drop_tables()


def read(work: Work, stream: BinaryIO) -> Staged:
    """Read the file into the staging tables; `stream` must be seekable.

    Raises: FileUnreadable in one of its kinds; ImportStopped.
    """
    run = work.run
    staging.create_tables()
    sheet = sheets.open_sheet(stream)
    run.dialect, run.mapping = sheet.dialect, sheet.layout.mapping
    run.save(update_fields=["dialect", "mapping"])
    staged = _stage_rows(work, sheet, stream)
    run.rows_read = staged.rows
    return staged


def _stage_rows(work: Work, sheet: Sheet, stream: BinaryIO) -> Staged:
    run = work.run
    expected = int(run.head.get("lines", 0))
    stage = staging.Stage(layout=sheet.layout)
    judge = rules.Judge(sheet.conventions, run.as_of_date)
    read = blank = 0
    for row_number, row in sheet.rows:
        read += 1
        verdict = judge.verdict(row)
        if type(verdict) is Accepted:
            digest = stage.add_order(row_number, verdict.order)
            if verdict.warnings:
                stage.add_warnings(row_number, row, digest=digest, problems=verdict.warnings)
        elif type(verdict) is Refused:
            stage.add_refusal(row_number, row, refused=verdict)
        else:
            blank += isinstance(verdict, Folded)
        if read % CHUNK_ROWS == 0:
            _pause(work, stage, rows=read, total=max(expected, read), bytes_read=stream.tell())
    _pause(work, stage, rows=read, total=read, bytes_read=run.bytes_total)
    return Staged(sheet.layout.header_of("odometer"), rows=read, blank_rows=blank)


def _pause(work: Work, stage: staging.Stage, *, rows: int, total: int, bytes_read: int) -> None:
    """Copy what was gathered, say how far we are, and look whether to go on. Raises: ImportStopped."""
    stage.flush()
    ImportRun.objects.filter(pk=work.run.pk).update(
        rows_read=rows,
        bytes_read=bytes_read,
        stage=ImportRun.Stage.READING,
        stage_done=rows,
        stage_total=total,
        look_again_at=work.time.now + HEARD_WITHIN,
    )
    work.tell(ImportRun.Stage.READING, done=rows, total=total)


def compare(work: Work, staged: Staged, *, keeps_verdicts: bool) -> Counts:
    """Say what a merge would do, row by row where somebody will look at it; of the files nothing is touched."""
    _enter(work, ImportRun.Stage.COMPARING, total=0)
    with transaction.atomic():
        counts = verdicts.compare(
            _circumstances(work, odometer_column=staged.odometer_column),
            blank_rows=staged.blank_rows,
            keeps_verdicts=keeps_verdicts,
        )
    return replace(counts, seconds=round(work.time.seconds, 3))


def merge_staged(work: Work, *, odometer_column: str, blank_rows: int) -> Counts:
    """Merge what was staged in one transaction, and say in the run what came of it. Raises: ImportStopped."""
    run = work.run

    def tell(done: int) -> None:
        work.tell(ImportRun.Stage.MERGING, done=done, total=merge.STEPS)

    # Rows brought in later are merged within a request, as part of a run that is done.
    if run.parent_id is None:
        _enter(work, ImportRun.Stage.MERGING, total=merge.STEPS, state=ImportRun.State.MERGING)
    with transaction.atomic():
        counts = merge.merge(_circumstances(work, odometer_column=odometer_column), blank_rows=blank_rows, on_step=tell)
        counts = replace(counts, seconds=round(work.time.seconds, 3))
        ImportRun.objects.filter(pk=run.pk).update(
            state=ImportRun.State.DONE, counts=counts.as_dict(), finished_at=work.time.now, stage=""
        )
        if counts.created or counts.updated:
            keepers.share_out_import(run.pk, now=work.time.began_at)
            _record(work, counts)
    return counts


def _enter(work: Work, stage: str, *, total: int, **changes: str) -> None:
    """Say in the run which stage begins. Raises: ImportStopped."""
    ImportRun.objects.filter(pk=work.run.pk).update(
        stage=stage, stage_done=0, stage_total=total, look_again_at=work.time.now + HEARD_WITHIN, **changes
    )
    work.tell(stage, done=0, total=total)


def _circumstances(work: Work, *, odometer_column: str) -> merge.Circumstances:
    return merge.Circumstances(
        run_id=work.run.pk,
        rows_of_id=work.run.parent_id or work.run.pk,
        timezone=scope.current_dealer().timezone,
        now=work.time.began_at,
        actor=work.run.actor,
        odometer_column=odometer_column,
    )


def _record(work: Work, counts: Counts) -> None:
    """Record the import and have the dealer looked at: there may be people to ask."""
    record(
        kinds.IMPORT_DONE,
        subject_kind="import_run",
        subject_id=work.run.pk,
        at=work.time.began_at,
        actor=work.run.actor,
        data={"created": counts.created, "updated": counts.updated},
    )
    wakeup.wake(at=work.time.began_at)
    send_after_commit(stand_files)

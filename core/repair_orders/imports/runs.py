"""Importing one export at once, in the caller's own time: for the command and for programs inside the house.

What people drop on the screen is kept first and worked on in the background, see queueing and working; the stages
are the same.
"""

import hashlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import BinaryIO

from django.db import IntegrityError, connection, transaction

from core.repair_orders.imports import stages
from core.repair_orders.imports.faults import FileUnreadable, WorkerLost
from core.repair_orders.imports.merge import Counts
from core.repair_orders.imports.stages import ImportStopped, OnProgress, Work
from core.repair_orders.imports.turns import Elapsing, ImportRunning, alone
from core.repair_orders.models import ImportRun

logger = logging.getLogger(__name__)

DIGEST_BYTES = 1 << 20


@dataclass(frozen=True)
class Outcome:
    """What an import found and did. A dry run has no run to look up: nothing was written."""

    run_id: int | None
    counts: Counts
    dialect: dict[str, str]
    mapping: dict[str, str]


@dataclass(frozen=True)
class Ending:
    """How a run ended that did not end well."""

    state: ImportRun.State
    error: str
    fault: dict[str, object]


@dataclass(frozen=True)
class Measure:
    """A file's size, its digest, and how many lines it has at most; 0 where it is no text."""

    size: int
    digest: str
    lines: int


def start_import(
    stream: BinaryIO,
    *,
    file_name: str,
    as_of_date: date,
    now: datetime,
    actor: str = "system",
    on_progress: OnProgress | None = None,
) -> Outcome:
    """Read an export of repair orders into the current dealer's files; `stream` must be seekable.

    An order opened after the day `as_of_date` is refused.

    Raises: FileUnreadable in one of its kinds; ImportRunning; ImportStopped. Nothing is changed then.
    """
    time = Elapsing(now)
    with alone(), stages.clean():
        run = _begin(stream, file_name=file_name, as_of_date=as_of_date, now=now, actor=actor)
        work = Work(run, time, on_progress)
        with failing(work):
            staged = stages.read(work, stream)
            counts = stages.merge_staged(work, odometer_column=staged.odometer_column, blank_rows=staged.blank_rows)
            ImportRun.objects.filter(pk=run.pk).update(look_again_at=None)
    return Outcome(run_id=run.pk, counts=counts, dialect=run.dialect, mapping=run.mapping)


def try_import(
    stream: BinaryIO,
    *,
    file_name: str,
    as_of_date: date,
    now: datetime,
    on_progress: OnProgress | None = None,
) -> Outcome:
    """Say what an import would find and do, and write nothing.

    Raises: as start_import.
    """
    with transaction.atomic():
        with alone(), stages.clean():
            run = _begin(stream, file_name=file_name, as_of_date=as_of_date, now=now, actor="system")
            work = Work(run, Elapsing(now), on_progress)
            counts = stages.compare(work, stages.read(work, stream), keeps_verdicts=False)
        # After the lock was given back: a transaction to be rolled back takes no more statements.
        transaction.set_rollback(True)
    return Outcome(run_id=None, counts=counts, dialect=run.dialect, mapping=run.mapping)


@contextmanager
def failing(work: Work) -> Iterator[None]:
    """Say in the run how it ended if it does not end well, where the database still listens."""
    try:
        yield
    except BaseException as error:
        if not (connection.in_atomic_block and connection.needs_rollback):
            _fail(work, error)
        raise


def measure(stream: BinaryIO) -> Measure:
    """Read a file to its end and put it back."""
    digest, size, lines, mark = hashlib.sha256(), 0, 0, b""
    # An upload is no file to hashlib.file_digest.
    while chunk := stream.read(DIGEST_BYTES):
        mark = mark or chunk[:2]
        digest.update(chunk)
        size += len(chunk)
        lines += chunk.count(b"\n")
    stream.seek(0)
    return Measure(size, digest.hexdigest(), lines=0 if mark == b"PK" else lines)


def _begin(stream: BinaryIO, *, file_name: str, as_of_date: date, now: datetime, actor: str) -> ImportRun:
    # A run that some command or program did in its own time, and that died: whoever holds the lock knows.
    ImportRun.objects.filter(state__in=ImportRun.RUNNING, file_path="").update(
        state=ImportRun.State.FAILED,
        error="The import was interrupted.",
        fault={"code": WorkerLost.code},
        finished_at=now,
    )
    measured = measure(stream)
    try:
        with transaction.atomic():
            return ImportRun.objects.create(
                file_name=file_name[:255],
                file_sha256=measured.digest,
                as_of_date=as_of_date,
                bytes_total=measured.size,
                head={"lines": measured.lines},
                started_at=now,
                actor=actor,
            )
    except IntegrityError as error:
        # The constraint import_run_one_at_a_time: one waits for its worker, who may have died a moment ago.
        raise ImportRunning("Another import of this dealer waits or is running. Wait, or stop it.") from error


def _fail(work: Work, error: BaseException) -> None:
    if not isinstance(error, FileUnreadable | ImportStopped):
        logger.exception("import failed", extra={"run": work.run.pk})
    ending = ending_of(error)
    ImportRun.objects.filter(pk=work.run.pk).update(
        state=ending.state,
        stage="",
        error=ending.error,
        fault=ending.fault,
        look_again_at=None,
        finished_at=work.time.now,
    )


def ending_of(error: BaseException) -> Ending:
    """Return what a run says of an error that ended it."""
    if isinstance(error, ImportStopped):
        return Ending(ImportRun.State.STOPPED, str(error), {})
    if isinstance(error, FileUnreadable):
        return Ending(ImportRun.State.FAILED, str(error)[:500], {"code": error.code, "facts": error.facts})
    return Ending(ImportRun.State.FAILED, type(error).__name__, {"code": WorkerLost.code})

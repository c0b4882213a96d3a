"""A worker's part of an import: take up a kept file, do what is wanted of it, and say how it ended."""

from datetime import datetime

from django.db import transaction

from core.repair_orders.imports import keeping, runs, stages, telling
from core.repair_orders.imports.faults import FileUnreadable, WorkerLost
from core.repair_orders.imports.stages import ImportStopped, Progress, Work
from core.repair_orders.imports.turns import Elapsing, ImportRunning, alone
from core.repair_orders.models import ImportRun
from tenants import announcing, wakeup

State = ImportRun.State
# For a worker to be at: a dry run, or an import.
WANTED = (State.CHECKING, *ImportRun.RUNNING)
# A file that has killed so many workers is given up, before it has killed them all.
MOST_ATTEMPTS = 3


def work_on(run_id: int, *, now: datetime) -> bool:
    """Do what is wanted of a run, if anything is; return whether there was. Safe to call at any time, by many.

    What is nobody's fault (a lost connection, a killed worker) leaves the run as it is: it is handed out again.
    """
    try:
        with alone(), stages.clean():
            work = _take_up(run_id, time=Elapsing(now))
            if work is not None:
                _do(work)
            return work is not None
    except ImportRunning:
        # Whoever holds the lock is at this one or at another; the dealer's turn looks again.
        return False


def _take_up(run_id: int, *, time: Elapsing) -> Work | None:
    """Count the attempt and say until when we will be heard of; None where nothing is wanted any more."""
    with transaction.atomic():
        run = ImportRun.objects.select_for_update().filter(pk=run_id, state__in=WANTED).exclude(file_path="").first()
        if run is None:
            return None
        run.attempts += 1
        run.look_again_at = time.now + stages.HEARD_WITHIN
        if run.state != State.CHECKING:
            run.state = State.READING
        run.save(update_fields=["attempts", "look_again_at", "state"])
        telling.tell_changed(run.pk)
        wakeup.wake(at=run.look_again_at)
    return Work(run, time, on_progress=_tell)


def _tell(progress: Progress) -> None:
    announcing.tell_progress(
        import_id=progress.run_id, stage=progress.stage.lower(), done=progress.done, total=progress.total or None
    )


def _do(work: Work) -> None:
    """Do it to the end, or say why not."""
    try:
        if work.run.attempts > MOST_ATTEMPTS:
            raise WorkerLost("The import was interrupted again and again.")
        work.tell(ImportRun.Stage.READING, done=0, total=int(work.run.head.get("lines", 0)))
        _check(work) if work.run.state == State.CHECKING else _import(work)
    except (FileUnreadable, ImportStopped) as error:
        _end_badly(work, error)


def _check(work: Work) -> None:
    run = work.run
    with keeping.opened(run) as stream:
        staged = stages.read(work, stream)
    counts = stages.compare(work, staged, keeps_verdicts=True)
    with transaction.atomic():
        ImportRun.objects.filter(pk=run.pk).update(
            state=State.CHECKED,
            stage="",
            forecast=counts.as_dict(),
            # Now it is known: the import's own reading can say how far it is, also in a workbook.
            head=run.head | {"lines": staged.rows},
            look_again_at=work.time.now + keeping.KEPT,
            finished_at=work.time.now,
        )
        telling.tell_changed(run.pk)


def _import(work: Work) -> None:
    with keeping.opened(work.run) as stream:
        staged = stages.read(work, stream)
    stages.merge_staged(work, odometer_column=staged.odometer_column, blank_rows=staged.blank_rows)
    keeping.let_go(work.run)


def _end_badly(work: Work, error: FileUnreadable | ImportStopped) -> None:
    """Say in the run how it ended; its file stays for a while, to be looked at or read again."""
    run = work.run
    with transaction.atomic():
        ending = runs.ending_of(error)
        is_check_stopped = run.state == State.CHECKING and isinstance(error, ImportStopped)
        ImportRun.objects.filter(pk=run.pk).update(
            state=State.DRAFT if is_check_stopped else ending.state,
            stage="",
            error=ending.error,
            fault=ending.fault,
            look_again_at=work.time.now + keeping.KEPT,
            finished_at=work.time.now,
        )
        telling.tell_changed(run.pk)

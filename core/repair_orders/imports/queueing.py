"""What people ask of a kept file, and what becomes of it when nobody does: states in the row, work for a worker.

Note [A worker that dies]: whoever works on a run holds the dealer's lock, which falls with its connection, and says
in `look_again_at` until when it will be heard of again. The dealer's turn looks when that moment has come and hands
the run out anew; a worker who finds the lock held leaves it alone. So two never work on one, however often it is
handed out, and a run whose worker was killed goes on within a minute or two.
"""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Min

from core import auditing
from core.repair_orders.imports import keeping, tasks, telling
from core.repair_orders.imports.columns import REQUIRED
from core.repair_orders.imports.steps import Step, allowed
from core.repair_orders.imports.turns import ImportRunning
from core.repair_orders.imports.working import WANTED
from core.repair_orders.models import ImportRun
from tenants import wakeup
from tenants.tasks import send_after_commit

State = ImportRun.State
# How the audit calls that somebody had a file imported.
STARTED = "import.started"
# Handed out and not begun: another import holds the lock, or the queue is long.
BEGUN_WITHIN = timedelta(seconds=15)
# Looked at in one turn; usually one.
LOOKED_AT = 100


class StepNotAllowed(Exception):
    """The import is not in a state for this."""


def steps_of(run: ImportRun) -> tuple[Step, ...]:
    """Return what may be done about a run now."""
    has_columns = all(run.mapping.get(field) for field in REQUIRED)
    return allowed(run.state, has_file=bool(run.file_path), has_columns=has_columns)


def locked_for(step: Step, run_id: int) -> ImportRun:
    """Return the run, locked until the transaction ends: two people must not ask for two things at once.

    Raises: StepNotAllowed; ImportRun.DoesNotExist.
    """
    run = ImportRun.objects.select_for_update().get(pk=run_id)
    if step not in steps_of(run):
        raise StepNotAllowed(f"Import {run.pk} is {run.state.lower()}.")
    return run


def ask_to_check(run_id: int, *, now: datetime) -> ImportRun:
    """Have a dry run made: a verdict for each row, and nothing changed.

    Raises: StepNotAllowed; ImportRun.DoesNotExist.
    """
    with transaction.atomic():
        run = locked_for(Step.CHECK, run_id)
        _hand_out(run, state=State.CHECKING, now=now)
    return run


def ask_to_start(run_id: int, *, now: datetime, actor: str, address: str | None = None) -> ImportRun:
    """Have a kept file imported, or one that was stopped read anew; the audit keeps who, and from where.

    Raises: StepNotAllowed; ImportRunning while another import waits or is running; ImportRun.DoesNotExist.
    """
    try:
        with transaction.atomic():
            run = locked_for(Step.START, run_id)
            run.actor = actor
            _hand_out(run, state=State.QUEUED, now=now)
            auditing.note(STARTED, actor=actor, address=address, at=now, subject_kind="import", subject_id=run.pk)
    except IntegrityError as error:
        # The constraint import_run_one_at_a_time decides between two at once.
        raise ImportRunning("Another import of this dealer waits or is running. Wait, or stop it.") from error
    return run


def ask_to_stop(run_id: int, *, now: datetime) -> ImportRun:
    """Ask whoever works on a run to stop; one that nobody has begun is stopped at once.

    Raises: StepNotAllowed; ImportRun.DoesNotExist.
    """
    with transaction.atomic():
        run = locked_for(Step.STOP, run_id)
        run.stop_asked_at = now
        if run.state in (State.CHECKING, State.QUEUED) and not run.attempts:
            run.state = State.DRAFT if run.state == State.CHECKING else State.STOPPED
            run.look_again_at = now + keeping.KEPT
        run.save(update_fields=["stop_asked_at", "state", "look_again_at"])
        telling.tell_changed(run.pk)
    return run


def discard(run_id: int, *, now: datetime) -> ImportRun:
    """Put a file away that nobody wants imported; it is deleted.

    Raises: StepNotAllowed; ImportRun.DoesNotExist.
    """
    with transaction.atomic():
        run = locked_for(Step.DISCARD, run_id)
        _put_away(run, now=now)
    keeping.let_go(run)
    return run


def look_after(*, now: datetime) -> int:
    """Hand out anew what was lost, and let go of files that have lain here long enough; return how many were due."""
    due = ImportRun.objects.filter(look_again_at__lte=now).order_by("look_again_at")
    runs = list(due[:LOOKED_AT])
    for run in runs:
        if run.state in WANTED:
            _hand_out_anew(run.pk, now=now)
        else:
            _expire(run.pk, now=now)
    return len(runs)


def next_look_at() -> datetime | None:
    """Return when the next run is to be looked at."""
    moment: datetime | None = ImportRun.objects.filter(look_again_at__isnull=False).aggregate(at=Min("look_again_at"))[
        "at"
    ]
    return moment


def _hand_out(run: ImportRun, *, state: str, now: datetime) -> None:
    run.state, run.stop_asked_at, run.attempts = state, None, 0
    run.error, run.fault, run.stage, run.stage_done, run.stage_total = "", {}, "", 0, 0
    run.look_again_at, run.started_at, run.finished_at = now + BEGUN_WITHIN, now, None
    run.save()
    _send(run, now=now)


def _hand_out_anew(run_id: int, *, now: datetime) -> None:
    due = ImportRun.objects.filter(pk=run_id, state__in=WANTED, look_again_at__lte=now)
    with transaction.atomic():
        # Of two turns that look at once, one hands it out; and none waits for a merge that is about to commit.
        for run in due.select_for_update(skip_locked=True):
            run.look_again_at = now + BEGUN_WITHIN
            run.save(update_fields=["look_again_at"])
            send_after_commit(tasks.work_on, run_id)


def _send(run: ImportRun, *, now: datetime) -> None:
    telling.tell_changed(run.pk)
    send_after_commit(tasks.work_on, run.pk)
    wakeup.wake(at=now + BEGUN_WITHIN)


def _expire(run_id: int, *, now: datetime) -> None:
    with transaction.atomic():
        run = ImportRun.objects.select_for_update().get(pk=run_id)
        if run.state in WANTED or run.look_again_at is None or run.look_again_at > now:
            return
        if run.state in (State.DRAFT, State.CHECKED):
            _put_away(run, now=now)
    keeping.let_go(run)


def _put_away(run: ImportRun, *, now: datetime) -> None:
    run.state, run.finished_at = State.DISCARDED, now
    run.save(update_fields=["state", "finished_at"])
    telling.tell_changed(run.pk)

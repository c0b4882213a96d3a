"""Noting what was said with an owner. Nothing is deleted; a correction is appended."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from core.customers.models import Customer
from core.events import kinds
from core.events import operations as events
from core.keepers import operations as keepers
from core.tasks import operations as tasks
from core.tasks import rules
from core.tasks.models import Task
from core.touches.models import Touch


class TouchAhead(ValueError):
    """What has not happened yet cannot be noted as said."""


class TouchCorrected(Exception):
    """The entry was corrected before: the correction is what may be corrected now."""


@dataclass(frozen=True)
class NewTouch:
    """What is to be noted; `next_at` makes a task of the next step."""

    customer_id: int
    kind: str
    subject: str
    at: datetime
    vehicle_id: int | None = None
    direction: str = ""
    channel: str = ""
    said: str = ""
    promise: str = ""
    next_step: str = ""
    next_at: datetime | None = None
    recording_url: str = ""


def note_touch(new: NewTouch, *, actor: str, now: datetime) -> Touch:
    """Add an entry to the touch log; a dated next step becomes a task for that moment, a call is a new file's first.

    Raises: TouchAhead; TimeOver, TimeTooFar for a next step; Customer.DoesNotExist.
    """
    if new.next_at is not None:
        rules.check_time(new.next_at, now=now)
    return _add(new, corrects=None, actor=actor, now=now)


def correct_touch(touch_id: int, *, new: NewTouch, actor: str, now: datetime) -> Touch:
    """Append what should have been noted; the entry before stays readable.

    Raises: TouchAhead; TouchCorrected; Touch.DoesNotExist.
    """
    with transaction.atomic():
        # The row is the lock: two people who correct one entry at once make one correction.
        wrong = Touch.objects.select_for_update().get(pk=touch_id)
        if Touch.objects.filter(corrects=wrong).exists():
            raise TouchCorrected
        tasks.cancel_tasks(keys=[_task_key(wrong)], now=now, actor=actor)
        return _add(new, corrects=wrong, actor=actor, now=now)


def touches_of(customer_ids: list[int]) -> QuerySet[Touch]:
    """Return the entries of these files with whether each was corrected."""
    return Touch.objects.filter(customer_id__in=customer_ids).prefetch_related("corrections")


def _add(new: NewTouch, *, corrects: Touch | None, actor: str, now: datetime) -> Touch:
    if new.at > now:
        raise TouchAhead
    with transaction.atomic():
        asked = Customer.objects.get(pk=new.customer_id)
        values = vars(new) | {"customer_id": asked.merged_into_id or asked.pk}
        touch = Touch.objects.create(**values, corrects=corrects, recorded_at=now, actor=actor)
        if touch.next_at is not None:
            _open_task(touch, now=now)
        if touch.kind == Touch.Kind.CALL:
            keepers.note_contact(touch.customer_id, at=touch.at, actor=actor, now=now)
        events.record(
            kinds.NOTE_WRITTEN if touch.kind == Touch.Kind.NOTE else kinds.TOUCH_NOTED,
            subject_kind="touch",
            subject_id=touch.pk,
            at=touch.at,
            customer_id=touch.customer_id,
            vehicle_id=touch.vehicle_id,
            data={"kind": touch.kind, "direction": touch.direction, "corrects": corrects.pk if corrects else None},
            actor=actor,
        )
        return touch


def _open_task(touch: Touch, *, now: datetime) -> None:
    tasks.open_tasks(
        [
            tasks.NewTask(
                kind=Task.Kind.CALL,
                key=_task_key(touch),
                reason="next_step",
                due_at=touch.next_at or now,
                promised_at=touch.next_at if touch.promise else None,
                customer_id=touch.customer_id,
                vehicle_id=touch.vehicle_id,
                data={"touch_id": touch.pk},
            )
        ],
        now=now,
    )


def _task_key(touch: Touch) -> str:
    return f"call:touch:{touch.pk}"

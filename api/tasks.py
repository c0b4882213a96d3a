"""The work list: tasks claimed, released, done or postponed."""

from datetime import UTC, datetime
from typing import Any, ClassVar

from django.db.models import prefetch_related_objects
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.access import may, person_of, require, user_id_of
from api.paging import NewestFirst
from api.reading import LANGUAGES, KnownId, Moment, queried, valid
from api.resource import ReadResource
from api.texts import Text
from api.work import (
    CentreShape,
    PutOffShape,
    TaskInHand,
    TaskShape,
    WorkDayShape,
    WorkShape,
    seen_by,
    shown_with,
)
from core.models import ContactPoint, Task
from core.tasks import claiming, completion, day, desks, queries
from notifications.conversations import briefing
from tenants.accounts.roles import DEALER_ROLES


class Tried(serializers.Serializer[dict[str, object]]):
    note = Text(max_length=4000, allow_blank=True, default="")


class Done(Tried):
    outcome = serializers.ChoiceField(choices=Task.Outcome.choices)
    # The number that was called.
    contact_point = KnownId(ContactPoint, required=False, default=None, allow_null=True)


class Postponed(Tried):
    # Empty: nobody was called, it is only put aside.
    outcome = serializers.ChoiceField(choices=Task.Outcome.choices, allow_blank=True, default="")
    # Left out: after the pause of the outcome, in working time.
    again_at = Moment(required=False, default=None, allow_null=True)
    is_promise = serializers.BooleanField(default=False)
    # What the owner speaks, where there was no common language: somebody who speaks it goes on. Empty: none of ours.
    language = serializers.ChoiceField(choices=LANGUAGES, allow_blank=True, default="")


class WhoseLate(serializers.Serializer[dict[str, object]]):
    role = serializers.ChoiceField(choices=sorted(DEALER_ROLES))


class ByClock(NewestFirst):
    """The order that matters: what is due first, of equal ones the weightier."""

    ordering = ("due_at", "priority", "id")


class InOrder(NewestFirst):
    """The work list's own order: what presses first."""

    ordering = queries.ORDER


class Tasks(ReadResource[Task]):
    """What people of the centre must do."""

    subject, model = "tasks", Task
    verbs: ClassVar = {"centre": "staffing.read", "late": "staffing.read"}
    related = ("complaint",)
    serializer_class = TaskShape
    pagination_class = ByClock
    filterset_fields: ClassVar = {
        "state": ["exact"],
        "kind": ["exact"],
        "role": ["exact"],
        "customer": ["exact"],
        "claimed_by": ["exact"],
        "due_at": ["lt"],
    }

    def retrieve(self, request: Request, pk: str) -> Response:
        """Show a task with what must be known to do it."""
        require(request, "customers.read", "vehicles.read")
        return Response(_in_hand(self.get_object(), request))

    @extend_schema(responses=WorkShape(many=True), filters=False)
    @action(detail=False, pagination_class=InOrder)
    def work(self, request: Request) -> Response:
        """List what the caller does next, in the order that matters; what others hold is left out."""
        now, user_id, page = datetime.now(UTC), person_of(request), InOrder()
        size, last = page.asked(request, queries.ordered(Task.objects.all(), user_id=user_id, now=now))
        after = None if last is None else queries.Place(**last)
        desk = desks.desk_of(user_id, now=now)
        rows = queries.work(desk=desk, now=now, limit=size + 1, after=after)
        shown = page.cut(
            list(rows.select_related("complaint").prefetch_related(*shown_with())), size=size, request=request
        )
        return page.get_paginated_response(
            WorkShape(shown, many=True, context=seen_by(request, desk=desk, now=now)).data
        )

    @extend_schema(request=None, responses={200: TaskInHand, 204: None}, filters=False)
    @action(detail=False, methods=["post"])
    def next(self, request: Request) -> Response:
        """Hold the task that matters most, or the one that the caller holds already; 204 when there is none."""
        now = datetime.now(UTC)
        task = claiming.claim_next(desk=desks.desk_of(person_of(request), now=now), now=now)
        if task is None:
            return Response(status=status.HTTP_204_NO_CONTENT)
        return Response(_in_hand(task, request))

    @extend_schema(responses=WorkDayShape, filters=False)
    @action(detail=False, pagination_class=None)
    def day(self, request: Request) -> Response:
        """Show what the caller got done today beside the day's norm, and what is left."""
        now = datetime.now(UTC)
        shown = day.day_of(desks.desk_of(person_of(request), now=now), now=now)
        return Response(WorkDayShape(shown).data)

    @extend_schema(responses=CentreShape, filters=False)
    @action(detail=False, pagination_class=None)
    def centre(self, request: Request) -> Response:
        """Show the centre's day: who is over the norm, what waits, which clocks are about to break."""
        return Response(CentreShape(day.centre(now=datetime.now(UTC))).data)

    @extend_schema(parameters=[WhoseLate], responses=WorkShape(many=True), filters=False)
    @action(detail=False)
    def late(self, request: Request) -> Response:
        """List what of a role's work is late, whoever has it: what the centre's day counts."""
        now, role = datetime.now(UTC), queried(WhoseLate, request.query_params)["role"]
        late = day.late_of(role, now=now).select_related("complaint").prefetch_related(*shown_with())
        rows = self.paginate_queryset(late) or []
        user_id = user_id_of(request)
        desk = None if user_id is None else desks.desk_of(user_id, now=now)
        context = seen_by(request, desk=desk, now=now)
        return self.get_paginated_response(WorkShape(rows, many=True, context=context).data)

    @extend_schema(request=None, responses=TaskInHand)
    @action(detail=True, methods=["post"])
    def claim(self, request: Request, pk: str) -> Response:
        """Hold a task for ten minutes; nobody else gets it. Again holds it longer."""
        now = datetime.now(UTC)
        task = claiming.claim(task_id=_on_desk(request, pk, now=now), user_id=person_of(request), now=now)
        return Response(_in_hand(task, request))

    @extend_schema(request=None, responses=TaskShape)
    @action(detail=True, methods=["post"])
    def release(self, request: Request, pk: str) -> Response:
        """Give a task back."""
        task = claiming.release(task_id=int(pk), user_id=person_of(request))
        return Response(TaskShape(task).data)

    @extend_schema(request=Done, responses=TaskShape)
    @action(detail=True, methods=["post"])
    def complete(self, request: Request, pk: str) -> Response:
        """Close a task with its outcome."""
        asked, now = valid(Done, request.data), datetime.now(UTC)
        called, task_id = asked.pop("contact_point"), _on_desk(request, pk, now=now)
        task = completion.complete(
            task_id=task_id, user_id=person_of(request), contact_point_id=called, now=now, **asked
        )
        return Response(TaskShape(task).data)

    @extend_schema(request=Postponed, responses=PutOffShape)
    @action(detail=True, methods=["post"])
    def postpone(self, request: Request, pk: str) -> Response:
        """Keep a task for another try, at that time or after the outcome's pause, or hand it on."""
        asked, now = valid(Postponed, request.data), datetime.now(UTC)
        task_id = _on_desk(request, pk, now=now)
        task = completion.postpone(task_id=task_id, user_id=person_of(request), now=now, **asked)
        return Response(PutOffShape(task).data)


def _on_desk(request: Request, pk: str, *, now: datetime) -> int:
    """Return the id of a task that the caller may do. Raises: NotOnDesk; Task.DoesNotExist."""
    task_id = int(pk)
    desks.check(task_id, user_id=person_of(request), now=now)
    return task_id


def _in_hand(task: Task, request: Request) -> dict[str, Any]:
    prefetch_related_objects([task], *shown_with())
    told = briefing.briefing_of(task, reads_messages=may(request, "messages.read"))
    now, user_id = datetime.now(UTC), user_id_of(request)
    desk = None if user_id is None else desks.desk_of(user_id, now=now)
    known = {"briefing": told, "again_at": completion.proposed_time(now=now)}
    shape = TaskInHand(task, context=seen_by(request, desk=desk, now=now) | known)
    return dict(shape.data)

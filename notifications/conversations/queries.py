"""The inbox as one person sees it: tabs, their counts, and what a row shows, in a fixed number of queries."""

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Any

from django.db import connection
from django.db.models import BigIntegerField, Case, Exists, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from core.tasks.models import Task
from notifications.conversations import colleagues
from notifications.conversations.models import Conversation, ReadMark
from notifications.conversations.rules import Standing
from notifications.flows.models import FlowRun
from notifications.outbox.models import Message

Mode = Conversation.Mode
# The ORM makes no statement of a question that has no answer; no person has the number 0.
NOBODY = (0,)
# A badge that says "more" is enough: counting on would cost with the number of conversations.
MOST_COUNTED = 1_000


class Tab(StrEnum):
    """The parts of the inbox; a conversation may stand in several."""

    ALL = "all"
    MINE = "mine"
    # For people, and nobody has it, or only somebody who has left.
    UNASSIGNED = "unassigned"
    # The owner waits for a person's word: a task to answer is open.
    WAITING = "waiting"
    FLOW = "flow"
    CLOSED = "closed"


def waiting() -> QuerySet[Task, int | None]:
    """This function will return the conversations that wait for a person, by id."""
    asked = Task.objects.filter(kind=Task.Kind.REPLY, state=Task.State.OPEN, conversation_id__isnull=False)
    return asked.values_list("conversation_id", flat=True)


def in_tab(rows: QuerySet[Conversation], tab: Tab, *, people: Collection[int]) -> QuerySet[Conversation]:
    """This function will keep those of the rows that stand in a tab; `people` are those whose work is one's own."""
    kept: Mapping[Tab, Q] = {
        Tab.ALL: Q(),
        Tab.MINE: Q(assignee_id__in=sorted(people)),
        Tab.UNASSIGNED: Q(pk__in=_nobodys()),
        Tab.WAITING: Q(pk__in=waiting()),
        Tab.FLOW: Q(mode=Mode.FLOW),
        Tab.CLOSED: Q(mode=Mode.CLOSED) & ~Q(pk__in=waiting()),
    }
    return rows.filter(kept[tab])


def counts(*, people: Collection[int]) -> dict[str, int]:
    """This function will count the tabs, and what is unread, in one query; no count goes beyond MOST_COUNTED."""
    spoken_in = Conversation.objects.filter(last_message_at__isnull=False)
    parts = {tab.value: in_tab(spoken_in, tab, people=people or NOBODY) for tab in Tab}
    parts["unread"] = spoken_in.filter(unread_count__gt=0)
    values: list[Any] = []
    columns = []
    for rows in parts.values():
        # Ordered as the tab's own index is: it is read, and no further than counted.
        listed = rows.order_by("-last_message_at").values("pk")[:MOST_COUNTED]
        statement, given = listed.query.sql_with_params()
        columns.append(f"(SELECT count(*) FROM ({statement}) AS part)")  # noqa: S608  # the ORM's own statements
        values += given
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(columns)}", values)
        return dict(zip(parts, cursor.fetchone(), strict=True))


def as_seen_by(rows: QuerySet[Conversation], *, user_id: int | None) -> QuerySet[Conversation]:
    """This function will add to each row what was said last, since when it waits and why, what is new to a person.

    last_message_id (the owner's last where they wait), waits_since_at, waits_reason, answer_due_at, read_up_to,
    has_new_message; of the last two see Note [Two ways of being unread].
    """
    asked = Task.objects.filter(kind=Task.Kind.REPLY, state=Task.State.OPEN, conversation_id=OuterRef("pk"))
    said = Message.objects.filter(conversation=OuterRef("pk")).order_by("-id")
    wrote = said.filter(direction=Message.Direction.IN, is_automatic=False)
    # A program has no marks, and no person has the number 0.
    mark = ReadMark.objects.filter(conversation=OuterRef("pk"), user_id=user_id or 0).values("message_id")
    came_in = Message.objects.filter(
        conversation=OuterRef("pk"), direction=Message.Direction.IN, is_automatic=False, id__gt=OuterRef("read_up_to")
    )
    return rows.annotate(
        # What waits is the owner's word, not our "we have received it" behind it.
        last_message_id=Case(
            When(Exists(asked), then=Coalesce(Subquery(wrote.values("id")[:1]), Subquery(said.values("id")[:1]))),
            default=Subquery(said.values("id")[:1]),
        ),
        waits_since_at=Subquery(asked.order_by("id").values("created_at")[:1]),
        waits_reason=Coalesce(Subquery(asked.order_by("id").values("reason")[:1]), Value("")),
        answer_due_at=Subquery(asked.order_by("id").values("due_at")[:1]),
        read_up_to=Subquery(mark[:1], output_field=BigIntegerField()),
        has_new_message=Exists(came_in),
    )


def standing_of(
    row: Conversation, *, people: Collection[int], is_refused: bool, may_move: bool, may_send: bool
) -> Standing:
    """This function will say how a row of `as_seen_by` stands for a person whose post lets them do so much.

    people: those whose work is theirs; what a colleague has for whom they stand in is as good as their own.
    """
    paused = FlowRun.objects.filter(conversation=row, status=FlowRun.Status.PAUSED)
    return Standing(
        is_with_person=row.mode == Mode.PERSON,
        is_closed=row.mode == Mode.CLOSED,
        is_own=row.assignee_id in people,
        is_waiting=row.waits_since_at is not None,  # type: ignore[attr-defined]  # annotated above
        has_pause=paused.exists(),
        is_refused=is_refused,
        may_move=may_move,
        may_send=may_send,
    )


def last_messages(rows: list[Conversation]) -> dict[int, Message]:
    """This function will return the last message of each row of `as_seen_by`, by conversation."""
    ids = [row.last_message_id for row in rows]  # type: ignore[attr-defined]  # annotated above
    return {one.conversation_id: one for one in Message.objects.filter(id__in=[pk for pk in ids if pk])}


def _nobodys() -> QuerySet[Conversation, Any]:
    # Two small sets, each by its own index; joined by OR, neither would be used.
    unclaimed = Conversation.objects.filter(pk__in=waiting(), assignee_id__isnull=True)
    left_behind = Conversation.objects.filter(assignee_id__in=colleagues.not_answering().values("pk"))
    return unclaimed.order_by().values("pk").union(left_behind.order_by().values("pk"))

"""Whose a task is: one that was given to somebody is on nobody else's list."""

from core.tasks.models import Task


def give_replies(*, conversation_id: int, user_id: int | None) -> int:
    """Give the open task to answer in a conversation to a person, or to all; return how many there were."""
    asked = Task.objects.filter(conversation_id=conversation_id, kind=Task.Kind.REPLY, state=Task.State.OPEN)
    return asked.update(assignee_id=user_id, claimed_by=None, claimed_until=None)

"""Whose work a person does now: their own, that of those they stand in for, and what nobody has or can do."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from core.deputies import queries as deputies
from core.deputies import rules as standing
from core.tasks import rules
from core.tasks.models import Task
from tenants.accounts.models import User


@dataclass(frozen=True)
class Desk:
    """One person's work: what they hold, what was given to `people`, and what is free of `roles`.

    What was given to those who `left` is free, too. The names say whom they stand in for, and who for them.
    """

    user_id: int
    roles: frozenset[str]
    people: frozenset[int]
    left: frozenset[int] = frozenset()
    stands_in_for: tuple[str, ...] = ()
    stood_in_by: str = ""
    # Whose work this person may take in hand without its being theirs.
    led: frozenset[str] = frozenset()

    def covers(self, task: Task) -> bool:
        """Return whether this person may do the task: it is on the desk, in hand, or of somebody they lead."""
        if task.claimed_by == self.user_id or task.assignee_id in self.people or task.role in self.led:
            return True
        return task.role in self.roles and (task.assignee_id is None or task.assignee_id in self.left)


class NotOnDesk(Exception):
    """The task is work of another post, or was given to somebody else."""


@dataclass(frozen=True)
class Person:
    """One of the dealer's people, as far as work is concerned."""

    role: str
    name: str
    is_here: bool


def desk_of(user_id: int, *, now: datetime) -> Desk:
    """Return a person's desk, in two queries; the roles of a post that nobody holds go to who covers it."""
    staff = _staff()
    pairs = deputies.standing(now=now)
    people = standing.people_of(user_id, pairs)
    held = {person.role for person in staff.values() if person.is_here}
    # Who is away keeps the roles of their post: what is free of it is anybody's who holds it.
    posts = {staff[one].role for one in {*people, user_id} if one in staff}
    return Desk(
        user_id=user_id,
        roles=frozenset().union(*(rules.roles_of_work(post, held=held) for post in posts)),
        people=people,
        left=frozenset(pk for pk, person in staff.items() if not person.is_here),
        stands_in_for=tuple(sorted(staff[one].name for one in people - {user_id} if one in staff)),
        stood_in_by=_name(staff, standing.deputy_of(user_id, pairs)),
        led=frozenset().union(*(rules.LED.get(post, frozenset()) for post in posts)),
    )


def check(task_id: int, *, user_id: int, now: datetime) -> None:
    """Raises: NotOnDesk when this person may not do the task; Task.DoesNotExist."""
    task = Task.objects.get(id=task_id)
    # Whoever ended it may say so again.
    if task.done_by != user_id and not desk_of(user_id, now=now).covers(task):
        raise NotOnDesk(task_id)


def name_of(user_id: int) -> str:
    """Return what one of the dealer's people is called; empty for nobody known."""
    return User.objects.filter(id=user_id).values_list("name", flat=True).first() or ""


def _staff() -> Mapping[int, Person]:
    """Return all that were ever here: dozens."""
    rows = User.objects.values_list("id", "role", "name", "is_active")
    return {pk: Person(role, name, is_here) for pk, role, name, is_here in rows}


def _name(staff: Mapping[int, Person], user_id: int | None) -> str:
    person = None if user_id is None else staff.get(user_id)
    return "" if person is None else person.name

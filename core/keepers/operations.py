"""New files are shared out to keepers, each with a first call to make; a person gives a file to another keeper.

Everything here is a few statements, however many files came in. A file that has a keeper keeps them, whatever comes in
later, so that an import done twice changes nothing.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Count, Q

from core.customers.models import Customer
from core.deputies import queries as deputies
from core.events import kinds
from core.events import operations as events
from core.keepers import rules, table
from core.keepers.rules import Keeper
from core.tasks import operations as tasks
from core.tasks.models import Task
from core.tasks.operations import NewTask
from tenants.accounts.models import User
from tenants.accounts.permissions import CENTRE

# Of the files that an import made: those whose first visit was within the last days, and who keeps none of them yet.
NEW_FILES = """
SELECT c.id FROM core_importchange i
CROSS JOIN LATERAL jsonb_array_elements_text(i.after -> 'ids') AS made (id)
JOIN core_customer c ON c.id = made.id::bigint
WHERE i.run_id = %(run)s AND i.subject_kind = 'customer' AND i.before IS NULL
  AND c.keeper_id IS NULL AND c.merged_into_id IS NULL
  AND EXISTS (SELECT FROM core_ownership o WHERE o.customer_id = c.id AND o.to_date IS NULL)
  AND (SELECT min(r.opened_date) FROM core_repairorder r WHERE r.customer_id = c.id)
      > (SELECT as_of_date FROM core_importrun WHERE id = %(run)s) - %(days)s::int
ORDER BY c.id
"""
KEEP = """
UPDATE core_customer c SET keeper_id = given.keeper_id
FROM unnest(%(files)s::bigint[], %(keepers)s::bigint[]) AS given (id, keeper_id)
WHERE c.id = given.id AND c.keeper_id IS NULL
"""


class NoKeeper(LookupError):
    """Nobody of this number keeps files here: unknown, gone, or in another post."""


def share_out_import(run_id: int, *, now: datetime) -> int:
    """Share out the new files that an import made; return how many. Call it in the import's transaction."""
    with connection.cursor() as cursor:
        cursor.execute(NEW_FILES, {"run": run_id, "days": table.sharing().new_days})
        files = [file_id for (file_id,) in cursor.fetchall()]
    return share_out(files, now=now)


def share_out(files: Sequence[int], *, now: datetime) -> int:
    """Give each of these files a keeper who is there, by balanced load, and a call to make; return how many got one."""
    if not files:
        return 0
    with transaction.atomic():
        given = dict(zip(files, rules.shared_out(_keepers(now=now), count=len(files)), strict=False))
        if given:
            with connection.cursor() as cursor:
                cursor.execute(KEEP, {"files": list(given), "keepers": list(given.values())})
            tasks.open_tasks([_first_contact(file_id, keeper, now=now) for file_id, keeper in given.items()], now=now)
        return len(given)


def keepable() -> Mapping[int, str]:
    """Return the names of those who may be given a file, by id: dozens."""
    here = User.objects.filter(is_active=True, role__in=sorted(CENTRE))
    return dict(here.order_by("name", "id").values_list("id", "name"))


def give_file(customer_id: int, *, keeper_id: int | None, actor: str, now: datetime) -> Customer:
    """Let somebody else keep a file, or nobody; its first call goes along. The same again changes nothing.

    Raises: NoKeeper; Customer.DoesNotExist.
    """
    if keeper_id is not None and keeper_id not in keepable():
        raise NoKeeper(str(keeper_id))
    with transaction.atomic():
        file = Customer.objects.select_for_update().get(pk=customer_id)
        if file.keeper_id != keeper_id:
            before, file.keeper_id = file.keeper_id, keeper_id
            file.save(update_fields=["keeper_id"])
            first = Task.objects.filter(key=key_of(customer_id), state=Task.State.OPEN)
            first.update(assignee_id=keeper_id, claimed_by=None, claimed_until=None)
            events.record(
                kinds.FILE_KEPT,
                subject_kind="customer",
                subject_id=file.pk,
                at=now,
                customer_id=file.pk,
                data={"keeper_id": keeper_id, "before": before},
                actor=actor,
            )
        return file


def note_contact(customer_id: int, *, at: datetime, actor: str, now: datetime) -> int:
    """Settle the first call that waits for a person's files, as they were called; return how many did.

    A call from before the files were new was with somebody else's car, or about one sold since: it settles nothing.
    """
    files = Customer.objects.filter(Q(pk=customer_id) | Q(merged_into=customer_id)).values_list("pk", flat=True)
    since = at + timedelta(days=table.sharing().new_days)
    waiting = Task.objects.filter(
        key__in=[key_of(file_id) for file_id in files], state=Task.State.OPEN, created_at__lt=since
    )
    keys = list(waiting.values_list("key", flat=True))
    return tasks.settle_tasks(keys=keys, now=now, actor=actor, outcome=Task.Outcome.COMPLETED)


def key_of(customer_id: int) -> str:
    """Return the key of the one task that a new file's first call is."""
    return f"first_contact:{customer_id}"


def _keepers(*, now: datetime) -> Collection[Keeper]:
    """Return those who are there with what waits with them, in three queries."""
    away = {pair.away_id for pair in deputies.standing(now=now)}
    staff = {user.pk: user for user in User.objects.filter(is_active=True, ability__gt=0).exclude(pk__in=away)}
    post = rules.post_of_keepers({pk: user.role for pk, user in staff.items()})
    there = {pk: user for pk, user in staff.items() if user.role == post}
    open_calls = Task.objects.filter(
        state=Task.State.OPEN, assignee_id__in=sorted(there), reason=table.sharing().reason
    )
    loads = dict(open_calls.order_by().values_list("assignee_id").annotate(Count("id")))
    return [Keeper(pk, loads.get(pk, 0), user.ability) for pk, user in there.items()]


def _first_contact(customer_id: int, keeper_id: int, *, now: datetime) -> NewTask:
    sharing = table.sharing()
    return NewTask(
        kind=sharing.task_kind,
        key=key_of(customer_id),
        reason=sharing.reason,
        due_at=now + timedelta(days=sharing.in_touch_days),
        customer_id=customer_id,
        assignee_id=keeper_id,
    )

"""Files that nobody brought: their task was lost, or their provider was away."""

from datetime import datetime, timedelta

from django.db.models import F, Min

from channels_app.media import Why
from notifications.attachments.models import MessageFile
from notifications.attachments.operations import MOST_TRIES, waiting
from notifications.attachments.tasks import bring_files
from tenants.tasks import send_after_commit

# As long as a task may take that is on its way: some files, each of a minute.
TASK_LASTS = timedelta(minutes=10)


def bring_left(*, now: datetime, limit: int) -> int:
    """This function will have files brought whose task was lost or whose provider was away, and say of how many."""
    # What its provider does not hand over, and what makes its task fail each time, is given up.
    hopeless = waiting().filter(try_at__lte=now, tries__gte=MOST_TRIES)
    hopeless.update(state=MessageFile.State.REFUSED, why=Why.GONE, try_at=None)
    due = waiting().filter(try_at__lte=now).order_by("try_at")
    found = dict(due.values_list("pk", "message_id")[:limit])
    # Not looked at again while the task is on its way.
    waiting().filter(pk__in=found).update(try_at=now + TASK_LASTS, tries=F("tries") + 1)
    for message_id in dict.fromkeys(found.values()):
        send_after_commit(bring_files, message_id)
    return len(found)


def next_left_at() -> datetime | None:
    """This function will say when the next file is looked for again, or None."""
    oldest: datetime | None = waiting().aggregate(oldest=Min("try_at"))["oldest"]
    return oldest

"""What a shared sender leaves to be done, at work; the task names the sender and nothing else."""

from celery import shared_task
from django.utils import timezone

from tenants.tasks import PublicTask


@shared_task(base=PublicTask, name="notifications.shared.work")
def work(sender_id: int, **kwargs: object) -> None:
    """Do what is due of one shared sender; again does no harm."""
    # What works imports what leaves work behind, which sends this task.
    from notifications.shared import working  # noqa: PLC0415

    working.work(sender_id, now=timezone.now())

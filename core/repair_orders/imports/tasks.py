"""The worker's way in: one task a run, handed out again until the run is at its end."""

from celery import shared_task
from django.utils import timezone

from core.repair_orders.imports import working
from tenants.tasks import DealerTask


@shared_task(base=DealerTask, name="core.repair_orders.imports.work_on")
def work_on(run_id: int, **kwargs: object) -> None:
    """Check or import a kept file, whichever is wanted of it."""
    working.work_on(run_id, now=timezone.now())

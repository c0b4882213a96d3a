"""Keeps the figures current: sent with a dealer's daily plan, worked behind everything that owners wait for."""

from celery import shared_task
from django.utils import timezone

from core.kpis import rollup
from tenants.scope import current_dealer
from tenants.tasks import DealerTask


@shared_task(base=DealerTask, name="core.kpis.roll_up_lately")
def roll_up_lately(**kwargs: object) -> None:
    """Count the dealer's last days anew, and those that an import has changed since."""
    rollup.roll_up_lately(current_dealer(), now=timezone.now())

"""Asks for prices: sent with a dealer's daily plan, before its figures are counted anew."""

from celery import shared_task
from django.utils import timezone

from notifications.costs import charging
from tenants.tasks import DealerTask


@shared_task(base=DealerTask, name="notifications.costs.ask_providers")
def ask_providers(**kwargs: object) -> None:
    """Ask the dealer's providers what the last days' messages cost."""
    charging.ask_providers(now=timezone.now())

"""Keeps files standing as facts have it: sent with a dealer's daily plan and after an import."""

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from core.customers import standing
from tenants.tasks import DealerTask


@shared_task(base=DealerTask, name="core.customers.stand_files")
def stand_files(**kwargs: object) -> None:
    """Stand every file of the dealer anew."""
    with transaction.atomic():
        standing.stand_all(now=timezone.now())


@shared_task(base=DealerTask, name="core.customers.stand_people")
def stand_people(customer_ids: list[int], **kwargs: object) -> None:
    """Stand some people's files anew, for those whose own transaction must not hold them."""
    with transaction.atomic():
        standing.stand_people(customer_ids, now=timezone.now())

"""The append-only log of facts; planning, figures and live views read it."""

from django.db import models

from tenants.base import DealerModel


class Event(DealerModel):
    """Something that happened, written in the transaction that made it so; never changed."""

    kind = models.CharField(max_length=40)
    subject_kind = models.CharField(max_length=30)
    subject_id = models.BigIntegerField()
    # Plain ids: the log outlives what it speaks of.
    customer_id = models.BigIntegerField(null=True, blank=True)
    vehicle_id = models.BigIntegerField(null=True, blank=True)
    # When it happened; recorded_at is when we learnt of it.
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    actor = models.CharField(max_length=80, default="system", db_default="system")
    data = models.JSONField(default=dict, db_default={})

    class Meta:
        indexes = [
            # One timeline over everything, of a person and of a car.
            models.Index(fields=["customer_id", "-at"], name="event_of_customer"),
            models.Index(fields=["vehicle_id", "-at"], name="event_of_vehicle"),
            # Figures of a day by kind.
            models.Index(fields=["kind", "at"], name="event_kind_at"),
        ]

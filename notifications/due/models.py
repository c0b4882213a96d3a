"""The one table of work that a moment will bring."""

from django.db import models

from tenants.base import DealerModel


class Due(DealerModel):
    """Something to be done at a time, once, for one subject and occurrence."""

    class State(models.TextChoices):
        PLANNED = "PLANNED"
        # Policy said not before due_at, which was moved.
        HELD = "HELD"
        # Became a message, a task or another act.
        DONE = "DONE"
        DROPPED = "DROPPED"
        CANCELLED = "CANCELLED"
        EXPIRED = "EXPIRED"

    # A reminder kind or another row of the rules' table.
    rule = models.CharField(max_length=40)
    subject_kind = models.CharField(max_length=30)
    subject_id = models.BigIntegerField()
    occurrence = models.CharField(max_length=60)
    customer = models.ForeignKey("core.Customer", null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    vehicle = models.ForeignKey("core.Vehicle", null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    priority = models.PositiveSmallIntegerField(default=50, db_default=50)
    # When it was first due; due_at moves when policy defers.
    planned_at = models.DateTimeField()
    due_at = models.DateTimeField()
    # Null: it never goes stale (clocks, sweeps).
    expires_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.PLANNED, db_default=State.PLANNED)
    # Why it ended as it did, by the rule's key.
    reason = models.CharField(max_length=40, default="", db_default="")
    data = models.JSONField(default=dict, db_default={})
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            # Planning a day twice plans it once.
            models.UniqueConstraint(fields=["rule", "subject_kind", "subject_id", "occurrence"], name="due_once")
        ]
        indexes = [
            # The clock table's hand: only what is still to be done is in it. Each priority is claimed
            # from its own end, so that a notice never waits behind a hundred thousand offers.
            models.Index(
                fields=["priority", "due_at"],
                name="due_open",
                condition=models.Q(state__in=["PLANNED", "HELD"]),
            )
        ]

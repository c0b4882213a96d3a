"""Flows as stored: versions, running dialogues, and the questions still open."""

from django.db import models

from tenants.base import DealerModel


class FlowVersion(DealerModel):
    """One version of a flow; never changed once a run began with it."""

    key = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    definition = models.JSONField()
    created_at = models.DateTimeField()
    actor = models.CharField(max_length=80, default="system", db_default="system")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "version"], name="flow_version_once")]


class FlowRun(DealerModel):
    """One dialogue with one owner; it keeps the version it began with."""

    class Status(models.TextChoices):
        RUNNING = "RUNNING"
        # A person of the centre writes; the flow keeps still.
        PAUSED = "PAUSED"
        ENDED = "ENDED"
        CANCELLED = "CANCELLED"

    flow_version = models.ForeignKey(FlowVersion, on_delete=models.PROTECT, db_index=False)
    conversation = models.ForeignKey("notifications.Conversation", on_delete=models.CASCADE, related_name="runs")
    customer = models.ForeignKey("core.Customer", null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    vehicle = models.ForeignKey("core.Vehicle", null=True, blank=True, on_delete=models.SET_NULL, db_index=False)
    case_kind = models.CharField(max_length=30, default="", db_default="")
    case_id = models.BigIntegerField(null=True, blank=True)
    purpose = models.CharField(max_length=10, default="", db_default="")
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.RUNNING, db_default=Status.RUNNING)
    # The engine's own state, whole.
    state = models.JSONField(default=dict)
    # When silence has an effect; null: never.
    wake_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=40, default="", db_default="")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            # Silences to act on.
            models.Index(
                fields=["wake_at"],
                name="flow_run_wake",
                condition=models.Q(status="RUNNING", wake_at__isnull=False),
            ),
            # "Is a dialogue about this running?"
            models.Index(fields=["case_kind", "case_id"], name="flow_run_case"),
        ]


class Expectation(DealerModel):
    """A question sent and not yet answered: what would be understood as its answer."""

    class State(models.TextChoices):
        OPEN = "OPEN"
        ANSWERED = "ANSWERED"
        EXPIRED = "EXPIRED"
        CLOSED = "CLOSED"

    conversation = models.ForeignKey("notifications.Conversation", on_delete=models.CASCADE, db_index=False)
    run = models.ForeignKey(FlowRun, on_delete=models.CASCADE, related_name="expectations")
    # The message that asked; a reply to it is matched first.
    message = models.ForeignKey(
        "notifications.Message", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    grammar = models.JSONField()
    priority = models.PositiveSmallIntegerField(default=50, db_default=50)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN, db_default=State.OPEN)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            # Open questions of a conversation, newest first.
            models.Index(
                fields=["conversation", "-id"],
                name="expectation_open",
                condition=models.Q(state="OPEN"),
            )
        ]

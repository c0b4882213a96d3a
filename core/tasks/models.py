"""Work for people: calls to make, conversations to take over, promises to keep."""

from datetime import datetime

from django.db import models
from django.db.models import Case, F, When
from django.db.models.functions import Coalesce, Least

from tenants.base import DealerModel

# Kinds whose due time is a clock somebody is measured by.
CLOCKED = ("COMPLAINT", "DISSATISFIED")
# Kinds in which an owner waits for us: whoever puts one aside moves nothing of when it is late.
AWAITED = (*CLOCKED, "REPLY")
# When somebody waits for it; and by when it must be: its clock or promise, null where it has neither.
AT = Coalesce("promised_at", "due_at")
CLOCK = Least("promised_at", Case(When(kind__in=CLOCKED, then=F("due_at"))))


class Task(DealerModel):
    """One thing a person of the centre must do."""

    class Kind(models.TextChoices):
        CALL = "CALL"
        REPLY = "REPLY"
        COMPLAINT = "COMPLAINT"
        DISSATISFIED = "DISSATISFIED"
        APPOINTMENT = "APPOINTMENT"
        UNCONFIRMED = "UNCONFIRMED"
        OTHER = "OTHER"

    class State(models.TextChoices):
        OPEN = "OPEN"
        DONE = "DONE"
        CANCELLED = "CANCELLED"

    class Outcome(models.TextChoices):
        COMPLETED = "COMPLETED"
        PARTLY_COMPLETED = "PARTLY_COMPLETED"
        RESCHEDULED = "RESCHEDULED"
        REFUSED = "REFUSED"
        NO_ANSWER = "NO_ANSWER"
        BUSY = "BUSY"
        POWERED_OFF = "POWERED_OFF"
        WRONG_NUMBER = "WRONG_NUMBER"
        LANGUAGE_BARRIER = "LANGUAGE_BARRIER"

    kind = models.CharField(max_length=12, choices=Kind.choices)
    # What makes it one and the same task, e.g. "call:followup:17": asked twice, opened once.
    key = models.CharField(max_length=120)
    # The role it waits for; see tenants.accounts.
    role = models.CharField(max_length=24, default="", db_default="")
    customer = models.ForeignKey("core.Customer", null=True, blank=True, on_delete=models.CASCADE, related_name="tasks")
    vehicle = models.ForeignKey("core.Vehicle", null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    complaint = models.ForeignKey(
        "core.Complaint", null=True, blank=True, on_delete=models.CASCADE, related_name="tasks"
    )
    # Plain ids of what notifications knows; core does not.
    conversation_id = models.BigIntegerField(null=True, blank=True)
    message_id = models.BigIntegerField(null=True, blank=True)
    # Why it exists: a key that screens translate, and details without free text of owners.
    reason = models.CharField(max_length=60)
    data = models.JSONField(default=dict, db_default={})
    priority = models.PositiveSmallIntegerField(default=50, db_default=50)
    due_at = models.DateTimeField()
    promised_at = models.DateTimeField(null=True, blank=True)
    # Nobody is given it earlier: a time that was agreed, or the pause after somebody was not reached.
    not_before_at = models.DateTimeField(null=True, blank=True)
    # How often it was tried and kept for another time.
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN, db_default=State.OPEN)
    assignee_id = models.BigIntegerField(null=True, blank=True)
    # Two people never hold one task: taken by conditional update, free again after this.
    claimed_by = models.BigIntegerField(null=True, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=16, choices=Outcome.choices, default="", db_default="", blank=True)
    note = models.TextField(default="", db_default="")
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key"], name="task_once")]
        indexes = [
            # The work list in the order that matters; only open work is in it.
            models.Index(
                fields=["role", "due_at"],
                name="task_open",
                condition=models.Q(state="OPEN"),
            ),
            # Its two ends: what presses now, and what is next by weight. However much is left undone, a look at
            # the list reads no more than it shows.
            models.Index(F("role"), CLOCK, name="task_clock", condition=models.Q(state="OPEN")),
            models.Index(F("role"), F("priority"), AT, F("id"), name="task_weight", condition=models.Q(state="OPEN")),
            # What one person holds, or was given, whoever's work it is; what comes back today. Few rows each.
            models.Index(
                fields=["claimed_until"],
                name="task_held",
                condition=models.Q(state="OPEN", claimed_until__isnull=False),
            ),
            models.Index(
                fields=["assignee_id"], name="task_given", condition=models.Q(state="OPEN", assignee_id__isnull=False)
            ),
            models.Index(
                fields=["not_before_at"],
                name="task_later",
                condition=models.Q(state="OPEN", not_before_at__isnull=False),
            ),
            # Which conversations wait for an answer.
            models.Index(
                fields=["conversation_id"],
                name="task_reply",
                condition=models.Q(state="OPEN", kind="REPLY"),
            ),
        ]

    def is_held_by(self, user_id: int, *, now: datetime) -> bool:
        """Return whether this person holds it."""
        return self.claimed_by == user_id and self.claimed_until is not None and self.claimed_until > now

    def is_free_for(self, user_id: int | None, *, now: datetime) -> bool:
        """Return whether this person could take or end it: it is open and nobody else holds it."""
        is_held = self.claimed_until is not None and self.claimed_until > now
        return self.state == self.State.OPEN and (not is_held or self.claimed_by == user_id)

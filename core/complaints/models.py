"""Complaints, the six steps they walk, and every rise of their level."""

from django.db import models
from django.db.models import Case, F, When
from django.db.models.functions import Least

from tenants.base import DealerModel

# Which clock of an open complaint presses first, missed ones too; null where each is kept. PostgreSQL's least leaves
# nulls out.
FIRST_CLOCK = Least(
    Case(When(to_manager_at__isnull=True, then=F("to_manager_due_at"))),
    Case(When(first_answer_at__isnull=True, then=F("first_answer_due_at"))),
    Case(When(solution_at__isnull=True, then=F("solution_due_at"))),
    Case(When(told_owner_at__isnull=True, then=F("tell_owner_due_at"))),
)


class Complaint(DealerModel):
    """One grievance with its clocks; closed only when the owner agrees or a manager says why."""

    class Step(models.TextChoices):
        REGISTERED = "REGISTERED"
        JUDGED = "JUDGED"
        INVESTIGATED = "INVESTIGATED"
        PROPOSED = "PROPOSED"
        SIGNED_OFF = "SIGNED_OFF"
        CARRIED_OUT = "CARRIED_OUT"
        SUMMED_UP = "SUMMED_UP"
        CLOSED = "CLOSED"

    class Category(models.TextChoices):
        PRODUCT_QUALITY = "PRODUCT_QUALITY"
        REPAIR_QUALITY = "REPAIR_QUALITY"
        PARTS_DELAY = "PARTS_DELAY"
        ATTITUDE = "ATTITUDE"
        PRICE = "PRICE"
        WAITING_TIME = "WAITING_TIME"
        CLEANLINESS = "CLEANLINESS"
        BROKEN_PROMISE = "BROKEN_PROMISE"
        OTHER = "OTHER"

    # Told to the owner; counts up within the dealer.
    number = models.PositiveIntegerField()
    customer = models.ForeignKey(
        "core.Customer", null=True, blank=True, on_delete=models.PROTECT, related_name="complaints"
    )
    vehicle = models.ForeignKey(
        "core.Vehicle", null=True, blank=True, on_delete=models.PROTECT, related_name="complaints"
    )
    repair_order = models.ForeignKey("core.RepairOrder", null=True, blank=True, on_delete=models.SET_NULL)
    survey = models.ForeignKey("core.Survey", null=True, blank=True, on_delete=models.SET_NULL)
    category = models.CharField(
        max_length=16, choices=Category.choices, default=Category.OTHER, db_default=Category.OTHER
    )
    # A part tracked by name, where product quality is the matter.
    part = models.CharField(max_length=40, default="", db_default="")
    channel = models.CharField(max_length=20, default="", db_default="")
    text = models.TextField()
    step = models.CharField(max_length=12, choices=Step.choices, default=Step.REGISTERED)
    # 1 specialist, 2 service manager, 3 general manager, 4 manufacturer.
    level = models.PositiveSmallIntegerField(default=1, db_default=1)
    # Why it stands at its level at once: SAFETY, MEDIA, REGULATOR, BATCH; else empty.
    alarm = models.CharField(max_length=10, default="", db_default="")
    is_founded = models.BooleanField(null=True, blank=True)
    cause = models.CharField(max_length=500, default="", db_default="")
    department = models.CharField(max_length=80, default="", db_default="")
    responsible = models.CharField(max_length=80, default="", db_default="")
    opened_at = models.DateTimeField()
    # The clocks: due and kept. Working time of the dealer's calendar.
    to_manager_due_at = models.DateTimeField()
    to_manager_at = models.DateTimeField(null=True, blank=True)
    first_answer_due_at = models.DateTimeField()
    first_answer_at = models.DateTimeField(null=True, blank=True)
    solution_due_at = models.DateTimeField()
    solution_at = models.DateTimeField(null=True, blank=True)
    # The owner hears the day a solution is signed off; null until then.
    tell_owner_due_at = models.DateTimeField(null=True, blank=True)
    told_owner_at = models.DateTimeField(null=True, blank=True)
    carried_out_at = models.DateTimeField(null=True, blank=True)
    # The next clock that will break; null once none runs.
    next_clock_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    # OWNER_SATISFIED, UNFOUNDED or MANAGER, the last with a reason.
    closed_by = models.CharField(max_length=16, default="", db_default="")
    close_reason = models.CharField(max_length=500, default="", db_default="")
    reopened_count = models.PositiveSmallIntegerField(default=0, db_default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number"], name="complaint_number_once"),
            # A survey answered twice, or by two workers, makes one complaint.
            models.UniqueConstraint(fields=["survey"], name="complaint_of_survey_once"),
        ]
        indexes = [
            # Clocks that have run out: only the few that still run are in it.
            models.Index(
                fields=["next_clock_at"],
                name="complaint_clock",
                condition=models.Q(next_clock_at__isnull=False),
            ),
            # What a head looks at: clocks that broke or are about to.
            models.Index(FIRST_CLOCK, name="complaint_pressing", condition=models.Q(closed_at__isnull=True)),
            # The board, newest first.
            models.Index(fields=["step", "-opened_at"], name="complaint_board"),
        ]


class ComplaintStep(DealerModel):
    """One entry of a complaint's record: what was done or said, by whom."""

    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, related_name="steps")
    action = models.CharField(max_length=20)
    text = models.TextField(default="", db_default="")
    actor = models.CharField(max_length=80)
    at = models.DateTimeField()


class ComplaintEscalation(DealerModel):
    """One rise of a complaint's level and its reason."""

    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, related_name="escalations")
    from_level = models.PositiveSmallIntegerField()
    to_level = models.PositiveSmallIntegerField()
    # MISSED_CLOCK, SAFETY, MEDIA, REGULATOR, BATCH, REPEATED or PERSON.
    reason = models.CharField(max_length=20)
    # Which clock was missed, with the number of the reopening after which it ran; empty where none was.
    clock = models.CharField(max_length=20, default="", db_default="")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            # A missed clock raises a level once, however often the sweep runs.
            models.UniqueConstraint(
                fields=["complaint", "clock"],
                condition=~models.Q(clock=""),
                name="complaint_escalation_clock_once",
            )
        ]

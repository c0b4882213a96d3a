"""Follow-ups: who must be asked, and what they answered."""

from django.db import models

from tenants.base import DealerModel


class FollowUp(DealerModel):
    """One person to be asked after one occasion, whether or not it came to that."""

    class Kind(models.TextChoices):
        AFTER_SALES = "AFTER_SALES"
        SALES_DELIVERY = "SALES_DELIVERY"
        PROSPECT = "PROSPECT"
        LAPSED = "LAPSED"
        COMPLAINT_CLOSING = "COMPLAINT_CLOSING"
        CAMPAIGN = "CAMPAIGN"

    class State(models.TextChoices):
        DUE = "DUE"
        # Reached out: a message left or a call was made.
        CARRIED_OUT = "CARRIED_OUT"
        # Answered at least the first question.
        SUCCESSFUL = "SUCCESSFUL"
        REFUSED = "REFUSED"
        EXPIRED = "EXPIRED"
        EXCLUDED = "EXCLUDED"

    kind = models.CharField(max_length=17, choices=Kind.choices)
    customer = models.ForeignKey("core.Customer", on_delete=models.CASCADE, related_name="follow_ups")
    vehicle = models.ForeignKey(
        "core.Vehicle", null=True, blank=True, on_delete=models.CASCADE, related_name="follow_ups"
    )
    repair_order = models.ForeignKey(
        "core.RepairOrder", null=True, blank=True, on_delete=models.CASCADE, db_index=False
    )
    # What makes it one: "ro:17", "lapsed:2026-11", ...
    occurrence = models.CharField(max_length=60)
    from_at = models.DateTimeField()
    due_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    state = models.CharField(max_length=11, choices=State.choices, default=State.DUE, db_default=State.DUE)
    excluded_reason = models.CharField(max_length=40, default="", db_default="")
    carried_out_at = models.DateTimeField(null=True, blank=True)
    successful_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            # Nobody is asked twice about one visit.
            models.UniqueConstraint(fields=["kind", "customer", "occurrence"], name="follow_up_once")
        ]
        indexes = [
            models.Index(fields=["repair_order"], name="follow_up_of_order"),
            # Due this period, for reports and figures.
            models.Index(fields=["kind", "due_at"], name="follow_up_due"),
            # What expires next: only those not yet asked are in it.
            models.Index(fields=["expires_at"], name="follow_up_expiry", condition=models.Q(state="DUE")),
        ]


class Questionnaire(DealerModel):
    """One version of the questions; a survey keeps the version it was sent with."""

    key = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    data = models.JSONField()
    in_force_date = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "version"], name="questionnaire_once")]


class Survey(DealerModel):
    """One questionnaire sent to one person."""

    class State(models.TextChoices):
        OPEN = "OPEN"
        STARTED = "STARTED"
        COMPLETED = "COMPLETED"
        PARTIAL = "PARTIAL"
        REFUSED = "REFUSED"
        EXPIRED = "EXPIRED"

    follow_up = models.ForeignKey(FollowUp, on_delete=models.CASCADE, related_name="surveys")
    customer = models.ForeignKey("core.Customer", on_delete=models.CASCADE, related_name="surveys")
    vehicle = models.ForeignKey("core.Vehicle", null=True, blank=True, on_delete=models.CASCADE, db_index=False)
    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.PROTECT, db_index=False)
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN, db_default=State.OPEN)
    channel = models.CharField(max_length=20, default="", db_default="")
    language = models.CharField(max_length=10, default="", db_default="")
    opened_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True, blank=True)
    # Sum of the seven steps' scores and the most it could have been; null until scored.
    score = models.SmallIntegerField(null=True, blank=True)
    score_max = models.SmallIntegerField(null=True, blank=True)
    # 1 certainly ... 5 certainly not: reversed, low is good.
    intention = models.PositiveSmallIntegerField(null=True, blank=True)
    is_dissatisfied = models.BooleanField(default=False, db_default=False)
    # A dissatisfied owner is answered within one working day.
    answer_due_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            # The dissatisfied list with its clock.
            models.Index(
                fields=["answer_due_at"],
                name="survey_dissatisfied",
                condition=models.Q(is_dissatisfied=True),
            ),
            models.Index(fields=["completed_at"], name="survey_completed"),
            # Surveys that still take answers, few at any time.
            models.Index(fields=["follow_up"], name="survey_live", condition=models.Q(state__in=["OPEN", "STARTED"])),
        ]


class SurveyAnswer(DealerModel):
    """One answer to one item; the raw value is kept beside its score."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="answers", db_index=False)
    item = models.CharField(max_length=40)
    value = models.CharField(max_length=40, default="", db_default="")
    score = models.SmallIntegerField(null=True, blank=True)
    # The owner's own words: why dissatisfied, or the open suggestion.
    text = models.TextField(default="", db_default="")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["survey", "item"], name="survey_answer_once")]

"""When a dealer is open, and the few settings of its centre."""

from django.db import models

from tenants.base import DealerModel


class DealerSettings(DealerModel):
    """The one row of a dealer's own settings (id 1)."""

    # Weekday (0 = Monday) -> [["08:30", "18:00"], ...] in local time.
    weekly_hours = models.JSONField(default=dict)
    slot_minutes = models.PositiveSmallIntegerField(default=30, db_default=30)
    # Part of the bays kept for cars that come without appointment, 0 to 1.
    walk_in_share = models.DecimalField(max_digits=4, decimal_places=3, default=0.2, db_default=0.2)
    # People as limits of the workshop: cars in work, and visits begun, at one time; null: only bays limit.
    technicians = models.PositiveSmallIntegerField(null=True, blank=True)
    advisors = models.PositiveSmallIntegerField(null=True, blank=True)
    keeps_public_holidays = models.BooleanField(default=True, db_default=True)
    # What the dealer tightens in the standard, by its keys; see notifications.policy.
    policy = models.JSONField(default=dict, db_default={})
    # Countries that are texted to, by two letters; none is the dealer's own alone. See notifications.texting.
    texting_countries = models.JSONField(default=list, db_default=[])
    complaint_hotline = models.CharField(max_length=40, default="", db_default="")
    currency = models.CharField(max_length=3, default="", db_default="")

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="dealer_settings_one_row")]


class CalendarDay(DealerModel):
    """A day that differs from the week: closed, or open with its own hours."""

    date = models.DateField()
    is_open = models.BooleanField()
    hours = models.JSONField(default=list, db_default=[])
    name = models.CharField(max_length=80, default="", db_default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["date"], name="calendar_day_once")]

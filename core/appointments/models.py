"""Bays and the visits booked on them."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Func

from tenants.base import DealerModel


class TsTzRange(Func):
    """tstzrange(from, until): half-open, as all our periods."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


class Bay(DealerModel):
    """One place in the workshop and the kinds of work it takes; none named means all."""

    name = models.CharField(max_length=40)
    kinds = ArrayField(models.CharField(max_length=20), default=list, db_default=[])
    is_active = models.BooleanField(default=True, db_default=True)
    # A bay kept for cars that come without appointment is never offered.
    is_walk_in = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name"], name="bay_once")]


class Appointment(DealerModel):
    """A visit agreed for a bay and a time."""

    class State(models.TextChoices):
        BOOKED = "BOOKED"
        CONFIRMED = "CONFIRMED"
        ARRIVED = "ARRIVED"
        COMPLETED = "COMPLETED"
        NO_SHOW = "NO_SHOW"
        CANCELLED = "CANCELLED"

    class Origin(models.TextChoices):
        # The owner asked (inbound) or a reminder offered it (outbound).
        INBOUND = "INBOUND"
        OUTBOUND = "OUTBOUND"

    customer = models.ForeignKey("core.Customer", on_delete=models.PROTECT, related_name="appointments")
    vehicle = models.ForeignKey(
        "core.Vehicle", null=True, blank=True, on_delete=models.PROTECT, related_name="appointments"
    )
    bay = models.ForeignKey(Bay, on_delete=models.PROTECT, db_index=False)
    kind = models.CharField(max_length=20)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=State.choices, default=State.BOOKED)
    origin = models.CharField(max_length=8, choices=Origin.choices)
    channel = models.CharField(max_length=20, default="", db_default="")
    advisor = models.ForeignKey("core.ServiceAdvisor", null=True, blank=True, on_delete=models.PROTECT, db_index=False)
    repair_order = models.ForeignKey("core.RepairOrder", null=True, blank=True, on_delete=models.SET_NULL)
    note = models.CharField(max_length=500, default="", db_default="")
    # Grows with every change, for calendar files.
    sequence = models.PositiveIntegerField(default=0, db_default=0)
    booked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    arrived_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            # A slot cannot be sold twice, whoever asks at once: the database says no.
            ExclusionConstraint(
                name="appointment_bay_free",
                expressions=[
                    (TsTzRange("starts_at", "ends_at"), RangeOperators.OVERLAPS),
                    ("bay", RangeOperators.EQUAL),
                ],
                condition=models.Q(state__in=["BOOKED", "CONFIRMED", "ARRIVED"]),
            ),
            models.CheckConstraint(condition=models.Q(ends_at__gt=models.F("starts_at")), name="appointment_forwards"),
        ]
        indexes = [
            # The day's board, the no-show sweep, tomorrow's reminders.
            models.Index(fields=["starts_at"], name="appointment_starts"),
            # The next no-show and the visits still to be matched: only the few that are ahead or under way.
            models.Index(
                fields=["starts_at"],
                name="appointment_live",
                condition=models.Q(state__in=["BOOKED", "CONFIRMED", "ARRIVED"]),
            ),
        ]

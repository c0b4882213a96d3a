"""Who stands in for whom while somebody is away."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from tenants.base import DealerModel


class DateRange(Func):
    """daterange(from, until): half-open, as all our periods."""

    function = "DATERANGE"
    output_field = DateRangeField()


class Deputy(DealerModel):
    """One person standing in for another in [from_date, until_date) by the dealer's days; plain ids, as for people."""

    away_id = models.BigIntegerField()
    deputy_id = models.BigIntegerField()
    from_date = models.DateField()
    until_date = models.DateField()
    named_by = models.CharField(max_length=80)
    named_at = models.DateTimeField()
    # Before its time was over, or before it began.
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=80, default="", db_default="")

    class Meta:
        constraints = [
            # Nobody's work moves to two people at once, whoever names them.
            ExclusionConstraint(
                name="deputy_one_at_a_time",
                expressions=[
                    (DateRange("from_date", "until_date"), RangeOperators.OVERLAPS),
                    ("away_id", RangeOperators.EQUAL),
                ],
                condition=Q(ended_at__isnull=True),
            ),
            models.CheckConstraint(condition=Q(until_date__gt=F("from_date")), name="deputy_forwards"),
            models.CheckConstraint(condition=~Q(away_id=F("deputy_id")), name="deputy_another"),
        ]
        indexes = [
            # Who stands in today, read before each look at a work list, and who will; the past is left behind.
            models.Index(fields=["until_date", "id"], name="deputy_not_over", condition=Q(ended_at__isnull=True)),
        ]

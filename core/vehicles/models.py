"""Vehicles, who held them from when to when, and how often they want maintenance."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from tenants.base import DealerModel


class Vehicle(DealerModel):
    """One car; its file is found by plate or VIN."""

    vin = models.CharField(max_length=17)
    # As shown to people; search and matching use plate_key.
    plate = models.CharField(max_length=20, default="", db_default="")
    # The plate without spaces, dots and hyphens, upper case.
    plate_key = models.CharField(max_length=20, default="", db_default="")
    model = models.CharField(max_length=80, default="", db_default="")
    # The check digit was wrong where the region uses one, and no known car fitted.
    is_vin_suspect = models.BooleanField(default=False, db_default=False)
    purchase_date = models.DateField(null=True, blank=True)
    warranty_end_date = models.DateField(null=True, blank=True)
    # What its owner wants done, in a few words, until somebody clears it.
    services_wanted = models.CharField(max_length=300, default="", db_default="")
    odometer_km = models.IntegerField(null=True, blank=True)
    odometer_at = models.DateTimeField(null=True, blank=True)
    sold_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    # Required fields that are not there, kept by core.customers.standing.
    missing = ArrayField(models.CharField(max_length=20), default=list, db_default=[])

    class Meta:
        constraints = [
            # One vehicle, one file.
            models.UniqueConstraint(fields=["vin"], name="vehicle_vin_once")
        ]
        indexes = [
            # Files that lack something, newest first; the few of them.
            models.Index(fields=["-id"], name="vehicle_incomplete", condition=~models.Q(missing=[])),
            # Matching a mistyped VIN by the same plate.
            models.Index(fields=["plate_key"], name="vehicle_plate_key"),
            # Search by a part of plate or VIN.
            GinIndex(fields=["plate_key"], name="vehicle_plate_part", opclasses=["gin_trgm_ops"]),
            GinIndex(fields=["vin"], name="vehicle_vin_part", opclasses=["gin_trgm_ops"]),
            # Median odometer rate of a model, and its schedule.
            models.Index(fields=["model"], name="vehicle_model"),
        ]


class Ownership(DealerModel):
    """A customer holds a vehicle from a date until (not including) a date; open while held."""

    vehicle = models.ForeignKey(Vehicle, on_delete=models.CASCADE, related_name="ownerships")
    customer = models.ForeignKey("core.Customer", on_delete=models.CASCADE, related_name="ownerships")
    from_date = models.DateField()
    to_date = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            # A car has one present owner.
            models.UniqueConstraint(
                fields=["vehicle"],
                condition=models.Q(to_date__isnull=True),
                name="ownership_one_present",
            ),
            models.CheckConstraint(
                condition=models.Q(to_date__isnull=True) | models.Q(to_date__gte=models.F("from_date")),
                name="ownership_forwards",
            ),
        ]


class MaintenanceSchedule(DealerModel):
    """How often a model wants maintenance; an empty model is every other one."""

    model = models.CharField(max_length=80, default="", db_default="")
    interval_months = models.PositiveSmallIntegerField()
    interval_km = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["model"], name="maintenance_schedule_once")]

"""Documents of a file: what they are and where their bytes lie; the bytes themselves are not in the database."""

from django.db import models

from tenants.base import DealerModel


class Document(DealerModel):
    """One uploaded file. People never delete one: it is marked as removed, with a reason, and opened no more."""

    class Kind(models.TextChoices):
        CONTRACT = "CONTRACT"
        DELIVERY_CHECKLIST = "DELIVERY_CHECKLIST"
        INVOICE = "INVOICE"
        REPAIR_ORDER = "REPAIR_ORDER"
        SETTLEMENT = "SETTLEMENT"
        OTHER = "OTHER"

    kind = models.CharField(max_length=18, choices=Kind.choices, default=Kind.OTHER)
    customer = models.ForeignKey(
        "core.Customer", null=True, blank=True, on_delete=models.PROTECT, related_name="documents"
    )
    vehicle = models.ForeignKey(
        "core.Vehicle", null=True, blank=True, on_delete=models.PROTECT, related_name="documents"
    )
    repair_order = models.ForeignKey(
        "core.RepairOrder", null=True, blank=True, on_delete=models.PROTECT, related_name="documents"
    )
    # As people see it: what the uploader's file was called, made harmless.
    name = models.CharField(max_length=120)
    media_type = models.CharField(max_length=80)
    size_bytes = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    # In the storage, under the dealer's own folder, named by chance.
    path = models.CharField(max_length=200)
    added_at = models.DateTimeField()
    actor = models.CharField(max_length=80)
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.CharField(max_length=80, default="", db_default="")
    removed_reason = models.CharField(max_length=200, default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["path"], name="document_path_once"),
            # It belongs to something, else nobody would ever find it again.
            models.CheckConstraint(
                condition=models.Q(customer__isnull=False)
                | models.Q(vehicle__isnull=False)
                | models.Q(repair_order__isnull=False),
                name="document_of_something",
            ),
        ]

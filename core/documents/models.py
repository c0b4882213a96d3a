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
        # Came with a message of the owner's.
        FROM_OWNER = "FROM_OWNER"
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
    # The conversation it came in; a plain id, as core does not know conversations. Of a stranger's it is all there is.
    conversation_id = models.BigIntegerField(null=True, blank=True)
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
                | models.Q(repair_order__isnull=False)
                | models.Q(conversation_id__isnull=False),
                name="document_of_something",
            ),
        ]
        indexes = [
            # What came in a conversation, when that turns out to be somebody's; few documents did.
            models.Index(
                fields=["conversation_id"],
                name="document_conversation",
                condition=models.Q(conversation_id__isnull=False),
            ),
            # Strangers' files, the oldest first: looked into at each turn of the dealer's work, and nearly empty.
            models.Index(
                fields=["added_at"],
                name="document_of_stranger",
                condition=models.Q(customer__isnull=True, vehicle__isnull=True, repair_order__isnull=True),
            ),
        ]

"""The touch log: what was said with an owner outside of the dialogues that are kept by themselves."""

from django.db import models

from tenants.base import DealerModel


class Touch(DealerModel):
    """One call, letter, message, visit or note; never changed: a correction is another row that names it."""

    class Kind(models.TextChoices):
        CALL = "CALL"
        LETTER = "LETTER"
        MESSAGE = "MESSAGE"
        VISIT = "VISIT"
        NOTE = "NOTE"

    class Direction(models.TextChoices):
        IN = "IN"
        OUT = "OUT"

    customer = models.ForeignKey("core.Customer", on_delete=models.PROTECT, related_name="touches")
    vehicle = models.ForeignKey("core.Vehicle", null=True, blank=True, on_delete=models.PROTECT, related_name="touches")
    kind = models.CharField(max_length=7, choices=Kind.choices)
    # Empty for a note of our own.
    direction = models.CharField(max_length=3, choices=Direction.choices, default="", db_default="", blank=True)
    # The kind of channel of a message written elsewhere; else empty.
    channel = models.CharField(max_length=20, default="", db_default="")
    subject = models.CharField(max_length=200)
    # What the owner said, in their words or ours.
    said = models.TextField(default="", db_default="")
    promise = models.CharField(max_length=500, default="", db_default="")
    next_step = models.CharField(max_length=500, default="", db_default="")
    # When the next step is due; a task stands for it.
    next_at = models.DateTimeField(null=True, blank=True)
    recording_url = models.CharField(max_length=500, default="", db_default="")
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    actor = models.CharField(max_length=80)
    corrects = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrections")

    class Meta:
        constraints = [
            # A row is corrected once; its correction may be corrected in turn.
            models.UniqueConstraint(fields=["corrects"], name="touch_corrected_once")
        ]

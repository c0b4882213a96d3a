"""Answers kept ready, by language."""

from django.db import models

from tenants.base import DealerModel


class CannedAnswer(DealerModel):
    """One answer of this dealer in one language; its placeholders are those of notifications.canned.rules."""

    language = models.CharField(max_length=10)
    # What is typed after the slash.
    shortcut = models.CharField(max_length=30)
    text = models.TextField()
    updated_at = models.DateTimeField()
    # "system" while it is as shipped.
    actor = models.CharField(max_length=80, default="system", db_default="system")

    class Meta:
        constraints = [
            # Found by what is typed: one answer a shortcut. Also the index of the list, which is read by language.
            models.UniqueConstraint(fields=["language", "shortcut"], name="canned_answer_once")
        ]

"""How many texts left today: the counts by which texting stays within its caps."""

from django.db import models

from tenants.base import DealerModel


class TextTally(DealerModel):
    """How many SMS were handed over on a day of the dealer's, by what a cap is for; numbers only as hashes."""

    date = models.DateField()
    # "dealer", "account:5", "number:<hash>", "range:<hour>:<hash>"; see notifications.texting.rules.
    key = models.CharField(max_length=90)
    count = models.PositiveIntegerField(default=0, db_default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["date", "key"], name="text_tally_once")]

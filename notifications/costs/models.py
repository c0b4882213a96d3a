"""What messages cost: the dealer's own table, by way and destination."""

from django.db import models

from tenants.base import DealerModel


class MessagePrice(DealerModel):
    """What a segment of an SMS, or a message of any other kind, costs from a day on, as the dealer's contract says.

    Empty kind or country and missing account mean all; notifications.costs.rules says which row holds.
    """

    kind = models.CharField(max_length=20)
    account = models.ForeignKey(
        "notifications.ChannelAccount", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    country = models.CharField(max_length=2, default="", db_default="")
    # In hundredths of the currency: carriers price in fractions of a cent.
    price_minor = models.DecimalField(max_digits=12, decimal_places=4)
    currency = models.CharField(max_length=3)
    from_date = models.DateField()

    class Meta:
        constraints = [
            # Two prices of one way and day would leave open which is paid.
            models.UniqueConstraint(
                fields=["kind", "account", "country", "from_date"],
                nulls_distinct=False,
                name="message_price_once",
            ),
            models.CheckConstraint(condition=models.Q(price_minor__gte=0), name="message_price_not_negative"),
        ]

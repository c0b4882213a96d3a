"""The accounts through which a dealer's messages cross its border."""

from django.db import models

from notifications.channels.sealed import SealedSettings
from tenants.base import DealerModel


class ChannelAccount(DealerModel):
    """One number, address or bot of this dealer at one provider."""

    # As registered in channels_app; an open set, so no choices here.
    kind = models.CharField(max_length=20)
    # What owners see as the sender and write to.
    address = models.CharField(max_length=254)
    # The opaque id in webhook addresses; the public schema maps it to the dealer.
    public_id = models.CharField(max_length=40)
    settings = SealedSettings()
    # The sender of the manufacturer that it writes from, whose settings are none of the dealer's; a plain number, as
    # senders are in the public schema.
    shared_sender_id = models.BigIntegerField(null=True, blank=True)
    # Lower is tried first when the person has no wish.
    rank = models.PositiveSmallIntegerField(default=50, db_default=50)
    is_active = models.BooleanField(default=True, db_default=True)
    # The provider asked us to wait (429 and its like).
    throttled_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "address"], name="channel_account_once"),
            models.UniqueConstraint(fields=["public_id"], name="channel_account_public_id"),
        ]

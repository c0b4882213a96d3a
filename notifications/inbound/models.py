"""What providers told us, as they told it."""

from django.db import models

from tenants.base import DealerModel


class InboundEvent(DealerModel):
    """One message or receipt from a provider, stored before anything is done with it."""

    class Kind(models.TextChoices):
        MESSAGE = "MESSAGE"
        RECEIPT = "RECEIPT"
        UNREADABLE = "UNREADABLE"
        # Genuine, and of a kind that says nothing to us: kept for whoever wonders.
        OTHER = "OTHER"
        # One of several parts of a message, which waits for the others.
        PART = "PART"

    class State(models.TextChoices):
        RECEIVED = "RECEIVED"
        HANDLED = "HANDLED"
        IGNORED = "IGNORED"
        FAILED = "FAILED"

    account = models.ForeignKey("notifications.ChannelAccount", on_delete=models.PROTECT, db_index=False)
    # The provider's own id, or ours made from what it sent; a repeat is the same event.
    provider_id = models.CharField(max_length=160)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.RECEIVED, db_default=State.RECEIVED)
    sender = models.CharField(max_length=254, default="", db_default="")
    # What the channel read out of the raw request.
    data = models.JSONField(default=dict, db_default={})
    raw = models.BinaryField()
    received_at = models.DateTimeField()
    handled_at = models.DateTimeField(null=True, blank=True)
    message = models.ForeignKey(
        "notifications.Message", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    # Which rule placed it: REPLY_TO, EXPECTATION, OPT_OUT, PERSON, ...
    matched_by = models.CharField(max_length=20, default="", db_default="")
    error = models.CharField(max_length=200, default="", db_default="")

    class Meta:
        constraints = [
            # A provider may knock 46 times; one event has one effect.
            models.UniqueConstraint(fields=["account", "provider_id"], name="inbound_event_once")
        ]
        indexes = [
            # Left to handle after a crash.
            models.Index(
                fields=["received_at"],
                name="inbound_event_open",
                condition=models.Q(state="RECEIVED"),
            ),
            # Loop guard: how much did this sender write lately?
            models.Index(fields=["sender", "-received_at"], name="inbound_event_sender"),
            # When an account's provider last told what became of a message.
            models.Index(
                fields=["account", "-received_at"], name="inbound_event_receipt", condition=models.Q(kind="RECEIPT")
            ),
        ]

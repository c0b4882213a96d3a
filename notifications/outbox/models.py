"""Messages: the outbox, and what came in, in one table that reads as a conversation."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Lower

from core.customers.models import StringToArray
from tenants.base import DealerModel

# Words that people found: owners' own, and those of the centre. What flows say is the same for thousands.
PEOPLES_WORDS = models.Q(direction="IN") | models.Q(actor__startswith="user:")
# What a provider has taken and wants to be paid for.
SPENT = models.Q(sent_at__isnull=False) & (models.Q(segments__isnull=False) | models.Q(price_minor__isnull=False))


class Message(DealerModel):
    """One message out or in; notifications.outbox.rules alone moves the state of one out."""

    class Direction(models.TextChoices):
        OUT = "OUT"
        IN = "IN"

    class State(models.TextChoices):
        PLANNED = "PLANNED"
        HELD = "HELD"
        QUEUED = "QUEUED"
        SENDING = "SENDING"
        SENT = "SENT"
        DELIVERED = "DELIVERED"
        READ = "READ"
        FAILED = "FAILED"
        UNDELIVERABLE = "UNDELIVERABLE"
        OPTED_OUT = "OPTED_OUT"
        CANCELLED = "CANCELLED"
        EXPIRED = "EXPIRED"
        UNCONFIRMED = "UNCONFIRMED"
        # Of a message in.
        RECEIVED = "RECEIVED"

    direction = models.CharField(max_length=3, choices=Direction.choices)
    state = models.CharField(max_length=13, choices=State.choices)
    account = models.ForeignKey("notifications.ChannelAccount", on_delete=models.PROTECT, db_index=False)
    conversation = models.ForeignKey(
        "notifications.Conversation",
        on_delete=models.PROTECT,
        related_name="messages",
        db_index=False,
    )
    customer = models.ForeignKey("core.Customer", null=True, blank=True, on_delete=models.SET_NULL, db_index=False)
    vehicle = models.ForeignKey("core.Vehicle", null=True, blank=True, on_delete=models.SET_NULL, db_index=False)
    due = models.ForeignKey("notifications.Due", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    run = models.ForeignKey(
        "notifications.FlowRun",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="messages",
    )
    # The thing it is about: "survey", "appointment", "complaint", ... and its id.
    case_kind = models.CharField(max_length=30, default="", db_default="")
    case_id = models.BigIntegerField(null=True, blank=True)
    purpose = models.CharField(max_length=10, default="", db_default="")
    # Counted by the frequency cap; an answer within a dialogue is not.
    is_proactive = models.BooleanField(default=False, db_default=False)
    priority = models.PositiveSmallIntegerField(default=50, db_default=50)
    address = models.CharField(max_length=254)
    address_hash = models.CharField(max_length=64, default="", db_default="")
    subject = models.CharField(max_length=300, default="", db_default="")
    text = models.TextField(default="", db_default="")
    # [{"label": ..., "payload": ...}, ...]
    buttons = models.JSONField(default=list, db_default=[])
    # What it says as an approved template, where a provider takes nothing else: {"name", "values", "has_buttons"}, the
    # values as pairs in the order of the text; see notifications.flows.patterns.
    template = models.JSONField(default=dict, db_default={})
    # The owners' pages it leads to, by the links' numbers: the one in the text, the one that ends such messages, and
    # the one to what may be sent at all; the latter two stand beneath mails alone.
    # No foreign keys: the marks in the text say the same, and no row of links ever asks for its messages.
    link_id = models.BigIntegerField(null=True, blank=True)
    unsubscribe_id = models.BigIntegerField(null=True, blank=True)
    preferences_id = models.BigIntegerField(null=True, blank=True)
    language = models.CharField(max_length=10, default="", db_default="")
    # Of a message in: the pressed button's payload.
    payload = models.CharField(max_length=200, default="", db_default="")
    # Of a message in: written by a machine of the owner's, such as an out-of-office note; nobody need read it.
    is_automatic = models.BooleanField(default=False, db_default=False)
    # "system", "flow", or who of the centre wrote it.
    actor = models.CharField(max_length=80, default="system", db_default="system")
    created_at = models.DateTimeField()
    not_before_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    # One claim: who holds it until when. Past that, it is unconfirmed, never sent again blindly.
    lease_token = models.CharField(max_length=40, default="", db_default="")
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    provider_id = models.CharField(max_length=120, default="", db_default="")
    # Which message did not arrive over its own channel, so that this one goes over the next; a plain id, as neither
    # goes while the conversation stays.
    instead_of_id = models.BigIntegerField(null=True, blank=True)
    # When the next channel is looked for: at once after a failure, later where a receipt is waited for; null: never.
    reroute_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=40, default="", db_default="")
    error_detail = models.CharField(max_length=200, default="", db_default="")
    # What it took and cost when it was handed over: segments and alphabet of an SMS, the whole price in hundredths of
    # the currency. Without a price none was known; unsent, it cost nothing.
    segments = models.PositiveSmallIntegerField(null=True, blank=True)
    alphabet = models.CharField(max_length=5, default="", db_default="")
    price_minor = models.DecimalField(max_digits=12, decimal_places=4, null=True, blank=True)
    currency = models.CharField(max_length=3, default="", db_default="")
    # What its provider says that it cost, the whole of it; empty where none said so, as most never do.
    charged_minor = models.DecimalField(max_digits=12, decimal_places=4, null=True, blank=True)
    charged_currency = models.CharField(max_length=3, default="", db_default="")
    # The day on which it was counted against the caps of texting: coming back on that day, it is not counted twice.
    counted_date = models.DateField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            # A provider's id settles one message.
            models.UniqueConstraint(
                fields=["account", "provider_id"],
                condition=~models.Q(provider_id=""),
                name="message_provider_id_once",
            ),
            # A message goes over the next channel once, whatever failed, came late or was said twice.
            models.UniqueConstraint(
                fields=["instead_of_id"],
                condition=models.Q(instead_of_id__isnull=False),
                name="message_rerouted_once",
            ),
        ]
        indexes = [
            # The claim: what may leave now, most urgent first; only the queue is in it.
            models.Index(
                fields=["account", "priority", "id"],
                name="message_queue",
                condition=models.Q(state="QUEUED"),
            ),
            # Leases that ran out, and sent ones that want a look-up.
            models.Index(
                fields=["lease_until"],
                name="message_lease",
                condition=models.Q(state__in=["SENDING", "UNCONFIRMED"]),
            ),
            # What is free to leave from now on; a second try waits here as well.
            models.Index(
                fields=["not_before_at"],
                name="message_held",
                condition=models.Q(state="HELD"),
            ),
            # What must not leave any more.
            models.Index(
                fields=["expires_at"],
                name="message_expiry",
                condition=models.Q(state__in=["PLANNED", "HELD", "QUEUED"]),
            ),
            # What looks for its next channel; receipts take the others out again.
            models.Index(
                fields=["reroute_at"],
                name="message_reroute",
                condition=models.Q(reroute_at__isnull=False),
            ),
            # An account's newest trouble; what goes well is not in it.
            models.Index(
                fields=["account", "-id"],
                name="message_trouble",
                condition=models.Q(direction="OUT") & ~models.Q(error=""),
            ),
            # What was spent in a period.
            models.Index(fields=["sent_at"], name="message_spent", condition=SPENT),
            # A conversation, newest first.
            models.Index(fields=["conversation", "-id"], name="message_of_conversation"),
            # The frequency cap: what one person got lately.
            models.Index(
                fields=["customer", "-created_at"],
                name="message_proactive",
                condition=models.Q(is_proactive=True),
            ),
            # Search by a part of what was written; flows' sentences stay out, and cost nothing when queued.
            GinIndex(fields=["text"], name="message_text_part", opclasses=["gin_trgm_ops"], condition=PEOPLES_WORDS),
            # Words beyond ASCII are found by their characters: short Chinese ones have no trigrams, and where the
            # server's locale knows ASCII letters only, none has.
            GinIndex(
                StringToArray(Lower("text")),
                name="message_text_chars",
                condition=PEOPLES_WORDS & models.Q(text__regex=r"[^\x01-\x7f]"),
            ),
        ]


class EarlyReceipt(DealerModel):
    """A receipt whose provider id no message has yet; applied as soon as one does."""

    account = models.ForeignKey("notifications.ChannelAccount", on_delete=models.CASCADE, db_index=False)
    provider_id = models.CharField(max_length=120)
    # As in notifications.outbox.rules.
    happening = models.CharField(max_length=13)
    detail = models.CharField(max_length=200, default="", db_default="")
    # Of an opt-out: what it binds, parted by commas; nothing means everything.
    purposes = models.CharField(max_length=100, default="", db_default="")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            # Said twice is said once.
            models.UniqueConstraint(fields=["account", "provider_id", "happening"], name="early_receipt_once")
        ]

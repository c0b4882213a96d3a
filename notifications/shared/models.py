"""Senders that several dealers of a brand write from, and the little that must be known to part what comes back.

All of it lies in the public schema, where no dealer's role may look. An address is here as a keyed hash alone, and an
owner's words are sealed while nobody knows yet whose they are.
"""

from django.db import models
from django.db.models import Q

from notifications.channels.sealed import SealedSettings
from tenants.models import Dealer, Manufacturer
from tenants.tokens import opaque_id


class SharedSender(models.Model):
    """One number, address or bot of a manufacturer, from which dealers of its own write."""

    manufacturer = models.ForeignKey(Manufacturer, models.PROTECT, related_name="shared_senders")
    # As registered in channels_app; an open set, so no choices here.
    kind = models.CharField(max_length=20)
    address = models.CharField(max_length=120)
    # The opaque id in its webhook's address.
    public_id = models.CharField(max_length=32, unique=True, default=opaque_id)
    settings = SealedSettings()
    is_active = models.BooleanField(default=True, db_default=True)
    # Whose are words of somebody to whom no dealer has written yet; empty: nobody's.
    default_dealer = models.ForeignKey(Dealer, models.SET_NULL, null=True, blank=True, related_name="+")
    # The provider asked us to wait: all its dealers, as it knows one sender only.
    throttled_until = models.DateTimeField(null=True, blank=True)
    # When something of it is to be looked at; empty: nothing waits.
    next_due_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    # When it was changed last, for who keeps something open for it.
    changed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            # Of two rows of one number each would miss what the other was told.
            models.UniqueConstraint(fields=("manufacturer", "kind", "address"), name="shared_sender_once"),
        )
        indexes = (
            # The tick looks each second which of them have something due.
            models.Index(fields=("next_due_at",), name="shared_sender_due", condition=Q(next_due_at__isnull=False)),
        )

    def __str__(self) -> str:
        return self.public_id


class Sharing(models.Model):
    """A dealer that writes from a sender, by an account of its own without settings of its own."""

    sender = models.ForeignKey(SharedSender, models.CASCADE, related_name="sharings", db_index=False)
    dealer = models.ForeignKey(Dealer, models.CASCADE, related_name="+")
    # In the dealer's schema, so a plain number.
    account_id = models.BigIntegerField()
    opened_at = models.DateTimeField()

    class Meta:
        constraints = (
            # A dealer's words and receipts go to one account of its.
            models.UniqueConstraint(fields=("sender", "dealer"), name="sharing_once"),
        )

    def __str__(self) -> str:
        return f"{self.sender_id} by {self.dealer_id}"


class Talk(models.Model):
    """That a dealer wrote from a sender to an address, and until when it awaits an answer: no address, no text."""

    sender = models.ForeignKey(SharedSender, models.CASCADE, related_name="+", db_index=False)
    dealer = models.ForeignKey(Dealer, models.CASCADE, related_name="+")
    address_hash = models.CharField(max_length=64)
    # When it wrote last; who wrote last gets what nobody awaits.
    wrote_at = models.DateTimeField()
    # Whether its question is open is the dealer's to say; past this nobody asks it.
    awaits_until = models.DateTimeField(null=True, blank=True)
    # The owner chose this dealer, when asked; holds until another one writes, or for a while.
    chosen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            # Found by sender and address with each message that comes in; written once a dealer.
            models.UniqueConstraint(fields=("sender", "address_hash", "dealer"), name="shared_talk_once"),
        )
        indexes = (
            # Talks that nobody has gone on with are swept by age.
            models.Index(fields=("wrote_at",), name="shared_talk_age"),
        )

    def __str__(self) -> str:
        return f"{self.sender_id} by {self.dealer_id}"


class SentName(models.Model):
    """Whose message the provider knows by a name; the name as a keyed hash."""

    sender = models.ForeignKey(SharedSender, models.CASCADE, related_name="+", db_index=False)
    name_hash = models.CharField(max_length=64)
    dealer = models.ForeignKey(Dealer, models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = (
            # Receipts and replies bring the name and nothing else; one name is of one message.
            models.UniqueConstraint(fields=("sender", "name_hash"), name="shared_name_once"),
        )
        indexes = (
            # No receipt and hardly a reply comes after weeks: swept by age.
            models.Index(fields=("at",), name="shared_name_age"),
        )

    def __str__(self) -> str:
        return f"{self.sender_id} by {self.dealer_id}"


class Arrival(models.Model):
    """Something that came to a sender: each once, and sealed for as long as nobody knows whose it is."""

    class State(models.TextChoices):
        # Given to a dealer, or of use to nobody; only its name is kept, so that a repeat has no effect.
        DONE = "DONE"
        # The owner was asked which dealer they mean.
        ASKED = "ASKED"
        # One of several parts of a message, which waits for the others.
        PART = "PART"
        # From somebody to whom no dealer has written.
        UNCLAIMED = "UNCLAIMED"
        UNREADABLE = "UNREADABLE"
        # A stop or its end, which the dealers that know the address have still to hear of.
        SPREAD = "SPREAD"
        # A receipt that came before its message was known.
        RECEIPT = "RECEIPT"

    sender = models.ForeignKey(SharedSender, models.CASCADE, related_name="+", db_index=False)
    # The provider's own id, or ours made of what it sent, hashed.
    name = models.CharField(max_length=160)
    address_hash = models.CharField(max_length=64, default="", db_default="")
    state = models.CharField(max_length=10, choices=State.choices, default=State.DONE, db_default=State.DONE)
    sealed = models.TextField(default="", db_default="")
    at = models.DateTimeField()

    class Meta:
        constraints = (
            # A provider may knock 46 times; one event has one effect, at one dealer.
            models.UniqueConstraint(fields=("sender", "name"), name="shared_arrival_once"),
        )
        indexes = (
            # The same words again within seconds, and what waits with a question.
            models.Index(fields=("sender", "address_hash", "-at"), name="shared_arrival_address"),
            # Parts whose others did not come, and how much is nobody's.
            models.Index(fields=("sender", "state", "at"), name="shared_arrival_waiting", condition=~Q(state="DONE")),
            # Names outlive the days for which providers repeat, and no more.
            models.Index(fields=("at",), name="shared_arrival_age"),
        )

    def __str__(self) -> str:
        return f"{self.sender_id}: {self.state}"


class SharedStop(models.Model):
    """An address that wants nothing more from a sender, whichever dealer writes."""

    sender = models.ForeignKey(SharedSender, models.CASCADE, related_name="+", db_index=False)
    address_hash = models.CharField(max_length=64)
    # As walls of dealers say it: empty means all purposes.
    purpose = models.CharField(max_length=10, default="", db_default="")
    at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            # Read with every batch that leaves; said twice, it stands once.
            models.UniqueConstraint(
                fields=("sender", "address_hash", "purpose"),
                name="shared_stop_once",
                condition=Q(lifted_at__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return f"{self.sender_id} from {self.at}"


class Question(models.Model):
    """The house's own "which dealer?" to an owner: in no dealer's outbox, as none may learn that they know another."""

    class State(models.TextChoices):
        QUEUED = "QUEUED"
        SENDING = "SENDING"
        SENT = "SENT"
        # It may have been sent; asked about, never sent again.
        UNCONFIRMED = "UNCONFIRMED"
        FAILED = "FAILED"

    class Outcome(models.TextChoices):
        CHOSEN = "CHOSEN"
        # Nobody answered in time, or the question could not be put.
        SILENT = "SILENT"
        # The owner wants nothing more from the sender.
        STOPPED = "STOPPED"

    sender = models.ForeignKey(SharedSender, models.CASCADE, related_name="+", db_index=False)
    address_hash = models.CharField(max_length=64)
    # Address, language and the dealers' names as they were shown.
    sealed = models.TextField()
    # Dealers' numbers, as the question numbers them.
    dealer_ids = models.JSONField(default=list)
    # Who wrote last when it was put, and gets the words where nobody answers; a plain number.
    fallback_id = models.BigIntegerField()
    state = models.CharField(max_length=11, choices=State.choices, default=State.QUEUED, db_default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    lease_token = models.CharField(max_length=40, default="", db_default="")
    # When it is looked at: may leave, its lease ends, the owner's time is over.
    next_at = models.DateTimeField()
    provider_hash = models.CharField(max_length=64, default="", db_default="")
    error = models.CharField(max_length=40, default="", db_default="")
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=7, choices=Outcome.choices, default="", db_default="", blank=True)

    class Meta:
        constraints = (
            # However many messages come at once, an owner is asked once.
            models.UniqueConstraint(
                fields=("sender", "address_hash"), name="shared_question_once", condition=Q(ended_at__isnull=True)
            ),
        )
        indexes = (
            # What is due of a sender's questions.
            models.Index(fields=("sender", "next_at"), name="shared_question_due", condition=Q(ended_at__isnull=True)),
            # Ended ones are swept by age.
            models.Index(fields=("ended_at",), name="shared_question_age", condition=Q(ended_at__isnull=False)),
        )

    def __str__(self) -> str:
        return f"{self.sender_id}: {self.state}"

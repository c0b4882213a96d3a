"""What an owner sees on one channel identity, and what the centre notes beside it."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models

from tenants.base import DealerModel


class Conversation(DealerModel):
    """All messages between one account of the dealer and one address."""

    class Mode(models.TextChoices):
        # A flow answers; a person has taken over; nothing runs.
        FLOW = "FLOW"
        PERSON = "PERSON"
        CLOSED = "CLOSED"

    account = models.ForeignKey("notifications.ChannelAccount", on_delete=models.PROTECT, db_index=False)
    address = models.CharField(max_length=254)
    # Null: nobody we know, or several people share the address.
    customer = models.ForeignKey(
        "core.Customer",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="conversations",
    )
    mode = models.CharField(max_length=6, choices=Mode.choices, default=Mode.CLOSED, db_default=Mode.CLOSED)
    # Whose it is, while people answer; a plain id, as everywhere for people.
    assignee_id = models.BigIntegerField(null=True, blank=True)
    # What came in since anybody of the centre has read here; a person's own place is a ReadMark.
    unread_count = models.PositiveIntegerField(default=0, db_default=0)
    last_message_at = models.DateTimeField(null=True, blank=True)
    last_inbound_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "address"], name="conversation_once")]
        indexes = [
            # The inbox, newest first.
            models.Index(fields=["-last_message_at"], name="conversation_newest"),
            # The same by who answers: the flow, people, nobody.
            models.Index(fields=["mode", "-last_message_at"], name="conversation_by_mode"),
            # One person's own.
            models.Index(
                fields=["assignee_id", "-last_message_at"],
                name="conversation_of_person",
                condition=models.Q(assignee_id__isnull=False),
            ),
            # How many are unread; only those are in it.
            models.Index(fields=["id"], name="conversation_unread", condition=models.Q(unread_count__gt=0)),
            # Search by a part of a number that stands in no file.
            GinIndex(fields=["address"], name="conversation_address_part", opclasses=["gin_trgm_ops"]),
        ]


class ReadMark(DealerModel):
    """How far one person has read one conversation."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+", db_index=False)
    user_id = models.BigIntegerField()
    # Up to and including this message; a plain id, since messages never go while their conversation stays.
    message_id = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            # One place a person.
            models.UniqueConstraint(fields=["conversation", "user_id"], name="read_mark_once")
        ]


class Note(DealerModel):
    """What somebody of the centre wrote for the others: never sent, never changed; a trigger holds that.

    It can be deleted: an erasure must reach the words about an owner.
    """

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="notes", db_index=False)
    author_id = models.BigIntegerField()
    text = models.TextField()
    at = models.DateTimeField()

    class Meta:
        indexes = [
            # A conversation's notes, newest first.
            models.Index(fields=["conversation", "-id"], name="note_of_conversation")
        ]

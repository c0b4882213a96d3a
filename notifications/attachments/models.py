"""Files of messages: which came, which went, and what became of each; their bytes are documents."""

from django.db import models

from tenants.base import DealerModel


class MessageFile(DealerModel):
    """One file of one message, in its place."""

    class State(models.TextChoices):
        # Known by name; its bytes are in the stored call, or at the provider still.
        WAITING = "WAITING"
        KEPT = "KEPT"
        REFUSED = "REFUSED"

    message = models.ForeignKey("notifications.Message", on_delete=models.CASCADE, related_name="files", db_index=False)
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING, db_default=State.WAITING)
    # Of one that was refused; see channels_app.media.Why.
    why = models.CharField(max_length=8, default="", db_default="")
    name = models.CharField(max_length=120)
    media_type = models.CharField(max_length=80, default="", db_default="")
    # What the provider calls it by; empty where its bytes came along in the stored call.
    key = models.CharField(max_length=200, default="", db_default="")
    # Null: not there yet, refused, or a stranger's that was deleted in the end.
    document = models.ForeignKey(
        "core.Document", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    tries = models.PositiveSmallIntegerField(default=0, db_default=0)
    # When it is looked for next, should the task be lost or the provider not answer.
    try_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            # However often a provider repeats a message, its files come once.
            models.UniqueConstraint(fields=["message", "number"], name="message_file_once")
        ]
        indexes = [
            # What is still to be brought; nearly empty.
            models.Index(fields=["try_at"], name="message_file_waiting", condition=models.Q(state="WAITING")),
            # Which message a document came with: it is asked for where a document goes for good.
            models.Index(fields=["document"], name="message_file_document", condition=models.Q(document__isnull=False)),
        ]

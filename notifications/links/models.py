"""Links to the owners' pages."""

from django.db import models

from tenants.base import DealerModel


class OwnerLink(DealerModel):
    """One way for one owner to do one thing without signing in; see Note [A token is nowhere stored]."""

    class Purpose(models.TextChoices):
        SURVEY = "SURVEY"
        VISIT = "VISIT"
        PREFERENCES = "PREFERENCES"
        UNSUBSCRIBE = "UNSUBSCRIBE"
        COMPLAINT = "COMPLAINT"
        CHAT = "CHAT"

    purpose = models.CharField(max_length=11, choices=Purpose.choices)
    salt = models.BinaryField(max_length=16)
    token_hash = models.CharField(max_length=64)
    customer = models.ForeignKey("core.Customer", null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    # Where it was sent: a wrong number's links are a stranger's.
    conversation = models.ForeignKey(
        "notifications.Conversation", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    # The dialogue that sent it; a survey's page goes on with it.
    run = models.ForeignKey(
        "notifications.FlowRun", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    # What it is about: "appointment" or "complaint", and its id; a visit still to be booked has none.
    case_kind = models.CharField(max_length=30, default="", db_default="")
    case_id = models.BigIntegerField(null=True, blank=True)
    # Which messages an unsubscribe link ends.
    stops = models.CharField(max_length=10, default="", db_default="")
    language = models.CharField(max_length=10, default="", db_default="")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    # When something was last done by it; looking changes nothing, since mail scanners look.
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            # How a link is found, and the only way.
            models.UniqueConstraint(fields=["token_hash"], name="owner_link_token_once"),
        ]
        indexes = [
            # Which ended long ago; looked into at each turn of the dealer's work.
            models.Index(fields=["expires_at"], name="owner_link_ends"),
        ]

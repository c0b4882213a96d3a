"""What policy decided and why, and whom it must never reach."""

from django.db import models

from notifications.texting.rules import Rule
from tenants.base import DealerModel

# Why a text did not leave.
TEXTING_RULES = models.Q(rule__in=[rule.value for rule in Rule])


class Decision(DealerModel):
    """One answer of the policy with the rule that made it: 'why was this not sent?'"""

    due = models.ForeignKey(
        "notifications.Due", null=True, blank=True, on_delete=models.CASCADE, related_name="decisions"
    )
    message = models.ForeignKey(
        "notifications.Message", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    customer = models.ForeignKey("core.Customer", null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    purpose = models.CharField(max_length=10)
    # SEND, DEFER, OTHER_CHANNEL, PHONE_TASK or DROP.
    action = models.CharField(max_length=13)
    rule = models.CharField(max_length=40)
    not_before_at = models.DateTimeField(null=True, blank=True)
    # The facts it rested on; ids and times, no addresses or texts.
    facts = models.JSONField(default=dict, db_default={})
    decided_at = models.DateTimeField()

    class Meta:
        indexes = [
            # What caps and closed countries kept back in a period; all other decisions, one a message, are not in it.
            models.Index(fields=["decided_at"], name="decision_texting", condition=TEXTING_RULES),
        ]


class Suppression(DealerModel):
    """A wall: nothing of this purpose on this channel leaves until it is lifted.

    Empty purpose or channel and missing vehicle mean all; a channel may also be a medium, as all mails. It names a
    customer, an address, or both.
    """

    class Source(models.TextChoices):
        REPLY = "REPLY"
        PROVIDER = "PROVIDER"
        PERSON = "PERSON"
        PAGE = "PAGE"
        ERASURE = "ERASURE"

    customer = models.ForeignKey("core.Customer", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    # Keyed hash of the address: it outlives the file.
    address_hash = models.CharField(max_length=64, default="", db_default="")
    vehicle = models.ForeignKey("core.Vehicle", null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    purpose = models.CharField(max_length=10, default="", db_default="")
    channel = models.CharField(max_length=20, default="", db_default="")
    reason = models.CharField(max_length=40)
    source = models.CharField(max_length=8, choices=Source.choices)
    wording = models.CharField(max_length=300, default="", db_default="")
    at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_reason = models.CharField(max_length=40, default="", db_default="")

    class Meta:
        indexes = [
            # Looked up by address in every sending transaction; only standing walls are in it.
            models.Index(
                fields=["address_hash"],
                name="suppression_address",
                condition=models.Q(lifted_at__isnull=True),
            )
        ]

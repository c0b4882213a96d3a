"""What the border remembers: calls that must have one effect however often they are repeated."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models


class IdempotentCall(models.Model):
    """The answer once given to an Idempotency-Key, written with the effect it stands for."""

    # Who called (user or key), so that two callers may choose the same key.
    caller = models.CharField(max_length=40)
    key = models.CharField(max_length=120)
    # Method, path and body hashed: a key used for something else is an error, not an answer.
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    called_at = models.DateTimeField()

    class Meta:
        constraints = [
            # The second of two equal calls waits here for the first to commit.
            models.UniqueConstraint(fields=["caller", "key"], name="idempotent_call_once")
        ]
        indexes = [
            # Old answers are swept by age.
            models.Index(fields=["called_at"], name="idempotent_call_age")
        ]

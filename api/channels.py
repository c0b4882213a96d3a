"""Where messages cross the border: a dealer's accounts, and what providers told us."""

from datetime import UTC, datetime
from typing import ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from api.access import require_confirmation
from api.reading import valid
from api.resource import ReadResource
from channels_app.simulator import Simulator
from notifications.channels import operations
from notifications.models import ChannelAccount, InboundEvent


class InboundEventShape(serializers.ModelSerializer[InboundEvent]):
    class Meta:
        model = InboundEvent
        fields = ["id", "account", "kind", "state", "matched_by", "message", "received_at", "handled_at", "error"]
        read_only_fields = fields


class ChannelAccountShape(serializers.ModelSerializer[ChannelAccount]):
    class Meta:
        model = ChannelAccount
        # Settings stay out: they hold what providers sign with.
        fields = ["id", "kind", "address", "rank", "is_active", "throttled_until", "created_at"]
        read_only_fields = fields


class NewAccount(serializers.Serializer[dict[str, object]]):
    # The simulator needs no provider's keys; the others bring theirs when they come.
    kind = serializers.ChoiceField(choices=[Simulator.kind])
    # What owners will see as the sender.
    address = serializers.RegexField(r"^\+?[0-9]{3,15}$")


class InboundEvents(ReadResource[InboundEvent]):
    """What providers told us, and which rule placed it."""

    subject, model = "messages", InboundEvent
    serializer_class = InboundEventShape
    filterset_fields: ClassVar = ["kind", "state", "matched_by"]


class ChannelAccounts(ReadResource[ChannelAccount]):
    """The accounts messages leave through."""

    subject, model = "channels", ChannelAccount
    serializer_class = ChannelAccountShape
    filterset_fields: ClassVar = ["kind", "is_active"]

    @extend_schema(request=NewAccount, responses={201: ChannelAccountShape})
    def create(self, request: Request) -> Response:
        """Open an account, minutes after confirming that it is oneself: it writes in the dealer's name.

        One there already is answered as it is.
        """
        asked = valid(NewAccount, request.data)
        require_confirmation(request)
        account = operations.open_account(
            kind=asked["kind"], address=asked["address"], settings={}, now=datetime.now(UTC)
        )
        return Response(ChannelAccountShape(account).data, status=status.HTTP_201_CREATED)

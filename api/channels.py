"""Where messages cross the border: a dealer's accounts, and what providers told us."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, ClassVar

from django.utils.translation import get_language, gettext
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.access import by, may, require_confirmation
from api.channel_shapes import (
    AccountChanges,
    ChannelAccountShape,
    Forgotten,
    KindShape,
    NeededShape,
    NewAccount,
    ProbedShape,
    Tested,
    fault_sentences,
)
from api.messages import MessageShape
from api.reading import valid
from api.resource import ReadResource, is_schema_drawn
from channels_app import registry
from notifications.approvals import queries as approvals
from notifications.channels import changing, forms, health, trying
from notifications.models import ChannelAccount, InboundEvent
from tenants.scope import current_dealer


class InboundEventShape(serializers.ModelSerializer[InboundEvent]):
    class Meta:
        model = InboundEvent
        fields = ["id", "account", "kind", "state", "matched_by", "message", "received_at", "handled_at", "error"]
        read_only_fields = fields


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
    throttle_scope = "channels"

    def get_serializer_context(self) -> dict[str, Any]:
        """Return what the rows are shown with: how all accounts do is one query, for one as for many."""
        now = datetime.now(UTC)
        known = {} if is_schema_drawn(self) else health.health_of_all(now=now)
        return {
            **super().get_serializer_context(),
            "now": now,
            "health": known,
            "may_change": not is_schema_drawn(self) and may(self.request, "channels.write"),
        }

    @extend_schema(request=NewAccount, responses={201: ChannelAccountShape})
    def create(self, request: Request) -> Response:
        """Open an account, minutes after confirming that it is oneself: it writes in the dealer's name."""
        asked, who = valid(NewAccount, request.data), by(request)
        require_confirmation(request)
        with _faults_named():
            account = changing.open_account(**asked, by=who, now=datetime.now(UTC))
        return Response(self.get_serializer(account).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=AccountChanges, responses=ChannelAccountShape)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change order, switch or settings; what is not named stays. Settings ask for a fresh confirmation."""
        asked, who, account = valid(AccountChanges, request.data), by(request), self.get_object()
        if "settings" in asked:
            require_confirmation(request)
        with _faults_named():
            account = changing.change_account(
                account_id=account.pk, changes=changing.Changes(**asked), by=who, now=datetime.now(UTC)
            )
        return Response(self.get_serializer(account).data)

    @extend_schema(responses=KindShape(many=True), filters=False)
    @action(detail=False, pagination_class=None)
    def kinds(self, request: Request) -> Response:
        """List the kinds of channels that can be opened, what each must be told, and what it can do."""
        channels = [registry.get(kind) for kind, _shown in registry.kinds()]
        return Response(KindShape(channels, many=True).data)

    @extend_schema(responses=NeededShape(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def templates(self, request: Request, pk: str) -> Response:
        """List the texts that the provider must approve, in all languages; none where free words may always go."""
        account = self.get_object()
        return Response(NeededShape(approvals.needed_of(account), many=True).data)

    @extend_schema(request=None, responses=ProbedShape)
    @action(detail=True, methods=["post"])
    def probe(self, request: Request, pk: str) -> Response:
        """Ask the provider whose account this is; nobody is written to."""
        return Response(ProbedShape(trying.probe(account_id=self.get_object().pk)).data)

    @extend_schema(request=None, responses={204: None})
    @action(detail=True, methods=["post"])
    def register(self, request: Request, pk: str) -> Response:
        """Tell the provider where to call us."""
        trying.register(account_id=self.get_object().pk, by=by(request), now=datetime.now(UTC))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=Forgotten, responses=ChannelAccountShape)
    @action(detail=True, methods=["post"])
    def forget(self, request: Request, pk: str) -> Response:
        """Let the secret before a changed one prove nothing any more."""
        asked, who, account = valid(Forgotten, request.data), by(request), self.get_object()
        account = changing.forget_before(account_id=account.pk, name=asked["name"], by=who, now=datetime.now(UTC))
        return Response(self.get_serializer(account).data)

    @extend_schema(request=Tested, responses={201: MessageShape})
    @action(detail=True, methods=["post"])
    def test(self, request: Request, pk: str) -> Response:
        """Send a message to whoever tests, by the way of all messages; what becomes of it is its own state."""
        asked, who, account = valid(Tested, request.data), by(request), self.get_object()
        message = trying.send_test(
            account_id=account.pk,
            address=asked["address"],
            text=gettext("%(dealer)s: this is a test of our messages. Answer anything to try the way back.")
            % {"dealer": current_dealer().shown_name},
            language=get_language() or "en",
            by=who,
            now=datetime.now(UTC),
        )
        return Response(MessageShape(message).data, status=status.HTTP_201_CREATED)


@contextmanager
def _faults_named() -> Iterator[None]:
    """Name each setting that cannot be taken. Raises: ValidationError."""
    try:
        yield
    except forms.SettingsRefused as error:
        raise serializers.ValidationError({"settings": fault_sentences(error.faults)}) from error

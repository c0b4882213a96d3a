"""The simulator's phones: what their owners type or tap goes in by the same door as a provider's call."""

from datetime import UTC, datetime
from typing import ClassVar

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.access import MayAct
from api.messages import MessageShape
from api.paging import NewestFirst
from api.reading import valid
from api.texts import Verbatim
from channels_app import simulator, simulator_provider
from notifications.inbound import operations as inbound
from notifications.models import Conversation, Message
from notifications.outbox.accounts import account_of
from notifications.outbox.received import texts_as_received
from tenants.tokens import opaque_id


class Typed(serializers.Serializer[dict[str, object]]):
    text = Verbatim(max_length=2000, trim_whitespace=False)
    # Of a tapped button, with the message it stood under.
    payload = Verbatim(max_length=200, allow_blank=True, default="")
    reply_to = serializers.IntegerField(min_value=1, allow_null=True, default=None)


class Phone(APIView):
    """One owner's phone at one account of the simulator."""

    permission_classes = (MayAct,)
    verbs: ClassVar = dict.fromkeys(("get", "head", "post"), "simulator.use")
    throttle_scope = "sends"
    pagination_class = NewestFirst

    @extend_schema(responses=MessageShape(many=True))
    def get(self, request: Request, conversation_id: int) -> Response:
        """List what is on the phone, newest first: its links can be tapped, which the inbox does not show."""
        page = NewestFirst()
        rows = Message.objects.filter(conversation=_talk(conversation_id))
        shown = page.paginate_queryset(rows, request, view=self) or []
        texts = texts_as_received(shown)
        for message in shown:
            message.text = texts[message.pk]
        return page.get_paginated_response(MessageShape(shown, many=True).data)

    @extend_schema(request=Typed, responses={202: None})
    def post(self, request: Request, conversation_id: int) -> Response:
        """Send what the owner typed or tapped to the dealer, as a provider would: signed, stored, then handled."""
        talk = _talk(conversation_id)
        typed, now = valid(Typed, request.data), datetime.now(UTC)
        event = simulator_provider.inbound_event(
            provider_id=f"phone-{opaque_id()}",
            sender=talk.address,
            text=str(typed["text"]),
            payload=str(typed["payload"]),
            reply_to=_provider_id(talk, typed["reply_to"]),
            at=now,
        )
        account = account_of(talk.account)
        call = simulator.signed_request(account, [event], now=now)
        inbound.accept(account_ref=account.id, request=call, now=now)
        return Response({}, status=status.HTTP_202_ACCEPTED)


def _talk(conversation_id: int) -> Conversation:
    talks = Conversation.objects.select_related("account")
    return get_object_or_404(talks, pk=conversation_id, account__kind=simulator.Simulator.kind)


def _provider_id(talk: Conversation, message_id: int | None) -> str:
    if message_id is None:
        return ""
    return get_object_or_404(Message.objects.filter(conversation=talk), pk=message_id).provider_id

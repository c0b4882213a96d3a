"""How many texts leave at most: the manufacturer's caps, or stricter ones of the dealer's own."""

from datetime import UTC, date, datetime
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.access import MayAct, by
from api.reading import valid
from core.customers.standing import today_of
from notifications.policy import own
from notifications.texting.rules import Caps

# What the database's tallies hold.
MOST = 2**31 - 1


class CapsShape(serializers.Serializer[Any]):
    # A day to one number, by one account, by the dealer; numbers of one block of a thousand within an hour.
    per_number = serializers.IntegerField(min_value=1, max_value=MOST)
    per_account = serializers.IntegerField(min_value=1, max_value=MOST)
    per_dealer = serializers.IntegerField(min_value=1, max_value=MOST)
    per_block = serializers.IntegerField(min_value=1, max_value=MOST)


class CapsHere(serializers.Serializer[Any]):
    here = CapsShape(source="here.texting")
    # As the manufacturer demands them; the dealer's own are the same or lower.
    standard = CapsShape(source="standard.texting")


class TextingCaps(APIView):
    """How many texts leave at most; what is above waits for the next morning."""

    subject = "settings"
    permission_classes = (MayAct,)

    @extend_schema(responses=CapsHere)
    def get(self, request: Request) -> Response:
        """Show what holds, beside what the standard demands."""
        return Response(CapsHere(own.kept(today=_today())).data)

    @extend_schema(request=CapsShape, responses=CapsHere)
    def put(self, request: Request) -> Response:
        """Replace the dealer's own caps; what equals the standard is none of its own."""
        caps = Caps(**valid(CapsShape, request.data))
        own.keep_caps(caps, by=by(request), today=_today(), now=datetime.now(UTC))
        return self.get(request)


def _today() -> date:
    return today_of(datetime.now(UTC))

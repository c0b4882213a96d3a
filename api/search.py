"""Finding a file. The words travel in the body: names and numbers do not belong into addresses and their logs."""

from dataclasses import asdict
from typing import ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.access import MayAct
from api.reading import valid
from api.texts import Pasted
from core.customers import search

KINDS = (search.PLATE, search.VIN, search.PHONE, search.NAME, search.ORDER)


class Asked(serializers.Serializer[dict[str, object]]):
    text = Pasted(max_length=100)
    # Left out: the first page of every kind that the text may be.
    kind = serializers.ChoiceField(choices=KINDS, required=False, default=None, allow_null=True)
    after = serializers.IntegerField(min_value=0, default=0)
    limit = serializers.IntegerField(min_value=1, max_value=100, default=20)


class HitShape(serializers.Serializer[search.Hit]):
    kind = serializers.CharField()
    vehicle_id = serializers.IntegerField(allow_null=True)
    customer_id = serializers.IntegerField(allow_null=True)
    plate = serializers.CharField()
    vin = serializers.CharField()
    model = serializers.CharField()
    customer_name = serializers.CharField()


class PageShape(serializers.Serializer[search.Page]):
    hits = HitShape(many=True)
    after = serializers.IntegerField(allow_null=True)


class FoundShape(serializers.Serializer[dict[str, search.Page]]):
    """A page a kind that the text may be; the others are left out."""

    PLATE = PageShape(required=False)
    VIN = PageShape(required=False)
    PHONE = PageShape(required=False)
    NAME = PageShape(required=False)
    ORDER = PageShape(required=False)


class Search(APIView):
    """Files by plate, VIN, phone, name or order number, whole or in part."""

    permission_classes = (MayAct,)
    verbs: ClassVar = {"post": "customers.read"}

    @extend_schema(request=Asked, responses=FoundShape)
    def post(self, request: Request) -> Response:
        """Answer a page of hits by kind; `after` of a page asks for its next."""
        asked = valid(Asked, request.data)
        if asked["kind"]:
            page = search.find(asked["text"], kind=asked["kind"], after=asked["after"], limit=asked["limit"])
            return Response({asked["kind"]: asdict(page)})
        found = search.find_all(asked["text"], limit=asked["limit"])
        return Response({kind: asdict(page) for kind, page in found.items()})

"""The caller: who they are on this host, what they may do, and what they choose for themselves."""

from datetime import UTC, datetime

from django.conf import settings
from django.http import HttpResponse
from django.middleware.csrf import get_token
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.access import KeyAuthentication, Sessions, by
from api.reading import LANGUAGES, valid
from api.texts import Name
from core.calendar import operations as calendar
from notifications.channels import queries as channels
from tenants import places, scope
from tenants.accounts import permissions, staff
from tenants.accounts.models import ApiKey, User


class Me(serializers.Serializer[dict[str, object]]):
    id = serializers.IntegerField(allow_null=True)
    name = serializers.CharField()
    email = serializers.CharField(allow_blank=True)
    role = serializers.CharField(allow_blank=True)
    language = serializers.CharField(allow_blank=True)
    # The short name in the host; null on the public host.
    dealer = serializers.CharField(allow_null=True)
    # What stands in the head of a page; on the public host the manufacturer's, or the platform's.
    dealer_shown_name = serializers.CharField()
    timezone = serializers.CharField()
    country = serializers.CharField(allow_blank=True)
    # ISO 4217, of the amounts that stand in files; empty where none is set.
    currency = serializers.CharField(allow_blank=True)
    # The brand's colour, #rrggbb.
    accent = serializers.CharField()
    # Whether there are drawn phones of owners here to look at.
    is_demo = serializers.BooleanField()
    # What the caller may do, by the role table: screens show nothing else.
    actions = serializers.ListField(child=serializers.CharField())
    csrf_token = serializers.CharField(allow_blank=True)


class OwnChanges(serializers.Serializer[dict[str, object]]):
    name = Name(max_length=120, required=False)
    language = serializers.ChoiceField(choices=LANGUAGES, required=False)


class WhoAmI(APIView):
    """The caller, and what they may do."""

    permission_classes = (IsAuthenticated,)
    authentication_classes = (KeyAuthentication, Sessions)

    @extend_schema(responses=Me)
    def get(self, request: Request) -> Response:
        """Say who calls, on which dealer's host, and what they may do."""
        return Response(describe(request))

    @extend_schema(request=OwnChanges, responses=Me)
    def patch(self, request: Request) -> Response:
        """Choose one's own name and language."""
        changes, who = valid(OwnChanges, request.data), by(request)
        request.user = staff.change_person(who.user.pk, changes=changes, by=who, now=datetime.now(UTC))
        response = Response(describe(request))
        keep_language(request.user, response)
        return response


def keep_language(user: User, response: HttpResponse) -> None:
    """Have this browser go on in somebody's language: pages of the server follow the same cookie as the console."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, user.language, samesite="Lax", secure=bool(settings.SESSION_COOKIE_SECURE)
    )


def describe(request: Request) -> dict[str, object]:
    """Return what `Me` shows of the caller and the host."""
    return {**_caller(request), **_place(request)}


def _caller(request: Request) -> dict[str, object]:
    key = request.auth if isinstance(request.auth, ApiKey) else None
    role = "" if key else str(getattr(request.user, "role", ""))
    return {
        "id": request.user.pk,
        "name": key.name if key else getattr(request.user, "name", ""),
        "email": getattr(request.user, "email", ""),
        "role": role,
        "language": getattr(request.user, "language", ""),
        "actions": sorted(key.scopes) if key else permissions.actions_of(role),
        "csrf_token": "" if key else get_token(request._request),
    }


def _place(request: Request) -> dict[str, object]:
    dealer = scope.current_scope().dealer
    place = places.place_of(manufacturer_id=getattr(request.user, "manufacturer_id", None))
    return {
        "dealer": dealer.name if dealer else None,
        "dealer_shown_name": place.shown_name,
        "timezone": place.timezone,
        "country": place.country,
        "currency": calendar.currency() if dealer else "",
        "accent": place.accent,
        "is_demo": channels.has_phones() if dealer else False,
    }

"""Inviting people, and what the invited do with their link."""

from datetime import UTC, datetime
from typing import Any, ClassVar

from allauth.account.utils import perform_login
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.access import AddressThrottle, Sessions, address_of, by
from api.me import Me, describe
from api.people import allowed_by, own_people
from api.reading import LANGUAGES, named, valid
from api.resource import ReadResource, is_schema_drawn
from api.texts import Email, Line, Name, Verbatim
from tenants import places
from tenants.accounts import invitations
from tenants.accounts.models import Invitation
from tenants.accounts.roles import Role
from tenants.models import Manufacturer, Region


class InvitationShape(serializers.ModelSerializer[Invitation]):
    invited_by = serializers.CharField(source="invited_by.name", read_only=True)
    # Its link works no more; it can be sent again.
    is_expired = serializers.SerializerMethodField()
    # What the caller may do: resend, withdraw.
    allowed = serializers.SerializerMethodField()

    class Meta:
        model = Invitation
        fields = [
            "id",
            "email",
            "name",
            "role",
            "language",
            "invited_by",
            "created_at",
            "expires_at",
            "is_expired",
            "allowed",
        ]
        read_only_fields = fields

    def get_is_expired(self, invitation: Invitation) -> bool:
        return invitation.expires_at <= datetime.now(UTC)

    def get_allowed(self, invitation: Invitation) -> list[str]:
        return allowed_by(self.context["request"], lambda who: invitations.allowed(invitation, by=who))


class NewInvitation(serializers.Serializer[dict[str, object]]):
    email = Email(max_length=254)
    name = Name(max_length=120)
    role = Line(max_length=30)
    language = serializers.ChoiceField(choices=LANGUAGES)


class NewManufacturerInvitation(NewInvitation):
    # For operators only: the name of the manufacturer; its own people invite to their own.
    manufacturer = Line(max_length=30, required=False, default=None, allow_null=True)
    # The name of one of the manufacturer's regions, for a regional manager.
    region = Line(max_length=80, required=False, default=None, allow_null=True)


class Link(serializers.Serializer[dict[str, object]]):
    # The part of the mailed link behind its "#".
    token = Verbatim(max_length=400)


class Acceptance(Link):
    password = Verbatim(max_length=200, trim_whitespace=False)
    # Left out: as the invitation says.
    name = Name(max_length=120, required=False, default=None, allow_null=True)


class Invited(serializers.Serializer[dict[str, object]]):
    email = serializers.CharField()
    name = serializers.CharField()
    role = serializers.CharField()
    language = serializers.CharField()
    # Where to: the dealer, the manufacturer or the platform.
    place = serializers.CharField()


class Invitations(ReadResource[Invitation]):
    """Invitations that wait for an answer."""

    subject, model = "users", Invitation
    serializer_class = InvitationShape
    related = ("invited_by",)

    def get_queryset(self) -> QuerySet[Invitation]:
        """Return the open ones of this dealer; on the public host those of the caller's manufacturer."""
        rows = super().get_queryset()
        if is_schema_drawn(self):
            return rows
        return own_people(self.request, rows.filter(accepted_at=None, withdrawn_at=None))

    @extend_schema(request=NewInvitation, responses={201: InvitationShape})
    def create(self, request: Request) -> Response:
        """Invite somebody: they get a mail with a link that works once, for seven days."""
        wish = invitations.Wish(**valid(NewInvitation, request.data))
        return self._invite(wish)

    @extend_schema(request=None, responses=InvitationShape)
    @action(detail=True, methods=["post"])
    def resend(self, request: Request, pk: str) -> Response:
        """Mail a new link; the one before works no more."""
        invitation = invitations.resend(self.get_object().pk, by=by(request), now=datetime.now(UTC))
        return Response(self.get_serializer(invitation).data)

    @extend_schema(request=None, responses={204: None})
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        """Take an invitation back; its link works no more."""
        invitations.withdraw(self.get_object().pk, by=by(request), now=datetime.now(UTC))
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _invite(self, wish: invitations.Wish) -> Response:
        invitation = invitations.invite(wish, by=by(self.request), now=datetime.now(UTC))
        return Response(self.get_serializer(invitation).data, status=status.HTTP_201_CREATED)


class ManufacturerInvitations(Invitations):
    """Open invitations to the manufacturer's own people, on the public host."""

    verbs: ClassVar = dict.fromkeys(("list", "retrieve", "create", "resend", "withdraw"), "manufacturer_users.write")

    @extend_schema(request=NewManufacturerInvitation, responses={201: InvitationShape})
    def create(self, request: Request) -> Response:
        """Invite somebody to the manufacturer; operators say to which one, or invite operators."""
        asked = valid(NewManufacturerInvitation, request.data)
        manufacturer_id = _manufacturer_id(request, asked.pop("manufacturer"))
        region_id = _region_id(manufacturer_id, asked.pop("region"))
        return self._invite(invitations.Wish(**asked, manufacturer_id=manufacturer_id, region_id=region_id))


class _OfTheInvited(APIView):
    """What is open to whoever holds a link. Posts both, so that the link's secret stands in no log."""

    permission_classes = (AllowAny,)
    authentication_classes = (Sessions,)
    throttle_classes = (AddressThrottle,)
    throttle_scope = "sign_in"


class LookedAt(_OfTheInvited):
    """What an invitation says."""

    @extend_schema(request=Link, responses=Invited)
    def post(self, request: Request) -> Response:
        """Show to what one is invited; nothing changes."""
        invitation = invitations.behind(valid(Link, request.data)["token"], now=datetime.now(UTC))
        place = places.place_of(manufacturer_id=invitation.manufacturer_id).shown_name
        return Response(Invited({**_texts(invitation), "place": place}).data)


class Accepted(_OfTheInvited):
    """An invitation taken up."""

    @extend_schema(request=Acceptance, responses=Me)
    def post(self, request: Request) -> Response:
        """Become one of the people here, with a password of one's own, and be signed in."""
        # Else a stranger's page could sign somebody in as another.
        Sessions().enforce_csrf(request)
        asked = valid(Acceptance, request.data)
        with named("password"):
            user = invitations.accept(**asked, address=address_of(request), now=datetime.now(UTC))
        perform_login(request._request, user)
        request.user = user
        return Response(describe(request))


def _texts(invitation: Invitation) -> dict[str, Any]:
    return {field: getattr(invitation, field) for field in ("email", "name", "role", "language")}


def _manufacturer_id(request: Request, name: str | None) -> int | None:
    """Return whose people are invited: operators say it, a manufacturer's people invite to their own."""
    if getattr(request.user, "role", "") != Role.OPERATOR or name is None:
        return getattr(request.user, "manufacturer_id", None)
    maker = Manufacturer.objects.filter(name=name).first()
    if maker is None:
        raise NotFound
    return maker.pk


def _region_id(manufacturer_id: int | None, name: str | None) -> int | None:
    if name is None:
        return None
    region = Region.objects.filter(manufacturer_id=manufacturer_id or 0, name=name).first()
    if region is None:
        raise NotFound
    return region.pk

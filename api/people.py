"""Users of this host and keys of programs."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import ClassVar, TypeVar

from django.contrib.auth import update_session_auth_hash
from django.db.models import QuerySet
from django.utils.functional import cached_property
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api import people_columns
from api.access import MayAct, by, require_confirmation
from api.exporting import EXPORT, Exported, described
from api.ordering import OrderedPages
from api.reading import LANGUAGES, Moment, named, valid
from api.resource import ReadResource
from api.texts import Line, Name, Verbatim
from tenants.accounts import lockouts, permissions, sessions, staff
from tenants.accounts import operations as accounts
from tenants.accounts.models import ApiKey, Invitation, User
from tenants.accounts.permissions import KEY_SCOPES
from tenants.accounts.roles import Role

P = TypeVar("P", User, Invitation)
# Nobody gets more than three times a usual share.
MOST_ABILITY = 300
# At a dealer's and on the public host.
WRITING_PEOPLE = ("users.write", "manufacturer_users.write")


class UserShape(serializers.ModelSerializer[User]):
    # Until when no password is taken, after too many wrong ones.
    locked_until = serializers.SerializerMethodField()
    # What the caller may do: change_role, deactivate, reactivate, unlock, share.
    allowed = serializers.SerializerMethodField()

    class Meta:
        model = User
        fields = [
            "id",
            "email",
            "name",
            "role",
            "ability",
            "language",
            "is_active",
            "last_login",
            "locked_until",
            "allowed",
        ]
        read_only_fields = fields

    def get_locked_until(self, user: User) -> datetime | None:
        return self._locks.get(user.email)

    def get_allowed(self, user: User) -> list[str]:
        is_locked = user.email in self._locks
        return allowed_by(self.context["request"], lambda who: staff.allowed(user, by=who, is_locked=is_locked))

    @cached_property
    def _locks(self) -> dict[str, datetime]:
        """Look once for all rows of a page."""
        rows = self.instance if self.parent is None else self.parent.instance
        shown = [rows] if isinstance(rows, User) else rows or ()
        return lockouts.locked_anywhere([user.email for user in shown])


class RoleShape(serializers.Serializer[dict[str, object]]):
    role = serializers.CharField()
    # By the role table.
    actions = serializers.ListField(child=serializers.CharField())
    # Whether the caller gives this post to others.
    may_appoint = serializers.BooleanField()


class UserChanges(serializers.Serializer[dict[str, object]]):
    name = Name(max_length=120, required=False)
    role = Line(max_length=30, required=False)
    language = serializers.ChoiceField(choices=LANGUAGES, required=False)
    # Their share of new files, in percent of a usual one; 0: none.
    ability = serializers.IntegerField(min_value=0, max_value=MOST_ABILITY, required=False)


class NewPassword(serializers.Serializer[dict[str, object]]):
    new = Verbatim(max_length=200, trim_whitespace=False)


class KeyShape(serializers.ModelSerializer[ApiKey]):
    class Meta:
        model = ApiKey
        fields = [
            "id",
            "name",
            "prefix",
            "scopes",
            "created_by",
            "created_at",
            "last_used_at",
            "expires_at",
            "revoked_at",
        ]
        read_only_fields = fields


class NewKey(serializers.Serializer[dict[str, object]]):
    name = Name(max_length=120)
    scopes = serializers.MultipleChoiceField(choices=sorted(KEY_SCOPES), allow_empty=False)
    expires_at = Moment(required=False, default=None, allow_null=True)


class KeyWithSecret(KeyShape):
    # Shown this once; only its hash is kept.
    secret = serializers.CharField(read_only=True)

    class Meta(KeyShape.Meta):
        fields = [*KeyShape.Meta.fields, "secret"]
        read_only_fields = fields


class PeoplePages(OrderedPages):
    """Whoever came last first, or by name, post, last sign-in: some dozens of people, put in order as they are."""

    usual = "-created"
    orders: ClassVar = {
        "created": ("id",),
        "name": ("name", "id"),
        "post": ("role", "id"),
        "last_sign_in": ("last_login", "id"),
    }


@described
class Users(Exported[User]):
    """The people who sign in on this host."""

    subject, model = "users", User
    verbs: ClassVar = {"export": EXPORT}
    file_columns, file_name = people_columns.COLUMNS, "people"
    serializer_class = UserShape
    filterset_fields: ClassVar = ["role", "is_active"]
    pagination_class = PeoplePages

    def get_queryset(self) -> QuerySet[User]:
        """Return the people of this dealer; on the public host those of the caller's manufacturer."""
        return own_people(self.request, super().get_queryset())

    @extend_schema(request=UserChanges, responses=UserShape)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change a person's name, post or language; another post ends their sessions."""
        changes = valid(UserChanges, request.data)
        user = staff.change_person(self.get_object().pk, changes=changes, by=by(request), now=datetime.now(UTC))
        return self._shown(user)

    @extend_schema(request=None, responses=UserShape)
    @action(detail=True, methods=["post"])
    def deactivate(self, request: Request, pk: str) -> Response:
        """End a person's access at once: sessions and open lines too."""
        user = staff.deactivate_person(self.get_object().pk, by=by(request), now=datetime.now(UTC))
        return self._shown(user)

    @extend_schema(request=None, responses=UserShape)
    @action(detail=True, methods=["post"])
    def reactivate(self, request: Request, pk: str) -> Response:
        """Let a person sign in again."""
        user = staff.reactivate_person(self.get_object().pk, by=by(request), now=datetime.now(UTC))
        return self._shown(user)

    @extend_schema(request=None, responses=UserShape)
    @action(detail=True, methods=["post"])
    def unlock(self, request: Request, pk: str) -> Response:
        """Take a person's password again after too many wrong ones."""
        user = staff.unlock_person(self.get_object().pk, by=by(request), now=datetime.now(UTC))
        return self._shown(user)

    def _shown(self, user: User) -> Response:
        return Response(self.get_serializer(user).data)


class ManufacturerUsers(Users):
    """The manufacturer's own people, on the public host."""

    verbs: ClassVar = {
        **dict.fromkeys(
            ("list", "retrieve", "partial_update", "deactivate", "reactivate", "unlock"), "manufacturer_users.write"
        ),
        # A dealer's heads alone carry lists away.
        "export": EXPORT,
    }


class Roles(APIView):
    """The posts of this host, with what each may do."""

    subject = "users"
    permission_classes = (MayAct,)

    @extend_schema(responses=RoleShape(many=True))
    def get(self, request: Request) -> Response:
        """Show every post that people here can hold."""
        own = getattr(request.user, "role", "")
        rows = [
            {"role": role, "actions": permissions.actions_of(role), "may_appoint": permissions.can_appoint(own, role)}
            for role in accounts.roles_here()
        ]
        return Response(rows)


class ManufacturerRoles(Roles):
    """The posts of the public host."""

    verbs: ClassVar = {"get": "manufacturer_users.write"}


class OwnPassword(APIView):
    """The caller's password."""

    permission_classes = (IsAuthenticated,)
    throttle_scope = "sign_in"

    @extend_schema(request=NewPassword, responses={204: None})
    def post(self, request: Request) -> Response:
        """Set another password, minutes after confirming that it is oneself; this session goes on, all others end."""
        require_confirmation(request)
        asked = valid(NewPassword, request.data)
        with named("new"):
            user = staff.set_own_password(new=asked["new"], by=by(request), now=datetime.now(UTC))
        update_session_auth_hash(request._request, user)
        sessions.remember(request._request)
        return Response(status=status.HTTP_204_NO_CONTENT)


class Keys(ReadResource[ApiKey]):
    """Keys of programs; a key's secret is shown when it is made, and never again."""

    subject, model = "api_keys", ApiKey
    verbs: ClassVar = {"list": "api_keys.write", "retrieve": "api_keys.write"}
    serializer_class = KeyShape

    @extend_schema(request=NewKey, responses={201: KeyWithSecret})
    def create(self, request: Request) -> Response:
        """Make a key with scopes, minutes after confirming that it is oneself: a key outlives the session."""
        asked, who = valid(NewKey, request.data), by(request)
        require_confirmation(request)
        key, secret = staff.issue_key(**asked, by=who, now=datetime.now(UTC))
        return Response(KeyShape(key).data | {"secret": secret}, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses=KeyShape)
    @action(detail=True, methods=["post"])
    def revoke(self, request: Request, pk: str) -> Response:
        """End a key at once."""
        staff.revoke_key(self.get_object().pk, by=by(request), now=datetime.now(UTC))
        return Response(KeyShape(self.get_object()).data)


def allowed_by(request: Request, ask: Callable[[staff.By], list[str]]) -> list[str]:
    """Return what the rules allow the caller, who must be a person with the right to write people here."""
    user = request.user
    if not isinstance(user, User) or not any(permissions.can(user.role, action) for action in WRITING_PEOPLE):
        return []
    return ask(by(request))


def own_people(request: Request, rows: QuerySet[P]) -> QuerySet[P]:
    """Return the rows of the caller's manufacturer, of which dealers' people have none; operators see all."""
    if getattr(request.user, "role", "") == Role.OPERATOR:
        return rows
    return rows.filter(manufacturer_id=getattr(request.user, "manufacturer_id", None))

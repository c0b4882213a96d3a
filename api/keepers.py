"""Who keeps a file: the one of the centre who is in touch with its owner first, and may be changed by hand."""

from datetime import UTC, datetime

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.access import actor_of, may
from api.reading import LARGEST_ID, valid
from api.resource import Resource
from core.keepers import operations
from core.models import Customer


class KeeperChoice(serializers.Serializer[dict[str, object]]):
    id = serializers.IntegerField()
    name = serializers.CharField()


class KeeperShape(serializers.Serializer[dict[str, object]]):
    keeper = serializers.IntegerField(allow_null=True)
    # Those who could keep it; who has left is not among them.
    choices = KeeperChoice(many=True)
    # What the caller may do: keep.
    allowed = serializers.ListField(child=serializers.ChoiceField(choices=["keep"]))


class NewKeeper(serializers.Serializer[dict[str, object]]):
    # Null: nobody in particular.
    keeper = serializers.IntegerField(min_value=1, max_value=LARGEST_ID, allow_null=True)


class Kept(Resource[Customer]):
    """The keeper of one file."""

    @extend_schema(responses=KeeperShape, filters=False)
    @action(detail=True, pagination_class=None, filterset_class=None)
    def keeper(self, request: Request, pk: str) -> Response:
        """Show who keeps a file, and who could."""
        return Response(_shown(self.get_object(), request))

    @extend_schema(request=NewKeeper, responses=KeeperShape)
    @action(detail=True, methods=["post"])
    def keep(self, request: Request, pk: str) -> Response:
        """Let somebody else keep a file; its first call goes along."""
        asked = valid(NewKeeper, request.data)
        file = operations.give_file(
            self.get_object().pk, keeper_id=asked["keeper"], actor=actor_of(request), now=datetime.now(UTC)
        )
        return Response(_shown(file, request))


def _shown(file: Customer, request: Request) -> dict[str, object]:
    return {
        "keeper": file.keeper_id,
        "choices": [{"id": pk, "name": name} for pk, name in operations.keepable().items()],
        "allowed": ["keep"] if may(request, "customers.write") else [],
    }

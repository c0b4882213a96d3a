"""Who stands in for whom: named for some days, seen, ended early."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.access import by, may
from api.reading import Day, KnownId, valid
from api.resource import ReadResource, is_schema_drawn
from core.deputies import operations, queries, rules
from core.models import Deputy
from tenants.accounts.models import User

WRITING = "users.write"


class DeputyShape(serializers.ModelSerializer[Deputy]):
    away_name = serializers.SerializerMethodField()
    deputy_name = serializers.SerializerMethodField()
    # The last day on which the deputy stands in.
    last_date = serializers.SerializerMethodField()
    # Whether the work has moved today.
    is_standing = serializers.SerializerMethodField()
    # What the caller may do: end.
    allowed = serializers.SerializerMethodField()

    class Meta:
        model = Deputy
        fields = [
            "id",
            "away_id",
            "away_name",
            "deputy_id",
            "deputy_name",
            "from_date",
            "last_date",
            "is_standing",
            "named_at",
            "ended_at",
            "allowed",
        ]
        read_only_fields = fields

    def get_away_name(self, row: Deputy) -> str:
        return str(self.context["names"].get(row.away_id, ""))

    def get_deputy_name(self, row: Deputy) -> str:
        return str(self.context["names"].get(row.deputy_id, ""))

    def get_last_date(self, row: Deputy) -> date:
        return row.until_date - timedelta(days=1)

    def get_is_standing(self, row: Deputy) -> bool:
        return row.ended_at is None and row.from_date <= self.context["today"] < row.until_date

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(choices=["end"])))
    def get_allowed(self, row: Deputy) -> list[str]:
        is_open = row.ended_at is None and row.until_date > self.context["today"]
        return ["end"] if is_open and may(self.context["request"], WRITING) else []


class NewDeputy(serializers.Serializer[dict[str, object]]):
    away = KnownId(User)
    deputy = KnownId(User)
    from_date = Day()
    # Included.
    last_date = Day()


class ChoiceShape(serializers.Serializer[dict[str, object]]):
    """Somebody who may be away, and who could do their work."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    deputies = serializers.ListField(child=serializers.IntegerField())


class Deputies(ReadResource[Deputy]):
    """Who stands in for somebody now, or will."""

    subject, model = "users", Deputy
    verbs: ClassVar = {"choices": WRITING}
    serializer_class = DeputyShape

    def get_queryset(self) -> QuerySet[Deputy]:
        """Return all by their number; lists leave out what is over, which the audit tells."""
        if is_schema_drawn(self) or self.detail:
            return super().get_queryset()
        return queries.not_over(now=datetime.now(UTC))

    def list(self, request: Request) -> Response:
        """List who stands in for whom, the last named first."""
        rows = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        return self.get_paginated_response(DeputyShape(rows, many=True, context=self._context(rows)).data)

    def retrieve(self, request: Request, pk: str) -> Response:
        """Show one."""
        return self._shown(self.get_object())

    @extend_schema(request=NewDeputy, responses={201: DeputyShape})
    def create(self, request: Request) -> Response:
        """Let one person do another's open work in those days; it comes back by itself."""
        asked, who = valid(NewDeputy, request.data), by(request)
        wish = operations.Wish(
            away_id=asked["away"],
            deputy_id=asked["deputy"],
            from_date=asked["from_date"],
            last_date=asked["last_date"],
        )
        row = operations.name_deputy(wish, actor=f"user:{who.user.pk}", address=who.address, now=datetime.now(UTC))
        return self._shown(row, code=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses=DeputyShape)
    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: str) -> Response:
        """Give the work back at once."""
        who = by(request)
        row = operations.end_deputy(
            self.get_object().pk, actor=f"user:{who.user.pk}", address=who.address, now=datetime.now(UTC)
        )
        return self._shown(row)

    @extend_schema(responses=ChoiceShape(many=True), filters=False)
    @action(detail=False, methods=["get"], pagination_class=None)
    def choices(self, request: Request) -> Response:
        """Show everybody here with those who can do their work: dozens."""
        return Response(_choices(User.objects.filter(is_active=True).order_by("name", "id")))

    def _context(self, rows: Iterable[Deputy]) -> dict[str, Any]:
        ids = {one for row in rows for one in (row.away_id, row.deputy_id)}
        names = dict(User.objects.filter(pk__in=ids).values_list("pk", "name"))
        return {**self.get_serializer_context(), "names": names, "today": queries.today(datetime.now(UTC))}

    def _shown(self, row: Deputy, *, code: int = status.HTTP_200_OK) -> Response:
        return Response(DeputyShape(row, context=self._context([row])).data, status=code)


def _choices(users: Iterable[User]) -> list[dict[str, object]]:
    people = list(users)
    return [
        {
            "id": one.pk,
            "name": one.name,
            "deputies": [
                other.pk for other in people if other.pk != one.pk and rules.can_stand_in(other.role, post=one.role)
            ],
        }
        for one in people
    ]

"""The audit: who did what to whom, from where; entries are added, never changed."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from django.utils.translation import gettext_noop as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.exporting import EXPORT, Column, Exported, described
from api.filtering import Filters
from api.naming import names_of
from api.ordering import OrderedPages
from tenants.accounts import audited
from tenants.accounts.models import AuditEntry

# What people and programs are called as actors of the audit, and as its subjects; an import goes by its file.
NAMED_SUBJECTS = {"user": "user", "api_key": "key", "import": "import"}


# Of the list as a file; the console's list shows them by the same keys.
COLUMNS = (
    Column("when", _("When"), lambda row, _names: row.at),
    Column("who", _("Who"), lambda row, names: names.get(_actor(row), _actor(row))),
    Column("what", _("What"), lambda row, _names: row.action),
    Column("on", _("On"), lambda row, names: names.get(_subject(row), f"{row.subject_kind} {row.subject_id or ''}")),
    Column("before", _("Before"), lambda row, _names: _text(row.before)),
    Column("changed", _("After"), lambda row, _names: _text(row.after)),
    Column("where", _("From where"), lambda row, _names: row.address),
)


class AuditShape(serializers.ModelSerializer[AuditEntry]):
    actor_name = serializers.SerializerMethodField()
    subject_name = serializers.SerializerMethodField()
    before = serializers.DictField(read_only=True, allow_null=True)
    after = serializers.DictField(read_only=True, allow_null=True)

    class Meta:
        model = AuditEntry
        fields = [
            "id",
            "at",
            "actor_id",
            "actor_kind",
            "actor_name",
            "action",
            "subject_kind",
            "subject_id",
            "subject_name",
            "before",
            "after",
            "address",
        ]
        read_only_fields = fields

    def get_actor_name(self, entry: AuditEntry) -> str:
        """Return who did it; empty for the system and for whoever is no more."""
        return str(self.context["names"].get(_actor(entry), ""))

    def get_subject_name(self, entry: AuditEntry) -> str:
        """Return the name of the person, program or file it was done to; empty for everything else."""
        return str(self.context["names"].get(_subject(entry), ""))


class AuditFilter(Filters):
    """By who, what, on what, and when."""

    class Meta:
        model = AuditEntry
        fields: ClassVar = {
            "action": ["exact"],
            "actor_kind": ["exact"],
            "actor_id": ["exact"],
            "subject_kind": ["exact"],
            "subject_id": ["exact"],
            "at": ["gte", "lt"],
        }


class WordsShape(serializers.Serializer[dict[str, list[str]]]):
    actions = serializers.ListField(child=serializers.CharField())
    subject_kinds = serializers.ListField(child=serializers.CharField())


class AuditPages(OrderedPages):
    """What happened last comes first, or the other way round."""

    usual = "-when"
    orders: ClassVar = {"when": ("at", "id")}


@described
class Audit(Exported[AuditEntry]):
    """Who did what, from where; entries are added, never changed."""

    subject, model = "audit", AuditEntry
    verbs: ClassVar = {"words": "audit.read", "export": EXPORT}
    file_columns, file_name = COLUMNS, "audit"
    serializer_class = AuditShape
    filterset_class = AuditFilter
    pagination_class = AuditPages

    def list(self, request: Request) -> Response:
        """Show a page, newest first."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        return self.get_paginated_response(AuditShape(page, many=True, context=_named(page)).data)

    def retrieve(self, request: Request, pk: str) -> Response:
        """Show one entry."""
        entry = self.get_object()
        return Response(AuditShape(entry, context=_named([entry])).data)

    @extend_schema(responses=WordsShape, filters=False)
    @action(detail=False, methods=["get"], pagination_class=None)
    def words(self, request: Request) -> Response:
        """Show what can be asked for: every action and kind of subject that the audit holds."""
        return Response({"actions": audited.actions(), "subject_kinds": audited.subject_kinds()})

    def names(self, rows: Sequence[AuditEntry]) -> Mapping[str, str]:
        """Return the names of all that are in some entries; three queries, however many."""
        return names_of(word for entry in rows for word in (_actor(entry), _subject(entry)))


def _text(value: object) -> str:
    return "" if value is None else json.dumps(value, ensure_ascii=False, sort_keys=True)


def _actor(entry: AuditEntry) -> str:
    return f"{entry.actor_kind}:{entry.actor_id}"


def _subject(entry: AuditEntry) -> str:
    return f"{NAMED_SUBJECTS.get(entry.subject_kind, '')}:{entry.subject_id}"


def _named(entries: Iterable[AuditEntry]) -> dict[str, Any]:
    """Return the names of all that are on a page; three queries, however many entries."""
    return {"names": names_of(word for entry in entries for word in (_actor(entry), _subject(entry)))}

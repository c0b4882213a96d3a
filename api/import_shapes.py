"""What imports look like: a run with its figures, its columns, what a dry run says, the rows set aside."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Count
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api import allowing, domain_problems, import_words
from core.models import ColumnMapping, ImportRow, ImportRun, ImportVerdict
from core.repair_orders.imports import columns, queueing, retries
from core.repair_orders.imports.orders import Problem
from core.repair_orders.imports.steps import RowStep, Step

IMPORT, MEND = "repair_orders.import", "imports.mend"


class CountsShape(serializers.Serializer[Mapping[str, Any]]):
    repair_orders = serializers.IntegerField()
    still_open = serializers.IntegerField()
    vehicles = serializers.IntegerField()
    # Reason -> rows.
    refused = serializers.DictField(child=serializers.IntegerField())
    warned = serializers.DictField(child=serializers.IntegerField())
    folded = serializers.DictField(child=serializers.IntegerField())
    created = serializers.IntegerField()
    updated = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    seconds = serializers.FloatField()


class Failure(serializers.Serializer[Mapping[str, str]]):
    code = serializers.CharField()
    message = serializers.CharField()


class RowsByState(serializers.Serializer[Mapping[str, int]]):
    REFUSED = serializers.IntegerField()
    WARNED = serializers.IntegerField()
    FIXED = serializers.IntegerField()
    DISMISSED = serializers.IntegerField()
    # Of those that wait, the ones somebody has corrected.
    corrected = serializers.IntegerField()


class RunShape(serializers.ModelSerializer[ImportRun]):
    # What a worker is at; empty while none is.
    stage = serializers.ChoiceField(choices=ImportRun.Stage.choices, allow_blank=True, read_only=True)
    counts = serializers.SerializerMethodField()
    forecast = serializers.SerializerMethodField()
    failure = serializers.SerializerMethodField()
    actor_name = serializers.SerializerMethodField()
    # Rows set aside that nobody has settled yet.
    waiting = serializers.IntegerField(read_only=True)
    allowed = serializers.SerializerMethodField()

    class Meta:
        model = ImportRun
        fields = [
            "id",
            "file_name",
            "state",
            "stage",
            "stage_done",
            "stage_total",
            "dialect",
            "as_of_date",
            "rows_read",
            "bytes_total",
            "counts",
            "forecast",
            "first_date",
            "last_date",
            "failure",
            "stop_asked_at",
            "started_at",
            "finished_at",
            "actor",
            "actor_name",
            "waiting",
            "allowed",
        ]
        read_only_fields = fields

    @extend_schema_field(CountsShape(allow_null=True))
    def get_counts(self, run: ImportRun) -> Mapping[str, Any] | None:
        """Return what it did; nothing before it was done."""
        return run.counts or None

    @extend_schema_field(CountsShape(allow_null=True))
    def get_forecast(self, run: ImportRun) -> Mapping[str, Any] | None:
        """Return what it would do, as the last dry run said."""
        return run.forecast or None

    @extend_schema_field(Failure(allow_null=True))
    def get_failure(self, run: ImportRun) -> Mapping[str, str] | None:
        """Return why it failed, in the caller's language."""
        if not run.fault:
            return None
        code = str(run.fault["code"])
        return {"code": code, "message": domain_problems.sentence_of_code(code, run.fault.get("facts", {}))}

    def get_actor_name(self, run: ImportRun) -> str:
        """Return who began it; empty for the system and for whoever is no more."""
        return str(self.context.get("names", {}).get(run.actor, ""))

    @extend_schema_field(
        serializers.ListField(child=serializers.ChoiceField(choices=[(step.value, step.name) for step in Step]))
    )
    def get_allowed(self, run: ImportRun) -> list[str]:
        """Return what the caller may do about it now."""
        steps = {step.value: MEND if step == Step.FIX_ROWS else IMPORT for step in queueing.steps_of(run)}
        return allowing.allowed(self.context, steps)


class RunDetail(RunShape):
    rows = serializers.SerializerMethodField()

    class Meta(RunShape.Meta):
        fields = [*RunShape.Meta.fields, "rows"]
        read_only_fields = fields

    @extend_schema_field(RowsByState)
    def get_rows(self, run: ImportRun) -> dict[str, int]:
        """Return how many rows set aside there are, by what became of them."""
        found = dict(run.rows.values_list("state").annotate(count=Count("*")))
        corrected = retries.corrected_rows(run.pk).count()
        return {state: found.get(state, 0) for state in ImportRow.State.values} | {"corrected": corrected}


class FieldColumn(serializers.Serializer[Mapping[str, Any]]):
    field = serializers.ChoiceField(choices=columns.FIELDS)
    header = serializers.CharField(allow_null=True)
    is_required = serializers.BooleanField()


class ColumnsShape(serializers.Serializer[ImportRun]):
    headers = serializers.ListField(child=serializers.CharField(allow_blank=True))
    # The first rows, cell by cell in the order of the headers.
    sample = serializers.ListField(child=serializers.ListField(child=serializers.CharField(allow_blank=True)))
    fields = FieldColumn(many=True)  # type: ignore[assignment]  # a field named as an attribute of the base

    def to_representation(self, run: ImportRun) -> dict[str, Any]:
        """Return the top of the file, and for each field the column it was recognised in."""
        return {
            "headers": run.head.get("headers", []),
            "sample": run.head.get("rows", []),
            "fields": [
                {"field": field, "header": run.mapping.get(field), "is_required": field in columns.REQUIRED}
                for field in columns.FIELDS
            ],
        }


class ProblemShape(serializers.Serializer[Mapping[str, str]]):
    field = serializers.CharField()
    column = serializers.CharField()
    value = serializers.CharField(allow_blank=True)
    reason = serializers.CharField()
    message = serializers.CharField()


class VerdictShape(serializers.ModelSerializer[ImportVerdict]):
    problems = serializers.SerializerMethodField()

    class Meta:
        model = ImportVerdict
        fields = ["id", "row_number", "kind", "order_number", "opened_date", "plate", "is_warned", "problems"]
        read_only_fields = fields

    @extend_schema_field(ProblemShape(many=True))
    def get_problems(self, verdict: ImportVerdict) -> list[dict[str, str]]:
        """Return what is wrong with it, in the caller's language."""
        return [
            problem | {"field": "", "message": import_words.sentence_of(problem["reason"])}
            for problem in verdict.problems
        ]


class RowShape(serializers.ModelSerializer[ImportRow]):
    """A row set aside; `problems` is what is wrong with it as it reads now, corrections included."""

    message = serializers.SerializerMethodField()
    problems = serializers.SerializerMethodField()
    allowed = serializers.SerializerMethodField()
    cells = serializers.DictField(child=serializers.CharField(), read_only=True)
    corrections = serializers.DictField(child=serializers.CharField(allow_blank=True), read_only=True)

    class Meta:
        model = ImportRow
        fields = [
            "id",
            "run",
            "row_number",
            "state",
            "reason",
            "message",
            "column",
            "value",
            "cells",
            "corrections",
            "problems",
            "allowed",
        ]
        read_only_fields = fields

    def get_message(self, row: ImportRow) -> str:
        """Return why it was set aside, in the caller's language."""
        return import_words.sentence_of(row.reason)

    @extend_schema_field(ProblemShape(many=True))
    def get_problems(self, row: ImportRow) -> list[dict[str, str]]:
        """Return what is wrong with it now; nothing of a row that is settled."""
        if not retries.may_correct(row):
            return []
        return [_problem(problem, mapping=row.run.mapping) for problem in retries.problems_of(row)]

    @extend_schema_field(
        serializers.ListField(child=serializers.ChoiceField(choices=[(step.value, step.name) for step in RowStep]))
    )
    def get_allowed(self, row: ImportRow) -> list[str]:
        """Return what the caller may do about it now."""
        if row.state not in retries.WAITING:
            return []
        steps = [step.value for step in RowStep] if retries.may_correct(row) else [RowStep.DISMISS.value]
        return allowing.allowed(self.context, dict.fromkeys(steps, MEND))


class RetriedShape(serializers.Serializer[retries.Retried]):
    fixed = serializers.IntegerField()
    still_refused = serializers.IntegerField()


class RollbackShape(serializers.Serializer[Any]):
    orders_removed = serializers.IntegerField()
    orders_restored = serializers.IntegerField()
    orders_kept = serializers.IntegerField()
    customers_removed = serializers.IntegerField()
    customers_kept = serializers.IntegerField()
    vehicles_removed = serializers.IntegerField()
    vehicles_kept = serializers.IntegerField()


class MappingShape(serializers.ModelSerializer[ColumnMapping]):
    class Meta:
        model = ColumnMapping
        fields = ["id", "header_key", "mapping", "updated_at"]
        read_only_fields = fields


def _problem(problem: Problem, *, mapping: Mapping[str, str]) -> dict[str, str]:
    return {
        "field": problem.field,
        "column": mapping.get(problem.field, ""),
        "value": problem.value,
        "reason": problem.reason,
        "message": import_words.sentence_of(problem.reason),
    }

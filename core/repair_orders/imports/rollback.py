"""Taking an import back: what it made goes, what it changed gets its former values.

Rows that were set aside, corrected and brought in later are runs of their own; they go with the file's.

Note [What stays]: a file that something else leans on by now (an appointment, a conversation, a later
order) stays, and is counted as kept. Facts in the event log stay, as nothing there is ever deleted.
An import whose orders a later one changed again is refused: the later one must go first, else its
values would be overwritten by older ones.
"""

# ruff: noqa: S608 - the names in these statements are our own models'

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.apps import apps
from django.db import models, transaction

from core import auditing
from core.customers.models import Customer
from core.customers.tasks import stand_files
from core.events import kinds
from core.events.operations import record
from core.keepers import table as keepers
from core.repair_orders.imports import sql
from core.repair_orders.imports.turns import alone
from core.repair_orders.models import ImportRow, ImportRun
from core.vehicles.models import Vehicle
from tenants import wakeup
from tenants.tasks import send_after_commit

MADE_IDS = """
SELECT made.id::bigint FROM core_importchange c, jsonb_array_elements_text(c.after -> 'ids') AS made (id)
WHERE c.run_id = %(run)s AND c.subject_kind = '{kind}' AND c.before IS NULL
"""
LATER_RUNS = """
WITH mine AS (
    SELECT c.subject_id FROM core_importchange c
    WHERE c.run_id = %(run)s AND c.subject_kind = 'repair_order' AND c.before IS NOT NULL
    UNION ALL
    SELECT made.id::bigint FROM core_importchange c, jsonb_array_elements_text(c.after -> 'ids') AS made (id)
    WHERE c.run_id = %(run)s AND c.subject_kind = 'repair_order' AND c.before IS NULL
)
SELECT DISTINCT coalesce(r.parent_id, r.id) FROM core_importchange later JOIN core_importrun r ON r.id = later.run_id
WHERE later.run_id > %(run)s AND later.subject_kind = 'repair_order' AND later.before IS NOT NULL
  AND r.state = 'DONE' AND later.subject_id IN (SELECT subject_id FROM mine)
"""
# Back to the former values, the whole row; only an order that still says what the import wrote.
ORDERS_BACK = """
UPDATE core_repairorder r SET
    opened_at = b.opened_at, closed_at = b.closed_at, vehicle_id = b.vehicle_id, customer_id = b.customer_id,
    advisor_id = b.advisor_id, kind = b.kind, odometer_km = b.odometer_km, total_minor = b.total_minor,
    may_contact = b.may_contact, content_hash = b.content_hash, updated_at = %(now)s
FROM core_importchange c
CROSS JOIN LATERAL jsonb_populate_record(NULL::core_repairorder, c.before) b
WHERE c.run_id = %(run)s AND c.subject_kind = 'repair_order' AND c.before IS NOT NULL AND r.id = c.subject_id
"""
LINES_OUT = """
DELETE FROM core_repairorderline WHERE repair_order_id IN (
    SELECT subject_id FROM core_importchange
    WHERE run_id = %(run)s AND subject_kind = 'repair_order' AND before IS NOT NULL
)
"""
# The first calls of new files, which nobody has begun: the house opened them by itself.
FIRST_CALLS_OUT = """
DELETE FROM core_task t WHERE t.state = 'OPEN' AND t.attempts = 0 AND t.reason = %(reason)s AND t.customer_id IN ({ids})
"""
LINES_BACK = """
INSERT INTO core_repairorderline (repair_order_id, position, kind, text, part_number, quantity, amount_minor)
SELECT l.repair_order_id, l.position, l.kind, l.text, l.part_number, l.quantity, l.amount_minor
FROM core_importchange c
CROSS JOIN LATERAL jsonb_populate_recordset(NULL::core_repairorderline, c.before -> 'lines') l
WHERE c.run_id = %(run)s AND c.subject_kind = 'repair_order' AND c.before IS NOT NULL
"""
OWNERSHIPS_BACK = """
UPDATE core_ownership o SET to_date = NULL FROM core_importchange c
WHERE c.run_id = %(run)s AND c.subject_kind = 'ownership' AND c.before IS NOT NULL AND o.id = c.subject_id
  AND o.to_date = (c.after ->> 'to_date')::date
"""
# One field at a time: only where the field still holds what the import put there.
FIELD_BACK = """
UPDATE {table} t SET {field} = {value}, updated_at = %(now)s FROM core_importchange c
WHERE c.run_id = %(run)s AND c.subject_kind = '{kind}' AND c.before ? '{field}' AND t.id = c.subject_id
  AND coalesce(t.{field}::text, '') = coalesce(c.after ->> '{field}', '')
"""
TEXT, NULLABLE = "c.before ->> '{field}'", "nullif(c.before ->> '{field}', '')::{type}"
FIELDS = (
    ("vehicle", "plate", TEXT),
    ("vehicle", "model", TEXT),
    ("vehicle", "purchase_date", NULLABLE.replace("{type}", "date")),
    ("customer", "address", TEXT),
)
PREFERENCES_BACK = """
UPDATE core_customer t SET
    preferred_from = nullif(c.before ->> 'preferred_from', '')::time,
    preferred_until = nullif(c.before ->> 'preferred_until', '')::time, updated_at = %(now)s
FROM core_importchange c
WHERE c.run_id = %(run)s AND c.subject_kind = 'customer' AND c.before ? 'preferred_from'
  AND c.before ? 'preferred_until' AND t.id = c.subject_id
"""
PLATE_KEYS = r"""
UPDATE core_vehicle SET plate_key = regexp_replace(upper(plate), '[\s·•.-]', '', 'g')
WHERE id IN (SELECT subject_id FROM core_importchange WHERE run_id = %(run)s AND subject_kind = 'vehicle'
             AND before ? 'plate')
"""
# The newest reading that is left.
READINGS_BACK = """
UPDATE core_vehicle v SET odometer_km = r.odometer_km, odometer_at = r.opened_at
FROM core_importchange c LEFT JOIN LATERAL (
    SELECT o.odometer_km, o.opened_at FROM core_repairorder o
    WHERE o.vehicle_id = c.subject_id AND o.odometer_km IS NOT NULL ORDER BY o.opened_at DESC LIMIT 1
) r ON true
WHERE c.run_id = %(run)s AND c.subject_kind = 'vehicle' AND c.before ? 'odometer_km' AND v.id = c.subject_id
"""


class RollbackRefused(Exception):
    """The import cannot be taken back as things stand; the sentence says what must go first."""


class RollbackTooLate(RollbackRefused):
    """Later imports changed the same orders again; `facts` names them."""

    def __init__(self, runs: Sequence[int]) -> None:
        self.facts = {"imports": ", ".join(map(str, runs))}
        super().__init__(
            f"Later imports changed some of these orders again: roll back import {self.facts['imports']} first."
        )


@dataclass(frozen=True)
class Rollback:
    """What was taken back, and what had to stay because something else leans on it by now."""

    orders_removed: int = 0
    orders_restored: int = 0
    orders_kept: int = 0
    customers_removed: int = 0
    customers_kept: int = 0
    vehicles_removed: int = 0
    vehicles_kept: int = 0

    def __add__(self, other: "Rollback") -> "Rollback":
        return Rollback(**{name: figure + getattr(other, name) for name, figure in vars(self).items()})


def preview_rollback(run_id: int, *, now: datetime) -> Rollback:
    """Say what taking an import back would take away: the same work, undone at once.

    Raises: as roll_back_import.
    """
    # Alone: it takes the same locks, and would wait for a running import in somebody's request.
    with alone(), transaction.atomic():
        would = _roll_back(run_id, now=now)
        transaction.set_rollback(True)
    return would


def roll_back_import(run_id: int, *, now: datetime, actor: str, address: str | None = None) -> Rollback:
    """Take an import back; see Note [What stays]. The audit keeps who, and from where.

    Raises: ImportRun.DoesNotExist; RollbackRefused; ImportRunning.
    """
    with alone(), transaction.atomic():
        undone = _roll_back(run_id, now=now)
        record(kinds.IMPORT_ROLLED_BACK, subject_kind="import_run", subject_id=run_id, at=now, actor=actor)
        auditing.note(
            kinds.IMPORT_ROLLED_BACK, actor=actor, address=address, at=now, subject_kind="import", subject_id=run_id
        )
        wakeup.wake(at=now)
        send_after_commit(stand_files)
    return undone


def _roll_back(run_id: int, *, now: datetime) -> Rollback:
    # Locked: two people must not take the same import back at once.
    run = ImportRun.objects.select_for_update().get(pk=run_id)
    if run.state != ImportRun.State.DONE or run.parent_id is not None:
        raise RollbackRefused(f"Import {run.pk} is {run.state.lower()}: only a finished import can be rolled back.")
    # The newest first: what rows brought in later replaced is what the file itself had put there.
    fixes = run.fixes.filter(state=ImportRun.State.DONE).order_by("-pk")
    return sum((_roll_back_one(one, now=now) for one in [*fixes, run]), Rollback())


def _roll_back_one(run: ImportRun, *, now: datetime) -> Rollback:
    values = {"run": run.pk, "now": now}
    _refuse_unless_last(values)
    made = sql.run(f"SELECT 1 FROM ({MADE_IDS.format(kind='repair_order')}) made", values)
    removed = _remove_orders(values)
    restored = _restore(values)
    counts = _remove_files(values)
    ImportRow.objects.filter(run=run).delete()
    run.state, run.finished_at = ImportRun.State.ROLLED_BACK, now
    run.save(update_fields=["state", "finished_at"])
    return Rollback(orders_removed=removed, orders_restored=restored, orders_kept=made - removed, **counts)


def _refuse_unless_last(values: sql.Values) -> None:
    later = sorted(int(str(found)) for (found,) in sql.texts(LATER_RUNS, values))
    if later:
        raise RollbackTooLate(later)


def _remove_orders(values: sql.Values) -> int:
    """Remove the orders that the import made, their lines and what hangs on their customers by it."""
    orders = _free(MADE_IDS.format(kind="repair_order"), model="core.RepairOrder", ours={"core.RepairOrderLine"})
    sql.run(f"DELETE FROM core_repairorderline WHERE repair_order_id IN ({orders})", values)
    return sql.run(f"DELETE FROM core_repairorder WHERE id IN ({orders})", values)


def _restore(values: sql.Values) -> int:
    restored = sql.run(ORDERS_BACK, values)
    for statement in (LINES_OUT, LINES_BACK, PREFERENCES_BACK):
        sql.run(statement, values)
    for kind, field, value in FIELDS:
        sql.run(
            FIELD_BACK.format(table=f"core_{kind}", kind=kind, field=field, value=value.replace("{field}", field)),
            values,
        )
    for statement in (PLATE_KEYS, READINGS_BACK):
        sql.run(statement, values)
    return restored


def _remove_files(values: sql.Values) -> dict[str, int]:
    """Remove customers and vehicles that nothing leans on, with what the import itself hung on them."""
    first_calls = FIRST_CALLS_OUT.format(ids=MADE_IDS.format(kind="customer"))
    sql.run(first_calls, {**values, "reason": keepers.sharing().reason})
    for kind, table in (
        ("ownership", "core_ownership"),
        ("merge_suggestion", "core_mergesuggestion"),
        ("consent", "core_consent"),
        ("contact_point", "core_contactpoint"),
    ):
        leaning = _leaning(_model_of(table), ours=set())
        sql.run(f"DELETE FROM {table} t WHERE id IN ({MADE_IDS.format(kind=kind)}) {leaning}", values)
    sql.run(OWNERSHIPS_BACK, values)
    counts: dict[str, int] = {}
    for kind, model in (("customer", Customer), ("vehicle", Vehicle)):
        made = sql.run(f"SELECT 1 FROM ({MADE_IDS.format(kind=kind)}) made", values)
        removed = sql.run(
            f"DELETE FROM {model._meta.db_table} t WHERE id IN ({MADE_IDS.format(kind=kind)})"
            f" {_leaning(model, ours=set())}",
            values,
        )
        counts |= {f"{kind}s_removed": removed, f"{kind}s_kept": made - removed}
    return counts


def _free(ids: str, *, model: str, ours: set[str]) -> str:
    """Return a query of those of `ids` that no row of another subject leans on."""
    kind = apps.get_model(model)
    return f"SELECT t.id FROM {kind._meta.db_table} t WHERE t.id IN ({ids}) {_leaning(kind, ours=ours)}"


def _leaning(model: type[models.Model], *, ours: set[str]) -> str:
    """Return conditions that no foreign key of any app points at row `t`, but from the models in `ours`."""
    relations = [
        relation
        # Hidden ones too: a relation without a name of its own leans as much.
        for relation in model._meta.get_fields(include_hidden=True)
        if isinstance(relation, models.ForeignObjectRel) and relation.related_model._meta.label not in ours
    ]
    return " ".join(
        f"AND NOT EXISTS (SELECT 1 FROM {relation.related_model._meta.db_table} l"
        f" WHERE l.{relation.field.column} = t.id)"
        for relation in relations
    )


def _model_of(table: str) -> type[models.Model]:
    return next(model for model in apps.get_app_config("core").get_models() if model._meta.db_table == table)

"""A crowd for a dealer that is thrown away: any number of customers with all that belongs to them, in one go of SQL.

What it looks like stands in the `.sql` files beside: Chinese and Latin names, fleets, a few very long histories,
one role with far too much to do. By its own figures alone, so that two fillings of a size are the same.
"""

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.db import connection, transaction

from core.customers import standing
from notifications.flows import shelf
from tenants.scope import DealerRef, dealer_scope, operator_scope

# In this order: later ones refer to earlier ones.
PARTS = ("files", "visits", "asked", "said", "house")
CARS_A_CUSTOMER = 1.3
# From so many on it is quicker to build the indexes afterwards than to keep them.
MANY = 2_000
# Where every dialogue stands: at the first question of its flow.
ASKING = {
    "flow": "crowd",
    "version": 1,
    "position": "opening",
    "language": "zh-hans",
    "zone": "Asia/Shanghai",
    "token": "t",
    "turn": 1,
    "attempts": 0,
    "answers": {},
    "codes": {},
    "values": {"dealer": "x", "vehicle": "x"},
}

SECONDARY = """
SELECT c.relname, pg_get_indexdef(c.oid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE c.relnamespace = to_regnamespace(%s) AND NOT i.indisprimary
AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid) AND NOT i.indisunique
"""
# Rows that are right by construction are not checked one by one, where the connecting user may say so.
CHECKING = """
SELECT set_config('session_replication_role', %s, true)
WHERE has_parameter_privilege('session_replication_role', 'SET')
"""
COUNTED = "SELECT table_name FROM information_schema.columns WHERE table_schema = %s AND is_identity = 'YES'"
COUNTER = "SELECT setval(pg_get_serial_sequence('{table}', 'id'), greatest(max(id), 1)) FROM {table}"


def fill(dealer: DealerRef, *, customers: int, now: datetime, parts: Sequence[str] = PARTS) -> None:
    """Fill a fresh dealer, `now` being the middle of its day, and let the planner know."""
    values: dict[str, int | str | datetime] = {
        "n": customers,
        "cars": int(customers * CARS_A_CUSTOMER),
        "now": now,
        "tag": dealer.name,
        "flow": json.dumps({**shelf.table("win_back"), "key": "crowd"}),
        "asking": json.dumps(ASKING),
    }
    with operator_scope(dealer.schema), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(CHECKING, ["replica"])
        with _indexes_later(dealer.schema) if customers >= MANY else _as_they_are():
            for statement in _statements(parts):
                cursor.execute(statement, values)
        cursor.execute(CHECKING, ["origin"])
        # The rows have ids of ours; what is added by hand afterwards goes on behind them.
        cursor.execute(COUNTED, [dealer.schema])
        tables = [table for (table,) in cursor.fetchall()]
        for table in tables:
            cursor.execute(COUNTER.format(table=table))
        cursor.execute(f"ANALYZE {', '.join(tables)}")
    with dealer_scope(dealer), transaction.atomic():
        standing.stand_all(now=now)
    with operator_scope(dealer.schema), connection.cursor() as cursor:
        cursor.execute("ANALYZE core_customer, core_vehicle")


def _statements(parts: Sequence[str]) -> Iterator[str]:
    for part in parts:
        text = (Path(__file__).parent / f"{part}.sql").read_text(encoding="utf-8")
        yield from (one for one in re.sub(r"^--.*\n", "", text, flags=re.MULTILINE).split(";\n") if one.strip())


@contextmanager
def _as_they_are() -> Iterator[None]:
    yield


@contextmanager
def _indexes_later(schema: str) -> Iterator[None]:
    """Take the indexes away that no constraint needs, and build them again behind the block."""
    with connection.cursor() as cursor:
        cursor.execute(SECONDARY, [schema])
        found = cursor.fetchall()
        for name, _definition in found:
            cursor.execute(f'DROP INDEX "{schema}"."{name}"')
        yield
        # Checks of foreign keys wait for the end of the transaction; until they are done a table cannot be indexed.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for _name, definition in found:
            cursor.execute(definition)

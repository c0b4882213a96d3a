"""What the database does for a call: read from its own account of each statement, rows counted, no clock looked at."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection

from tests.bench.screens.watching import Statement, is_question

# A table of more rows is large: nobody may read it from end to end, or sort that much of it, for one call.
LARGE = 1_500

Node = dict[str, Any]


@dataclass(frozen=True)
class Reading:
    """One call: the large tables read from end to end, the most rows sorted, and all rows looked at."""

    scanned: tuple[str, ...]
    most_sorted: int
    rows: int


def explain(asked: Iterable[Statement]) -> Reading:
    """Ask the statements once more and return what that took."""
    nodes = [node for statement in asked if is_question(statement) for node in _nodes(_plan(statement))]
    return Reading(
        scanned=tuple(sorted({node["Relation Name"] for node in nodes if _is_long_scan(node)})),
        most_sorted=max((_sorted(node) for node in nodes), default=0),
        rows=sum(_looked_at(node) for node in nodes),
    )


def _plan(statement: Statement) -> Node:
    sql, params = statement
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, SUMMARY OFF, FORMAT JSON) {sql}", params)
        plan: Node = cursor.fetchone()[0][0]["Plan"]
    return plan


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    for below in node.get("Plans", []):
        yield from _nodes(below)


def _is_long_scan(node: Node) -> bool:
    return node["Node Type"].endswith("Seq Scan") and _looked_at(node) > LARGE


def _sorted(node: Node) -> int:
    if not node["Node Type"].endswith("Sort"):
        return 0
    return max(int(below["Actual Rows"] * below["Actual Loops"]) for below in node["Plans"])


def _looked_at(node: Node) -> int:
    """Return the rows that a scan took from its table or index, those thrown away again included."""
    if not node["Node Type"].endswith("Scan") or "Bitmap Index" in node["Node Type"] or node["Node Type"] == "CTE Scan":
        return 0
    taken = ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Index Recheck")
    return int(sum(node.get(name, 0) for name in taken) * node["Actual Loops"])

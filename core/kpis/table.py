"""The table of metrics, gathered from every app that brings a tables/metrics.toml.

A floor above core may count its own tables this way without core knowing it.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from django.apps import apps

from core.kpis import rules


class MetricUnknown(LookupError):
    """No row of the table has this key."""


class MetricTwice(ValueError):
    """Two rows of the table have the same key."""


@cache
def metrics() -> tuple[rules.Metric, ...]:
    """Return every metric, in the order of the apps and their tables.

    Raises: MetricTwice.
    """
    paths = [Path(app.path) / "tables" / "metrics.toml" for app in apps.get_app_configs()]
    rows = tuple(_metric(row) for path in paths if path.exists() for row in _rows(path))
    keys = [row.key for row in rows]
    if twice := sorted({key for key in keys if keys.count(key) > 1}):
        raise MetricTwice(f"more than one row for {', '.join(twice)}")
    return rows


def metric(key: str) -> rules.Metric:
    """Return the metric of this key.

    Raises: MetricUnknown.
    """
    for row in metrics():
        if row.key == key:
            return row
    raise MetricUnknown(f"no metric {key!r}")


def _rows(path: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8"))["metric"]
    return rows


def _metric(row: Mapping[str, Any]) -> rules.Metric:
    return rules.Metric(
        key=row["key"],
        name=row["name"],
        numerator=row["numerator"],
        denominator=row["denominator"],
        exclusions=row.get("exclusions", {}),
        direction=row["direction"],
        scale=row["scale"],
        measure=row.get("measure", "FLOW"),
        singles_out=row.get("singles_out", False),
        smallest_ranked=row.get("smallest_ranked", rules.SMALLEST_RANKED),
        low=row.get("low", 0),
        high=row.get("high", 1),
        per=row.get("per", 1),
        sql=row["sql"],
    )

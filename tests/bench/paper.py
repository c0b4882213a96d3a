"""The table and the file of a bench run."""

import json
import os
import platform
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from tests.bench.frame import Result, Timing
from tests.bench.latency import Latency

HEADINGS = ("what", "size", "ours/s", "peer/s", "limit/s", "x peer", "x limit", "growth", "aim")
ROLES = ("ours", "peer", "limit")


def table(results: Sequence[Result]) -> str:
    """Return one line a subject and size; growth is the time an item takes against the smallest size."""
    rows = [HEADINGS, *(_cells(result, first=_first(result, results)) for result in results)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(HEADINGS))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def _first(result: Result, results: Iterable[Result]) -> Result:
    return next(other for other in results if other.subject.key == result.subject.key)


def _cells(result: Result, *, first: Result) -> tuple[str, ...]:
    return (
        f"{result.subject.title} ({result.subject.unit})",
        f"{result.size:,}",
        *(_rate(result.timings.get(role)) for role in ROLES),
        _ratio(result.ratio_to("peer")),
        _ratio(result.ratio_to("limit")),
        f"{first.timings['ours'].rate / result.timings['ours'].rate:.2f}",
        result.subject.aim,
    )


def _rate(timing: Timing | None) -> str:
    if timing is None:
        return "-"
    least, most = timing.done / max(timing.seconds), timing.done / min(timing.seconds)
    return f"{_short(timing.rate)} ({_short(least)}-{_short(most)})"


def _short(number: float) -> str:
    return f"{number:,.0f}" if number >= 100 else f"{number:.3g}"


def _ratio(ratio: float | None) -> str:
    return "-" if ratio is None else f"{ratio:.3g}"


def write(results: Sequence[Result | Latency], *, folder: Path, today: date) -> Path:
    """Write everything measured as JSON and return where; what the day measured before stays beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{today.isoformat()}.json"
    machine = {
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "system": platform.platform(),
        # Of the last minutes, this run included: on a busy machine figures say little.
        "load": os.getloadavg(),
    }
    rows = {(row["subject"], row["size"]): row for row in [*_written(path), *map(as_json, results)]}
    text = json.dumps({"machine": machine, "results": list(rows.values())}, indent=1) + "\n"
    path.write_text(text, encoding="utf-8")
    return path


def _written(path: Path) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = json.loads(path.read_text(encoding="utf-8"))["results"] if path.exists() else []
    return rows


def as_json(result: Result | Latency) -> dict[str, object]:
    """Return everything measured of one subject at one size."""
    if isinstance(result, Latency):
        return result.as_json()
    return {
        "subject": result.subject.key,
        "title": result.subject.title,
        "unit": result.subject.unit,
        "aim": result.subject.aim,
        "size": result.size,
        "ratio_to_peer": result.ratio_to("peer"),
        "ratio_to_limit": result.ratio_to("limit"),
        **{
            role: {
                "name": result.subject.contenders[role].name,
                "per_second": timing.rate,
                "median_seconds": timing.median,
                "seconds": timing.seconds,
                "done": timing.done,
            }
            for role, timing in result.timings.items()
        },
    }

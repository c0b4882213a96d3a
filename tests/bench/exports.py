"""Clean exports of any size for the bench, invented once and kept under var/bench."""

import csv
import io
import math
from datetime import date, datetime
from functools import cache
from pathlib import Path

from deploy.demo import faults, generator
from deploy.demo.dialects import COLUMNS, DIALECTS
from tests.bench import house

AS_OF = date(2026, 11, 20)
EVENING = datetime(2026, 11, 20, 20)  # noqa: DTZ001 - exports are written in the dealer's wall time
DIALECT = "zh"
# Cars come 2.8 times within the history that the generator invents.
VISITS_PER_CAR = 2.6


@cache
def export(rows: int) -> Path:
    """Return a CSV of exactly that many good rows, in the dialect of a Chinese dealer's system."""
    path = house.VAR / "bench" / "exports" / f"{DIALECT}_{rows}.csv"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_text(rows).encode(DIALECTS[DIALECT].encoding))
    return path


def _text(rows: int) -> str:
    world = generator.invent(dialect=DIALECT, vehicles=math.ceil(rows / VISITS_PER_CAR) + 10, as_of=EVENING, seed=5)
    spoken = world.dialect
    paper = io.StringIO()
    writer = csv.writer(paper)
    writer.writerow(spoken.headers)
    for row in faults.clean_rows(world)[-rows:]:
        values = [getattr(row.cells, column) for column in COLUMNS]
        writer.writerow(
            value.strftime(spoken.datetime_format) if isinstance(value, datetime) else value or "" for value in values
        )
    return paper.getvalue()

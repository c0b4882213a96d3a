"""Merges staged rows into the dealer's files, in one transaction and a fixed number of statements."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime

from core.repair_orders.imports import merge_cars, merge_orders, merge_people, merge_rows, sql, winners

# Named in every result, also where none occurred.
REFUSED = ("vin_malformed", "closed_before_opened", "opened_in_future", "ro_number_missing", "opened_too_early")
WARNED = ("vin_check_digit", "phone_unusable", "odometer_unreadable")
FOLDED = ("repeated_row", "blank_row")

# For this transaction alone. Sorts of a year's file fit into 64 MB; samples of 3,000 rows tell the planner
# enough; compiling statements that run once costs more than it saves.
SETTINGS = (
    "SET LOCAL work_mem = '64MB'",
    "SET LOCAL default_statistics_target = 10",
    "SET LOCAL jit = off",
)
WORK_TABLES = (
    "stage_seen",
    "stage_repeat",
    "stage_used",
    "stage_car",
    "stage_row",
    "stage_backwards",
    "stage_difference",
    "stage_reading",
    "stage_car_id",
    "stage_person",
    "stage_name",
    "stage_newcomer",
    "stage_owner",
    "stage_answer",
    "stage_ready",
    "stage_transfer",
)

# A row that was set aside before, by an earlier reading of the same rows, is not set aside again.
SET_ASIDE = """
INSERT INTO core_importrow (run_id, row_number, state, reason, "column", value, cells, fingerprint)
SELECT %(rows_of)s, p.row_number, p.state, p.reason, p.column_name, p.value, p.cells, p.fingerprint
FROM stage_problem p
WHERE NOT EXISTS (
    SELECT 1 FROM core_importrow known
    WHERE known.fingerprint = p.fingerprint AND known.reason = p.reason
)
ORDER BY p.row_number
"""
DATES = """
UPDATE core_importrun r SET first_date = d.first_date, last_date = d.last_date
FROM (SELECT min(opened_date) AS first_date, max(opened_date) AS last_date FROM stage_order) d
WHERE r.id = %(run)s
"""


@dataclass(frozen=True)
class Counts:
    """What the file holds once read, and what it changed."""

    repair_orders: int
    still_open: int
    vehicles: int
    refused: dict[str, int] = field(default_factory=dict)
    warned: dict[str, int] = field(default_factory=dict)
    folded: dict[str, int] = field(default_factory=dict)
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    seconds: float = 0.0

    def as_dict(self) -> dict[str, object]:
        """Return the one object that the command prints."""
        return asdict(self)

    def keys(self) -> list[str]:
        """Together with indexing: lets `{**counts}` be that object too."""
        return list(self.as_dict())

    def __getitem__(self, name: str) -> object:
        return self.as_dict()[name]


@dataclass(frozen=True)
class Circumstances:
    """For whom and when a merge happens; moments are built in the dealer's zone here and nowhere else."""

    run_id: int
    # The run whose rows are set aside: for rows that are brought in later, the one of their file.
    rows_of_id: int
    timezone: str
    now: datetime
    actor: str
    odometer_column: str

    @property
    def values(self) -> dict[str, object]:
        """Return the circumstances as the statements' parameters."""
        return {
            "run": self.run_id,
            "rows_of": self.rows_of_id,
            "timezone": self.timezone,
            "now": self.now,
            "actor": self.actor,
            "odometer_column": self.odometer_column,
        }


# What somebody who waits is told of: compared, cars and people, their fields, orders, owners and what was set aside.
STEPS = 5


@dataclass(frozen=True)
class Compared:
    """What the file holds beside what is known; `unchanged` orders are not looked at again."""

    repair_orders: int
    still_open: int
    vehicles: int
    unchanged: int
    folded: dict[str, int]

    def counts(self, *, created: int, updated: int) -> Counts:
        """Return the whole account; needs the staging tables as the comparison left them."""
        return Counts(
            repair_orders=self.repair_orders,
            still_open=self.still_open,
            vehicles=self.vehicles,
            refused=dict.fromkeys(REFUSED, 0) | merge_rows.problems("REFUSED"),
            warned=dict.fromkeys(WARNED, 0) | merge_rows.problems("WARNED"),
            folded=dict.fromkeys(FOLDED, 0) | self.folded,
            created=created,
            updated=updated,
            unchanged=self.unchanged,
        )


def compare(values: sql.Values, *, blank_rows: int) -> Compared:
    """Tell what of the staged rows is new; of the dealer's own tables it only reads. Call it inside a transaction."""
    for setting in SETTINGS:
        sql.run(setting)
    sql.run("ANALYZE stage_order")
    folded = merge_rows.fold_repeats() | {"blank_row": blank_rows}
    merge_rows.find_cars()
    orders, still_open, vehicles, unchanged = merge_rows.compare(values)
    return Compared(orders, still_open, vehicles, unchanged, folded)


def merge(circumstances: Circumstances, *, blank_rows: int, on_step: Callable[[int], None]) -> Counts:
    """Merge what was staged; call it inside a transaction. `on_step` is told how many of STEPS are done."""
    values = circumstances.values
    on_step(0)
    compared = compare(values, blank_rows=blank_rows)
    on_step(1)
    sql.run(winners.CREATE)
    merge_cars.keep_vehicles(values)
    merge_people.find_people()
    merge_people.keep_people(values)
    on_step(2)
    winners.settle(values)
    merge_cars.apply_differences(values)
    sql.run(merge_people.APPLY, values)
    on_step(3)
    merge_orders.find_ready(values)
    created, updated = merge_orders.keep_orders(values)
    on_step(4)
    merge_cars.keep_ownerships(values)
    merge_people.suggest_merges(values)
    sql.run(SET_ASIDE, values)
    sql.run(DATES, values)
    counts = compared.counts(created=created, updated=updated)
    drop_work_tables()
    on_step(STEPS)
    return counts


def drop_work_tables() -> None:
    """Drop what a comparison or merge made: not left to the commit, as several may share a transaction."""
    sql.run(f"DROP TABLE IF EXISTS {', '.join(f'pg_temp.{table}' for table in WORK_TABLES)}")

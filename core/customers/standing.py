"""How files stand: what they lack, what was answered to 'may we?', the stage of a customer's life, their value.

All of it follows from facts; it is kept in the rows so that lists can be asked for it. An operation on a few files
stands them anew in its transaction; time and imports are followed up by `stand_all`, once a day and after an import.
"""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from django.db import connection

from core.customers import table
from tenants import scope

Values = dict[str, int | str | date | list[int]]

FOLDER = Path(__file__).with_name("sql")


def stand_people(customer_ids: Collection[int], *, now: datetime) -> None:
    """Stand some people's files anew; call it in the transaction that changed them."""
    _run("customers", table.CUSTOMER, _values(now, customers=customer_ids))


def stand_cars(vehicle_ids: Collection[int], *, now: datetime) -> None:
    """Stand some cars' files anew, and those of the people who hold them."""
    values = _values(now, vehicles=vehicle_ids)
    _run("vehicles", table.VEHICLE, values)
    _run("customers", table.CUSTOMER, values | {"customers": _holders(vehicle_ids)})


def stand_all(*, now: datetime) -> int:
    """Stand every file anew and return how many stand otherwise now; files being changed meanwhile are left out."""
    values = _values(now) | {"is_all": True}
    return _run("vehicles", table.VEHICLE, values) + _run("customers", table.CUSTOMER, values)


def today_of(now: datetime) -> date:
    """Return the day at the dealer in scope."""
    return now.astimezone(ZoneInfo(scope.current_dealer().timezone)).date()


def _values(now: datetime, *, customers: Iterable[int] = (), vehicles: Iterable[int] = ()) -> Values:
    return {
        **table.figures(),
        "today": today_of(now),
        "timezone": scope.current_dealer().timezone,
        "is_all": False,
        "customers": list(customers),
        "vehicles": list(vehicles),
    }


def _run(name: str, subject: str, values: Values) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_statement(name, subject, is_all=bool(values["is_all"])), values)
        touched: int = cursor.rowcount
    return touched


@cache
def _statement(name: str, subject: str, *, is_all: bool) -> str:
    gaps = ", ".join(f"CASE WHEN NOT ({row.present}) THEN '{row.key}' END" for row in table.required(subject))
    missing = f"array_remove(ARRAY[{gaps}]::varchar[], NULL)"
    # In the text, not as a parameter: a plan that serves both would read every file for one.
    which = "true" if is_all else f"{name[0]}.id = ANY(%({name})s)"
    return FOLDER.joinpath(f"{name}.sql").read_text(encoding="utf-8").format(missing=missing, which=which)


def _holders(vehicle_ids: Collection[int]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT customer_id FROM core_ownership WHERE vehicle_id = ANY(%(vehicles)s)",
            {"vehicles": list(vehicle_ids)},
        )
        return [row[0] for row in cursor.fetchall()]

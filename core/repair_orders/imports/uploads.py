"""A file comes in: kept, its top recognised, its columns named by a person where that is needed."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import BinaryIO

from django.db import transaction

from core.repair_orders.imports import columns, keeping, queueing, runs, sheets, telling, verdicts
from core.repair_orders.imports.columns import FIELDS, REQUIRED
from core.repair_orders.imports.retries import FieldUnknown
from core.repair_orders.imports.steps import Step
from core.repair_orders.imports.turns import ImportRunning
from core.repair_orders.models import ColumnMapping, ImportRun
from tenants import wakeup


class ColumnsMissing(ValueError):
    """Columns without which no order can be kept were not named; `facts` says which."""

    def __init__(self, fields: Sequence[str]) -> None:
        self.facts = {"fields": ", ".join(fields)}
        super().__init__(f"No column was named for: {self.facts['fields']}.")


def receive_file(stream: BinaryIO, *, file_name: str, as_of_date: date, now: datetime, actor: str) -> ImportRun:
    """Keep an upload for the current dealer and recognise its columns; nothing is imported yet.

    Raises: FileUnreadable in one of its kinds, but not for unknown columns: those are for a person to name.
    """
    measured = runs.measure(stream)
    head = sheets.head_of(stream)
    path = keeping.keep(stream)
    try:
        with transaction.atomic():
            run = ImportRun.objects.create(
                state=ImportRun.State.DRAFT,
                file_name=file_name[:255],
                file_path=path,
                file_sha256=measured.digest,
                mapping=dict(head.mapping),
                head={"key": head.key, "headers": head.headers, "rows": head.rows, "lines": measured.lines},
                as_of_date=as_of_date,
                bytes_total=measured.size,
                look_again_at=now + keeping.KEPT,
                started_at=now,
                actor=actor,
            )
            telling.tell_changed(run.pk)
            wakeup.wake(at=now + keeping.KEPT)
    except BaseException:
        keeping.storage().delete(path)
        raise
    return run


def start(run: ImportRun, *, now: datetime, actor: str, address: str | None) -> ImportRun:
    """Have an upload of just now imported at once, unless a person must name its columns first.

    Raises: ImportRunning, and nothing is kept then.
    """
    if Step.START not in queueing.steps_of(run):
        return run
    try:
        return queueing.ask_to_start(run.pk, now=now, actor=actor, address=address)
    except ImportRunning:
        queueing.discard(run.pk, now=now)
        raise


def name_columns(run_id: int, *, mapping: Mapping[str, str], now: datetime) -> ImportRun:
    """Say which column of a kept file is which; `mapping` is field -> header, empty where the file has none.

    Remembered for every file with the same headers. A dry run that was made before counts no more.

    Raises: FieldUnknown; ColumnsMissing; StepNotAllowed; ImportRun.DoesNotExist.
    """
    with transaction.atomic():
        run = queueing.locked_for(Step.NAME_COLUMNS, run_id)
        _check(mapping, headers=run.head.get("headers", []))
        if missing := [field for field in REQUIRED if not mapping.get(field)]:
            raise ColumnsMissing(missing)
        named = {field: mapping.get(field, "") for field in FIELDS}
        _remember(run.head["key"], named, now=now)
        verdicts.forget(run.pk)
        run.mapping = {field: header for field, header in named.items() if header}
        run.state, run.forecast = ImportRun.State.DRAFT, {}
        run.save(update_fields=["mapping", "state", "forecast"])
        telling.tell_changed(run.pk)
    return run


def remember_columns(*, headers: Sequence[str], mapping: Mapping[str, str], now: datetime) -> ColumnMapping:
    """Remember which column is which for files with these headers; `mapping` is field -> header.

    Raises: FieldUnknown for a field or a header that is not there.
    """
    _check(mapping, headers=columns.header_names(headers))
    return _remember(columns.header_key(headers), mapping, now=now)


def _check(mapping: Mapping[str, str], *, headers: Sequence[str]) -> None:
    strange = [field for field in mapping if field not in FIELDS]
    strange += [header for header in mapping.values() if header and header not in headers]
    if strange:
        raise FieldUnknown(f"Unknown: {', '.join(strange)}. The fields are {', '.join(FIELDS)}.")


def _remember(key: str, mapping: Mapping[str, str], *, now: datetime) -> ColumnMapping:
    remembered, _ = ColumnMapping.objects.update_or_create(
        header_key=key, defaults={"mapping": dict(mapping), "updated_at": now}
    )
    return remembered

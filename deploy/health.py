"""The health page: what works, as JSON or as lines for people; 503 as soon as something does not. It tells no secrets:
an error is named by its class only."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from kombu import Connection

from deploy import signs
from tenants import scope

logger = logging.getLogger(__name__)

BROKER_SECONDS = 2


class Absent(Exception):
    """Something that should show signs of life does not."""


@dataclass(frozen=True)
class Finding:
    """What one check found."""

    name: str
    is_well: bool
    detail: str
    milliseconds: int


def check_database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        row = cursor.fetchone()
    return f"PostgreSQL {row[0].split()[0]}"


def check_valkey() -> str:
    signs.valkey().ping()
    return "answers"


def check_broker() -> str:
    with Connection(settings.BROKER_URL, connect_timeout=BROKER_SECONDS) as broker:
        broker.ensure_connection(max_retries=1, timeout=BROKER_SECONDS)
    return settings.BROKER_URL.partition(":")[0]


def check_worker() -> str:
    return _seen("worker")


def check_beat() -> str:
    return _seen("beat")


def check_migrations() -> str:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        message = f"{len(missing)} not applied"
        raise Absent(message)
    return "all applied"


CHECKS: dict[str, Callable[[], str]] = {
    "database": check_database,
    "valkey": check_valkey,
    "broker": check_broker,
    "worker": check_worker,
    "beat": check_beat,
    "migrations": check_migrations,
}


def findings() -> list[Finding]:
    """Run every check, one row each in the order of the table."""
    with scope.public_scope():
        return [_examine(name, check) for name, check in CHECKS.items()]


def page(request: HttpRequest) -> HttpResponse:
    """Answer /health: lines for people who ask for text or HTML, JSON otherwise."""
    found = findings()
    is_well = all(finding.is_well for finding in found)
    status = 200 if is_well else 503
    if request.get_preferred_type(["application/json", "text/html", "text/plain"]) == "application/json":
        response: HttpResponse = JsonResponse(_as_json(found, is_well=is_well), status=status)
    else:
        response = HttpResponse(
            _as_lines(found, is_well=is_well), status=status, content_type="text/plain; charset=utf-8"
        )
    response["Cache-Control"] = "no-store"
    # Django logs every 503 as an error; what is broken has been logged by _examine, and the page is asked often.
    response._has_been_logged = True  # type: ignore[attr-defined] # Django's own mark, django.utils.log.log_response
    return response


def _examine(name: str, check: Callable[[], str]) -> Finding:
    started = time.perf_counter()
    try:
        detail, is_well = check(), True
    except Absent as absence:
        detail, is_well = str(absence), False
    except Exception as error:  # an isolation point: one broken part must not hide the others
        logger.exception("health check failed", extra={"check": name})
        detail, is_well = type(error).__name__, False
    return Finding(
        name=name, is_well=is_well, detail=detail, milliseconds=round((time.perf_counter() - started) * 1000)
    )


def _seen(role: str) -> str:
    if not signs.is_seen(role):
        message = f"not seen for {signs.LIFETIME_SECONDS} s"
        raise Absent(message)
    return "seen"


def _as_json(found: list[Finding], *, is_well: bool) -> dict[str, object]:
    checks = {
        finding.name: {"ok": finding.is_well, "detail": finding.detail, "milliseconds": finding.milliseconds}
        for finding in found
    }
    return {"status": "ok" if is_well else "broken", "checks": checks}


def _as_lines(found: list[Finding], *, is_well: bool) -> str:
    rows = [
        f"{finding.name:<11} {'ok' if finding.is_well else 'BROKEN':<7} {finding.detail} ({finding.milliseconds} ms)"
        for finding in found
    ]
    return "\n".join([f"Aftercare: {'ok' if is_well else 'BROKEN'}", "", *rows, ""])

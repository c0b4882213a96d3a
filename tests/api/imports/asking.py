"""How the tests of imports ask."""

import json
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from core.repair_orders.imports import working
from tenants.scope import DealerRef, dealer_scope
from tests.api.conftest import NOW
from tests.core.repair_orders import exports
from tests.core.repair_orders.exports import row
from tests.core.repair_orders.importing import local

ADDRESS = "/api/v1/imports/"


def export() -> bytes:
    rows = [
        row(opened=local("2026-11-18"), closed=local("2026-11-19")),
        row(number="RO2", vin=exports.VIN_CHINA_OTHER, phone="13812345678", plate="B1", closed=""),
        row(number="", vin="x"),
    ]
    return exports.text_file(rows, encoding="gb18030").getvalue()


def upload(client: Client, content: bytes, **fields: Any) -> Any:
    file = SimpleUploadedFile("export.csv", content, content_type="text/csv")
    return client.post(ADDRESS, {"file": file, "as_of": "2026-11-20", **fields})


def at(run: int, step: str = "") -> str:
    return f"{ADDRESS}{run}/{step}/" if step else f"{ADDRESS}{run}/"


def done(client: Client, dealer: DealerRef, content: bytes) -> Any:
    """Import a file to its end, as a worker would, and show it."""
    run = upload(client, content, start="true").json()["id"]
    with dealer_scope(dealer):
        assert working.work_on(run, now=NOW)
    return client.get(at(run)).json()


def refused(client: Client, run: int) -> list[Any]:
    return list(client.get(at(run, "rows")).json()["results"])


def change(client: Client, address: str, body: object, *, method: str = "patch") -> Any:
    return getattr(client, method)(address, json.dumps(body), content_type="application/json")

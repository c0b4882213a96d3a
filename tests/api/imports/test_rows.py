"""Rows that an import refused: mended in place, saved for a spreadsheet, taken back."""

import csv
import io

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.models import Customer, ImportVerdict, RepairOrder
from tenants.scope import DealerRef, dealer_scope
from tests.api.imports.asking import ADDRESS, at, change, done, export, refused
from tests.core.repair_orders import exports
from tests.core.repair_orders.exports import row


def test_a_row_is_mended_in_place_and_brought_in(as_clara: Client, north: DealerRef) -> None:
    run = done(as_clara, north, export())
    (wrong,) = refused(as_clara, run["id"])
    address = f"/api/v1/import-rows/{wrong['id']}/"
    assert [(one["field"], one["reason"]) for one in wrong["problems"]] == [
        ("ro_number", "ro_number_missing"),
        ("vin", "vin_malformed"),
    ]

    half = change(as_clara, address, {"corrections": {"ro_number": "RO3"}}).json()
    strange = change(as_clara, address, {"corrections": {"\x00": "x"}})
    early = change(as_clara, f"{address}retry/", {"corrections": {}}, method="post")
    fixed = change(as_clara, f"{address}retry/", {"corrections": {"vin": exports.VIN_SPAIN}}, method="post")

    assert [(one["field"], one["column"]) for one in half["problems"]] == [("vin", "VIN码")]
    assert (strange.status_code, early.json()["code"]) == (422, "row_still_refused")
    assert (fixed.json()["state"], fixed.json()["allowed"]) == ("FIXED", [])
    assert as_clara.get(at(run["id"])).json()["rows"] == {
        "REFUSED": 0,
        "WARNED": 0,
        "FIXED": 1,
        "DISMISSED": 0,
        "corrected": 0,
    }
    with dealer_scope(north):
        assert RepairOrder.objects.filter(number="RO3").exists()


def test_rows_are_brought_in_or_put_away_together(as_clara: Client, north: DealerRef) -> None:
    rows = [row(number=f"RO{number}", vin="LZW") for number in range(4)]
    run = done(as_clara, north, exports.text_file(rows).getvalue())["id"]
    for wrong in refused(as_clara, run)[:2]:
        change(as_clara, f"/api/v1/import-rows/{wrong['id']}/", {"corrections": {"vin": exports.VIN_CHINA_OTHER}})
    assert as_clara.get(at(run)).json()["rows"]["corrected"] == 2

    assert as_clara.post(at(run, "retry_rows")).json() == {"fixed": 2, "still_refused": 0}
    left = change(as_clara, at(run, "dismiss_rows"), {"state": "REFUSED"}, method="post").json()

    assert (left["waiting"], left["rows"]["DISMISSED"]) == (0, 2)
    # What was brought in later is part of its file, not of the history.
    assert [one["id"] for one in as_clara.get(ADDRESS).json()["results"]] == [run]


def test_rows_are_saved_for_a_spreadsheet_and_come_back_mended(as_clara: Client, north: DealerRef) -> None:
    run = done(as_clara, north, exports.text_file([row(name="=1+1", vin="LZW", phone="+8613973857493")]).getvalue())

    saved = as_clara.get(at(run["id"], "rows_as_csv"), headers={"Accept-Language": "zh-hans"})

    table = list(csv.reader(io.StringIO(saved.content.decode("utf-8-sig"))))
    cells = dict(zip(table[0], table[1], strict=True))
    assert (cells["文件"], cells["行"], cells["列"], cells["值"]) == ("export.csv", "2", "VIN码", "LZW")
    assert (cells["车主姓名"], cells["手机"]) == ("'=1+1", "'+8613973857493")
    text = saved.content.decode("utf-8-sig").replace("LZW", exports.VIN_CHINA)
    again = done(as_clara, north, text.encode())
    assert (again["counts"]["created"], again["counts"]["warned"]["phone_unusable"]) == (1, 0)
    with dealer_scope(north):
        assert Customer.objects.get().name == "=1+1"


def test_rows_take_as_many_queries_for_thirty_as_for_one(as_clara: Client, north: DealerRef) -> None:
    def counted(address: str) -> int:
        as_clara.get(address)
        with CaptureQueriesContext(connection) as captured:
            assert as_clara.get(address, {"page_size": 500}).status_code == 200
        return len(captured)

    few = done(as_clara, north, exports.text_file([row(vin="LZW")]).getvalue())["id"]
    many = done(as_clara, north, exports.text_file([row(number=f"M{n}", vin="LZW") for n in range(30)]).getvalue())[
        "id"
    ]
    with dealer_scope(north):
        for run, count in ((few, 1), (many, 30)):
            ImportVerdict.objects.bulk_create(
                ImportVerdict(run_id=run, row_number=number, kind="CREATE") for number in range(count)
            )

    assert counted(at(few, "rows")) == counted(at(many, "rows"))
    assert counted(at(few, "verdicts")) == counted(at(many, "verdicts"))

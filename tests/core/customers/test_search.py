"""A file is found by plate, VIN, phone, name or order number, whole or in part; never another dealer's."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.customers import search
from tenants.scope import DealerRef, dealer_scope
from tests.core.repair_orders import exports
from tests.core.repair_orders.exports import row
from tests.core.repair_orders.importing import import_rows


@pytest.fixture(autouse=True)
def _files(in_north: DealerRef) -> None:
    import_rows(
        row(),
        row(
            number="WO-77",
            vin=exports.VIN_SPAIN,
            plate="粤B99999",
            name="Anna Muñoz",
            phone="13812345678",
            email="",
            model="208",
        ),
    )


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        pytest.param("桂A·12345", "PLATE", exports.VIN_CHINA, id="plate with a dot"),
        pytest.param("a123", "PLATE", exports.VIN_CHINA, id="part of a plate"),
        pytest.param("99999", "PLATE", exports.VIN_SPAIN, id="digits of a plate"),
        pytest.param(exports.VIN_CHINA.lower(), "VIN", exports.VIN_CHINA, id="vin"),
        pytest.param("123458", "VIN", exports.VIN_CHINA, id="end of a vin"),
        pytest.param("139 7385 7493", "PHONE", exports.VIN_CHINA, id="phone with spaces"),
        pytest.param("+86-139-7385-7493", "PHONE", exports.VIN_CHINA, id="phone with code"),
        pytest.param("7493", "PHONE", exports.VIN_CHINA, id="end of a phone"),
        pytest.param("安娜", "NAME", exports.VIN_CHINA, id="Chinese name"),
        pytest.param("娜", "NAME", exports.VIN_CHINA, id="part of a Chinese name"),
        pytest.param("muño", "NAME", exports.VIN_SPAIN, id="part of a name"),
        pytest.param("WO-77", "ORDER", exports.VIN_SPAIN, id="order number"),
        pytest.param("WO-", "ORDER", exports.VIN_SPAIN, id="beginning of an order number"),
    ],
)
def test_a_file_is_found(text: str, kind: str, expected: str) -> None:
    hits = search.find(text, kind=kind).hits

    assert [hit.vin for hit in hits] == [expected]
    assert hits[0].customer_name


@pytest.mark.parametrize("text", ["%", "_", "%%%%", "\\", "", "zzzzzz"])
def test_marks_of_patterns_are_letters_like_others(text: str) -> None:
    assert all(not page.hits for page in search.find_all(text).values())


@pytest.mark.parametrize("text", ["安娜", "安", "欧阳安娜", "A1"])
def test_what_no_index_could_find_is_not_searched_among_plates(text: str) -> None:
    # A pattern without three letters in a row has the database read every car.
    assert "PLATE" not in search.kinds_of(text)


def test_a_text_is_searched_in_every_kind_that_it_may_be() -> None:
    found = search.find_all("12345")

    assert {kind for kind, page in found.items() if page.hits} == {"PLATE", "VIN", "PHONE"} - {
        kind for kind in ("VIN",) if not found[kind].hits
    }


def test_pages_follow_each_other() -> None:
    first = search.find("WO", kind="PLATE")
    assert first.after is None

    page = search.find("9", kind="PHONE")
    assert not page.hits
    import_rows(*[row(number=f"N{at}", vin=f"VF38U20D2SA19{at:04}", plate=f"X{at:05}") for at in range(5)])
    one = search.find("VF38U20D2SA19", kind="VIN", limit=3)
    two = search.find("VF38U20D2SA19", kind="VIN", limit=3, after=one.after or 0)
    assert (len(one.hits), len(two.hits), two.after) == (3, 2, None)
    assert not set(one.hits) & set(two.hits)


def test_the_number_of_queries_does_not_grow_with_what_is_found() -> None:
    def queries(text: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            search.find(text, kind="VIN")
        return len(captured)

    few = queries("123458")
    import_rows(*[row(number=f"N{at}", vin=f"VF38U20D2SA19{at:04}", plate=f"X{at:05}") for at in range(30)])

    assert queries("VF38U20D2SA19") == few == 1


def test_another_dealers_files_are_not_found(south: DealerRef) -> None:
    with dealer_scope(south):
        for text in ("桂A12345", exports.VIN_CHINA, "13973857493", "安娜", "RO1"):
            assert all(not page.hits for page in search.find_all(text).values())

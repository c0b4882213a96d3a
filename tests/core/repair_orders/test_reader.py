"""Whole files in every dialect give the same orders; what is no table is refused with a sentence."""

import io
import zipfile
from datetime import date, datetime

import pytest

from core import archives
from core.repair_orders.imports import conventions, reader, rules, workbooks
from core.repair_orders.imports.faults import (
    ColumnsUnrecognised,
    FileEmpty,
    FormatUnknown,
    RowsUnreadable,
    TextUndecodable,
    WorkbookRefused,
)
from core.repair_orders.imports.orders import Accepted, Folded, Ignored, Order, Refused, Verdict
from tests.core.repair_orders import exports

AS_OF = date(2026, 11, 20)
MORNING = datetime(2026, 11, 18, 9, 30)  # noqa: DTZ001 - a DMS writes wall time


def read(stream: io.BytesIO, *, country: str, corrections: dict[str, dict[str, str]] | None = None) -> list[Verdict]:
    sheet = reader.open_sheet(stream, expected=conventions.expected(country), corrections=corrections)
    judge = rules.Judge(sheet.conventions, AS_OF)
    return [judge.verdict(row) for _, row in sheet.rows]


def orders(verdicts: list[Verdict]) -> list[Order]:
    return [verdict.order for verdict in verdicts if isinstance(verdict, Accepted)]


@pytest.mark.parametrize("name", exports.DIALECTS)
def test_every_dialect_gives_the_same_order(name: str) -> None:
    dialect = exports.DIALECTS[name]
    is_china = dialect.language in ("zh", "tw")
    # A row like the real ones in this country; the second has a day above 12 wherever order matters.
    cells = exports.row(
        moment=dialect.moment,
        vin=exports.VIN_CHINA if is_china else exports.VIN_SPAIN,
        name="安娜" if is_china else "Ána Muñoz",
        phone={"CN": "13973857493", "TW": "0912 345 678", "ES": "634 743 253", "US": "(276) 555-0193"}.get(
            dialect.country, "07400 123456"
        ),
        plate="A12345",
        model="M1",
        kind="",
        work="",
        odometer="12.441" if dialect.country == "ES" else "12,441",
        total="2.545,42" if dialect.country == "ES" else "2,545.42",
        answer={"zh": "是", "tw": "是", "es": "Sí", "en": "Y"}[dialect.language],
    )
    stream = exports.text_file(
        [cells], language=dialect.language, encoding=dialect.encoding, delimiter=dialect.delimiter
    )

    (order,) = orders(read(stream, country=dialect.country))

    assert (order.opened_wall, order.closed_wall) == ("2026-11-18 09:30:00", "2026-11-18 16:05:00")
    assert order.total_minor == 254_542
    assert order.odometer_km == (20_022 if "(mi)" in exports.HEADERS[dialect.language] else 12_441)
    assert order.visit.may_contact is True
    assert (order.visit.contact_from, order.visit.contact_until) == ("18:00:00", "20:00:00")
    assert order.party.customer_name == ("安娜" if is_china else "Ána Muñoz")
    assert order.party.phone is not None


def test_a_workbook_gives_its_rows_without_title_and_sum() -> None:
    cells: list[object] = list(exports.row())
    cells[exports.COLUMNS.index("opened")] = MORNING
    cells[exports.COLUMNS.index("odometer")] = 21761.0

    verdicts = read(exports.workbook([cells, [None] * 16]), country="CN")

    assert [type(verdict) for verdict in verdicts] == [Accepted, Folded, Ignored]
    (order,) = orders(verdicts)
    assert order.opened_wall == "2026-11-18 09:30:00"
    assert order.odometer_km == 21_761


def test_letters_beyond_ascii_far_down_the_file_still_tell_its_encoding() -> None:
    plain = [exports.row(name="Ana", plate="9934ZSL", model="208", kind="", work="", answer="No") for _ in range(3_000)]
    stream = exports.text_file(
        [*plain, exports.row(name="Begoña Ibáñez", plate="1", model="2", kind="", work="", answer="No")],
        language="en",
        encoding="cp1252",
    )

    assert orders(read(stream, country="ES"))[-1].party.customer_name == "Begoña Ibáñez"


def test_titles_above_the_header_are_passed_over() -> None:
    stream = exports.text_file([exports.row()], titles=["维修记录", ""])

    assert len(orders(read(stream, country="CN"))) == 1


def test_a_person_may_say_which_column_is_which() -> None:
    text = "A,B,C\nRO1," + exports.VIN_SPAIN + ",2026-11-18\n"
    with pytest.raises(ColumnsUnrecognised) as caught:
        read(io.BytesIO(text.encode()), country="ES")
    assert caught.value.missing == ["ro_number", "vin", "opened"]
    assert caught.value.headers == ["A", "B", "C"]

    from core.repair_orders.imports import columns

    said = {columns.header_key(["A", "B", "C"]): {"ro_number": "A", "vin": "B", "opened": "C"}}
    (order,) = orders(read(io.BytesIO(text.encode()), country="ES", corrections=said))
    assert order.number == "RO1"


def test_rows_shorter_than_the_header_are_read() -> None:
    whole = exports.text_file([exports.row()[:9]])

    (order,) = orders(read(whole, country="CN"))

    assert order.visit.may_contact is None


def test_an_ambiguous_date_goes_by_the_country_and_a_clear_one_by_the_column() -> None:
    cells = exports.row(opened="03/04/2026 10:00", closed="")
    clear = exports.row(number="RO2", opened="25/04/2026 10:00", closed="")

    assert orders(read(exports.text_file([cells]), country="US"))[0].opened_wall.startswith("2026-03-04")
    assert orders(read(exports.text_file([cells]), country="ES"))[0].opened_wall.startswith("2026-04-03")
    assert orders(read(exports.text_file([cells, clear]), country="US"))[0].opened_wall.startswith("2026-04-03")


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        pytest.param(b"", FileEmpty, id="nothing"),
        pytest.param(b"\r\n , ,\r\n", FileEmpty, id="only separators"),
        pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, FormatUnknown, id="old Excel"),
        pytest.param(b"PK\x03\x04 this is no archive", WorkbookRefused, id="broken workbook"),
        pytest.param(b"\x00\x01\x02\x03" * 200, TextUndecodable, id="binary"),
        pytest.param(b"just a letter to the dealer\n", ColumnsUnrecognised, id="prose"),
    ],
)
def test_what_is_no_table_is_refused_with_a_sentence(content: bytes, fault: type[Exception]) -> None:
    with pytest.raises(fault, match=r"\. "):
        read(io.BytesIO(content), country="CN")


def test_bytes_of_another_encoding_further_down_name_the_line() -> None:
    good = exports.text_file([exports.row(name="Ana") for _ in range(5_000)]).getvalue()
    rest = exports.row(name="安娜")
    stream = io.BytesIO(good + ",".join(rest).encode() + b"\n" + ",".join(rest).encode("gb18030") + b"\n")
    # A byte order mark says UTF-8 whatever comes later.
    marked = io.BytesIO(b"\xef\xbb\xbf" + stream.getvalue())

    with pytest.raises(TextUndecodable, match="line"):
        read(marked, country="CN")


def test_a_quotation_mark_that_never_closes_names_the_line() -> None:
    stream = exports.text_file([exports.row() for _ in range(3_000)])
    broken = stream.getvalue().replace("安娜".encode(), '"安娜'.encode(), 1)

    with pytest.raises(RowsUnreadable, match="quotation"):
        read(io.BytesIO(broken), country="CN")


def test_a_cell_beyond_all_measure_breaks_no_file_off() -> None:
    stream = exports.text_file(
        [exports.row(number="RO1"), exports.row(number="RO2", name="x" * 200_000), exports.row()]
    )

    verdicts = read(stream, country="CN")

    assert [type(verdict) for verdict in verdicts] == [Accepted, Refused, Accepted]


def test_a_zip_bomb_is_not_unpacked() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (64 << 20))

    with pytest.raises(WorkbookRefused, match="bomb"):
        workbooks.refuse_bomb(stream)


def test_an_archive_of_too_many_parts_is_refused() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for number in range(archives.MOST_MEMBERS + 1):
            archive.writestr(f"xl/{number}.xml", b"")

    with pytest.raises(WorkbookRefused, match="parts"):
        workbooks.refuse_bomb(stream)


def test_memory_stays_flat_while_a_file_is_walked() -> None:
    import tracemalloc

    def peak(size: int) -> int:
        stream = exports.text_file([exports.row(number=f"RO{at}") for at in range(size)])
        rules.forget()
        tracemalloc.start()
        sheet = reader.open_sheet(stream, expected=conventions.expected("CN"))
        judge = rules.Judge(sheet.conventions, AS_OF)
        for _, row in sheet.rows:
            judge.verdict(row)
        taken = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return taken

    assert peak(40_000) < peak(10_000) * 1.2

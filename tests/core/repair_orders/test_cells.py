"""Single cells: what each dialect writes and what it means."""

from datetime import date, datetime

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.repair_orders.imports import cells, conventions, phones, times, vins, words, workbooks
from tests.core.repair_orders import exports


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("2026/11/20 16:53", "DMY", "2026-11-20 16:53:00"),
        ("2026-1-2 8:05:09", "MDY", "2026-01-02 08:05:09"),
        ("2026年11月20日 16:53", "DMY", "2026-11-20 16:53:00"),
        ("2026年11月20日 下午4:53", "DMY", "2026-11-20 16:53:00"),
        ("2026年11月20日16时53分", "DMY", "2026-11-20 16:53:00"),
        ("20/11/2026 16:53", "DMY", "2026-11-20 16:53:00"),
        ("03/04/2026", "DMY", "2026-04-03 00:00:00"),
        ("03/04/2026", "MDY", "2026-03-04 00:00:00"),
        ("11/20/2026 04:53 PM", "MDY", "2026-11-20 16:53:00"),
        ("11/20/2026 12:00 AM", "MDY", "2026-11-20 00:00:00"),
        ("20-11-26 16h53", "DMY", "2026-11-20 16:53:00"),
        ("20.11.2026 16.53", "DMY", "2026-11-20 16:53:00"),
        ("20 nov 2026 16:53", "DMY", "2026-11-20 16:53:00"),
        ("20 de noviembre de 2026", "DMY", "2026-11-20 00:00:00"),
        ("Nov 20, 2026 4:53 p.m.", "MDY", "2026-11-20 16:53:00"),
        ("20-Nov-26", "DMY", "2026-11-20 00:00:00"),
        ("20261120", "DMY", "2026-11-20 00:00:00"),
        ("2026-11-20T16:53:00", "DMY", "2026-11-20 16:53:00"),
        ("46346.5", "DMY", "2026-11-20 12:00:00"),
        ("29/02/2027", "DMY", None),
        ("31/12", "DMY", None),
        ("2026/11/20 25:00", "DMY", None),
        ("yesterday", "DMY", None),
        ("20/11/2026 16:53 xx", "DMY", None),
    ],
)
def test_moments_are_read_in_every_dialect(text: str, order: str, expected: str | None) -> None:
    assert times.wall_time(text, order) == expected


@given(st.datetimes(min_value=datetime(1980, 1, 1), max_value=datetime(2060, 1, 1)), st.sampled_from(["DMY", "MDY"]))  # noqa: DTZ001
def test_a_moment_written_is_the_moment_read(moment: datetime, order: str) -> None:
    pattern = {"DMY": "%d/%m/%Y %H:%M", "MDY": "%m/%d/%Y %I:%M %p"}[order]

    assert times.wall_time(moment.strftime(pattern), order) == moment.strftime("%Y-%m-%d %H:%M:00")


@pytest.mark.parametrize(
    ("text", "mark", "expected"),
    [
        ("1,748.18", ".", 174_818),
        ("2.545,42", ",", 254_542),
        ("2.545,42", ".", 254_542),
        ("1,748.18", ",", 174_818),
        ("768.3", ".", 76_830),
        ("1.234.567", ".", 123_456_700),
        ("1.234", ",", 123_400),
        ("1,234", ".", 123_400),
        ("1'234.50", ".", 123_450),
        ("￥768", ".", 76_800),
        ("-20,00", ",", -2_000),
        ("12 345,60 €", ",", 1_234_560),
        ("free", ".", None),
        ("1,2,3x", ".", None),
        ("", ".", None),
    ],
)
def test_amounts_are_read_with_either_mark(text: str, mark: str, expected: int | None) -> None:
    assert cells.amount_minor(words.tidy(text), mark) == expected


@given(st.integers(min_value=0, max_value=10**9), st.sampled_from([".", ","]))
def test_an_amount_written_is_the_amount_read(minor: int, mark: str) -> None:
    text = f"{minor // 100:,}.{minor % 100:02}"
    if mark == ",":
        text = text.translate(str.maketrans(".,", ",."))

    assert cells.amount_minor(text, mark) == minor


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        ("21761", "km", 21_761),
        ("6931", "mi", 11_154),
        ("12.441", "km", 12_441),
        ("12,441 km", "mi", 12_441),
        ("6,931 mi", "km", 11_154),
        ("1.2万公里", "km", 12_000),
        ("21761.0", "km", 21_761),
        ("n/a km", "km", None),
        ("-5", "km", None),
        ("99999999", "km", None),
        ("12 bananas", "km", None),
    ],
)
def test_odometers_are_read_in_their_unit(text: str, unit: str, expected: int | None) -> None:
    assert cells.odometer_km(text, unit, ".") == expected


@pytest.mark.parametrize(
    ("text", "country", "expected"),
    [
        ("13973857493", "CN", "+8613973857493"),
        ("+86 13333395836", "CN", "+8613333395836"),
        ("86-18658955084", "CN", "+8618658955084"),
        ("0086 139 7385 7493", "CN", "+8613973857493"),
        ("13973857493/13973857494", "CN", "+8613973857493"),
        ("0772-3822456", "CN", "+867723822456"),
        ("+34 634 743 253", "CN", "+34634743253"),
        ("634 743 253", "ES", "+34634743253"),
        ("(276) 555-0193", "US", "+12765550193"),
        ("1-276-555-0193", "US", "+12765550193"),
        ("12345", "CN", None),
        ("12345", "US", None),
        ("ask Anna", "ES", None),
    ],
)
def test_phones_become_international(text: str, country: str, expected: str | None) -> None:
    found = phones.read(text, country=country)

    assert (found.number if found else None) == expected


@given(st.from_regex(r"\A[1-9][0-9]{8,10}\Z"), st.sampled_from(["CN", "ES", "US", "GB", "MX", "DE", "AR", "TW"]))
def test_the_quick_way_says_what_the_library_says(digits: str, country: str) -> None:
    quick = phones._quick(digits, country=country)

    if quick is not None:
        assert quick == phonenumbers.format_number(
            phonenumbers.parse(digits, country), phonenumbers.PhoneNumberFormat.E164
        )
        assert phonenumbers.is_valid_number(phonenumbers.parse(quick))


def test_a_landline_is_told_from_a_mobile() -> None:
    landline = phones.read("0772-3822456", country="CN")
    assert landline is not None
    assert landline.is_landline


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("lzwacaga6e4123458", exports.VIN_CHINA),
        ("LZWACAGA 6E4-123458", exports.VIN_CHINA),
        ("LZWACAGA6E412345", None),
        ("LZWACAGA6E412345O", None),
        ("", None),
    ],
)
def test_vins_are_seventeen_legal_characters(text: str, expected: str | None) -> None:
    assert vins.normal(text) == expected


@pytest.mark.parametrize(
    ("vin", "is_suspect"),
    [
        pytest.param("1M8GDM9AXKP042788", False, id="America, the regulation's example"),
        pytest.param("1M8GDM9A1KP042788", True, id="America, wrong"),
        pytest.param(exports.VIN_CHINA, False, id="China, right"),
        pytest.param("LZWACAGA1E4123458", True, id="China, wrong"),
        pytest.param("VF38U20D2SA196449", False, id="Europe uses none"),
    ],
)
def test_the_check_digit_counts_where_the_region_uses_one(vin: str, is_suspect: bool) -> None:
    assert vins.is_suspect(vin) is is_suspect


@given(st.text(alphabet="ABCDEFGHJKLMNPRSTUVWXYZ0123456789", min_size=16, max_size=16), st.integers(0, 15))
def test_one_wrong_character_never_keeps_the_check_digit(body: str, at: int) -> None:
    vin = next(found for digit in "0123456789X" if not vins.is_suspect(found := "L" + body[1:8] + digit + body[8:]))
    place = at if at < 8 else at + 1
    other = "7" if vin[place] != "7" else "3"
    if place and {vin[place], other} <= set("0123456789"):
        assert vins.is_suspect(vin[:place] + other + vin[place + 1 :])


@pytest.mark.parametrize(
    ("text", "expected"),
    [("桂A·VC9ZP", "桂AVC9ZP"), ("1234-bbb", "1234BBB"), (" b 123 xy ", "B123XY"), ("ＡＢＣ１２３", "ABC123")],
)
def test_plates_are_compared_without_what_people_add(text: str, expected: str) -> None:
    assert cells.plate(words.tidy(text))[1] == expected


@pytest.mark.parametrize("text", ["是", "Sí", "si", "Y", "yes", "TRUE", "同意", "1", "ＹＥＳ"])
def test_words_that_agree(text: str) -> None:
    assert cells.yes_no(text) is True


@pytest.mark.parametrize("text", ["否", "No", "N", "不同意", "0", "false"])
def test_words_that_decline(text: str) -> None:
    assert cells.yes_no(text) is False


@pytest.mark.parametrize(
    ("text", "expected"), [("保养", "MAINTENANCE"), ("Reparación", "REPAIR"), ("mystery", "OTHER")]
)
def test_kinds_are_known_in_three_languages(text: str, expected: str) -> None:
    assert cells.kind(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("OWNER995@EXAMPLE.COM", "owner995@example.com"),
        ("anna@example", None),
        ("anna example.com", None),
        ("a@b@example.com", None),
    ],
)
def test_mail_addresses_must_be_reachable(text: str, expected: str | None) -> None:
    assert cells.email(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("18:00-20:00", ("18:00:00", "20:00:00")),
        ("9 a 12", ("09:00:00", "12:00:00")),
        ("20:00-18:00", None),
        ("?", None),
    ],
)
def test_contact_windows(text: str, expected: tuple[str, str] | None) -> None:
    assert cells.contact_window(text) == expected


@pytest.mark.parametrize("name", ["=安娜", "+安娜", "-安娜", "@安娜", "安 娜"])
def test_a_name_with_an_exporters_mark_is_the_same_name(name: str) -> None:
    assert cells.name_key(words.tidy(name)) == cells.name_key("安娜")


@pytest.mark.parametrize(
    ("dates", "otherwise", "expected"),
    [
        (["20/11/2026", "01/02/2026"], "MDY", "DMY"),
        (["11/20/2026"], "DMY", "MDY"),
        (["01/02/2026", "03/04/2026"], "MDY", "MDY"),
        (["2026/01/31"], "MDY", "MDY"),
        ([], "DMY", "DMY"),
    ],
)
def test_days_above_twelve_tell_the_order(dates: list[str], otherwise: str, expected: str) -> None:
    assert conventions.date_order(dates, otherwise=otherwise) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (None, ""),
        (True, "yes"),
        (21761.0, "21761"),
        (13973857493, "13973857493"),
        (date(2026, 11, 20), "2026-11-20"),
        (datetime(2026, 11, 20, 8, 54, 59, 999_995), "2026-11-20 08:55:00"),  # noqa: DTZ001
    ],
)
def test_typed_cells_become_text(cell: object, expected: str) -> None:
    assert workbooks.text_of(cell) == expected

"""Rows: which are kept, which set aside, which say nothing new."""

from datetime import date

import pytest

from core.repair_orders.imports import conventions, reader, rules
from core.repair_orders.imports.orders import Accepted, Folded, Ignored, Refused, Verdict
from tests.core.repair_orders import exports

AS_OF = date(2026, 11, 20)


def judged(**cells: str) -> Verdict:
    sheet = reader.open_sheet(exports.text_file([exports.row(**cells)]), expected=conventions.expected("CN"))
    (_, row), *_ = sheet.rows
    return rules.Judge(sheet.conventions, AS_OF).verdict(row)


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        pytest.param({"number": " "}, "ro_number_missing", id="no number"),
        pytest.param({"number": "9" * 41}, "ro_number_too_long", id="number too long"),
        pytest.param({"number": "RO\x071"}, "ro_number_unseen", id="number with a bell"),
        pytest.param({"number": "RO\x1f1"}, "ro_number_unseen", id="number with our own mark"),
        pytest.param({"number": "RO\u202e1"}, "ro_number_unseen", id="number turned round"),
        pytest.param({"number": "RO\u20661\u2069"}, "ro_number_unseen", id="number set apart"),
        pytest.param({"vin": "LZWACAGA6E412345"}, "vin_malformed", id="vin too short"),
        pytest.param({"vin": ""}, "vin_malformed", id="no vin"),
        pytest.param({"vin": "LZWACAGA6E412345Q"}, "vin_malformed", id="vin with Q"),
        pytest.param({"opened": "", "closed": ""}, "opened_unreadable", id="no opening"),
        pytest.param({"opened": "soon"}, "opened_unreadable", id="opening unreadable"),
        pytest.param({"opened": "2026/11/21 00:00", "closed": ""}, "opened_in_future", id="tomorrow"),
        pytest.param({"opened": "1979/12/31 23:59"}, "opened_too_early", id="before 1980"),
        pytest.param({"closed": "2026/11/18 09:29"}, "closed_before_opened", id="closed before"),
    ],
)
def test_a_row_that_cannot_be_kept_is_set_aside_with_its_reason(cells: dict[str, str], reason: str) -> None:
    verdict = judged(**cells)

    assert isinstance(verdict, Refused)
    assert verdict.problems[0].reason == reason


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        pytest.param({"vin": "LZWACAGA1E4123458"}, "vin_check_digit", id="check digit"),
        pytest.param({"phone": "12345"}, "phone_unusable", id="phone"),
        pytest.param({"email": "nobody at home"}, "email_unusable", id="e-mail"),
        pytest.param({"odometer": "n/a km"}, "odometer_unreadable", id="odometer"),
        pytest.param({"name": "An\u202ena"}, "name_unseen", id="name turned round"),
        pytest.param({"name": "An\x9bna"}, "name_unseen", id="name with a control"),
        pytest.param({"total": "a lot"}, "total_unreadable", id="amount"),
        pytest.param({"answer": "perhaps"}, "may_contact_unreadable", id="consent"),
        pytest.param({"closed": "soon"}, "closed_unreadable", id="closing"),
    ],
)
def test_a_cell_that_cannot_be_used_is_dropped_and_the_order_kept(cells: dict[str, str], reason: str) -> None:
    verdict = judged(**cells)

    assert isinstance(verdict, Accepted)
    assert [problem.reason for problem in verdict.warnings] == [reason]


@pytest.mark.parametrize(
    "cells",
    [
        pytest.param({"vin": exports.VIN_CHINA.lower()}, id="lower-case vin"),
        pytest.param({"number": "  RO1 ", "name": " 安娜  ", "opened": "  2026/11/18 09:30 "}, id="padded cells"),
        pytest.param({"phone": "+86 13973857493"}, id="phone with code"),
        pytest.param({"phone": "86-13973857493"}, id="phone with code and hyphen"),
        pytest.param({"phone": "１３９７３８５７４９３"}, id="full-width digits"),
        pytest.param({"email": "ANNA@EXAMPLE.COM"}, id="upper-case mail"),
        pytest.param({"plate": "桂A·12345"}, id="plate with a dot"),
    ],
)
def test_odd_rows_mean_the_same(cells: dict[str, str]) -> None:
    assert judged(**cells) == judged()


def test_an_empty_closing_means_that_the_car_is_still_here() -> None:
    verdict = judged(closed="")
    assert isinstance(verdict, Accepted)
    assert verdict.order.closed_wall is None
    assert verdict.warnings == ()


@pytest.mark.parametrize("blank", ["\u200b", "\u2060\ufeff", "\u3164", "\u2800"])
def test_a_cell_in_which_nothing_can_be_seen_is_empty(blank: str) -> None:
    assert judged(name=blank, model=blank) == judged(name="", model="")


def test_no_phone_is_no_fault() -> None:
    verdict = judged(phone="", email="-")
    assert isinstance(verdict, Accepted)
    assert verdict.warnings == ()


def test_an_order_of_the_as_of_day_is_kept() -> None:
    assert isinstance(judged(opened="2026/11/20 23:59", closed=""), Accepted)


def test_a_name_that_looks_like_a_formula_stays_text() -> None:
    verdict = judged(name="=cmd|'/c calc'!A1")
    assert isinstance(verdict, Accepted)
    assert verdict.order.party.customer_name == "=cmd|'/c calc'!A1"


def test_a_closing_day_without_time_holds_for_the_whole_day() -> None:
    verdict = judged(closed="2026/11/18")
    assert isinstance(verdict, Accepted)
    assert verdict.order.closed_wall == "2026-11-18 09:30:00"


def test_several_items_of_work_become_several() -> None:
    verdict = judged(work="机油；机滤、空滤")
    assert isinstance(verdict, Accepted)
    assert verdict.order.visit.items == ("机油", "机滤", "空滤")


def test_a_blank_row_says_nothing() -> None:
    blank = dict.fromkeys(exports.COLUMNS, " ")
    assert judged(**blank) == Folded("blank_row")


@pytest.mark.parametrize("word", ["合计", "Total", "TOTALES:"])
def test_a_sum_below_the_list_is_no_row(word: str) -> None:
    cells = dict.fromkeys(exports.COLUMNS, "") | {"number": word, "total": "12,345.00"}
    assert judged(**cells) == Ignored()


@pytest.mark.parametrize("sign", ["\x07", "\x85", "\u202a", "\u202e", "\u2066", "\u2069"])
def test_what_cannot_be_seen_is_taken_out_of_a_name(sign: str) -> None:
    verdict = judged(name=f"An{sign}na")

    assert isinstance(verdict, Accepted)
    assert verdict.order.party.customer_name == "An na"

"""Lists for spreadsheets: no cell is a formula, whatever an owner or an exporter wrote into it."""

import csv
import io

import pytest

from api.tables import csv_answer, guarded


@pytest.mark.parametrize(
    "cell",
    [
        *("=1+1", "+34600111222", "-2+3", "@SUM(1)", "\t=1", "\r=1", "\n=1", "\tx"),
        *("＝1", "＋1", "－1", "＠x", "﹦1", "﹢1", "﹣1", "﹫x", "\u22121"),
        *("  =1", "\u3000=1", "\u00a0 =1", "\u2003=1", " \t=1", "\u2028=1"),
        *(
            "\u200b=1+1",
            "\ufeff=1+1",
            "\u2060＝1",
            "\u202e=1",
            "\u00ad+1",
            "\x00=1",
            "\u3164=1",
            "\u2800@x",
            "\ufe0f-1",
        ),
    ],
)
def test_what_could_begin_a_formula_stands_behind_an_apostrophe(cell: str) -> None:
    assert guarded(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["安娜", "RO-1", "a=b", "", "12", "O'Neil", "\u200b", " ", "\u200ba=b"])
def test_other_cells_are_as_they_were(cell: str) -> None:
    assert guarded(cell) == cell


def test_a_list_is_saved_as_a_file_and_kept_by_nobody() -> None:
    answer = csv_answer([["a", None], ['x"y', "=1"]], file_name="list.csv")

    assert answer["Content-Disposition"] == 'attachment; filename="list.csv"'
    assert answer["Cache-Control"] == "no-store"
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows == [["a", ""], ['x"y', "'=1"]]

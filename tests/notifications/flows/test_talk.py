"""The command that plays a flow: piped answers, a part of a name, no database."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command


def talk(*args: str, heard: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr("sys.stdin", StringIO(heard))
    out = StringIO()
    call_command("talk", *args, stdout=out)
    return out.getvalue()


def test_a_flow_is_played_with_piped_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = talk("maintenance_reminder", "--lang", "zh-hans", heard="好的\n1\n", monkeypatch=monkeypatch)

    assert "> 1 现在预约" in shown
    assert "* book(" in shown
    assert shown.rstrip().endswith("= ENDED: BOOKED")


@pytest.mark.parametrize(
    ("language", "word"), [("en", "STOP"), ("en", "cancel"), ("zh-hans", "退订"), ("zh-hans", "Ｒ"), ("es", "baja")]
)
def test_a_stop_word_stops_at_any_question(language: str, word: str, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = talk("survey", "--lang", language, heard=f"{word}\n1\n", monkeypatch=monkeypatch)

    assert shown.rstrip().endswith("= STOPPED: OPTED_OUT")


def test_help_is_said_back_and_the_question_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = talk("survey", "--lang", "en", heard="HELP\n1\n", monkeypatch=monkeypatch)

    assert "team. Tell us here what you need" in shown
    assert "* record_answer(" in shown


def test_a_part_of_the_name_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Muy satisfecho" in talk("survey", "--lang", "es", heard="", monkeypatch=monkeypatch)


def test_another_entry_is_played_when_named(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = talk("appointment", "--entry", "no_show", heard="no\n", monkeypatch=monkeypatch)

    assert "= ENDED: GIVEN_UP" in shown


def test_the_list_names_flows_and_entries(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = talk("--list", heard="", monkeypatch=monkeypatch)

    assert "appointment (start, confirmation, day_before" in shown


@pytest.mark.parametrize("name", ["nothing", "e"])
def test_a_name_that_is_none_or_several_is_refused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CommandError):
        talk(name, heard="", monkeypatch=monkeypatch)

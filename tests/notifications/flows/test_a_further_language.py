"""A language is three files: a made-up fourth one is added to a copy of the project, and speaks.

It is English with a q after each word, so that its texts, labels and words differ from all others.
"""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import override_settings

from notifications.checks import check_languages
from notifications.flows import checks, languages, reading, shelf
from notifications.flows.languages import LanguageUnfit
from notifications.flows.reading import FlowInvalid

ROOT = Path(__file__).resolve().parents[3]
CODE, LOCALE = "en-x-test", "en_X-test"
ROOMS = ("api", "channels_app", "core", "deploy", "frontend", "notifications", "tenants")
ENGLISH = tomllib.loads(languages.FOLDER.joinpath("en.toml").read_text(encoding="utf-8"))
# Words by which all languages alike are read stay as they are.
SHARED = ("sample", "dates", "days", "hours", "numbers", "spelt_out")


def pseudo(text: str) -> str:
    """Write a text as the made-up language does: "yes" is "yesq"; what holds braces or ends in a mark stays."""
    return " ".join(word if "{" in word or not word[-1].isalnum() else f"{word}q" for word in text.split())


def pseudo_language() -> dict[str, Any]:
    around = {name: _pseudo_values(value) for name, value in ENGLISH.items() if name not in SHARED}
    flows = {key: pseudo_flow(shelf.table(key)) for key in shelf.names()}
    return {**{name: ENGLISH[name] for name in SHARED}, **around, "flows": flows}


def pseudo_flow(table: dict[str, Any]) -> dict[str, Any]:
    said: dict[str, Any] = {"title": pseudo(table["title"]["en"])}
    if "why" in table:
        said["why"] = pseudo(table["why"]["en"])
    said["escapes"] = _pseudo_options(table.get("escapes", []))
    said["scales"] = {name: _pseudo_options(options) for name, options in table.get("scales", {}).items()}
    said["steps"] = {name: _pseudo_step(step) for name, step in table["steps"].items()}
    return said


def _pseudo_step(step: dict[str, Any]) -> dict[str, Any]:
    texts: dict[str, Any] = {place: pseudo(step[place]["en"]) for place in ("text", "page") if place in step}
    return {**texts, **_pseudo_options(step.get("options", []))}


def _pseudo_options(options: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "labels": {option["code"]: pseudo(option["label"]["en"]) for option in options},
        "words": {
            option["code"]: [pseudo(word) for word in option["words"]["en"]] for option in options if "words" in option
        },
    }


def _pseudo_values(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _pseudo_values(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_pseudo_values(item) for item in value]
    return pseudo(value)


def as_toml(table: dict[str, Any], place: str = "") -> str:
    """Write tables, texts, numbers and lists of texts."""
    plain = "".join(
        f"{_quoted(key)} = {_value(value)}\n" for key, value in table.items() if not isinstance(value, dict)
    )
    inner = "".join(
        f"[{place}{_quoted(key)}]\n{as_toml(value, f'{place}{_quoted(key)}.')}"
        for key, value in table.items()
        if isinstance(value, dict)
    )
    return plain + inner


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _value(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(_value(item) for item in value)}]"
    return _quoted(value) if isinstance(value, str) else str(value).lower()


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with a fourth language: one new file, one catalogue, one line of settings."""
    copy = tmp_path_factory.mktemp("project")
    for room in ROOMS:
        shutil.copytree(ROOT / room, copy / room, ignore=shutil.ignore_patterns("__pycache__", "node_modules"))
    folder = copy / "notifications" / "flows" / "languages"
    folder.joinpath(f"{CODE}.toml").write_text(as_toml(pseudo_language()), encoding="utf-8")
    catalogue = copy / "frontend" / "locale" / LOCALE / "LC_MESSAGES"
    catalogue.mkdir(parents=True)
    catalogue.joinpath("django.po").write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n')
    settings_file = copy / "deploy" / "settings.py"
    settings_file.write_text(
        settings_file.read_text().replace('("en", "English")', f'("en", "English"), ("{CODE}", "Pseudo")')
    )
    return copy


def run(project: Path, *args: str, heard: str = "") -> str:
    environment = {**os.environ, "PYTHONPATH": str(project), "DJANGO_SETTINGS_MODULE": "deploy.settings"}
    done = subprocess.run(
        [sys.executable, "-m", "django", *args],
        cwd=project, env=environment, input=heard, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_further_language_plays_a_whole_flow_and_understands_its_own_words(project: Path) -> None:
    heard = "bookq meq inq\nnoneq ofq theseq\ntomorrow at 9\nthe firstq oneq\n"

    shown = run(project, "talk", "maintenance_reminder", "--lang", CODE, heard=heard)

    assert "> 1 Bookq nowq" in shown
    assert "> 0 Anotherq timeq" in shown
    assert "> Whichq dayq andq timeq" in shown
    assert "You'req booked:" in shown
    assert shown.rstrip().endswith("= ENDED: BOOKED")


def test_a_further_language_is_asked_again_and_handed_over_in_its_own_words(project: Path) -> None:
    shown = run(project, "talk", "after_sales_survey", "--lang", CODE, heard="xyz\nxyz\n")

    assert "Sorry, weq didn'tq understandq yourq reply." in shown
    assert "= HANDED: NOT_UNDERSTOOD" in shown


def test_a_further_language_is_offered_wherever_languages_are_listed(project: Path) -> None:
    listing = """
from argparse import ArgumentParser
from api.invitations import NewInvitation
from notifications.flows import languages
from tenants.management.commands import create_user, open_dealer
print("api:", *NewInvitation().fields["language"].choices)
print("flows:", *languages.codes())
for command in (create_user, open_dealer):
    parser = ArgumentParser()
    command.Command().add_arguments(parser)
    print("command:", parser.format_help().replace("\\n", " "))
"""

    shown = run(project, "shell", "--no-imports", "-c", listing)

    assert [line.split(":")[0] for line in shown.splitlines() if CODE in line] == ["api", "flows", "command", "command"]


def test_a_missing_text_of_a_language_is_named_with_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    said = pseudo_language()
    del said["flows"]["complaint"]["steps"]["what"]["text"]
    del said["flows"]["complaint"]["steps"]["kind"]["labels"]["PRICE"]
    monkeypatch.setattr(languages, "codes", lambda: ("en", "es", "zh-hans", CODE))
    known = languages.table
    monkeypatch.setattr(languages, "table", lambda code: said if code == CODE else known(code))

    with pytest.raises(FlowInvalid) as refusal:
        checks.check(reading.from_table(shelf.table("complaint")))

    assert "flow complaint, step what, field text, language en-x-test: text is missing" in str(refusal.value)
    assert "step kind, field options.PRICE.label, language en-x-test: text is missing" in str(refusal.value)


def test_a_text_for_a_step_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(languages, "codes", lambda: (CODE,))
    monkeypatch.setattr(languages, "table", lambda _: {"flows": {"complaint": {"steps": {"waht": {"text": "?"}}}}})

    with pytest.raises(LanguageUnfit, match=r"en-x-test\.toml: flows\.complaint\.steps\.waht"):
        shelf.table("complaint")


def test_a_language_that_lacks_a_list_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = pseudo_language()
    del table["words"]["danger"]["FIRE"]
    tmp_path.joinpath(f"{CODE}.toml").write_text(as_toml(table), encoding="utf-8")
    languages.table("en")  # kept from its own folder
    monkeypatch.setattr(languages, "FOLDER", tmp_path)

    with pytest.raises(LanguageUnfit, match=r"en-x-test\.toml: words\.danger\.FIRE is missing"):
        languages.read(CODE)


def test_a_language_of_the_settings_without_its_file_is_an_error() -> None:
    with override_settings(LANGUAGES=[*settings.LANGUAGES, (CODE, "Pseudo")]):
        found = check_languages()

    assert [one.id for one in found] == ["notifications.E001"]


def test_no_name_of_a_day_or_month_means_two() -> None:
    for names in ("weekdays", "months"):
        listed = [
            (word, number)
            for code in languages.codes()
            for number, words in enumerate(languages.table(code)["days"][names])
            for word in words
        ]

        assert len({word for word, _ in set(listed)}) == len(set(listed))

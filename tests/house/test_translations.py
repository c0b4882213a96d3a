"""What is said in one language is said in all three."""

import re
import tomllib
from collections.abc import Iterator

from tests.house.files import ROOT, own_files

LANGUAGES = {"zh-hans", "es", "en"}
ENTRY = re.compile(r'msgid ((?:"[^"\\]*(?:\\.[^"\\]*)*"\s*)+)msgstr ((?:"[^"\\]*(?:\\.[^"\\]*)*"\s*)+)')


def incomplete_tables(node: object, *, where: str) -> Iterator[str]:
    """Yield the place of each table or list of tables that speaks some of our languages but not all.

    Lists of words are what we understand, not what we say; they may differ.
    """
    if isinstance(node, list):
        for number, item in enumerate(node):
            yield from incomplete_tables(item, where=f"{where}[{number}]")
    if isinstance(node, dict):
        spoken = {key for key in LANGUAGES & node.keys() if isinstance(node[key], str)}
        silent = {key for key in spoken if node[key] == ""}
        if spoken and (spoken != LANGUAGES or silent):
            yield f"{where}: {', '.join(sorted(spoken - silent))} only"
        for key, value in node.items():
            yield from incomplete_tables(value, where=f"{where}.{key}")


def test_tables_speak_all_languages() -> None:
    gaps = [
        gap
        for path in own_files(".toml")
        for gap in incomplete_tables(tomllib.loads(path.read_text()), where=str(path.relative_to(ROOT)))
    ]

    assert gaps == []


def test_a_gap_is_found() -> None:
    table = {"ask": {"text": {"es": "¿Sí?", "en": "Yes?"}}, "ok": {"zh-hans": "好", "es": "vale", "en": "fine"}}

    assert list(incomplete_tables(table, where="flow")) == ["flow.ask.text: en, es only"]


def test_message_files_are_complete() -> None:
    gaps = [f"{path.relative_to(ROOT)}: {gap}" for path in own_files(".po") for gap in untranslated(path.read_text())]

    assert gaps == []


def test_an_untranslated_message_is_found() -> None:
    text = 'msgid ""\nmsgstr "Language: es"\n\nmsgid "Sign in"\nmsgstr ""\n\n#, fuzzy\nmsgid "Out"\nmsgstr "Fuera"\n'

    assert list(untranslated(text)) == ['"Sign in"', "fuzzy"]


def untranslated(text: str) -> Iterator[str]:
    for source, target in ENTRY.findall(text):
        if source.strip() != '""' and target.strip() == '""':
            yield source.strip()
    if "#, fuzzy" in text:
        yield "fuzzy"

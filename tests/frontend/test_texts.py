"""Every text of pages and problems is there in every language, and no translation is left over."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils.translation import to_locale

ROOT = Path(__file__).resolve().parents[2]
IN_TEMPLATES = re.compile(r"""{%\s*translate\s+(["'])(.+?)\1\s*(?:as|%)""")
IN_CODE = re.compile(r"""\b(?:_|gettext|gettext_lazy|gettext_noop)\(\s*"(.+?)"\s*\)""")


def shown_texts() -> set[str]:
    templates = [path for path in (ROOT / "frontend" / "templates").rglob("*") if path.suffix in {".html", ".txt"}]
    code = [path for room in ("frontend", "api", "tenants") for path in (ROOT / room).rglob("*.py")]
    texts = {found[1] for path in templates for found in IN_TEMPLATES.findall(path.read_text())}
    return texts | {found for path in code for found in IN_CODE.findall(path.read_text())}


@pytest.mark.parametrize(
    "language", [to_locale(code) for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
)
def test_every_text_is_translated_and_none_is_left_over(language: str) -> None:
    with (ROOT / "frontend" / "locale" / language / "LC_MESSAGES" / "django.po").open("rb") as file:
        catalogue = read_po(file)
    translated = {str(message.id) for message in catalogue if message.id and message.string}

    assert len(shown_texts()) > 50
    assert shown_texts() - translated == set()
    assert translated - shown_texts() == set()

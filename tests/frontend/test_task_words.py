"""The console's day has words for every reason for which a person is asked."""

import json
from pathlib import Path

import pytest

from api import explaining
from core.tasks import rules

TEXTS = Path(__file__).parents[2] / "frontend" / "console" / "src" / "screens" / "today" / "texts"
# Kinds stand in the same table as reasons; only reasons have words of their own.
REASONS = {reason.replace(".", "_") for reason in rules.OFFERED if "." in reason}


@pytest.mark.parametrize("language", ["en", "zh-hans", "es"])
def test_each_reason_to_answer_has_words(language: str) -> None:
    texts = json.loads((TEXTS / f"{language}.json").read_text())

    assert {reason.lower() for reason in explaining.ASKED_FOR} | REASONS <= set(texts["reasons"])

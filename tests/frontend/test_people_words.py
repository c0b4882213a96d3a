"""The console has a word for everything that the role table speaks of."""

import json
from pathlib import Path

import pytest

from tenants.accounts.permissions import actions_of
from tenants.accounts.roles import DEALER_ROLES

TEXTS = Path(__file__).parents[2] / "frontend" / "console" / "src" / "screens" / "people" / "texts"


@pytest.mark.parametrize("role", sorted(DEALER_ROLES))
def test_each_post_and_what_it_may_do_has_words(role: str) -> None:
    texts = json.loads((TEXTS / "en.json").read_text())
    subjects, verbs = zip(*(action.split(".") for action in actions_of(role)), strict=True)

    assert role in texts["posts"]
    assert set(subjects) - set(texts["subjects"]) == set()
    assert set(verbs) - set(texts["verbs"]) == set()

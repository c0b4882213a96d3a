"""Finding a file: by four digits of a plate, by a phone, by where customers stand."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tenants.accounts.models import User
from tests.browser.conftest import LANGUAGES, Visit
from tests.browser.test_screens import look_at
from tests.stories.telling import PEOPLE, PLATES, Story

SEARCH = {"en": "Find a file", "zh-hans": "查找档案", "es": "Buscar una ficha"}


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_in_each_language(
    language: str, mode: str, clara: User, anna: Story, visit: Visit, axe: str, output: Path
) -> None:
    visitor = visit(user=clara, locale=language, color_scheme=mode)
    page = visitor.go("/customers")

    expect(page.get_by_role("link", name="Anna")).to_be_visible()
    assert look_at(visitor, f"customers-{language}-{mode}", axe=axe, output=output) == []
    page.get_by_label(SEARCH[language]).fill(PLATES["north"][-4:])
    expect(page.get_by_role("link", name=PLATES["north"])).to_be_visible()
    assert look_at(visitor, f"customers-found-{language}-{mode}", axe=axe, output=output) == []


def test_a_car_is_found_by_four_digits_and_opened_without_the_mouse(
    clara: User, anna: Story, boris: Story, visit: Visit
) -> None:
    page = visit(user=clara).go("/customers")
    expect(page.get_by_role("link", name="Anna")).to_be_visible()

    page.keyboard.press("s")
    page.keyboard.type(PLATES["north"][-4:])
    found = page.get_by_role("region", name="By plate").get_by_role("link", name=PLATES["north"])
    expect(found).to_be_visible()
    page.keyboard.press("Tab")
    expect(found).to_be_focused()
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(rf"/vehicles/{anna.vehicle.pk}$"))


def test_the_other_dealers_people_are_neither_listed_nor_found(
    clara: User, anna: Story, boris: Story, visit: Visit
) -> None:
    page = visit(user=clara).go("/customers")
    expect(page.get_by_role("link", name="Anna")).to_be_visible()
    expect(page.get_by_role("link", name="Boris")).to_have_count(0)

    page.get_by_label("Find a file").fill(PEOPLE["south"][1][-6:])

    expect(page.get_by_text("No file is found by that.")).to_be_visible()

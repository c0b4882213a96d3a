"""Merging files: compared first, then merged, then parted again, by a person."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from core.models import Consent, Customer, MergeSuggestion
from tenants.accounts.models import User
from tenants.scope import DealerRef
from tests.browser.conftest import LANGUAGES, InDealer, Visit
from tests.browser.test_screens import look_at
from tests.stories.telling import Story

COMPARE = {"en": "Compare", "zh-hans": "比较", "es": "Comparar"}
MERGE = {"en": "Merge the files", "zh-hans": "合并档案", "es": "Unir las fichas"}


def suggest(story: Story) -> None:
    """Keep a second file that may be the owner's too; its owner wants no surveys."""
    now = datetime.now(UTC)
    other = Customer.objects.create(name="Boris", address="Second Street 2", created_at=now, updated_at=now)
    Consent.objects.create(
        customer=other, purpose="SURVEY", is_granted=False, source="PERSON", at=now, recorded_at=now, actor="user:1"
    )
    MergeSuggestion.objects.create(
        first=story.customer, second=other, reason="SAME_PHONE", state="OPEN", created_at=now
    )


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_merging_in_each_language(
    language: str,
    mode: str,
    clara: User,
    anna: Story,
    north: DealerRef,
    visit: Visit,
    act: InDealer,
    axe: str,
    output: Path,
) -> None:
    act(north, lambda: suggest(anna))
    visitor = visit(user=clara, locale=language, color_scheme=mode)
    page = visitor.go("/merges")

    page.get_by_role("button", name=COMPARE[language]).first.click()
    expect(page.get_by_role("button", name=MERGE[language])).to_be_visible()
    assert look_at(visitor, f"merges-{language}-{mode}", axe=axe, output=output) == []


def compare(page: Page) -> None:
    page.get_by_role("button", name="Compare Anna and Boris").press("Enter")
    expect(page.get_by_role("row", name="Survey Never asked No No")).to_be_visible()


def test_two_files_are_merged_and_parted_again(
    clara: User, anna: Story, north: DealerRef, visit: Visit, act: InDealer
) -> None:
    act(north, lambda: suggest(anna))
    page = visit(user=clara).go("/merges")
    compare(page)

    page.get_by_role("radio", name="Name: Boris").check()
    page.get_by_role("button", name="Merge the files").press("Enter")
    expect(page.get_by_text("No two files look like one person's.")).to_be_visible()
    assert act(north, lambda: Customer.objects.get(pk=anna.customer.pk).name) == "Boris"

    page.get_by_role("button", name="Undo").press("Enter")
    expect(page.get_by_text("Put back as it was: Name.")).to_be_visible()
    page.get_by_role("button", name="Part the files").press("Enter")
    expect(page.get_by_text("Nothing is merged.")).to_be_visible()
    assert act(north, lambda: Customer.objects.get(pk=anna.customer.pk).name) == "Anna"


def test_another_dealers_pairs_are_not_shown(
    anna: Story, director_in_south: User, north: DealerRef, visit: Visit, act: InDealer
) -> None:
    act(north, lambda: suggest(anna))

    page = visit(dealer="south", user=director_in_south).go("/merges")

    expect(page.get_by_text("No two files look like one person's.")).to_be_visible()

"""Settings, people: a deputy is named, does the open work at once, and gives it back."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from core.deputies import operations
from core.deputies.operations import Wish
from core.tasks import operations as tasks
from core.tasks.models import Task
from tenants.accounts import operations as accounts
from tenants.accounts.models import User
from tenants.accounts.roles import Role
from tenants.scope import DealerRef
from tests.browser.conftest import LANGUAGES, InDealer, Visit
from tests.browser.test_screens import look_at
from tests.core.making import make_customer

TITLES = {"en": "Deputies", "zh-hans": "代理人", "es": "Suplencias"}
# As the dealer's own calendar has it.
TODAY = datetime.now(UTC).astimezone(ZoneInfo("Asia/Shanghai")).date()


@pytest.fixture
def anna(north: DealerRef, act: InDealer, transactional_db: None) -> User:
    """A relations specialist who will be away; one call was given to her."""
    user: User = act(north, _anna)
    return user


def _anna() -> User:
    now = datetime.now(UTC)
    user = accounts.create_user(
        email="anna@north.example",
        name="Anna",
        role=Role.RELATIONS_SPECIALIST,
        password=None,
        language="en",
        now=now,
    )
    customer = make_customer(name="Boris")
    task = tasks.open_task(
        kind="CALL", customer_id=customer.pk, vehicle_id=None, reason="survey.no_answer", due_at=now, now=now
    )
    Task.objects.filter(pk=task.pk).update(assignee_id=user.pk)
    return user


def opened(visit: Visit, user: User, address: str) -> Page:
    page = visit(user=user).go(address)
    expect(page.locator(".live")).to_have_attribute("data-state", "live")
    return page


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_deputies_in_each_language(
    language: str,
    mode: str,
    clara: User,
    anna: User,
    specialist: User,
    north: DealerRef,
    act: InDealer,
    visit: Visit,
    axe: str,
    output: Path,
) -> None:
    wish = Wish(anna.pk, specialist.pk, from_date=TODAY, last_date=TODAY + timedelta(days=3))
    act(north, lambda: operations.name_deputy(wish, actor="user:1", address=None, now=datetime.now(UTC)))
    visitor = visit(user=clara, locale=language, color_scheme=mode)
    page = visitor.go("/settings/people")
    section = page.get_by_role("region", name=TITLES[language])
    expect(section.get_by_role("rowheader", name="Anna")).to_be_visible()
    section.get_by_role("button").first.click()
    expect(section.locator("form select").first).to_be_focused()

    assert look_at(visitor, f"deputies-{language}-{mode}", axe=axe, output=output) == []


def test_open_work_moves_at_once_and_comes_back(
    clara: User, anna: User, specialist: User, visit: Visit, output: Path
) -> None:
    theirs = opened(visit, specialist, "/today")
    expect(theirs.get_by_text("Nothing waits for you.")).to_be_visible()
    page = opened(visit, clara, "/settings/people")
    section = page.get_by_role("region", name="Deputies")

    section.get_by_role("button", name="Name a deputy").press("Enter")
    section.get_by_role("combobox", name="Away").select_option("Anna")
    section.get_by_role("combobox", name="Deputy").select_option("Specialist")
    section.get_by_label("From").fill(TODAY.isoformat())
    section.get_by_label("Last day").fill((TODAY + timedelta(days=2)).isoformat())
    section.get_by_role("button", name="Name", exact=True).press("Enter")
    expect(section.get_by_role("row").filter(has_text="Anna")).to_contain_text("Stands in now")

    expect(theirs.get_by_text("You stand in for Anna today: their open work is among yours.")).to_be_visible()
    expect(theirs.get_by_text("Boris").first).to_be_visible()
    theirs.screenshot(path=output / "deputies-today.png")

    section.get_by_role("button", name="End the deputyship of Specialist for Anna").press("Enter")
    page.keyboard.press("Enter")
    expect(section.get_by_text("Nobody is away.", exact=False)).to_be_visible()
    expect(theirs.get_by_text("Nothing waits for you.")).to_be_visible()


def test_a_refusal_stands_where_it_was_asked(clara: User, anna: User, specialist: User, visit: Visit) -> None:
    page = opened(visit, clara, "/settings/people")
    section = page.get_by_role("region", name="Deputies")

    section.get_by_role("button", name="Name a deputy").click()
    section.get_by_role("combobox", name="Away").select_option("Anna")
    section.get_by_role("combobox", name="Deputy").select_option("Specialist")
    section.get_by_label("From").fill(TODAY.isoformat())
    section.get_by_label("Last day").fill((TODAY - timedelta(days=1)).isoformat())
    section.get_by_role("button", name="Name", exact=True).click()

    expect(section.get_by_role("alert")).to_contain_text("The last day must not lie before the first")
    page.keyboard.press("Escape")
    expect(section.get_by_role("form")).to_have_count(0)

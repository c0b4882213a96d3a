"""Settings, people: who signs in here, with which post, and who is invited."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tenants.accounts import operations as accounts
from tenants.accounts.models import Invitation, User
from tenants.accounts.roles import Role
from tenants.scope import DealerRef, dealer_scope
from tests.browser.conftest import LANGUAGES, InDealer, Visit
from tests.browser.said import said
from tests.browser.test_screens import look_at, overflow

TITLES = {"en": "People", "zh-hans": "人员", "es": "Personas"}
INVITED = "new@north.example"
TABLETS = (1024, 820)


def row(page: Page, name: str) -> Locator:
    return page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=name))


def opened(visit: Visit, user: User, address: str = "/settings/people") -> Page:
    page = visit(user=user).go(address)
    expect(page.locator(".live")).to_have_attribute("data-state", "live")
    expect(row(page, "Clara")).to_be_visible()
    return page


@pytest.fixture
def head(north: DealerRef, transactional_db: None) -> User:
    """The head of north's house, above Clara."""
    with dealer_scope(north):
        user = accounts.create_user(
            email="head@north.example",
            name="Head",
            role=Role.GENERAL_MANAGER,
            password=None,
            language="en",
            now=datetime.now(UTC),
        )
    user.dealer_in_tests = north  # type: ignore[attr-defined]  # where a session is to be made
    return user


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_people_in_each_language(
    language: str, mode: str, clara: User, advisor: User, head: User, visit: Visit, axe: str, output: Path
) -> None:
    visitor = visit(user=clara, locale=language, color_scheme=mode)
    page = visitor.go("/settings/people")
    expect(page.get_by_role("heading", name=TITLES[language], level=1)).to_be_visible()
    expect(row(page, "Advisor")).to_be_visible()
    page.keyboard.press("n")
    page.locator("form.people-form input[type=email]").fill("doris@north.example")
    row(page, "Advisor").locator("button").first.click()
    expect(page.locator("form.people-change select")).to_be_focused()
    page.locator("details:not(.list-columns) summary").click()
    expect(page.locator("details:not(.list-columns) section")).to_have_count(6)

    wrong = look_at(visitor, f"people-{language}-{mode}", axe=axe, output=output)
    page.locator("form.people-change select").press("Escape")
    page.get_by_role("button", name=said("people", "deactivate.name", language=language, name="Advisor")).click()
    expect(page.get_by_role("button", name=said("people", "deactivate.yes", language=language))).to_be_focused()
    wrong += look_at(visitor, f"people-sure-{language}-{mode}", axe=axe, output=output)
    assert wrong == []


@pytest.mark.parametrize("width", TABLETS)
def test_people_fit_a_tablet(width: int, clara: User, advisor: User, visit: Visit, output: Path) -> None:
    page = opened(visit, clara)
    page.set_viewport_size({"width": width, "height": 1100})

    page.screenshot(path=output / f"people-{width}.png")
    assert overflow(page) == 0


def test_somebody_is_invited_again_and_the_invitation_withdrawn_by_keyboard(
    clara: User, north: DealerRef, act: InDealer, visit: Visit, output: Path
) -> None:
    page = opened(visit, clara)

    page.keyboard.press("n")
    expect(page.get_by_label("E-mail", exact=True)).to_be_focused()
    page.keyboard.type(INVITED)
    page.keyboard.press("Tab")
    page.keyboard.type("Boris")
    page.get_by_role("form").get_by_label("Post").select_option("SERVICE_MANAGER")
    page.get_by_role("button", name="Send the invitation", exact=True).press("Enter")
    expect(page.get_by_text(f"The invitation is on its way to {INVITED}.")).to_be_visible()
    expect(row(page, "Boris")).to_contain_text("Service manager")
    page.screenshot(path=output / "people-invited.png")

    page.get_by_role("button", name="Send again: the invitation of Boris").press("Enter")
    expect(page.get_by_text(f"The invitation is on its way to {INVITED}.")).to_have_count(2)
    assert act(north, lambda: Invitation.objects.get(email=INVITED).issue) == 2

    page.get_by_role("button", name="Withdraw the invitation of Boris").press("Enter")
    expect(page.get_by_role("button", name="Yes, withdraw")).to_be_focused()
    page.keyboard.press("Enter")
    expect(row(page, "Boris")).to_have_count(0)


def test_an_address_that_is_here_already_is_said_beside_it(clara: User, advisor: User, visit: Visit) -> None:
    page = opened(visit, clara)

    page.get_by_role("button", name="Invite somebody").click()
    page.get_by_label("E-mail", exact=True).fill(advisor.email)
    page.get_by_label("Name", exact=True).fill("Advisor")
    page.get_by_role("button", name="Send the invitation").click()

    expect(page.get_by_role("form").get_by_role("alert")).to_have_text("Somebody here has this address already.")
    expect(page.get_by_label("E-mail", exact=True)).to_have_value(advisor.email)


def test_a_post_is_changed_and_access_taken_and_given_by_keyboard(
    clara: User, advisor: User, visit: Visit, output: Path
) -> None:
    page = opened(visit, clara)

    page.get_by_role("button", name="Change post: Advisor").press("Enter")
    expect(row(page, "Advisor").get_by_role("combobox", name="Post")).to_be_focused()
    row(page, "Advisor").get_by_role("combobox", name="Post").select_option("SERVICE_MANAGER")
    page.screenshot(path=output / "people-change.png")
    page.get_by_role("button", name="Give this post").press("Enter")
    expect(row(page, "Advisor").get_by_role("cell").first).to_have_text("Service manager")

    page.get_by_role("button", name="Deactivate Advisor").press("Enter")
    page.screenshot(path=output / "people-sure.png")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Deactivate Advisor")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Yes, deactivate")).to_be_focused()
    page.keyboard.press("Enter")
    expect(row(page, "Advisor")).to_have_count(0)

    page.get_by_role("combobox", name="Access").select_option("inactive")
    page.get_by_role("button", name="Let in again: Advisor").press("Enter")
    expect(page.get_by_text("Nobody here fits these filters.")).to_be_visible()
    page.get_by_role("combobox", name="Access").select_option("all")
    expect(row(page, "Advisor")).to_contain_text("May sign in")
    expect(page).to_have_url(re.compile("state=all"))


def test_nobody_is_locked_out_by_themselves_nor_by_those_below(clara: User, head: User, visit: Visit) -> None:
    page = opened(visit, clara)

    expect(row(page, "Clara")).to_contain_text("(you)")
    for name in ("Clara", "Head"):
        expect(row(page, name)).to_be_visible()
        expect(row(page, name).get_by_role("button")).to_have_count(0)
    page.keyboard.press("n")
    above = page.get_by_role("form").get_by_label("Post").locator("option[value=GENERAL_MANAGER]")
    expect(above).to_be_disabled()
    expect(above).to_have_text("General manager (not yours to give)")


def test_who_is_deactivated_is_out_at_once(clara: User, advisor: User, visit: Visit) -> None:
    theirs = visit(user=advisor).go("/account")
    expect(theirs.locator(".live")).to_have_attribute("data-state", "live")
    page = opened(visit, clara)

    page.get_by_role("button", name="Deactivate Advisor").click()
    page.get_by_role("button", name="Yes, deactivate").click()

    expect(theirs.get_by_text("Your session has ended. What you typed is still here.")).to_be_visible()


def test_what_a_colleague_does_shows_without_a_reload(clara: User, advisor: User, head: User, visit: Visit) -> None:
    page, other = opened(visit, clara), opened(visit, head, "/settings/people?state=all")

    page.get_by_role("button", name="Deactivate Advisor").click()
    page.get_by_role("button", name="Yes, deactivate").click()

    expect(row(other, "Advisor")).to_contain_text("Deactivated")


def test_somebody_locked_out_is_unlocked(clara: User, advisor: User, visit: Visit, output: Path) -> None:
    outside = visit().go("/sign-in")
    outside.evaluate(WRONG_PASSWORDS, advisor.email)
    page = opened(visit, clara)

    expect(row(page, "Advisor")).to_contain_text("Locked until")
    page.screenshot(path=output / "people-locked.png")
    page.get_by_role("button", name="Unlock Advisor").click()

    expect(row(page, "Advisor")).to_contain_text("May sign in")


# As the sign-in page asks, five times in a row.
WRONG_PASSWORDS = """async (email) => {
    const root = "/_allauth/browser/v1/auth";
    await fetch(`${root}/session`);
    const token = document.cookie.match(/csrftoken=([^;]+)/)[1];
    const headers = {"Content-Type": "application/json", "X-CSRFToken": token};
    for (let time = 0; time < 5; time += 1) {
        await fetch(`${root}/login`, {
            method: "POST", headers, body: JSON.stringify({email, password: "not it"}),
        });
    }
}"""


def test_the_other_dealers_people_are_not_seen(
    clara: User, specialist_in_south: User, south: DealerRef, act: InDealer, visit: Visit
) -> None:
    act(
        south,
        lambda: Invitation.objects.create(
            email="x@south.example",
            name="Boris",
            role=Role.SERVICE_ADVISOR,
            language="es",
            invited_by_id=specialist_in_south.pk,
            created_at=datetime.now(UTC),
            expires_at=datetime.now(UTC),
        ),
    )
    page = opened(visit, clara, "/settings/people?state=all")

    expect(page.get_by_text("No invitation is waiting.")).to_be_visible()
    expect(page.get_by_role("rowheader")).to_have_count(1)
    expect(page.get_by_text("south.example")).to_have_count(0)


def test_it_is_no_screen_of_an_advisors(advisor: User, visit: Visit) -> None:
    page = visit(user=advisor).go("/settings/people")

    expect(page.get_by_role("heading", name="This screen belongs to another post.")).to_be_visible()

"""Every page in every language, light and dark, wide and narrow: accessible, inside its width, and kept as picture."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tenants.accounts.models import User
from tenants.scope import DealerRef
from tests.browser.conftest import LANGUAGES, InDealer, Visit, Visitor
from tests.browser.phones import ask_how_it_was, messages, owner, tell_receipts
from tests.stories.telling import Story

WIDE, NARROW = 1280, 320
# What turns for as long as something is awaited has no end of its own.
IS_AT_REST = """() => !document.querySelector('[aria-busy="true"], .ant-btn-loading')
    && !document.getAnimations().some((one) => one.effect.getComputedTiming().endTime !== Infinity)"""
# The rules of WCAG 2.2 AA and what axe's authors recommend beside them; one of AA they count as an experiment still:
# whoever speaks to the browser says the words that they see.
CHECKS = """() => axe.run(document, {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    rules: { "label-content-name-mismatch": { enabled: true } },
})"""


def violations(page: Page, axe: str) -> list[tuple[str, Any]]:
    """Return what breaks a rule, as pairs of the rule and the places."""
    page.evaluate(axe)
    found = page.evaluate(CHECKS)["violations"]
    return [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found]


def come_to_rest(page: Page) -> None:
    """Wait until the page neither loads nor moves: colours halfway between two are nobody's choice."""
    page.wait_for_function(IS_AT_REST)


def overflow(page: Page) -> int:
    """Return by how many pixels the page is wider than the window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def look_at(visitor: Visitor, name: str, *, axe: str, output: Path) -> list[Any]:
    """Take pictures of the page that stands, in both widths, and return what is wrong with it."""
    page = visitor.page
    wrong: list[Any] = []
    for width in (WIDE, NARROW):
        page.set_viewport_size({"width": width, "height": 800})
        come_to_rest(page)
        page.screenshot(path=output / f"{name}-{width}.png", full_page=True)
        wrong += [(name, width, *one) for one in violations(page, axe)]
        if by := overflow(page):
            wrong.append((name, width, "too wide by", by))
    return wrong


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_can_be_used_by_everybody(
    clara: User,
    advisor: User,
    anna: Story,
    north: DealerRef,
    visit: Visit,
    act: InDealer,
    axe: str,
    output: Path,
    language: str,
    scheme: str,
) -> None:
    act(north, lambda: ask_how_it_was(anna))
    kind, wishes = f"{language}-{scheme}", {"locale": language, "color_scheme": scheme}
    inside = visit(user=clara, **wishes)
    wrong: list[Any] = []

    def look(visitor: Visitor, name: str) -> None:
        wrong.extend(look_at(visitor, f"{name}-{kind}", axe=axe, output=output))

    inside.go("/nothing.here")
    look(inside, "not-found")
    refused = visit(user=advisor, **wishes)
    refused.go("/simulator/")
    look(refused, "no-permission")

    page = inside.go("/simulator/")
    expect(owner_row(page)).to_be_visible()
    look(inside, "simulator-no-phone")
    owner_row(page).click()
    expect(page.locator(".talk .out")).to_have_count(1)
    page.locator(".talk .taps button").first.click()
    expect(page.locator(".talk .out")).to_have_count(2)
    act(north, lambda: tell_receipts(anna, "delivered", "read"))
    expect(page.locator('.talk [data-state="READ"]')).to_be_visible()
    look(inside, "simulator")
    page.locator("#search").fill("nobody of this name")
    expect(page.locator("#owners-note")).to_be_visible()
    look(inside, "simulator-not-found")

    assert wrong == []
    assert page.locator("html").get_attribute("lang") == language


def owner_row(page: Page) -> Any:
    return page.locator("#owners button").first


def test_the_checks_find_what_is_wrong(visit: Visit, axe: str) -> None:
    page = visit().go("/sign-in")
    page.get_by_text("E-mail", exact=True).evaluate("label => label.remove()")
    page.locator("h1").evaluate("title => title.style.color = '#eee'")
    page.locator("form button").first.evaluate("button => button.setAttribute('aria-label', 'Something else')")

    found = {rule for rule, _places in violations(page, axe)}
    assert found == {"label", "color-contrast", "label-content-name-mismatch"}


def test_an_empty_simulator_says_what_comes_first(
    clara: User, visit: Visit, axe: str, output: Path, north: DealerRef
) -> None:
    visitor = visit(user=clara, locale="zh-CN")
    page = visitor.go("/simulator/")
    expect(page.get_by_text("暂无车主。发出第一条消息后，这里会出现手机。")).to_be_visible()

    assert look_at(visitor, "simulator-empty", axe=axe, output=output) == []


def test_the_api_page_renders_from_our_own_files(clara: User, visit: Visit, output: Path) -> None:
    page = visit(user=clara).go("/api/docs/")

    expect(page.get_by_role("heading", name="Aftercare")).to_be_visible()
    # The page draws its calls bit by bit; the first is there first.
    page.locator(".opblock-get .opblock-summary-control").first.click()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_role("button", name="Execute").click()
    expect(page.locator(".live-responses-table .response-col_status").last).to_be_visible()
    page.screenshot(path=output / "api-docs.png")


def test_messages_stay_readable_when_they_are_long(
    clara: User, anna: Story, north: DealerRef, visit: Visit, act: InDealer, output: Path
) -> None:
    page = visit(user=clara, viewport={"width": NARROW, "height": 800}).go("/simulator/")
    act(north, lambda: ask_how_it_was(anna))
    owner(page, "Anna").click()
    page.locator("#text").fill("oneverylongword" * 40)
    page.keyboard.press("Enter")
    expect(messages(page)).to_have_count(3)

    page.screenshot(path=output / "simulator-long-word.png", full_page=True)
    assert overflow(page) == 0

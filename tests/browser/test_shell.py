"""The console's frame: what is around every screen, and what it says when something is wrong."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tenants.accounts.models import User
from tenants.scope import DealerRef
from tests.browser.conftest import LANGUAGES, InDealer, Visit
from tests.browser.phones import ask_how_it_was
from tests.browser.test_screens import come_to_rest, look_at, overflow, violations
from tests.stories.telling import PLATES, Story

WORDS = {"en": "Customers", "zh-hans": "客户", "es": "Clientes"}
KEYS = {"en": "Keys", "zh-hans": "快捷键", "es": "Teclas"}
ME = "**/api/v1/me/"
TABLETS = (1024, 820)


def frame(page: Page) -> Page:
    expect(page.get_by_role("navigation")).to_be_visible()
    return page


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_frame_in_each_language(
    language: str, mode: str, clara: User, visit: Visit, axe: str, output: Path
) -> None:
    visitor = visit(user=clara, locale=language, color_scheme=mode)
    page = visitor.go("/account")

    expect(page.get_by_role("link", name=WORDS[language], exact=True)).to_be_visible()
    expect(page.locator(".live")).to_have_attribute("data-state", "live")
    wrong = look_at(visitor, f"frame-{language}-{mode}", axe=axe, output=output)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name=KEYS[language]).get_by_text("Ctrl").first).to_be_visible()
    come_to_rest(page)
    page.screenshot(path=output / f"keys-{language}-{mode}.png")
    wrong += violations(page, axe)
    assert wrong == []


@pytest.mark.parametrize("width", TABLETS)
def test_the_frame_fits_a_tablet(width: int, clara: User, visit: Visit, output: Path) -> None:
    page = frame(visit(user=clara, viewport={"width": width, "height": 1100}).go("/account"))

    page.screenshot(path=output / f"frame-{width}.png")
    assert overflow(page) == 0


def test_a_page_is_found_by_a_few_letters_and_opened_by_enter(clara: User, visit: Visit) -> None:
    page = frame(visit(user=clara).go("/account"))

    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="What are you looking for?").fill("aud")
    expect(page.get_by_role("dialog").get_by_role("option")).to_have_text(["Audit Page"])
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(r"/settings/audit$"))


def test_a_car_is_found_by_four_digits_of_its_plate(
    clara: User, anna: Story, boris: Story, visit: Visit, output: Path
) -> None:
    page = frame(visit(user=clara).go("/account"))
    digits = PLATES["north"][-4:]

    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="What are you looking for?").fill(digits)
    found = page.get_by_role("dialog").get_by_role("option")
    expect(found).to_have_count(1)
    expect(found).to_contain_text(PLATES["north"])
    expect(found).to_contain_text("Anna")
    page.screenshot(path=output / "palette.png")
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(rf"/vehicles/{anna.vehicle.pk}$"))
    assert digits not in page.url


def test_another_dealers_car_is_not_found(clara: User, boris: Story, visit: Visit) -> None:
    page = frame(visit(user=clara).go("/account"))

    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="What are you looking for?").fill(PLATES["south"])

    expect(page.get_by_text("Nothing is found by that.")).to_be_visible()


def test_two_keys_lead_to_a_screen_and_the_window_is_named_after_it(clara: User, visit: Visit) -> None:
    page = frame(visit(user=clara).go("/account"))

    page.keyboard.press("g")
    page.keyboard.press("l")

    expect(page).to_have_url(re.compile(r"/settings/audit$"))
    expect(page).to_have_title("Audit · North Motors · Aftercare")


def test_the_navigation_shows_what_the_post_includes(advisor: User, visit: Visit, output: Path) -> None:
    page = frame(visit(user=advisor).go("/account"))

    expect(page.get_by_role("link", name="Customers")).to_be_visible()
    expect(page.get_by_role("link", name="Inbox")).to_have_count(0)
    page.goto(re.sub("/account$", "/settings/audit", page.url))
    expect(page.get_by_role("heading", name="This screen belongs to another post.")).to_be_visible()
    page.screenshot(path=output / "no-permission-console.png")


def test_who_is_not_signed_in_is_led_to_the_form_and_back(visit: Visit) -> None:
    visitor, said = visit(), list[str]()
    visitor.page.on("console", lambda line: said.append(line.text) if line.type == "error" else None)
    page = visitor.go("/settings/audit")

    expect(page).to_have_url(re.compile(r"/sign-in\?next=%2Fsettings%2Faudit$"))
    expect(page.get_by_label("E-mail")).to_be_focused()
    assert said == []


def test_without_a_network_the_page_says_so(clara: User, visit: Visit, output: Path) -> None:
    page = frame(visit(user=clara).go("/account"))

    page.context.set_offline(True)
    expect(page.get_by_text("No network. What you see may be old")).to_be_visible()
    page.screenshot(path=output / "offline.png")

    page.context.set_offline(False)
    expect(page.get_by_text("No network. What you see may be old")).to_have_count(0)


def test_a_session_that_ended_is_said_and_what_was_typed_stays(clara: User, visit: Visit, output: Path) -> None:
    page = frame(visit(user=clara).go("/account"))
    kept: Any = page.context.cookies()

    page.context.clear_cookies(name="aftercare_session")
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="What are you looking for?").fill("1234")
    expect(page.get_by_text("Your session has ended. What you typed is still here.")).to_be_visible()
    expect(page.get_by_role("combobox", name="What are you looking for?")).to_have_value("1234")
    page.keyboard.press("Escape")
    page.screenshot(path=output / "session-ended.png")

    page.context.add_cookies(kept)  # as another tab does
    page.get_by_role("button", name="I have signed in again").click()
    expect(page.get_by_text("Your session has ended. What you typed is still here.")).to_have_count(0)


def test_what_stood_there_stays_under_the_banner(clara: User, visit: Visit, output: Path) -> None:
    page = frame(visit(user=clara, locale="en").go("/settings/people"))
    expect(page.get_by_role("table").first).to_be_visible()
    kept: Any = page.context.cookies()

    page.context.clear_cookies(name="aftercare_session")
    page.get_by_role("link", name="Today").click()
    expect(page.get_by_text("Your session has ended. What you typed is still here.")).to_be_visible()
    expect(page.get_by_role("button", name="Try again")).to_have_count(0)
    page.screenshot(path=output / "session-ended-panes.png")

    page.context.add_cookies(kept)
    page.get_by_role("button", name="I have signed in again").click()
    expect(page.get_by_text("Nothing waits for you.")).to_be_visible()


def test_signing_out_hides_what_the_other_tabs_show(clara: User, visit: Visit) -> None:
    first = frame(visit(user=clara, locale="en").go("/settings/people"))
    second = first.context.new_page()
    second.goto(first.url)
    expect(second.get_by_role("heading", level=1)).to_be_visible()

    first.get_by_role("button", name="Sign out").click()

    expect(second).to_have_url(re.compile(r"/sign-in$"))
    expect(second.get_by_label("E-mail")).to_be_visible()
    expect(second.get_by_text(clara.email)).to_have_count(0)


def test_a_server_that_is_away_can_be_tried_again(clara: User, visit: Visit) -> None:
    visitor = visit(user=clara)
    visitor.page.route(ME, lambda route: route.abort())
    page = visitor.go("/account")
    expect(page.get_by_text("The server cannot be reached. Nothing was lost; try again.")).to_be_visible()

    expect(page.get_by_role("button", name="Try again")).to_be_visible()

    page.unroute(ME)
    # The page may have asked again by itself by now, and the button be gone: either way leads on.
    page.evaluate("document.querySelector('.state button')?.click()")

    frame(page)


def test_a_screen_whose_script_is_gone_says_how_to_go_on(clara: User, visit: Visit, output: Path) -> None:
    visitor = visit(user=clara)
    page = frame(visitor.go("/account"))
    expect(page.get_by_role("heading", name="My account")).to_be_visible()

    page.route("**/static/console/assets/*", lambda route: route.abort())
    page.get_by_role("link", name="Audit").click()

    expect(page.get_by_role("button", name="Load again")).to_be_visible()
    page.screenshot(path=output / "broken.png")
    page.unroute("**/static/console/assets/*")
    page.get_by_role("button", name="Load again").click()
    frame(page)


def test_an_address_that_leads_nowhere_says_so(clara: User, visit: Visit) -> None:
    page = frame(visit(user=clara).go("/no/such/screen"))

    expect(page.get_by_role("heading", name="There is nothing at this address.")).to_be_visible()


def test_the_phones_stand_beside_the_screen(
    clara: User, anna: Story, north: DealerRef, visit: Visit, act: InDealer, output: Path
) -> None:
    act(north, lambda: ask_how_it_was(anna))
    page = frame(visit(user=clara).go("/account"))

    page.get_by_role("button", name="Phones").click()
    phones = page.frame_locator("iframe")
    expect(phones.get_by_role("button", name=re.compile("Anna"))).to_be_visible()
    page.screenshot(path=output / "phones-beside.png")
    page.reload()
    expect(phones.get_by_role("button", name=re.compile("Anna"))).to_be_visible()

    page.get_by_role("button", name="Phones").click()
    expect(page.locator("iframe")).to_have_count(0)


def test_on_a_tablet_the_phones_open_in_view_and_the_bar_names_the_person(
    clara: User, anna: Story, north: DealerRef, visit: Visit, act: InDealer, output: Path
) -> None:
    act(north, lambda: ask_how_it_was(anna))
    page = frame(visit(user=clara, locale="en", viewport={"width": 768, "height": 1000}).go("/account"))
    expect(page.locator(".who")).to_be_visible()

    page.get_by_role("button", name="Phones").click()

    expect(page.get_by_role("complementary", name="The owners' phones")).to_be_in_viewport()
    page.screenshot(path=output / "phones-tablet.png")
    assert overflow(page) == 0


def test_a_choice_of_language_and_look_stays(clara: User, visit: Visit) -> None:
    page = frame(visit(user=clara).go("/account"))

    page.get_by_label("Light or dark").select_option("dark")
    page.get_by_role("combobox", name="Language").select_option("es")
    expect(page.get_by_role("link", name="Clientes", exact=True)).to_be_visible()
    page.reload()

    expect(page.get_by_role("link", name="Clientes", exact=True)).to_be_visible()
    expect(page.locator("html")).to_have_attribute("data-mode", "dark")
    expect(page.locator("html")).to_have_attribute("lang", "es")


def test_the_manufacturers_people_have_a_frame_of_their_own(doris: User, visit: Visit, output: Path) -> None:
    page = frame(visit(dealer="", user=doris).go("/"))

    expect(page.get_by_role("heading", name="My account")).to_be_visible()
    expect(page.locator(".live")).to_have_count(0)
    page.screenshot(path=output / "frame-manufacturer.png")

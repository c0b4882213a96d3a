"""What the simulator says when something fails, ends, or is not for one's post."""

from playwright.sync_api import expect

from tenants.accounts import operations as accounts
from tenants.accounts.models import User
from tenants.accounts.roles import Role
from tenants.scope import DealerRef
from tests.browser.conftest import InDealer, Visit
from tests.browser.phones import ask_how_it_was, messages, owner
from tests.stories.telling import Story

LIST = "**/api/v1/conversations/?*"
PHONE = "**/api/v1/simulator/**"
BROKEN = "That did not work. Try again."
# Without it only what the test does loads the list: a line that stands loads it too, at a moment of its own.
NO_LINE = "window.WebSocket = class { close() {} }"


def test_a_list_that_breaks_says_so_and_can_be_tried_again(clara: User, visit: Visit) -> None:
    visitor = visit(user=clara)
    visitor.page.add_init_script(NO_LINE)
    visitor.page.route(LIST, lambda route: route.fulfill(status=500, body="<h1>broken</h1>"))
    page = visitor.go("/simulator/")
    expect(page.get_by_text(BROKEN)).to_be_visible()

    page.unroute(LIST)
    page.get_by_role("button", name="Try again").click()

    expect(page.get_by_text("Nobody here yet.")).to_be_visible()
    expect(page.get_by_role("button", name="Try again")).to_be_hidden()


def test_without_a_server_nothing_is_lost(
    clara: User, anna: Story, north: DealerRef, visit: Visit, act: InDealer
) -> None:
    act(north, lambda: ask_how_it_was(anna))
    page = visit(user=clara).go("/simulator/")
    owner(page, "Anna").click()
    expect(messages(page)).to_have_count(1)

    page.route(PHONE, lambda route: route.abort())
    page.get_by_label("Your answer as the owner").fill("1")
    page.keyboard.press("Enter")

    expect(page.get_by_role("alert")).to_have_text(BROKEN)
    expect(page.get_by_label("Your answer as the owner")).to_have_value("1")
    page.unroute(PHONE)
    page.keyboard.press("Enter")
    expect(messages(page)).to_have_count(3)
    expect(page.locator("#write-note")).to_have_text("")


def test_a_session_that_ended_leads_to_signing_in(clara: User, visit: Visit) -> None:
    page = visit(user=clara).go("/simulator/")
    expect(page.get_by_text("Nobody here yet.")).to_be_visible()
    page.context.clear_cookies()

    page.get_by_label("Find by name or number").fill("Anna")
    expect(page.get_by_text("You are signed out.")).to_be_visible()


def test_who_leaves_is_cut_off_at_once(clara: User, visit: Visit, north: DealerRef, act: InDealer) -> None:
    page = visit(user=clara).go("/simulator/")
    expect(page.get_by_text("Live", exact=True)).to_be_visible()

    act(north, lambda: accounts.deactivate_user(user_id=clara.pk))

    expect(page.locator("#live")).to_have_text("You are signed out.", timeout=5000)
    page.locator("#sign-in").get_by_role("link", name="Sign in").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_who_changes_post_hears_no_more(clara: User, visit: Visit, north: DealerRef, act: InDealer) -> None:
    page = visit(user=clara).go("/simulator/")
    expect(page.get_by_text("Live", exact=True)).to_be_visible()

    act(north, lambda: accounts.change_role(user_id=clara.pk, role=Role.SERVICE_ADVISOR))

    expect(page.locator("#live")).to_have_text("You are signed out.", timeout=5000)


def test_a_line_that_breaks_comes_back_by_itself(clara: User, visit: Visit) -> None:
    visitor = visit(user=clara)
    page = visitor.page
    page.route_web_socket("**/live/", lambda line: line.close())
    visitor.go("/simulator/")
    expect(page.locator("#live")).to_have_text("Not live; trying again")


def test_a_form_from_an_old_page_is_refused_in_words(clara: User, visit: Visit) -> None:
    page = visit(user=clara, locale="es").go("/simulator/")
    page.context.clear_cookies(name="csrftoken")

    page.get_by_role("button", name="Cambiar").click()

    expect(page.get_by_role("heading", name="La página estuvo abierta demasiado tiempo.")).to_be_visible()

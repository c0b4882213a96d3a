"""The owner's phone: what the house says appears on it, what is typed or tapped comes back through the real door."""

from playwright.sync_api import WebSocket, expect

from notifications.inbound.models import InboundEvent
from tenants.accounts.models import User
from tenants.scope import DealerRef
from tests.browser.conftest import InDealer, Visit
from tests.browser.phones import ask_how_it_was, messages, owner, tell_receipts
from tests.stories.telling import Story


def test_a_message_appears_live_is_tapped_and_answered_by_the_next_question(
    clara: User, anna: Story, north: DealerRef, visit: Visit, act: InDealer
) -> None:
    page = visit(user=clara).go("/simulator/")
    expect(page.get_by_text("Live", exact=True)).to_be_visible()
    expect(page.get_by_text("Nobody here yet.")).to_be_visible()

    act(north, lambda: ask_how_it_was(anna))
    owner(page, "Anna").click()
    expect(messages(page)).to_have_count(1)
    messages(page).get_by_role("button").first.click()

    expect(messages(page)).to_have_count(3)
    expect(messages(page).nth(1)).to_have_class("in")
    expect(messages(page).nth(2)).to_have_class("out")
    assert act(north, lambda: list(InboundEvent.objects.values_list("matched_by", flat=True))) == ["TAP"]


def test_what_is_typed_is_understood(clara: User, anna: Story, north: DealerRef, visit: Visit, act: InDealer) -> None:
    page = visit(user=clara).go("/simulator/")
    act(north, lambda: ask_how_it_was(anna))
    owner(page, "Anna").click()

    expect(page.get_by_label("Your answer as the owner")).to_be_focused()
    page.keyboard.type("非常满意")
    page.keyboard.press("Enter")

    expect(messages(page)).to_have_count(3)
    expect(messages(page).nth(1)).to_contain_text("非常满意")
    expect(page.get_by_label("Your answer as the owner")).to_have_value("")


def test_ticks_follow_the_receipts(clara: User, anna: Story, north: DealerRef, visit: Visit, act: InDealer) -> None:
    page = visit(user=clara).go("/simulator/")
    act(north, lambda: ask_how_it_was(anna))
    owner(page, "Anna").click()
    expect(messages(page).first.locator(".state")).to_contain_text("sent")

    act(north, lambda: tell_receipts(anna, "delivered"))
    expect(messages(page).first.locator(".state")).to_contain_text("delivered")

    act(north, lambda: tell_receipts(anna, "read"))
    expect(messages(page).first.locator(".state")).to_contain_text("read")


def test_owners_are_found_by_name_and_number(
    clara: User, anna: Story, north: DealerRef, visit: Visit, act: InDealer
) -> None:
    page = visit(user=clara).go("/simulator/")
    act(north, lambda: ask_how_it_was(anna))
    search = page.get_by_label("Find by name or number")

    search.fill("nobody of this name")
    expect(page.get_by_text("Nobody is found by that.")).to_be_visible()
    search.fill("ann")
    expect(owner(page, "Anna")).to_be_visible()
    search.fill(anna.address[-6:])
    expect(owner(page, "Anna")).to_be_visible()
    assert anna.address[-6:] not in page.url


def test_the_phone_picked_is_there_after_a_reload(
    clara: User, anna: Story, north: DealerRef, visit: Visit, act: InDealer
) -> None:
    page = visit(user=clara).go("/simulator/")
    act(north, lambda: ask_how_it_was(anna))
    owner(page, "Anna").click()
    expect(messages(page)).to_have_count(1)

    page.reload()

    expect(page.get_by_role("heading", name="Anna")).to_be_visible()
    expect(messages(page)).to_have_count(1)


def test_the_other_dealers_page_shows_and_hears_nothing(
    clara: User, anna: Story, specialist_in_south: User, north: DealerRef, visit: Visit, act: InDealer
) -> None:
    watching = visit(user=clara).go("/simulator/")
    elsewhere = visit(dealer="south", user=specialist_in_south)
    heard: list[str | bytes] = []

    def listen(line: WebSocket) -> None:
        line.on("framereceived", lambda said: heard.append(said))  # a method cannot be marked, as it marks handlers

    elsewhere.page.on("websocket", listen)
    page = elsewhere.go("/simulator/")
    expect(page.get_by_text("Live", exact=True)).to_be_visible()

    act(north, lambda: ask_how_it_was(anna))
    expect(owner(watching, "Anna")).to_be_visible()

    page.reload()
    expect(page.get_by_text("Nobody here yet.")).to_be_visible()
    assert set(heard) <= {'{"type": "hello", "last": 0}'}
    page.goto(elsewhere.house.url("south", "/simulator/#1"))
    page.reload()
    expect(page.get_by_text("No phone picked")).to_be_visible()


def test_everything_is_done_by_keyboard(
    clara: User, anna: Story, north: DealerRef, visit: Visit, act: InDealer
) -> None:
    act(north, lambda: ask_how_it_was(anna))
    page = visit(user=clara).go("/simulator/")
    expect(owner(page, "Anna")).to_be_visible()

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Find by name or number")).to_be_focused()
    page.keyboard.press("Tab")
    expect(owner(page, "Anna")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Your answer as the owner")).to_be_focused()
    expect(messages(page)).to_have_count(1)
    for _step in messages(page).get_by_role("button").all():
        page.keyboard.press("Shift+Tab")
    expect(messages(page).get_by_role("button").first).to_be_focused()
    page.keyboard.press("Enter")

    expect(messages(page)).to_have_count(3)
    expect(messages(page).first.get_by_role("button").first).to_be_focused()


def test_an_owners_words_are_never_run(clara: User, anna: Story, north: DealerRef, visit: Visit, act: InDealer) -> None:
    page = visit(user=clara).go("/simulator/")
    act(north, lambda: ask_how_it_was(anna))
    owner(page, "Anna").click()
    hostile = "<img src=x onerror=alert(1)><script>alert(2)</script>"

    page.get_by_label("Your answer as the owner").fill(hostile)
    page.keyboard.press("Enter")

    expect(messages(page).nth(1)).to_contain_text(hostile)
    assert page.locator(".talk img, .talk script").count() == 0

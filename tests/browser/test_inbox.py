"""The inbox: a live chat answered by keyboard alone, two people in it, why something was stopped, nothing of others."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from notifications.conversations import notes, people
from notifications.models import Conversation, Message
from tenants.accounts.models import User
from tenants.scope import DealerRef
from tests.browser.conftest import LANGUAGES, InDealer, Visit
from tests.browser.phones import VISIT, ask_how_it_was, messages, owner
from tests.browser.said import said
from tests.browser.test_screens import look_at, overflow
from tests.stories.telling import Story

Hear = Callable[..., None]
WORDS = {
    "en": ("Waiting", "Person", "Very satisfied"),
    "zh-hans": ("待回复", "人员", "非常满意"),
    "es": ("En espera", "Persona", "Muy satisfecho"),
}
QUESTION = "你们几点关门？"


@pytest.fixture
def waiting(clara: User, anna: Story, north: DealerRef, act: InDealer) -> int:
    """Anna was asked how it was; Clara took over, the flow rests, and Anna waits: her conversation's number."""

    def ask() -> int:
        ask_how_it_was(anna)
        talk = Conversation.objects.get()
        people.take_over(conversation_id=talk.pk, user_id=clara.pk, now=datetime.now(UTC))
        say(anna, QUESTION)
        return talk.pk

    return int(act(north, ask))


def say(story: Story, text: str) -> None:
    """Let the owner write now, through the provider's own call; the house's worker takes it from there."""
    story.now = datetime.now(UTC)
    story.heard_ids += 1
    event = {"kind": "inbound", "provider_id": f"in-{story.heard_ids}", "sender": story.address, "text": text}
    story.deliver([event])


def row(page: Page, name: str = "Anna") -> Locator:
    return page.get_by_role("navigation", name="Conversations").get_by_role("link", name=re.compile(name))


def stream(page: Page) -> Locator:
    return page.get_by_role("log", name="Messages and notes")


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_inbox_in_each_language(
    language: str,
    mode: str,
    clara: User,
    anna: Story,
    waiting: int,
    north: DealerRef,
    visit: Visit,
    act: InDealer,
    axe: str,
    output: Path,
) -> None:
    act(north, lambda: notes.add(conversation_id=waiting, text="先问清车型", author_id=clara.pk, now=datetime.now(UTC)))
    tab, person, answer = WORDS[language]
    visitor = visit(user=clara, locale=language, color_scheme=mode)
    page = visitor.go(f"/inbox/{waiting}")

    expect(page.get_by_role("link", name=re.compile(f"^{tab}"))).to_be_visible()
    expect(page.get_by_role("heading", name=person, exact=True)).to_be_visible()
    expect(page.get_by_role("log").get_by_text("先问清车型")).to_be_visible()
    expect(page.get_by_role("log").get_by_text(QUESTION)).to_be_visible()
    expect(page.get_by_text(answer, exact=True).first).to_be_visible()
    wrong = look_at(visitor, f"inbox-{language}-{mode}", axe=axe, output=output)

    visitor.go("/inbox")
    page.get_by_role("button", name=said("inbox", "canned.manage", language=language)).click()
    ready = page.get_by_role("dialog", name=said("inbox", "canned.manage", language=language))
    ready.get_by_role("button", name=f"{said('inbox', 'canned.change', language=language)} /").first.click()
    expect(ready.get_by_label(said("inbox", "canned.text", language=language))).to_be_visible()
    assert [*wrong, *look_at(visitor, f"inbox-canned-{language}-{mode}", axe=axe, output=output)] == []


@pytest.mark.parametrize("width", [1024, 820])
def test_the_inbox_fits_a_tablet(width: int, clara: User, waiting: int, visit: Visit, output: Path) -> None:
    page = visit(user=clara, viewport={"width": width, "height": 1100}).go(f"/inbox/{waiting}")

    expect(stream(page).get_by_text(QUESTION)).to_be_visible()
    page.get_by_role("button", name="Person and notes").click()
    expect(page.get_by_role("heading", name="Person", exact=True)).to_be_visible()
    page.screenshot(path=output / f"inbox-{width}.png")
    assert overflow(page) == 0


def test_a_live_chat_is_answered_by_keyboard_alone(
    clara: User, anna: Story, north: DealerRef, visit: Visit, act: InDealer
) -> None:
    act(north, lambda: ask_how_it_was(anna))
    phone = visit(user=clara).go("/simulator/")
    owner(phone, "Anna").click()
    expect(messages(phone)).to_have_count(1)
    page = visit(user=clara).go("/inbox?tab=all")
    expect(row(page)).to_be_visible()
    expect(page.locator(".live")).to_have_attribute("data-state", "live")

    # The list, then the conversation.
    page.keyboard.press("j")
    expect(row(page)).to_be_focused()
    page.keyboard.press("Enter")
    expect(stream(page).get_by_role("article")).to_have_count(1)

    # The owner writes on the phone; it is here without a reload.
    phone.get_by_label("Your answer as the owner").fill(QUESTION)
    phone.keyboard.press("Enter")
    expect(stream(page).get_by_text(QUESTION, exact=True)).to_be_visible()

    # Taken over, the flow rests; a ready answer is picked by its shortcut and sent.
    page.keyboard.press("t")
    expect(page.get_by_text("Clara has it")).to_be_visible()
    expect(page.get_by_text("resting while a person writes")).to_be_visible()
    page.keyboard.press("r")
    expect(page.get_by_label("Message to the owner")).to_be_focused()
    page.keyboard.type("/稍")
    expect(page.get_by_role("listbox").get_by_role("option", selected=True)).to_contain_text("/稍等")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Message to the owner")).to_have_value(re.compile("请稍等"))
    page.keyboard.press("Enter")
    expect(stream(page).get_by_text(re.compile("请稍等"))).to_be_visible()
    expect(page.get_by_label("Message to the owner")).to_have_value("")

    # The owner's phone gets it.
    expect(messages(phone).filter(has_text="请稍等")).to_have_count(1)

    # Handed back, the flow puts its question again, and an answer leads on.
    page.keyboard.press("Escape")
    expect(stream(page)).to_be_focused()
    before = stream(page).get_by_role("article").count()
    page.keyboard.press("b")
    expect(page.get_by_text("With the flow", exact=True)).to_be_visible()
    expect(stream(page).get_by_role("article")).to_have_count(before + 1)
    phone.get_by_label("Your answer as the owner").fill("非常满意")
    phone.keyboard.press("Enter")
    expect(stream(page).get_by_role("article")).to_have_count(before + 3)
    page.keyboard.press("Escape")
    expect(page).to_have_url(re.compile(r"/inbox\?tab=all$"))
    expect(row(page)).to_be_focused()


def test_two_in_one_conversation_see_each_other_typing(
    clara: User, specialist: User, waiting: int, visit: Visit
) -> None:
    mine = visit(user=clara).go(f"/inbox/{waiting}")
    theirs = visit(user=specialist).go(f"/inbox/{waiting}")

    expect(mine.get_by_text("Also here: Specialist")).to_be_visible()
    expect(theirs.get_by_text("Also here: Clara")).to_be_visible()
    mine.get_by_label("Message to the owner").press_sequentially("六点")
    expect(theirs.get_by_text("Clara is writing…")).to_be_visible()
    mine.get_by_label("Message to the owner").fill("")
    expect(theirs.get_by_text("Also here: Clara")).to_be_visible()
    mine.close()
    expect(theirs.get_by_text("Also here")).to_have_count(0)


def test_who_is_second_is_told_who_was_first_and_keeps_the_text(
    clara: User, specialist: User, waiting: int, visit: Visit
) -> None:
    page = visit(user=specialist).go(f"/inbox/{waiting}")
    expect(page.get_by_text("Clara has it")).to_be_visible()

    page.get_by_label("Message to the owner").fill("六点关门。")
    page.keyboard.press("Enter")

    expect(page.get_by_role("alert")).to_contain_text("Somebody else has this conversation: Clara.")
    expect(page.get_by_label("Message to the owner")).to_have_value("六点关门。")
    page.get_by_role("button", name="Take from Clara").click()
    expect(page.get_by_text("Specialist has it")).to_be_visible()
    page.get_by_role("button", name="Send").click()
    expect(stream(page).get_by_text("六点关门。")).to_be_visible()


def test_a_message_stopped_by_an_opt_out_says_why(
    clara: User, anna: Story, north: DealerRef, visit: Visit, act: InDealer, output: Path
) -> None:
    def stop() -> None:
        # Held until tomorrow, so that no worker is quicker than the owner.
        tomorrow = datetime.now(UTC) + timedelta(days=1)
        values = {"values": VISIT, "is_proactive": False, "not_before_at": tomorrow}
        anna.start("after_sales_survey", case_kind="follow_up", case_id=anna.follow_up(), **values)
        say(anna, "退订")

    act(north, stop)
    page = visit(user=clara).go("/inbox?tab=all")
    row(page).click()
    first = stream(page).get_by_role("article").first

    expect(first.get_by_text("stopped: opted out")).to_be_visible()
    first.get_by_role("button", name="Why?").click()

    expect(first.get_by_text(re.compile("The owner wrote that they want no more messages.*退订"))).to_be_visible()
    expect(page.get_by_text("The owner wrote that they want no more messages.", exact=True)).to_be_visible()
    expect(page.get_by_label("Message to the owner")).to_have_count(0)
    page.screenshot(path=output / "inbox-opted-out.png")


def test_notes_stay_in_the_centre(
    clara: User, anna: Story, waiting: int, north: DealerRef, visit: Visit, act: InDealer
) -> None:
    page = visit(user=clara).go(f"/inbox/{waiting}")
    expect(stream(page).get_by_text(QUESTION)).to_be_visible()

    page.keyboard.press("n")
    page.keyboard.type("先问清车型")
    page.keyboard.press("Enter")

    expect(stream(page).get_by_text("先问清车型")).to_be_visible()
    assert act(north, lambda: Message.objects.filter(text__contains="先问清车型").exists()) is False


def test_a_conversation_is_found_by_words_that_stay_out_of_the_address(clara: User, waiting: int, visit: Visit) -> None:
    page = visit(user=clara).go("/inbox")
    expect(row(page)).to_contain_text(QUESTION)

    page.get_by_label("Find by name, number, plate or words").fill("几点关门")
    expect(row(page)).to_contain_text(QUESTION)
    page.get_by_label("Find by name, number, plate or words").fill("nobody of this name")

    expect(page.get_by_text("Nothing is found by that.")).to_be_visible()
    assert "nobody" not in page.url


def test_heads_keep_the_ready_answers(clara: User, specialist: User, waiting: int, visit: Visit) -> None:
    page = visit(user=clara).go("/inbox")
    page.get_by_role("button", name="Ready answers").click()
    box = page.get_by_role("dialog", name="Ready answers")
    box.get_by_label("Language").select_option("zh-hans")
    box.get_by_role("button", name="New answer").click()
    box.get_by_label("Shortcut").fill("几点")
    box.get_by_label("Text").fill("{name}您好，{nme}")
    box.get_by_role("button", name="Save").click()
    expect(box.get_by_role("alert")).to_contain_text("There is no such placeholder: nme.")
    box.get_by_label("Text").fill("{name}您好，我们六点关门。")
    box.get_by_role("button", name="Save").click()
    expect(box.get_by_text("{name}您好，我们六点关门。")).to_be_visible()

    theirs = visit(user=specialist).go(f"/inbox/{waiting}")
    expect(theirs.get_by_role("button", name="Ready answers")).to_have_count(0)
    theirs.get_by_label("Message to the owner").fill("/几")
    expect(theirs.get_by_role("listbox").get_by_role("option", selected=True)).to_contain_text("/几点")
    theirs.keyboard.press("Enter")
    expect(theirs.get_by_label("Message to the owner")).to_have_value("Anna您好，我们六点关门。")


def test_the_other_dealer_sees_nothing(
    specialist_in_south: User, waiting: int, anna: Story, north: DealerRef, visit: Visit, act: InDealer
) -> None:
    elsewhere = visit(dealer="south", user=specialist_in_south)
    heard: list[str] = []
    elsewhere.page.on("websocket", lambda line: line.on("framereceived", lambda said: heard.append(str(said))))
    page = elsewhere.go("/inbox?tab=all")
    expect(page.get_by_text("No conversations yet.", exact=False)).to_be_visible()
    expect(page.locator(".live")).to_have_attribute("data-state", "live")

    act(north, lambda: say(anna, "再问一次"))
    page.get_by_label("Find by name, number, plate or words").fill("Anna")
    expect(page.get_by_text("Nothing is found by that.")).to_be_visible()
    page.goto(elsewhere.house.url("south", f"/inbox/{waiting}"))

    expect(page.get_by_text("There is no such conversation.")).to_be_visible()
    assert [one for one in heard if "message." in one or "conversation." in one] == []


def test_the_inbox_is_not_for_every_post(advisor: User, waiting: int, visit: Visit, output: Path) -> None:
    page = visit(user=advisor).go(f"/inbox/{waiting}")

    expect(page.get_by_text("This screen belongs to another post.")).to_be_visible()
    expect(page.get_by_role("log")).to_have_count(0)


def test_without_a_network_what_is_written_stays(clara: User, waiting: int, visit: Visit) -> None:
    visitor = visit(user=clara)
    page = visitor.go(f"/inbox/{waiting}")
    expect(stream(page).get_by_text(QUESTION)).to_be_visible()
    page.context.set_offline(True)

    page.get_by_label("Message to the owner").fill("六点关门。")
    page.keyboard.press("Enter")

    expect(page.get_by_text("Your text is still here.", exact=False)).to_be_visible()
    expect(page.get_by_label("Message to the owner")).to_have_value("六点关门。")
    page.context.set_offline(False)
    page.get_by_role("button", name="Send").click()
    expect(stream(page).get_by_text("六点关门。")).to_be_visible()

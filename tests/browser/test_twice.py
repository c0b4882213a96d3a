"""What is pressed twice is done once: outcomes and answers; and a sender opened with a key that is wrong."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from core.models import Task
from notifications.models import ChannelAccount, Message
from tenants.accounts.models import User
from tenants.accounts.roles import Role
from tenants.scope import DealerRef
from tests.browser.conftest import InDealer, Visit, _user
from tests.browser.test_channels import confirm, open_sender
from tests.browser.test_inbox import stream
from tests.browser.test_inbox import waiting as waiting  # the fixture
from tests.browser.test_today import hand, make_calls
from tests.doubles import twilio as double

WRONG_TOKEN = "not the token of this account"


@pytest.fixture
def caller(north: DealerRef, transactional_db: None) -> User:
    """Somebody at north who makes the calls."""
    return _user(north, name="Specialist", role=Role.RELATIONS_SPECIALIST, language="en")


@pytest.fixture
def provider() -> Iterator[double.Twilio]:
    with double.Twilio() as provider:
        yield provider


def test_an_outcome_pressed_twice_is_one_try(caller: User, north: DealerRef, visit: Visit, act: InDealer) -> None:
    act(north, lambda: make_calls(2))
    page = visit(user=caller).go("/today")
    page.get_by_role("button", name="Open the next").dblclick()
    expect(hand(page).get_by_role("heading", name="Anna")).to_be_visible()

    hand(page).get_by_role("button", name="No answer").dblclick()
    expect(page.get_by_text("Recorded: No answer")).to_contain_text("comes back")

    tries = act(north, lambda: sorted(Task.objects.values_list("attempts", "state")))
    assert tries == [(0, "OPEN"), (1, "OPEN")]


def test_an_answer_sent_twice_in_haste_is_one_and_written_again_another(
    clara: User, waiting: int, north: DealerRef, visit: Visit, act: InDealer
) -> None:
    page = visit(user=clara).go(f"/inbox/{waiting}")
    box = page.get_by_role("textbox", name="Message to the owner")

    def sent() -> Any:
        return act(north, lambda: Message.objects.filter(direction="OUT", text="OK").count())

    box.fill("OK")
    page.evaluate(
        """() => {
            const box = document.querySelector(".inbox-composer textarea");
            for (let press = 0; press < 2; press++)
                box.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
        }"""
    )
    expect(stream(page).get_by_text("OK", exact=True)).to_have_count(1)
    expect(box).to_have_value("")
    assert sent() == 1

    box.fill("OK")
    box.press("Enter")
    expect(stream(page).get_by_text("OK", exact=True)).to_have_count(2)
    assert sent() == 2


def test_a_sender_with_a_wrong_key_says_so_and_shows_the_key_to_nobody(
    clara: User, north: DealerRef, visit: Visit, act: InDealer, provider: double.Twilio
) -> None:
    page = visit(user=clara, reduced_motion="reduce").go("/settings/channels")
    open_sender(page, provider, "en", token=WRONG_TOKEN)
    confirm(page)
    card = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name=double.NUMBER))
    card.get_by_role("button", name="Settings and tests").click()

    page.get_by_role("button", name="Ask the provider", exact=True).click()

    expect(card.get_by_role("alert")).to_be_visible()
    assert WRONG_TOKEN not in page.content()
    assert double.NUMBER in card.inner_text()
    assert act(north, ChannelAccount.objects.count) == 1

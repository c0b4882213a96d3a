"""Channels: a sender is opened at a provider, asked for, told where to call, and tested there and back, live."""

import http.client
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from channels_app.contract import RawRequest
from notifications.models import ChannelAccount, Message
from notifications.outbox import rates
from tenants.accounts.models import User
from tenants.scope import DealerRef
from tests.browser.conftest import CLARAS_PASSWORD, LANGUAGES, InDealer, Visit
from tests.browser.said import said
from tests.browser.test_screens import look_at
from tests.doubles import twilio as double

MINE = "+8613900139000"


@pytest.fixture
def provider() -> Iterator[double.Twilio]:
    with double.Twilio() as provider:
        yield provider


def word(key: str, language: str, **holes: object) -> str:
    return said("channels", key, language=language, **holes)


def press(page: Page, key: str, language: str) -> None:
    page.get_by_role("button", name=word(key, language), exact=True).click()


def open_sender(page: Page, provider: double.Twilio, language: str, *, token: str = double.TOKEN) -> None:
    press(page, "open.go", language)
    form = page.get_by_role("form", name=word("open.title", language))
    form.get_by_label(word("open.address", language)).fill(double.NUMBER)
    told = {"account_sid": double.ACCOUNT, "auth_token": token, "url": provider.url}
    for name, value in told.items():
        form.get_by_label(word(f"settings.{name}", language)).fill(value)
    form.get_by_role("button", name=word("open.send", language)).click()


def confirm(page: Page) -> None:
    page.locator(".account-confirm input").fill(CLARAS_PASSWORD)
    page.keyboard.press("Enter")


def knock(port: int, request: RawRequest) -> int:
    """Bring a provider's call to the house as it would come."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    path = f"{request.path}?{request.query}" if request.query else request.path
    connection.request("POST", path, request.body, {**request.headers, "Host": f"localhost:{port}"})
    return connection.getresponse().status


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sender_is_opened_asked_told_and_tested(
    language: str,
    clara: User,
    director_in_south: User,
    north: DealerRef,
    visit: Visit,
    act: InDealer,
    provider: double.Twilio,
    axe: str,
    output: Path,
) -> None:
    visitor = visit(user=clara, locale=language, reduced_motion="reduce")
    page = visitor.go("/settings/channels")
    expect(page.get_by_text(word("empty.title", language))).to_be_visible()
    expect(page.locator(".live")).to_have_attribute("data-state", "live")
    open_sender(page, provider, language)
    expect(page.locator(".account-confirm")).to_be_visible()
    assert look_at(visitor, f"channels-open-{language}", axe=axe, output=output) == []
    confirm(page)

    card = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name=double.NUMBER))
    expect(card.get_by_text(word("standing.ON", language))).to_be_visible()
    card.get_by_role("button", name=word("more.label", language)).click()
    press(page, "probe.go", language)
    expect(card.get_by_text("North Motors, active")).to_be_visible()
    press(page, "register.go", language)
    expect(card.get_by_text(word("register.done", language))).to_be_visible()
    account: ChannelAccount = act(north, ChannelAccount.objects.get)
    act(north, lambda: rates.forget(f"test:{account.public_id}"))
    hook = str(card.locator("code").inner_text())
    assert list(provider.webhooks.values()) == [hook]

    page.get_by_label(word("test.address", language)).fill(MINE)
    press(page, "test.go", language)
    became = page.get_by_role("list", name=word("test.became", language))
    expect(became.get_by_text(_begins("test.sent_at", language))).to_be_visible()
    [taken] = provider.taken
    now = datetime.now(UTC)
    assert knock(_port(visitor), double.status_call(hook, taken, "delivered", now=now)) == 204
    expect(became.get_by_text(_begins("test.delivered_at", language))).to_be_visible()
    assert knock(_port(visitor), double.owners_call(hook, "It came.", sender=MINE, sid="SM8", now=now)) == 204
    expect(became.get_by_text(word("test.answer", language, text="It came."))).to_be_visible()
    assert look_at(visitor, f"channels-tested-{language}", axe=axe, output=output) == []
    assert double.TOKEN not in page.content()
    assert act(north, lambda: Message.objects.filter(case_kind="channel_test").count()) == 1

    theirs = visit(dealer="south", user=director_in_south, locale=language).go("/settings/channels")
    expect(theirs.get_by_text(word("empty.title", language))).to_be_visible()


def _begins(key: str, language: str) -> Any:
    """Return the longest part of a text that stands around its hole."""
    return max(word(key, language).split("{{when}}"), key=len).strip()


def _port(visitor: Any) -> int:
    return urlsplit(visitor.house.url("north")).port or 0

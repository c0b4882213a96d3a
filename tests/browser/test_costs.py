"""Costs and limits: prices with their history, a month's sums, countries that are opened by who confirms, caps."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from core.models import DealerSettings
from notifications.models import ChannelAccount, Conversation, Decision, Message, MessagePrice
from notifications.texting.rules import Rule
from tenants.accounts.models import User
from tenants.scope import DealerRef
from tests.browser.conftest import CLARAS_PASSWORD, InDealer, Visit
from tests.browser.said import said
from tests.browser.test_screens import look_at


def word(key: str, language: str = "en", **holes: object) -> str:
    return said("costs", key, language=language, **holes)


def make_month() -> None:
    """Four messages of this month, of which two have a price, one was priced by its provider, and one was held."""
    now = datetime.now(UTC)
    account = ChannelAccount.objects.create(kind="simulator", address="+100", public_id="p1", created_at=now)
    talk = Conversation.objects.create(account=account, address="+8613800000001", created_at=now)
    figures = [("7.5", None, "SURVEY"), ("7.5", "6.25", "REMINDER"), (None, None, "SERVICE")]
    for minor, charged, purpose in figures:
        message = Message.objects.create(
            direction="OUT",
            state="SENT",
            account=account,
            conversation=talk,
            purpose=purpose,
            created_at=now,
            sent_at=now,
            segments=2,
            price_minor=minor and Decimal(minor),
            currency="CNY" if minor else "",
            charged_minor=charged and Decimal(charged),
            charged_currency="CNY" if charged else "",
        )
    Decision.objects.create(
        message=message, purpose="SERVICE", action="DEFER", rule=Rule.TEXTS_PER_NUMBER, decided_at=now
    )
    today = now.date()
    for days, minor in ((60, "6.5"), (30, "7.5"), (-30, "8")):
        MessagePrice.objects.create(
            kind="simulator", price_minor=minor, currency="CNY", from_date=today - timedelta(days=days)
        )


def press(page: Page, key: str, language: str = "en") -> None:
    page.get_by_role("button", name=word(key, language), exact=True).click()


@pytest.mark.parametrize(("language", "mode"), [("zh-hans", "light"), ("es", "dark"), ("en", "light")])
def test_the_screen_can_be_used_by_everybody(
    language: str, mode: str, clara: User, north: DealerRef, visit: Visit, act: InDealer, axe: str, output: Path
) -> None:
    act(north, make_month)
    act(north, lambda: DealerSettings.objects.update(texting_countries=["CN", "ES"]))
    visitor = visit(user=clara, locale=language, color_scheme=mode, reduced_motion="reduce")

    page = visitor.go("/settings/costs")

    expect(page.get_by_role("table", name=word("month.byChannel", language))).to_contain_text("1375")
    expect(page.get_by_text(word("stopped.rules.TEXTS_PER_NUMBER", language), exact=False)).to_be_visible()
    expect(page.locator("tr[data-standing=now]")).to_have_count(1)
    assert look_at(visitor, f"costs-{language}-{mode}", axe=axe, output=output) == []


def test_a_country_is_opened_by_who_confirms_and_a_cap_above_the_standard_is_refused(
    clara: User, north: DealerRef, visit: Visit, act: InDealer
) -> None:
    page = visit(user=clara).go("/settings/costs")
    page.get_by_role("form", name=word("countries.open")).get_by_role("textbox").fill("es")
    press(page, "countries.open")
    page.locator(".account-confirm input").fill(CLARAS_PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_text(word("countries.warning_one"))).to_be_visible()
    assert act(north, lambda: DealerSettings.objects.get().texting_countries) == ["CN", "ES"]

    page.get_by_label(word("caps.names.per_number")).fill("21")
    press(page, "caps.keep")
    expect(page.get_by_role("alert").filter(has_text="20")).to_be_visible()
    page.get_by_label(word("caps.names.per_number")).fill("3")
    press(page, "caps.keep")
    expect(page.get_by_role("alert")).to_have_count(0)
    assert act(north, lambda: DealerSettings.objects.get().policy) == {"texting": {"per_number": 3}}

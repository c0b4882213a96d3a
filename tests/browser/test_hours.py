"""Hours and days: stricter than the standard is kept and audited, looser is refused in words, a preview says why."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from core.models import CalendarDay, DealerSettings
from tenants.accounts.models import User
from tenants.scope import DealerRef
from tests.browser.conftest import LANGUAGES, InDealer, Visit
from tests.browser.said import said
from tests.browser.test_screens import look_at

LOOSE = {"en": "21:00 to 09:00", "es": "de 21:00 a 09:00", "zh-hans": "21:00 至 09:00"}


def field(page: Page, time: str, language: str = "en") -> Any:
    """Return the field of the reminders' quiet hours."""
    purpose, name = (said("hours", key, language=language) for key in ("purposes.REMINDER", f"quiet.{time}"))
    return page.get_by_label(f"{purpose}: {name}", exact=True)


def keep(page: Page, language: str = "en") -> None:
    page.get_by_role("button", name=said("hours", "quiet.keep", language=language)).click()


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_looser_hours_are_refused_in_words(
    language: str, mode: str, clara: User, north: DealerRef, visit: Visit, act: InDealer, axe: str, output: Path
) -> None:
    visitor = visit(user=clara, locale=language, color_scheme=mode, reduced_motion="reduce")
    page = visitor.go("/settings/hours")

    field(page, "quiet_from", language).fill("22:00")
    field(page, "quiet_from", language).press("Enter")
    keep(page, language)

    expect(page.get_by_role("alert").filter(has_text=LOOSE[language])).to_be_visible()
    assert look_at(visitor, f"hours-{language}-{mode}", axe=axe, output=output) == []
    assert act(north, lambda: DealerSettings.objects.get().policy) == {}


def test_stricter_hours_are_tried_kept_and_audited(
    clara: User, director_in_south: User, north: DealerRef, visit: Visit, act: InDealer
) -> None:
    visitor = visit(user=clara)
    page = visitor.go("/settings/hours")
    preview = page.get_by_role("group", name=said("hours", "preview.title"))
    preview.get_by_label(said("hours", "preview.day")).fill("2026-11-20")
    expect(preview.get_by_role("status")).to_contain_text("at once")

    field(page, "quiet_from").fill("20")
    field(page, "quiet_from").press("Enter")
    expect(preview.get_by_role("status")).to_contain_text(said("hours", "rules.quiet_hours"))
    keep(page)

    expect(page.get_by_text(said("hours", "quiet.own").split(";")[0], exact=False)).to_be_visible()
    assert act(north, lambda: DealerSettings.objects.get().policy) == {"quiet_hours": {"REMINDER": ["20:00", "09:00"]}}
    visitor.go("/settings/audit")
    expect(page.get_by_text("20:00", exact=False).first).to_be_visible()
    theirs = visit(dealer="south", user=director_in_south).go("/settings/hours")
    expect(field(theirs, "quiet_from")).to_have_value("21:00")


def test_days_and_the_week_are_changed(clara: User, north: DealerRef, visit: Visit, act: InDealer) -> None:
    page = visit(user=clara).go("/settings/hours")
    adding = page.get_by_role("form", name=said("hours", "days.add"))
    adding.get_by_label(said("hours", "days.date")).fill(f"{_this_year()}-12-24")
    adding.get_by_label(said("hours", "days.name")).fill("Stock-taking")
    adding.get_by_role("button", name=said("hours", "days.add")).click()

    own = page.get_by_role("row").filter(has_text="Stock-taking")
    expect(own).to_be_visible()
    assert act(north, lambda: CalendarDay.objects.get().is_open) is False
    own.get_by_role("button").click()
    expect(own).to_have_count(0)

    page.get_by_role("button", name="Monday: Remove 1").click()
    page.get_by_role("button", name=said("hours", "week.keep")).click()
    expect(page.get_by_role("button", name=said("hours", "week.keep"))).to_be_disabled()
    assert "0" not in act(north, lambda: DealerSettings.objects.get().weekly_hours)


def _this_year() -> int:
    return datetime.now(UTC).year

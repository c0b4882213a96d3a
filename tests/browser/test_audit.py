"""The audit: what somebody changed is there for the heads, of their own dealer only."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tenants.accounts import staff
from tenants.accounts.models import User
from tenants.accounts.roles import Role
from tenants.scope import DealerRef
from tests.browser.conftest import CLARAS_PASSWORD, LANGUAGES, InDealer, Visit
from tests.browser.test_screens import look_at

ENDED = {"en": "Access ended", "zh-hans": "停用账户", "es": "Acceso terminado"}


def end_access(*, of: User, by: User) -> None:
    staff.deactivate_person(of.pk, by=staff.By(user=by, address="127.0.0.1"), now=datetime.now(UTC))


def move(*, who: User, by: User) -> None:
    wish = {"role": Role.SERVICE_SPECIALIST}
    staff.change_person(who.pk, changes=wish, by=staff.By(user=by, address="127.0.0.1"), now=datetime.now(UTC))


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_audit_in_each_language(
    language: str,
    mode: str,
    clara: User,
    advisor: User,
    north: DealerRef,
    visit: Visit,
    act: InDealer,
    axe: str,
    output: Path,
) -> None:
    act(north, lambda: move(who=advisor, by=clara))
    act(north, lambda: end_access(of=advisor, by=clara))
    visitor = visit(user=clara, locale=language, color_scheme=mode)
    page = visitor.go("/settings/audit")

    expect(page.get_by_role("cell", name=ENDED[language])).to_be_visible()
    assert look_at(visitor, f"audit-{language}-{mode}", axe=axe, output=output) == []


def test_the_audit_is_narrowed_and_the_address_keeps_it(
    clara: User, advisor: User, north: DealerRef, visit: Visit, act: InDealer
) -> None:
    act(north, lambda: move(who=advisor, by=clara))
    act(north, lambda: end_access(of=advisor, by=clara))
    page = visit(user=clara).go("/settings/audit")
    expect(page.get_by_role("cell", name="Person changed")).to_be_visible()

    page.locator(".audit-filters select").nth(1).select_option("user.deactivated")

    expect(page.get_by_role("cell", name="Person changed")).to_have_count(0)
    expect(page.get_by_role("cell", name="Access ended")).to_be_visible()
    expect(page).to_have_url(re.compile(r"\?action=user\.deactivated$"))
    page.get_by_role("button", name="CSV").click()
    page.get_by_label("Your present password").fill(CLARAS_PASSWORD)
    with page.expect_download() as saved:
        page.get_by_label("Your present password").press("Enter")
    assert "user.deactivated" in saved.value.path().read_text()


def test_the_other_dealers_audit_shows_nothing_of_it(
    clara: User, advisor: User, director_in_south: User, north: DealerRef, visit: Visit, act: InDealer
) -> None:
    act(north, lambda: end_access(of=advisor, by=clara))

    page = visit(dealer="south", user=director_in_south).go("/settings/audit")

    expect(page.get_by_text("Nothing fits.", exact=False)).to_be_visible()

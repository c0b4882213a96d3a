"""Tablets: the bar on one line, and every list with all its columns in sight, in each language."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import expect

from core.models import ContactPoint, Customer, ImportRun, MergeSuggestion, Ownership, Vehicle
from tenants.accounts.models import AuditEntry, User
from tenants.scope import DealerRef
from tests.browser.conftest import LANGUAGES, InDealer, Visit
from tests.browser.test_screens import come_to_rest, overflow
from tests.stories.telling import Story

# Two tablets upright, one across, and the least of a desk.
WIDTHS = (768, 820, 1024, 1280)
LISTS = {
    "customers": "/customers",
    "merges": "/merges",
    "imports": "/imports",
    "people": "/settings/people",
    "audit": "/settings/audit",
    "channels": "/settings/channels",
}
# What stands partly outside of what one sees: text of a cell, or a button, beyond the window or its scrolling frame.
# What each begins with once it is there.
SHOWN = {
    "customers": "tbody tr",
    "merges": "li",
    "imports": "tbody tr",
    "people": "tbody tr",
    "audit": "tbody tr",
    "channels": "li.sheet",
}
CENTRES_PX = 6
CUT = """() => [...document.querySelectorAll("main th, main td, main button, main select, main h2")]
    .filter((one) => {
        const box = one.getBoundingClientRect();
        const frame = one.closest(".scroll, .wide")?.getBoundingClientRect();
        const edge = Math.min(innerWidth, frame ? frame.right : innerWidth);
        return box.width > 0 && box.right > edge + 1;
    })
    .map((one) => one.textContent.slice(0, 40))"""
# How far the centres of what stands in the bar lie apart.
APART = """() => {
    const tops = [...document.querySelector(".top").children].map((one) => {
        const box = one.getBoundingClientRect();
        return box.width > 1 ? box.top + box.height / 2 : null;
    }).filter((one) => one !== null);
    return Math.max(...tops) - Math.min(...tops);
}"""


def fill(clara: User) -> None:
    """Have rows with words as long as they come."""
    now = datetime.now(UTC)
    owners = []
    for number in range(3):
        owner = Customer.objects.create(
            name=f"Anna Fernández de la Vega {number}",
            lifecycle="TRANSFERRED",
            created_at=now,
            updated_at=now,
            last_visit_date=now.date(),
        )
        owners.append(owner)
        for value in ("+8613800138000", f"anna.fernandez{number}@north.example"):
            ContactPoint.objects.create(
                customer=owner, kind="EMAIL" if "@" in value else "PHONE", value=value, created_at=now, updated_at=now
            )
        car = Vehicle.objects.create(
            vin=f"LSGTC52U96Y{number:06}",
            plate=f"沪A1234{number}",
            model="Peugeot 508 SW",
            created_at=now,
            updated_at=now,
        )
        Ownership.objects.create(customer=owner, vehicle=car, from_date=now.date())
        ImportRun.objects.create(
            file_name=f"ordenes-de-reparacion-{number}.xlsx",
            state="DONE",
            as_of_date=now.date(),
            started_at=now,
            actor=f"user:{clara.pk}",
            rows_read=123_456,
            counts={"created": 123_400, "updated": 56},
        )
        AuditEntry.objects.create(
            at=now,
            actor_kind="user",
            actor_id=clara.pk,
            action="user.role_changed",
            subject_kind="user",
            subject_id=clara.pk,
            before={"role": "RELATIONS_SPECIALIST"},
            after={"role": "COC_DIRECTOR"},
            address="2001:db8:85a3::8a2e:370:7334",
        )
    MergeSuggestion.objects.create(first=owners[0], second=owners[1], reason="SAME_PHONE", state="OPEN", created_at=now)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_bar_stays_on_one_line(language: str, clara: User, anna: Story, visit: Visit, output: Path) -> None:
    page = visit(user=clara, locale=language).go("/account")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator(".live")).to_have_attribute("data-state", "live")

    apart = {}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        come_to_rest(page)
        page.screenshot(
            path=output / f"bar-{language}-{width}.png", clip={"x": 0, "y": 0, "width": width, "height": 120}
        )
        apart[width] = (page.evaluate(APART) < CENTRES_PX, overflow(page))

    assert apart == dict.fromkeys(WIDTHS, (True, 0))


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_list_is_cut(
    language: str,
    name: str,
    clara: User,
    specialist: User,
    anna: Story,
    north: DealerRef,
    visit: Visit,
    act: InDealer,
    output: Path,
) -> None:
    act(north, lambda: fill(clara))
    page = visit(user=clara, locale=language).go(LISTS[name])
    expect(page.locator("main").locator(SHOWN[name]).first).to_be_visible()

    cut = {}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        come_to_rest(page)
        page.screenshot(path=output / f"tablet-{name}-{language}-{width}.png")
        cut[width] = (page.evaluate(CUT), overflow(page))

    assert cut == dict.fromkeys(WIDTHS, ([], 0))

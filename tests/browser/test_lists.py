"""Lists: columns that one chooses, an order by keyboard, a file that holds what is shown; in three languages."""

import csv
import io
import re
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from core.models import Customer
from tenants.accounts.models import AuditEntry, User
from tenants.scope import DealerRef
from tests.browser.conftest import CLARAS_PASSWORD, LANGUAGES, InDealer, Visit
from tests.browser.test_screens import look_at
from tests.stories.telling import Story

COLUMNS = {"en": "Columns", "zh-hans": "列", "es": "Columnas"}
ADDRESS = {"en": "Address", "zh-hans": "地址", "es": "Dirección"}
PASSWORD = {"en": "Your present password", "zh-hans": "您当前的密码", "es": "Su contraseña actual"}
NAME = {"en": "Name", "zh-hans": "姓名", "es": "Nombre"}


def make_three(anna: Story) -> None:
    """Anna, Clara and Boris, who were seen in another order than that of their names; and one never seen."""
    Customer.objects.update(last_visit_date="2026-02-02", name_key="anna")
    for name, day in (("Clara", "2026-01-01"), ("Boris", "2026-03-03"), ("Doris", None)):
        Customer.objects.create(
            name=name,
            name_key=name.lower(),
            last_visit_date=day,
            address=f"=street of {name}",
            created_at=anna.now,
            updated_at=anna.now,
        )


def names(page: Page) -> list[str]:
    return page.locator("tbody th a").all_inner_texts()


def confirm(page: Page, *, language: str = "en") -> None:
    box = page.get_by_label(PASSWORD[language])
    box.fill(CLARAS_PASSWORD)
    box.press("Enter")


def test_a_list_is_put_in_order_without_the_mouse_and_the_address_keeps_it(
    clara: User, anna: Story, north: DealerRef, visit: Visit, act: InDealer
) -> None:
    act(north, lambda: make_three(anna))
    page = visit(user=clara).go("/customers")
    head = page.get_by_role("columnheader", name="Last visit")
    expect(head).to_have_attribute("aria-sort", "none")

    head.get_by_role("button").focus()
    page.keyboard.press("Enter")

    expect(head).to_have_attribute("aria-sort", "ascending")
    expect(page.locator("tbody th a")).to_have_text(["Clara", "Anna", "Boris", "Doris"])
    expect(head.get_by_role("button")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("tbody th a")).to_have_text(["Boris", "Anna", "Clara", "Doris"])
    expect(page).to_have_url(re.compile(r"\?order=-seen$"))
    page.reload()
    expect(page.locator("tbody th a")).to_have_text(["Boris", "Anna", "Clara", "Doris"])
    expect(head).to_have_attribute("aria-sort", "descending")


def test_columns_are_chosen_by_keyboard_and_stay_chosen(
    clara: User, specialist: User, anna: Story, north: DealerRef, visit: Visit, act: InDealer
) -> None:
    act(north, lambda: make_three(anna))
    visitor = visit(user=clara)
    page = visitor.go("/customers")
    expect(page.get_by_role("columnheader", name="Address")).to_have_count(0)

    page.get_by_text("Columns", exact=True).focus()
    page.keyboard.press("Enter")
    page.get_by_role("checkbox", name="Address").focus()
    page.keyboard.press("Space")

    expect(page.get_by_role("columnheader", name="Address")).to_be_visible()
    expect(page.get_by_role("cell", name="=street of Boris")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("checkbox", name="Address")).to_be_hidden()
    page.reload()
    expect(page.get_by_role("columnheader", name="Address")).to_be_visible()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_list_is_saved_as_it_is_shown_once_one_has_confirmed(
    language: str,
    clara: User,
    anna: Story,
    boris: Story,
    north: DealerRef,
    visit: Visit,
    act: InDealer,
    axe: str,
    output: Path,
) -> None:
    act(north, lambda: make_three(anna))
    visitor = visit(user=clara, locale=language)
    page = visitor.go("/customers?order=name")
    expect(page.locator("tbody th a")).to_have_text(["Anna", "Boris", "Clara", "Doris"])
    page.get_by_text(COLUMNS[language], exact=True).click()
    page.get_by_role("checkbox", name=ADDRESS[language]).check()
    assert look_at(visitor, f"lists-columns-{language}", axe=axe, output=output) == []
    page.keyboard.press("Escape")

    page.get_by_role("button", name="CSV").click()
    expect(page.get_by_label(PASSWORD[language])).to_be_focused()
    assert look_at(visitor, f"lists-confirm-{language}", axe=axe, output=output) == []
    with page.expect_download() as saved:
        confirm(page, language=language)

    rows = list(csv.reader(io.StringIO(saved.value.path().read_text(encoding="utf-8-sig"))))
    assert saved.value.suggested_filename == "customers.csv"
    assert rows[0][0] == NAME[language]
    assert [row[0] for row in rows[1:]] == ["Anna", "Boris", "Clara", "Doris"]
    assert rows[2][rows[0].index(ADDRESS[language])] == "'=street of Boris"


def test_excels_own_file_asks_for_no_second_confirmation_and_the_audit_knows(
    clara: User, anna: Story, north: DealerRef, visit: Visit, act: InDealer
) -> None:
    act(north, lambda: make_three(anna))
    page = visit(user=clara).go("/customers")
    page.get_by_role("button", name="CSV").click()
    with page.expect_download():
        confirm(page)

    with page.expect_download() as saved:
        page.get_by_role("button", name="Excel").click()

    head, *rows = load_workbook(io.BytesIO(saved.value.path().read_bytes())).worksheets[0].iter_rows(values_only=True)
    assert (head[0], len(rows)) == ("Name", 4)
    noted = act(north, lambda: list(AuditEntry.objects.order_by("id").values_list("action", "after__rows")))
    assert noted == [("list.exported", 4), ("list.exported", 4)]


def test_who_may_not_carry_lists_away_sees_no_button(specialist: User, anna: Story, visit: Visit) -> None:
    page = visit(user=specialist).go("/customers")

    expect(page.get_by_role("link", name="Anna")).to_be_visible()
    expect(page.get_by_role("button", name="CSV")).to_have_count(0)


def test_the_other_dealers_people_are_in_no_file(
    clara: User, director_in_south: User, anna: Story, boris: Story, visit: Visit
) -> None:
    page = visit(dealer="south", user=director_in_south).go("/customers")
    expect(page.get_by_role("link", name="Boris")).to_be_visible()
    page.get_by_role("button", name="CSV").click()
    with page.expect_download() as saved:
        confirm(page)

    text = saved.value.path().read_text(encoding="utf-8-sig")
    assert ("Boris" in text, "Anna" in text) == (True, False)

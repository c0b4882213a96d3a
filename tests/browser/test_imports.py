"""A file dropped on the screen: its columns, a dry run, live progress, errors mended in place, taken back."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import FilePayload, Page, expect

from core.models import ColumnMapping, ImportRun, RepairOrder
from core.repair_orders.imports import telling
from tenants import announcing
from tenants.accounts.models import User
from tenants.scope import DealerRef
from tests.browser.conftest import LANGUAGES, InDealer, Visit, Visitor
from tests.browser.said import said
from tests.browser.test_screens import look_at
from tests.core.repair_orders import exports

DIALECTS = {"zh-hans": "china", "es": "spain", "en": "america"}
IMPORT = re.compile(r"/imports/\d+$")
# What every encoding can write.
LATIN = {"plate": "A12345", "name": "Anna", "model": "x", "kind": "x", "work": "oil", "answer": "x", "window": ""}
STRANGE = f"nr;wagen;datum\nRO1;{exports.VIN_CHINA};2026-11-18\n".encode()


def export(language: str) -> FilePayload:
    """Return an export as dealers' systems write it: two good rows, three that can't be taken, one odd."""
    dialect = exports.DIALECTS[DIALECTS[language]]
    day = dialect.moment

    def row(number: str, **cells: Any) -> list[str]:
        return exports.row(moment=day, number=number, **{**LATIN, **cells})

    rows = [
        row("RO1"),
        row("RO2", vin=exports.VIN_CHINA_OTHER, plate="B1", phone="12"),
        row("RO3", vin="LZW"),
        row("", vin=exports.VIN_SPAIN),
        row("RO5", closed=datetime(2026, 11, 17, 9, 0)),  # noqa: DTZ001 - a DMS writes wall time
    ]
    content = exports.text_file(
        rows, language=dialect.language, encoding=dialect.encoding, delimiter=dialect.delimiter
    ).getvalue()
    return {"name": "orders.csv", "mimeType": "text/csv", "buffer": content}


def drop(page: Page, file: FilePayload) -> Page:
    expect(page.locator("input[type=file]")).to_be_attached()
    page.locator("input[type=file]").set_input_files(file)
    expect(page).to_have_url(IMPORT)
    return page


def button(page: Page, key: str, language: str = "en", **holes: object) -> Any:
    # The library parts two Chinese characters on a button by a space.
    letters = [re.escape(letter) for letter in said("import", key, language=language, **holes)]
    return page.get_by_role("button", name=re.compile(rf"^{' ?'.join(letters)}$"))


def figure(page: Page, name: str) -> Any:
    return page.locator(f'[data-figure="{name}"]')


def wrong_cell(page: Page, row: int, language: str = "en") -> Any:
    """Return the first wrong cell of a row, by its place in the file."""
    name = said("import", "rows.row", language=language, number=row)
    return page.get_by_role("group", name=name, exact=True).get_by_role("textbox").first


def mend(page: Page, row: int, text: str, *, language: str, left: int) -> None:
    """Write into the first wrong cell of a row, and bring the row in by Enter."""
    cell = wrong_cell(page, row, language)
    cell.fill(text)
    cell.press("Enter")
    expect(page.locator(".mend")).to_have_count(left)


def orders(act: InDealer, dealer: DealerRef) -> int:
    return int(act(dealer, RepairOrder.objects.count))


@pytest.mark.parametrize("language", LANGUAGES)
def test_three_errors_are_mended_in_place_and_the_import_is_taken_back(
    language: str,
    clara: User,
    specialist: User,
    director_in_south: User,
    north: DealerRef,
    visit: Visit,
    act: InDealer,
    axe: str,
    output: Path,
) -> None:
    visitor = visit(
        user=clara, locale=language, color_scheme="dark" if language == "es" else "light", reduced_motion="reduce"
    )
    wrong: list[Any] = []

    def look(name: str) -> None:
        wrong.extend(look_at(visitor, f"import-{name}-{language}", axe=axe, output=output))
        visitor.page.set_viewport_size({"width": 1280, "height": 800})

    page = drop(visitor.go("/imports"), export(language))
    expect(page.get_by_role("combobox").first).to_be_visible()
    look("columns")

    button(page, "choose.check", language).click()
    expect(figure(page, "created")).to_have_text("2")
    expect(figure(page, "refused")).to_have_text("3")
    expect(page.get_by_role("cell", name=said("import", "verdicts.REFUSED", language=language))).to_have_count(3)
    look("tried")
    assert orders(act, north) == 0

    button(page, "choose.start", language).click()
    expect(page.get_by_role("heading", name=said("import", "result.title", language=language))).to_be_visible()
    expect(page.locator(".mend")).to_have_count(3)
    look("result")
    # Whoever knows the owners mends; what becomes of the file stays with the head.
    at_desk = visit(user=specialist, locale=language).go(urlsplit(page.url).path)
    mend(at_desk, 4, exports.VIN_CHINA, language=language, left=2)
    mend(at_desk, 5, "RO4", language=language, left=1)
    mend(at_desk, 6, "", language=language, left=0)
    expect(at_desk.get_by_text(said("import", "rows.nothingToFix", language=language))).to_be_visible()
    expect(button(at_desk, "rollBack.ask", language)).to_have_count(0)
    assert orders(act, north) == 5

    theirs = visit(dealer="south", user=director_in_south).go("/imports")
    expect(theirs.get_by_text(said("imports", "history.empty"))).to_be_visible()
    theirs.goto(visitor.page.url.replace("north.", "south."))
    expect(theirs.get_by_text(said("import", "notFound"))).to_be_visible()

    button(page, "rollBack.ask", language).click()
    expect(button(page, "rollBack.confirm", language)).to_be_focused()
    look("roll-back")
    button(page, "rollBack.confirm", language).click()
    expect(page.get_by_text(said("import", "over.rolledBack", language=language))).to_be_visible()
    assert orders(act, north) == 0
    visitor.go("/imports")
    expect(page.get_by_role("link", name="orders.csv")).to_be_visible()
    look("history")
    assert wrong == []


def test_a_cell_is_judged_as_soon_as_it_is_left(clara: User, visit: Visit, north: DealerRef, act: InDealer) -> None:
    page = drop(visit(user=clara).go("/imports"), export("en"))
    button(page, "choose.start").click()
    cell = wrong_cell(page, 4)

    cell.fill("LZX")
    cell.blur()
    expect(cell).to_have_attribute("aria-invalid", "true")
    cell.fill(exports.VIN_CHINA)
    cell.blur()
    expect(cell).to_have_attribute("aria-invalid", "false")
    button(page, "rows.retryAll", shown="1").click()

    expect(page.locator(".mend")).to_have_count(2)
    assert orders(act, north) == 3


def test_columns_are_named_once_and_remembered(clara: User, visit: Visit, north: DealerRef, act: InDealer) -> None:
    visitor = visit(user=clara)
    strange: FilePayload = {"name": "strange.csv", "mimeType": "text/csv", "buffer": STRANGE}
    page = drop(visitor.go("/imports"), strange)
    expect(page.get_by_text(said("import", "choose.needsColumns"))).to_be_visible()

    for field, header in (("ro_number", "nr"), ("vin", "wagen"), ("opened", "datum")):
        page.get_by_label(said("import", f"fields.{field}"), exact=True).select_option(header)
    button(page, "columns.keep").click()

    expect(button(page, "choose.start")).to_be_visible()
    assert act(north, ColumnMapping.objects.count) == 1
    page = drop(visitor.go("/imports"), strange)
    expect(button(page, "choose.start")).to_be_visible()
    expect(page.get_by_label(said("import", "fields.vin"), exact=True)).to_have_value("wagen")


def test_progress_appears_live(clara: User, visit: Visit, north: DealerRef, act: InDealer, output: Path) -> None:
    run = act(
        north,
        lambda: (
            ImportRun.objects.create(
                file_name="large.csv",
                file_path="nowhere",
                as_of_date=datetime.now(UTC).date(),
                started_at=datetime.now(UTC),
                state="READING",
            ).pk
        ),
    )
    page = visit(user=clara).go(f"/imports/{run}")
    expect(page.locator(".live")).to_have_attribute("data-state", "live")
    expect(button(page, "going.stop")).to_be_visible()

    act(north, lambda: announcing.tell_progress(import_id=run, stage="reading", done=12_000, total=31_000))
    expect(page.get_by_text("12,000 of 31,000 rows")).to_be_visible()
    page.screenshot(path=output / "import-progress.png")
    act(north, lambda: announcing.tell_progress(import_id=run, stage="merging", done=2, total=5))
    expect(page.get_by_text(said("import", "going.merging"))).to_be_visible()

    act(north, lambda: _finish(run))
    expect(page.get_by_role("heading", name=said("import", "result.title"))).to_be_visible()


def _finish(run: int) -> None:
    ImportRun.objects.filter(pk=run).update(state="DONE", file_path="")
    telling.tell_changed(run)


def test_a_file_that_cannot_be_read_says_why(clara: User, visit: Visit, axe: str, output: Path) -> None:
    visitor: Visitor = visit(user=clara, locale="es", reduced_motion="reduce")
    page = visitor.go("/imports")

    page.locator("input[type=file]").set_input_files({"name": "x.csv", "mimeType": "text/csv", "buffer": b""})

    expect(page.get_by_role("alert")).to_contain_text("En este archivo no hay nada")
    assert look_at(visitor, "imports-refused", axe=axe, output=output) == []


def test_a_file_is_chosen_by_the_keyboard_alone(clara: User, visit: Visit) -> None:
    page = visit(user=clara).go("/imports")
    expect(page.locator("input[type=file]")).to_be_attached()

    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name=said("imports", "drop.choose")).press("Enter")
    chooser.value.set_files(export("en"))

    expect(page).to_have_url(IMPORT)

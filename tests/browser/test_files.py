"""The files that people look at all day: of a person and of a car."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from core.models import Consent, ContactPoint, Customer, Document, FieldChange, Ownership, Task, Vehicle
from core.touches import operations as touches
from notifications.policy import matrix
from tenants.accounts.models import User
from tenants.accounts.roles import Role
from tenants.scope import DealerRef
from tests.browser import files
from tests.browser.conftest import LANGUAGES, InDealer, Visit, _user
from tests.browser.said import said
from tests.browser.test_screens import come_to_rest, look_at, overflow, violations
from tests.core.documents.samples import HTML, PDF
from tests.stories.telling import Story

MEGABYTE = 1024 * 1024


@pytest.fixture
def full(anna: Story, clara: User, north: DealerRef, act: InDealer) -> Story:
    """Anna's file with something in every part of it."""
    act(north, lambda: files.fill(anna, clara_id=clara.pk))
    return anna


@pytest.fixture
def manager(north: DealerRef, transactional_db: None) -> User:
    """Somebody at north who reads files and notes what was said, and changes nothing else."""
    return _user(north, name="Manager", role=Role.SERVICE_MANAGER, language="en")


def customer(story: Story) -> str:
    return f"/customers/{story.customer.pk}"


def vehicle(story: Story) -> str:
    return f"/vehicles/{story.vehicle.pk}"


def part(page: Page, screen: str, key: str, language: str = "en") -> Locator:
    """Return a part of the file by its heading."""
    return page.get_by_role("region", name=said(screen, f"{key}.title", language=language), exact=True)


def timeline(page: Page, language: str = "en") -> Locator:
    return part(page, "file", "timeline", language)


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_full_files_in_each_language(
    language: str, mode: str, clara: User, full: Story, visit: Visit, axe: str, output: Path
) -> None:
    visitor = visit(user=clara, locale=language, color_scheme=mode, reduced_motion="reduce")
    wrong: list[Any] = []
    for name, path in (("customer", customer(full)), ("vehicle", vehicle(full))):
        page = visitor.go(path)
        expect(timeline(page, language).get_by_text("RO2", exact=False).first).to_be_visible()
        expect(page.get_by_text("结算单 2026-11.pdf").first).to_be_visible()
        wrong += look_at(visitor, f"{name}-{language}-{mode}", axe=axe, output=output)
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_opens_on_a_file_in_each_language(
    language: str, clara: User, full: Story, visit: Visit, axe: str, output: Path
) -> None:
    visitor = visit(user=clara, locale=language, reduced_motion="reduce")
    page = visitor.go(customer(full))
    page.get_by_role("button", name=said("file", "note.begin", language=language)).click()
    form = page.get_by_role("form", name=said("file", "note.title", language=language))
    form.get_by_label(said("file", "note.kind", language=language)).select_option("CALL")
    page.get_by_role("button", name=said("file", "undo.begin", language=language)).click()
    expect(page.get_by_role("button", name=said("file", "undo.confirm", language=language))).to_be_visible()
    page.locator("summary").click()
    wrong = look_at(visitor, f"customer-open-{language}", axe=axe, output=output)

    page.set_viewport_size({"width": 1280, "height": 800})
    part(page, "customer", "consents", language).locator(".cell").first.click()
    expect(
        page.get_by_role("tooltip").get_by_role("button", name=said("customer", "consents.grant", language=language))
    ).to_be_visible()
    # At this width alone: it stands beside its cell.
    come_to_rest(page)
    wrong += violations(page, axe)
    page.screenshot(path=output / f"customer-proof-{language}.png")

    page = visitor.go(vehicle(full))
    page.get_by_role("button", name=said("vehicle", "owners.move", language=language)).click()
    wrong += look_at(visitor, f"vehicle-open-{language}", axe=axe, output=output)
    assert wrong == []


def test_empty_files_say_what_comes_first(
    clara: User, north: DealerRef, visit: Visit, act: InDealer, axe: str, output: Path
) -> None:
    def begin() -> tuple[int, int]:
        now = {"created_at": datetime.now(UTC), "updated_at": datetime.now(UTC)}
        return Customer.objects.create(name="", **now).pk, Vehicle.objects.create(vin="LZWACAGA6E4123458", **now).pk

    nobody, car = act(north, begin)
    visitor = visit(user=clara, reduced_motion="reduce")
    page = visitor.go(f"/customers/{nobody}")
    expect(timeline(page).get_by_text(said("file", "timeline.first"))).to_be_visible()
    wrong = look_at(visitor, "customer-empty", axe=axe, output=output)
    page = visitor.go(f"/vehicles/{car}")
    expect(page.get_by_text(said("vehicle", "nobody"))).to_be_visible()
    wrong += look_at(visitor, "vehicle-empty", axe=axe, output=output)

    assert wrong == []


@pytest.mark.parametrize("width", [1024, 820])
def test_a_file_fits_a_tablet(width: int, clara: User, full: Story, visit: Visit, output: Path) -> None:
    page = visit(user=clara, viewport={"width": width, "height": 1100}).go(customer(full))

    expect(timeline(page).get_by_text("RO2", exact=False).first).to_be_visible()
    page.screenshot(path=output / f"customer-{width}.png")
    assert overflow(page) == 0


def test_a_phone_is_replaced_and_the_history_says_who_did_it(
    clara: User, full: Story, north: DealerRef, visit: Visit, act: InDealer
) -> None:
    page = visit(user=clara).go(customer(full))
    phones = part(page, "customer", "addresses")

    phones.get_by_role("button", name="Edit Phone: +8613800000001").click()
    phones.get_by_label("Phone", exact=True).fill("12")
    page.keyboard.press("Enter")
    expect(phones.get_by_role("alert")).to_contain_text("+86")
    phones.get_by_label("Phone", exact=True).fill("139 0013 9000")
    page.keyboard.press("Enter")

    expect(phones.get_by_role("button", name="Edit Phone: +8613900139000")).to_be_focused()
    change = part(page, "file", "history").get_by_role("listitem").first
    expect(change).to_contain_text("+8613800000001 → +8613900139000")
    expect(change).to_contain_text("a person · Clara")
    # The number before is kept, and taken back by saying that it is right after all.
    phones.locator("summary").click()
    former = phones.get_by_role("listitem").filter(has_text="+8613800000001")
    former.get_by_role("button", name=said("customer", "addresses.right")).click()
    expect(phones.get_by_role("button", name="Edit Phone: +8613800000001")).to_be_visible()
    assert act(north, lambda: ContactPoint.objects.get(value="+8613800000001").blocked_at) is None


def test_a_field_is_edited_and_taken_back_by_keyboard_alone(
    clara: User, full: Story, north: DealerRef, visit: Visit, act: InDealer
) -> None:
    page = visit(user=clara).go(customer(full))
    name = page.get_by_role("button", name="Edit Name: Anna")
    expect(name).to_be_visible()

    name.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("Anna of Hill Road")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Edit Name: Anna of Hill Road")).to_be_focused()
    expect(page.get_by_role("heading", name="Anna of Hill Road")).to_be_visible()
    # Escape leaves it as it is.
    page.keyboard.press("Enter")
    page.keyboard.type("x")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Edit Name: Anna of Hill Road")).to_be_focused()

    part(page, "file", "history").get_by_role("button", name="Put back: Name").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Anna", exact=True)).to_be_visible()
    kept = act(
        north, lambda: list(FieldChange.objects.filter(field="name").order_by("id").values_list("after", flat=True))
    )
    assert kept == ["Anna of Hill Road", "Anna"]


def test_two_who_edit_the_same_field_hear_of_each_other(
    clara: User, specialist: User, full: Story, visit: Visit
) -> None:
    first, second = visit(user=clara).go(customer(full)), visit(user=specialist).go(customer(full))
    for page in (first, second):
        page.get_by_role("button", name=re.compile("^Edit Address")).click()
    second.get_by_label("Address", exact=True).fill("Lake Road 3")
    second.keyboard.press("Enter")
    expect(second.get_by_role("button", name="Edit Address: Lake Road 3")).to_be_visible()

    expect(first.get_by_text("By now: Lake Road 3")).to_be_visible()
    expect(first.get_by_label("Address", exact=True)).to_have_value(re.compile("文昌路"))


def test_a_withdrawn_consent_keeps_its_proof_and_stops_messages(
    clara: User, full: Story, north: DealerRef, visit: Visit, act: InDealer
) -> None:
    page = visit(user=clara).go(customer(full))
    consents = part(page, "customer", "consents")
    consents.get_by_role("button", name="Surveys by Demo phone: yes").click()
    proof = page.get_by_role("tooltip")
    expect(proof).to_contain_text(files.QUESTION)
    expect(proof).to_contain_text("a person of the centre · Clara")

    proof.get_by_label(said("customer", "consents.asked")).fill("May we go on asking how it was?")
    proof.get_by_role("button", name=said("customer", "consents.withdraw")).click()

    consents.get_by_role("button", name="Surveys by Demo phone: no").click()
    expect(page.get_by_role("definition").get_by_text("May we go on asking how it was?")).to_be_visible()
    said_no = act(north, lambda: Consent.objects.latest("id"))
    assert (said_no.is_granted, said_no.source, said_no.wording) == (False, "PERSON", "May we go on asking how it was?")

    def may_leave() -> list[bool]:
        found = matrix.matrix_of(full.customer.pk, now=datetime.now(UTC))
        return [cell.is_allowed for cell in found.cells if (cell.purpose, cell.channel) == ("SURVEY", "simulator")]

    assert act(north, may_leave) == [False]


def test_a_document_is_kept_and_opened(clara: User, full: Story, north: DealerRef, visit: Visit, act: InDealer) -> None:
    page = visit(user=clara).go(vehicle(full))
    documents = part(page, "file", "documents")
    documents.get_by_label(said("file", "documents.kind")).select_option("CONTRACT")
    documents.locator("input[type=file]").set_input_files({"name": "合同.pdf", "mimeType": "", "buffer": PDF})
    expect(documents.get_by_role("status")).to_have_text("合同.pdf is kept.")

    kept = documents.get_by_role("listitem").filter(has_text="合同.pdf")
    expect(kept).to_contain_text("Contract")
    with page.expect_download() as opened:
        kept.get_by_role("button", name=said("file", "documents.open")).click()
    assert opened.value.suggested_filename == "合同.pdf"
    assert opened.value.path().read_bytes() == PDF

    kept.get_by_role("button", name=said("file", "documents.remove")).click()
    page.get_by_label(said("file", "documents.reason")).fill("Of another car")
    page.keyboard.press("Enter")
    expect(kept.get_by_text("Removed: Of another car")).to_be_visible()
    expect(kept.get_by_role("button")).to_have_count(0)
    assert act(north, lambda: Document.objects.filter(removed_at=None).count()) == 1


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("contract.pdf", HTML, "What stands in this file is not what its name says."),
        ("contract.html", HTML, "Files of this kind are not kept here, but these:"),
        ("contract.pdf", PDF + b"\n" * (21 * MEGABYTE), "This file is larger than may be kept: at most 20 MB."),
    ],
    ids=["in disguise", "of no kind we keep", "too large"],
)
def test_what_is_not_kept_is_refused_in_words(
    name: str, content: bytes, words: str, clara: User, anna: Story, visit: Visit, output: Path
) -> None:
    page = visit(user=clara).go(customer(anna))
    documents = part(page, "file", "documents")

    documents.locator("input[type=file]").set_input_files({"name": name, "mimeType": "", "buffer": content})

    expect(documents.get_by_role("alert")).to_contain_text(words)
    expect(documents.get_by_text(said("file", "documents.empty"))).to_be_visible()


def test_a_call_is_noted_with_a_next_step_on_the_dealers_clocks(
    clara: User, anna: Story, north: DealerRef, visit: Visit, act: InDealer
) -> None:
    # A browser on the other side of the world.
    page = visit(user=clara, timezone_id="America/Los_Angeles").go(customer(anna))
    expect(timeline(page)).to_be_visible()
    due = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(days=2)
    page.keyboard.press("n")
    form = page.get_by_role("form", name=said("file", "note.title"))
    expect(form.get_by_label(said("file", "note.subject"))).to_be_focused()

    form.get_by_label(said("file", "note.kind")).select_option("CALL")
    form.get_by_label(said("file", "note.direction")).select_option("IN")
    form.get_by_label(said("file", "note.subject")).fill("Brakes squeak")
    form.get_by_label(said("file", "note.said")).fill("Only when it rains.")
    form.get_by_label(said("file", "note.next_step"), exact=True).fill("Ask the workshop")
    form.get_by_label(said("file", "note.next_at")).fill(files.wall_time(due, north.timezone))
    form.get_by_label(said("file", "note.next_at")).press("Enter")

    expect(form).to_have_count(0)
    expect(timeline(page).get_by_text("Only when it rains.")).to_be_visible()
    expect(timeline(page).get_by_text("Next: Ask the workshop")).to_be_visible()
    assert act(north, lambda: Task.objects.get(reason="next_step").due_at) == due


def test_a_car_changes_hands(clara: User, full: Story, north: DealerRef, visit: Visit, act: InDealer) -> None:
    page = visit(user=clara).go(vehicle(full))
    owners = part(page, "vehicle", "owners")
    owners.get_by_role("button", name=said("vehicle", "owners.move")).click()
    owners.get_by_label(said("vehicle", "owners.since")).fill("2026-01-15")
    owners.get_by_label(said("vehicle", "owners.to")).fill("Boris")
    page.keyboard.press("Enter")
    owners.get_by_role("button", name=re.compile("^Boris")).first.click()
    owners.get_by_role("button", name=said("vehicle", "owners.handOver")).click()

    expect(owners.get_by_role("listitem")).to_have_count(3)
    expect(owners.get_by_role("listitem").first).to_contain_text("Borissince Jan 15, 2026")
    expect(timeline(page).get_by_text(said("file", "kinds.ownership_began")).first).to_be_visible()
    assert act(north, lambda: Ownership.objects.get(to_date=None).customer.name) == "Boris"


def test_the_timeline_is_narrowed(clara: User, full: Story, visit: Visit) -> None:
    page = visit(user=clara).go(customer(full))
    shown = timeline(page)
    expect(shown.get_by_text("Brakes squeak", exact=False)).to_be_visible()
    expect(shown.get_by_text("等了两个小时。", exact=True)).to_have_count(1)

    shown.get_by_label(said("file", "groups.VISITS")).check()
    expect(shown.get_by_text("Brakes squeak", exact=False)).to_have_count(0)
    expect(shown.locator("[data-group=VISITS]")).to_have_count(3)
    shown.get_by_label(said("file", "groups.NOTES")).check()
    expect(shown.get_by_text("先问清车型")).to_be_visible()
    shown.get_by_label(said("file", "groups.VISITS")).uncheck()
    expect(shown.locator("[data-group=VISITS]")).to_have_count(0)


def test_who_may_not_change_a_file_reads_it(manager: User, full: Story, visit: Visit, output: Path) -> None:
    page = visit(user=manager).go(customer(full))
    expect(timeline(page).get_by_text(said("file", "timeline.hidden")).first).to_be_visible()

    expect(page.get_by_role("button", name=re.compile("^Edit "))).to_have_count(0)
    expect(part(page, "customer", "addresses").get_by_role("button")).to_have_count(0)
    expect(part(page, "file", "history").get_by_role("button")).to_have_count(0)
    part(page, "customer", "consents").get_by_role("button", name="Surveys by Demo phone: yes").click()
    expect(page.get_by_role("tooltip").get_by_text(files.QUESTION)).to_be_visible()
    expect(page.get_by_role("button", name=said("customer", "consents.withdraw"))).to_have_count(0)
    page.screenshot(path=output / "customer-reading.png", full_page=True)
    page.goto(page.url.replace(customer(full), vehicle(full)))
    expect(part(page, "vehicle", "owners").get_by_role("listitem")).to_have_count(2)
    expect(part(page, "vehicle", "owners").get_by_role("button")).to_have_count(0)


def note_elsewhere(story: Story, text: str) -> None:
    """Let a colleague write a note from another page."""
    now = datetime.now(UTC)
    new = touches.NewTouch(customer_id=story.customer.pk, kind="NOTE", subject=text, at=now)
    touches.note_touch(new, actor="system", now=now)


def test_a_colleagues_note_is_there_without_a_reload_and_nowhere_else(
    clara: User,
    anna: Story,
    boris: Story,
    director_in_south: User,
    north: DealerRef,
    visit: Visit,
    act: InDealer,
) -> None:
    page = visit(user=clara).go(customer(anna))
    elsewhere = visit(dealer="south", user=director_in_south, locale="en")
    heard: list[str] = []
    elsewhere.page.on("websocket", lambda line: line.on("framereceived", lambda frame: heard.append(str(frame))))
    theirs = elsewhere.go(customer(boris))
    for one in (page, theirs):
        expect(timeline(one)).to_be_visible()
        expect(one.locator(".live")).to_have_attribute("data-state", "live")

    act(north, lambda: note_elsewhere(anna, "Comes on Friday"))

    expect(timeline(page).get_by_text("Comes on Friday", exact=False)).to_be_visible()
    assert [frame for frame in heard if "note.written" in frame] == []
    expect(timeline(theirs).get_by_text("Comes on Friday")).to_have_count(0)


def test_another_dealers_files_are_not_found(full: Story, director_in_south: User, visit: Visit) -> None:
    visitor = visit(dealer="south", user=director_in_south, locale="en")

    for path in (customer(full), vehicle(full)):
        page = visitor.go(path)
        expect(page.get_by_role("heading", name="There is nothing at this address.")).to_be_visible()
        expect(page.get_by_text("辽A12345")).to_have_count(0)

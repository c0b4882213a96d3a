"""Today in a real browser: worked through by keyboard, shared between two, cut off, and looked at."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from core.models import ContactPoint, Customer, Task, Vehicle
from core.tasks import claiming, operations
from core.tasks.operations import NewTask
from tenants.accounts import operations as accounts
from tenants.accounts.models import User
from tenants.accounts.roles import Role
from tenants.scope import DealerRef
from tests.browser.conftest import CLARAS_PASSWORD, LANGUAGES, InDealer, Visit, _user
from tests.browser.test_screens import look_at, overflow

TITLES = {"en": "Today", "es": "Hoy", "zh-hans": "今日工作"}
NEXT = {"en": "Open the next", "es": "Abrir la siguiente", "zh-hans": "打开下一项"}
# Refused, a wrong number: asked for once more.
GRAVE = "68"
# A person who is removed sees nothing new after this.
CUT_OFF_MS = 5_000


@pytest.fixture
def specialist(north: DealerRef, transactional_db: None) -> User:
    """Somebody at north who makes the calls."""
    return _user(north, name="Specialist", role=Role.RELATIONS_SPECIALIST, language="en")


def make_calls(count: int, **values: Any) -> None:
    """Open that many calls to Anna, the first the most urgent."""
    now = datetime.now(UTC)
    anna = Customer.objects.create(name="Anna", created_at=now, updated_at=now)
    car = Vehicle.objects.create(
        vin=f"LSGTC52U96Y{anna.pk:06}", plate="沪A12345", model="Almera", created_at=now, updated_at=now
    )
    ContactPoint.objects.create(
        customer=anna, kind="PHONE", value="+8613800138000", is_preferred=True, created_at=now, updated_at=now
    )
    new = (
        NewTask(
            kind=values.get("kind", "CALL"),
            key=f"call:{anna.pk}:{number}",
            reason=values.get("reason", "after_sales_call"),
            due_at=now + timedelta(hours=number - 1),
            priority=number,
            role="RELATIONS_SPECIALIST",
            customer_id=anna.pk,
            vehicle_id=car.pk,
        )
        for number in range(count)
    )
    operations.open_tasks(new, now=now)


def entries(page: Page) -> Any:
    return page.get_by_role("list", name="My work").get_by_role("button")


def hand(page: Page) -> Any:
    return page.get_by_role("region", name="The task in hand")


def test_a_specialist_works_ten_tasks_without_the_mouse(
    specialist: User, north: DealerRef, visit: Visit, act: InDealer, output: Path
) -> None:
    act(north, lambda: make_calls(10))
    page = visit().go("/")
    expect(page.get_by_label("E-mail")).to_be_focused()
    page.keyboard.type(specialist.email)
    page.keyboard.press("Tab")
    page.keyboard.type(CLARAS_PASSWORD)
    page.keyboard.press("Enter")
    # The specialist's post begins the day at the work list.
    expect(entries(page)).to_have_count(10)

    for number, key in enumerate("1126154781"):
        page.keyboard.press("Enter")
        expect(hand(page).get_by_role("heading", name="Anna")).to_be_focused()
        if number == 0:
            page.keyboard.press("c")
            expect(page.get_by_role("link", name="+8613800138000")).to_be_focused()
            page.screenshot(path=output / "today-in-hand.png")
            page.keyboard.press("n")
            page.keyboard.type("Calls back at 5, she said.")
            page.keyboard.press("Escape")
        page.keyboard.press(key)
        if key == "4" or key in GRAVE:
            page.keyboard.press("Enter")
        expect(hand(page).get_by_text("No task is open.").or_(page.get_by_text("Nothing waits"))).to_be_visible()

    expect(page.get_by_text("Nothing waits for you.")).to_be_visible()
    page.screenshot(path=output / "today-empty.png")
    done = act(north, lambda: list(Task.objects.order_by("id").values_list("outcome", flat=True)))
    assert done == [
        "COMPLETED",
        "COMPLETED",
        "NO_ANSWER",
        "REFUSED",
        "COMPLETED",
        "PARTLY_COMPLETED",
        "RESCHEDULED",
        "POWERED_OFF",
        "WRONG_NUMBER",
        "COMPLETED",
    ]
    assert act(north, lambda: Task.objects.order_by("id")[0].note) == "Calls back at 5, she said."


def test_two_never_hold_the_same_and_what_one_takes_leaves_the_others_list_live(
    specialist: User, clara: User, north: DealerRef, visit: Visit, act: InDealer, output: Path
) -> None:
    act(north, lambda: accounts.change_role(user_id=clara.pk, role=Role.RELATIONS_SPECIALIST))
    clara.role = Role.RELATIONS_SPECIALIST
    act(north, lambda: make_calls(3))
    first, second = visit(user=specialist).go("/today"), visit(user=clara, locale="en").go("/today")
    for page in (first, second):
        expect(entries(page)).to_have_count(3)
        expect(page.locator(".live")).to_have_attribute("data-state", "live")

    first.keyboard.press("Enter")
    expect(hand(first).get_by_role("heading", name="Anna")).to_be_visible()
    expect(entries(second)).to_have_count(2)
    second.keyboard.press("Enter")
    expect(hand(second).get_by_role("heading", name="Anna")).to_be_visible()

    expect(entries(first)).to_have_count(1)
    held = act(north, lambda: list(Task.objects.exclude(claimed_by=None).values_list("claimed_by", flat=True)))
    assert sorted(held) == sorted([specialist.pk, clara.pk])
    first.keyboard.press("Escape")
    expect(entries(second)).to_have_count(2)


def test_what_a_colleague_takes_is_marked_for_a_moment(
    specialist: User, north: DealerRef, visit: Visit, act: InDealer, output: Path
) -> None:
    act(north, lambda: make_calls(3))
    page = visit(user=specialist).go("/today")
    expect(entries(page)).to_have_count(3)
    expect(page.locator(".live")).to_have_attribute("data-state", "live")

    def take() -> None:
        task = Task.objects.order_by("id")[0]
        claiming.claim(task_id=task.pk, user_id=10_000, now=datetime.now(UTC))

    act(north, take)

    expect(page.get_by_text("Just taken by a colleague")).to_be_visible()
    page.screenshot(path=output / "today-taken.png")
    expect(entries(page)).to_have_count(2)


def test_what_was_missed_without_a_network_is_there_when_it_is_back(
    specialist: User, north: DealerRef, visit: Visit, act: InDealer
) -> None:
    act(north, lambda: make_calls(1))
    visitor = visit(user=specialist)
    hellos: list[Any] = []
    visitor.page.on("websocket", lambda line: line.on("framesent", lambda said: hellos.append(json.loads(said))))
    page = visitor.go("/today")
    expect(entries(page)).to_have_count(1)
    expect(page.locator(".live")).to_have_attribute("data-state", "live")

    # The line alone breaks; the page's own calls would go through, but nothing makes it ask.
    page.evaluate("window.dispatchEvent(new Event('offline'))")
    page.context.set_offline(True)
    act(north, lambda: make_calls(2))
    page.context.set_offline(False)

    expect(entries(page)).to_have_count(3)
    assert hellos[0] == {"type": "hello", "after": None}


def test_who_is_removed_is_cut_off_within_seconds(
    specialist: User, north: DealerRef, visit: Visit, act: InDealer, output: Path
) -> None:
    page = visit(user=specialist).go("/today")
    expect(page.get_by_text("Nothing waits for you.")).to_be_visible()
    expect(page.locator(".live")).to_have_attribute("data-state", "live")

    act(north, lambda: accounts.deactivate_user(user_id=specialist.pk))

    expect(page.get_by_text("Your session has ended. What you typed is still here.")).to_be_visible(timeout=CUT_OFF_MS)
    page.screenshot(path=output / "today-cut-off.png")


def test_south_sees_nothing_of_norths_work(
    specialist_in_south: User, north: DealerRef, visit: Visit, act: InDealer
) -> None:
    page = visit(dealer="south", user=specialist_in_south, locale="en").go("/today")
    expect(page.get_by_text("Nothing waits for you.")).to_be_visible()

    act(north, lambda: make_calls(3))
    page.reload()

    expect(page.get_by_text("Nothing waits for you.")).to_be_visible()


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_today_in_each_language(
    language: str, mode: str, clara: User, north: DealerRef, visit: Visit, act: InDealer, axe: str, output: Path
) -> None:
    act(north, lambda: make_calls(4))
    act(north, lambda: make_calls(1, kind="COMPLAINT", reason="complaint.answer"))
    visitor = visit(user=clara, locale=language, color_scheme=mode)
    page = visitor.go("/today")
    expect(page.get_by_role("heading", name=TITLES[language], level=1)).to_be_visible()
    expect(page.locator(".entry")).to_have_count(5)
    expect(page.locator(".people tbody tr")).to_have_count(1)
    wrong = look_at(visitor, f"today-{language}-{mode}", axe=axe, output=output)
    page.set_viewport_size({"width": 1280, "height": 800})

    page.get_by_role("button", name=re.compile(NEXT[language])).click()
    expect(page.locator(".outcomes")).to_be_visible()
    wrong += look_at(visitor, f"today-hand-{language}-{mode}", axe=axe, output=output)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.keyboard.press("p")
    expect(page.locator(".postpone")).to_be_visible()
    wrong += look_at(visitor, f"today-postpone-{language}-{mode}", axe=axe, output=output)

    assert wrong == []


@pytest.mark.parametrize("width", [1024, 820])
def test_today_fits_a_tablet(
    width: int, clara: User, north: DealerRef, visit: Visit, act: InDealer, output: Path
) -> None:
    act(north, lambda: make_calls(4))
    page = visit(user=clara, locale="en", viewport={"width": width, "height": 1100}).go("/today")
    expect(page.locator(".entry")).to_have_count(4)

    page.keyboard.press("Enter")
    expect(page.locator(".outcomes")).to_be_visible()

    page.screenshot(path=output / f"today-{width}.png")
    assert overflow(page) == 0

"""The owners' pages on a phone: each in every language, light and dark, and every way through without a script."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from core.appointments.models import Appointment
from core.complaints import operations as complaints
from core.customers.models import Consent
from core.followups.models import Survey
from notifications.links.rules import Purpose
from notifications.policy.models import Suppression
from tenants import hosts
from tenants.accounts.models import User
from tenants.scope import DealerRef
from tests.browser.conftest import LANGUAGES, InDealer, Visit
from tests.browser.phones import ask_how_it_was, messages, owner
from tests.browser.test_screens import overflow, violations
from tests.notifications.links.following import new_link, path_in, path_of
from tests.notifications.links.test_complaints import solve
from tests.stories.telling import Story

PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "has_touch": True,
    "is_mobile": True,
}
NARROWEST, WIDEST = 320, 1280
NO_SCRIPT = {**PHONE, "java_script_enabled": False}


def survey(story: Story) -> str:
    ask_how_it_was(story)
    return path_in(story.last())


def reminder(story: Story) -> str:
    story.start(
        "maintenance_reminder",
        due_id=story.maintenance_due(),
        values={"due_date": "2026-11-28"},
        vehicle_ids=(story.vehicle.pk, story.another_car().pk),
    )
    return path_in(story.last())


def complaint(story: Story) -> str:
    opened = complaints.open_complaint(
        customer_id=story.customer.pk, vehicle_id=None, text="x", category="OTHER", channel="", now=story.now
    )
    solve(story, opened)
    return path_of(new_link(story, Purpose.COMPLAINT, case_kind="complaint", case_id=opened.pk))


def preferences(story: Story) -> str:
    return path_of(new_link(story, Purpose.PREFERENCES))


def unsubscribe(story: Story) -> str:
    return path_of(new_link(story, Purpose.UNSUBSCRIBE, stops="MARKETING"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_can_be_used_by_everybody(
    anna: Story,
    north: DealerRef,
    visit: Visit,
    act: InDealer,
    axe: str,
    output: Path,
    language: str,
    scheme: str,
) -> None:
    visitor = visit(color_scheme=scheme, **{**PHONE, "is_mobile": False})
    page, wrong = visitor.page, list[Any]()

    def look(name: str) -> None:
        expect(page.locator("html")).to_have_attribute("lang", language)
        for width in (NARROWEST, WIDEST, PHONE["viewport"]["width"]):
            page.set_viewport_size({"width": width, "height": 844})
            if by := overflow(page):
                wrong.append((name, width, "too wide by", by))
        page.screenshot(path=output / f"owner-{name}-{language}-{scheme}.png", full_page=True)
        wrong.extend((name, *one) for one in violations(page, axe))

    def opened(path: str, name: str) -> None:
        visitor.go(f"{path}{'&' if '?' in path else '?'}l={language}")
        look(name)

    path = act(north, lambda: survey(anna))
    opened(path, "survey")
    page.locator("input.weak").first.check()
    expect(page.locator("#overall_why")).to_be_visible()
    look("survey-why")
    page.locator("button").first.click()
    # Held back by the browser itself: most questions are still open.
    page.locator("button.quiet").click()
    expect(page.locator("form")).to_have_count(0)
    look("survey-thanks")

    path = act(north, lambda: reminder(anna))
    opened(path, "times")
    page.locator("input[name=at]").first.check()
    page.locator("form button").click()
    expect(page.locator(".when")).to_be_visible()
    look("visit")
    opened(f"{path}?do=move", "visit-move")
    opened(f"{path}?do=cancel", "visit-give-up")

    opened(act(north, lambda: preferences(anna)), "preferences")
    page.locator("button[value=list]").click()
    expect(page.locator(".told")).to_be_visible()
    look("preferences-saved")
    opened(act(north, lambda: complaint(anna)), "complaint")
    opened(act(north, lambda: unsubscribe(anna)), "unsubscribe")
    page.locator("form button").click()
    expect(page.locator("form")).to_have_count(0)
    look("unsubscribed")
    opened("/o/AAAAAAAAAAAAAAAAAAAAAA/", "unknown")

    assert wrong == []


def rate(page: Page, step: str, value: str = "SATISFIED") -> None:
    page.locator(f'input[name="q.{step}"][value="{value}"]').check()


def test_a_survey_is_answered_without_a_script(anna: Story, north: DealerRef, visit: Visit, act: InDealer) -> None:
    page = visit(**NO_SCRIPT).go(act(north, lambda: survey(anna)))

    rate(page, "overall", "DISSATISFIED")
    page.locator("#overall_why").fill("等了三个小时")
    for step in ("appointment", "reception", "diagnosis", "waiting", "quality", "handover", "price"):
        rate(page, step)
    rate(page, "intention", "PROBABLY")
    page.locator("form button").first.click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("非常抱歉")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_contain_text("非常抱歉")
    assert act(north, lambda: Survey.objects.get().state) == "COMPLETED"


def test_on_a_small_phone_the_times_are_in_sight_below_the_days(
    boris: Story, south: DealerRef, visit: Visit, act: InDealer, output: Path
) -> None:
    small = {"width": 360, "height": 740}
    page = visit(dealer="south", **{**NO_SCRIPT, "viewport": small}).go(act(south, lambda: reminder(boris)))

    page.locator(".days a").nth(1).click()

    expect(page.locator("fieldset label").first).to_be_in_viewport()
    page.screenshot(path=output / "times-360.png")


def test_a_visit_is_picked_moved_and_given_up_without_a_script(
    boris: Story, south: DealerRef, visit: Visit, act: InDealer
) -> None:
    page = visit(dealer="south", **NO_SCRIPT).go(act(south, lambda: reminder(boris)))

    page.locator(".days a").nth(1).click()
    page.locator("input[name=at]").first.check()
    page.get_by_role("button", name="Reservar esta hora").click()
    expect(page.get_by_text("Cita reservada. ¡Le esperamos!")).to_be_visible()
    first = page.locator(".when").inner_text()

    page.get_by_role("link", name="Cambiar la hora").click()
    page.locator(".days a").nth(2).click()
    page.locator("input[name=at]").first.check()
    page.get_by_role("button", name="Pasar a esta hora").click()
    expect(page.get_by_text("Hemos cambiado su cita.")).to_be_visible()
    expect(page.locator(".when")).not_to_have_text(first)

    with page.expect_download() as downloading:
        page.get_by_role("link", name="Añadir a mi calendario").click()
    assert downloading.value.suggested_filename == "visit.ics"

    page.get_by_role("link", name="No podré ir").click()
    page.get_by_role("button", name="Anular esta cita").click()
    expect(page.get_by_text("está anulada")).to_be_visible()
    assert act(south, lambda: Appointment.objects.get().state) == "CANCELLED"


def test_preferences_are_changed_without_a_script(anna: Story, north: DealerRef, visit: Visit, act: InDealer) -> None:
    page = visit(**NO_SCRIPT).go(act(north, lambda: preferences(anna)))

    page.get_by_role("group", name="Maintenance reminders").get_by_label("Text message").check()
    page.get_by_role("button", name="Save").first.click()

    expect(page.get_by_text("Saved. This holds from now on.")).to_be_visible()
    expect(page.get_by_role("group", name="Maintenance reminders").get_by_label("Text message")).to_be_checked()
    assert act(north, lambda: Consent.objects.get(is_granted=True).source) == "PAGE"


def test_one_click_unsubscribes_without_a_script(anna: Story, north: DealerRef, visit: Visit, act: InDealer) -> None:
    page = visit(**NO_SCRIPT).go(act(north, lambda: unsubscribe(anna)))

    page.get_by_role("button", name="Stop these messages").click()

    expect(page.get_by_role("heading", name="You won't get these messages any more.")).to_be_visible()
    assert act(north, lambda: Suppression.objects.get().purpose) == "MARKETING"


def test_the_language_is_changed_on_the_page(anna: Story, north: DealerRef, visit: Visit, act: InDealer) -> None:
    page = visit(**NO_SCRIPT).go(act(north, lambda: survey(anna)))

    page.get_by_role("link", name="Español").click()
    expect(page.get_by_role("heading", name="¿Cómo fue su visita?")).to_be_visible()
    rate(page, "overall")
    page.get_by_role("button", name="Enviar lo que he contestado").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("gracias por su tiempo")


def test_everything_is_done_by_keyboard(anna: Story, north: DealerRef, visit: Visit, act: InDealer) -> None:
    page = visit(**NO_SCRIPT).go(act(north, lambda: unsubscribe(anna)))

    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Stop these messages")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="You won't get these messages any more.")).to_be_visible()


def test_a_link_on_the_drawn_phone_opens_its_page_beside(
    clara: User, anna: Story, north: DealerRef, visit: Visit, act: InDealer, settings: Any
) -> None:
    visitor = visit(user=clara)
    # The house beside us has a port of its own.
    settings.PUBLIC_URL = visitor.house.url("", "")
    hosts.forget()
    act(north, lambda: ask_how_it_was(anna))
    page = visitor.go("/simulator/")
    owner(page, "Anna").click()

    with page.context.expect_page() as opening:
        messages(page).first.get_by_role("link").click()

    expect(opening.value.get_by_role("heading", level=1)).to_have_text("您对这次服务满意吗？")

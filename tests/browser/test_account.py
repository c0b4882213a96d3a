"""My account: name, language, password, second step, and the browsers one is signed in with."""

import base64
import hashlib
import hmac
import re
import struct
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.cache import cache
from playwright.sync_api import Page, expect

from tenants.accounts.models import User
from tenants.scope import DealerRef, dealer_scope
from tests.browser.conftest import CLARAS_PASSWORD, LANGUAGES, InDealer, Visit, Visitor
from tests.browser.test_screens import look_at, overflow

TITLES = {"en": "My account", "zh-hans": "我的账户", "es": "Mi cuenta"}
PERIOD_SECONDS = 30
TABLETS = (1024, 820)
ENDED = "Your session has ended. What you typed is still here."
# As the sign-in page does.
SIGN_IN = """async ([email, password]) => {
    const root = "/_allauth/browser/v1/auth";
    await fetch(`${root}/session`);
    const token = document.cookie.match(/csrftoken=([^;]+)/)[1];
    const headers = {"Content-Type": "application/json", "X-CSRFToken": token};
    const answer = await fetch(`${root}/login`, {method: "POST", headers, body: JSON.stringify({email, password})});
    return answer.status;
}"""

Enter = Callable[..., Visitor]


@pytest.fixture(autouse=True)
def _uncounted(north: DealerRef) -> None:
    """Forget how often these tests have signed in: each minute has its fill."""
    with dealer_scope(north):
        cache.clear()


@pytest.fixture
def enter(clara: User, visit: Visit) -> Enter:
    """Open the account in a window where Clara has signed in by her password."""

    def open_account(**wishes: object) -> Visitor:
        visitor = visit(**wishes)
        page = visitor.go("/sign-in")
        # The language of this browser goes before Clara's own.
        chosen = {"name": settings.LANGUAGE_COOKIE_NAME, "value": str(wishes.get("locale", "en")), "url": page.url}
        page.context.add_cookies([chosen])  # type: ignore[list-item]  # a plain dict
        assert page.evaluate(SIGN_IN, [clara.email, CLARAS_PASSWORD]) == 200
        page = visitor.go("/account")
        expect(page.locator(".live")).to_have_attribute("data-state", "live")
        expect(page.locator(".account-rows > li").last).to_be_visible()
        return visitor

    return open_account


def totp(secret: str) -> str:
    """Return what an authenticator app shows now. Source: RFC 6238, with the usual six digits and thirty seconds."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(time.time()) // PERIOD_SECONDS), hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


def confirm(page: Page) -> None:
    expect(page.get_by_label("Your present password")).to_be_focused()
    page.keyboard.type(CLARAS_PASSWORD)
    page.keyboard.press("Enter")


def type_code(page: Page) -> None:
    expect(page.locator(".account-app input")).to_be_focused()
    page.keyboard.type(totp(page.locator(".account-app code").inner_text().replace(" ", "")))
    page.keyboard.press("Enter")


def add_app(page: Page) -> None:
    page.get_by_role("button", name="Set up the app").press("Enter")
    type_code(page)
    confirm(page)
    expect(page.get_by_text("Set up: after the password you are asked for a code.")).to_be_visible()


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_account_in_each_language(language: str, mode: str, enter: Enter, axe: str, output: Path) -> None:
    visitor = enter(locale=language, color_scheme=mode)
    page = visitor.page
    expect(page.get_by_role("heading", name=TITLES[language], level=1)).to_be_visible()
    page.locator("section section button").first.click()
    expect(page.locator(".account-picture svg")).to_be_visible()
    wrong = look_at(visitor, f"account-app-{language}-{mode}", axe=axe, output=output)

    type_code(page)
    page.locator(".account-confirm input").fill("not it")
    page.keyboard.press("Enter")
    expect(page.locator(".account-confirm").get_by_role("alert")).to_be_visible()
    wrong += look_at(visitor, f"account-confirm-{language}-{mode}", axe=axe, output=output)

    page.locator(".account-confirm input").fill(CLARAS_PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator(".account-codes li")).to_have_count(10)
    wrong += look_at(visitor, f"account-codes-{language}-{mode}", axe=axe, output=output)
    assert wrong == []


@pytest.mark.parametrize("width", TABLETS)
def test_the_account_fits_a_tablet(width: int, enter: Enter, output: Path) -> None:
    page = enter().page
    page.set_viewport_size({"width": width, "height": 1100})

    page.screenshot(path=output / f"account-{width}.png")
    assert overflow(page) == 0


def test_a_name_is_changed_and_a_language_chosen(clara: User, north: DealerRef, enter: Enter, act: InDealer) -> None:
    page = enter().page

    page.get_by_label("Your name").fill("Clara of north")
    page.get_by_label("Your name").press("Enter")
    expect(page.get_by_role("banner").get_by_text("Clara of north")).to_be_visible()
    page.get_by_role("radio", name="Español").click()

    expect(page.get_by_role("heading", name="Mi cuenta")).to_be_visible()
    assert act(north, lambda: User.objects.get(pk=clara.pk).language) == "es"


def test_another_password_takes_the_present_one_and_ends_other_sessions(
    clara: User, enter: Enter, output: Path
) -> None:
    other, page = enter().page, enter().page

    page.get_by_label("New password").fill("12345")
    page.get_by_label("New password").press("Enter")
    expect(page.get_by_label("Your present password")).to_be_focused()
    page.keyboard.type("not it")
    page.keyboard.press("Enter")
    expect(page.get_by_role("form", name="Confirm that it is you").get_by_role("alert")).to_be_visible()
    page.get_by_label("Your present password").fill(CLARAS_PASSWORD)
    page.keyboard.press("Enter")
    refusal = page.get_by_role("region", name="Password").get_by_role("alert")
    expect(refusal).to_contain_text("This password is too short.")
    expect(refusal).to_contain_text("This password is entirely numeric.")
    page.screenshot(path=output / "account-weak-password.png")

    page.get_by_label("New password").fill("a quiet green lorry")
    page.get_by_label("New password").press("Enter")
    expect(page.get_by_text("The password is changed.").first).to_be_visible()
    expect(other.get_by_text(ENDED)).to_be_visible()
    expect(page.get_by_text(ENDED)).to_have_count(0)


def test_an_authenticator_app_is_set_up_and_removed_by_keyboard(
    clara: User, north: DealerRef, enter: Enter, act: InDealer
) -> None:
    page = enter().page
    add_app(page)

    codes = page.get_by_role("group", name="Recovery codes")
    expect(codes.get_by_role("listitem")).to_have_count(10)
    shown = codes.get_by_role("listitem").first.inner_text()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save as a file").click()
    assert shown in Path(saved.value.path()).read_text()
    page.get_by_role("button", name="I have kept them").press("Enter")
    page.reload()
    expect(page.get_by_text("10 codes are left; each works once.")).to_be_visible()
    expect(page.get_by_text(shown)).to_have_count(0)

    page.get_by_role("button", name="Make other codes").press("Enter")
    page.get_by_role("button", name="Yes, make others").press("Enter")
    expect(codes.get_by_role("listitem")).to_have_count(10)
    expect(page.get_by_text(shown)).to_have_count(0)

    page.get_by_role("button", name="Remove the app").press("Enter")
    page.get_by_role("button", name="Yes, remove the app").press("Enter")
    expect(page.get_by_role("button", name="Set up the app")).to_be_visible()
    assert act(north, lambda: Authenticator.objects.filter(user_id=clara.pk).count()) == 0


def test_a_wrong_code_is_said_beside_it(enter: Enter) -> None:
    page = enter().page

    page.get_by_role("button", name="Set up the app").click()
    page.get_by_label("The code that the app shows now").fill("000000")
    page.get_by_role("button", name="Finish").click()

    expect(page.get_by_role("form", name="Set up the app").get_by_role("alert")).to_have_text("Incorrect code.")


def test_who_does_not_confirm_adds_nothing(enter: Enter) -> None:
    page = enter().page

    page.get_by_role("button", name="Set up the app").press("Enter")
    type_code(page)
    expect(page.get_by_label("Your present password")).to_be_focused()
    page.keyboard.press("Escape")

    expect(page.get_by_label("Your present password")).to_have_count(0)
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.get_by_role("button", name="Finish")).to_be_enabled()


def test_a_passkey_is_added_renamed_and_removed(enter: Enter, output: Path) -> None:
    page = enter().page
    device(page)

    page.get_by_label("What to call a new one").fill("Clara's phone")
    page.get_by_role("button", name="Add a passkey").press("Enter")
    confirm(page)
    row = page.get_by_role("listitem").filter(has_text="not used yet")
    expect(row).to_contain_text("Clara's phone")
    expect(page.get_by_role("group", name="Recovery codes").get_by_role("listitem")).to_have_count(10)
    page.screenshot(path=output / "account-passkey.png", full_page=True)

    page.get_by_role("button", name="Rename Clara's phone").press("Enter")
    expect(page.get_by_label("New name")).to_be_focused()
    page.get_by_label("New name").fill("Clara's key")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Remove Clara's key")).to_be_visible()

    page.get_by_role("button", name="Remove Clara's key").press("Enter")
    page.get_by_role("button", name="Yes, remove", exact=True).press("Enter")
    expect(page.get_by_text("None yet. With one you sign in by finger")).to_be_visible()


def device(page: Page) -> None:
    """Give the browser a device that keeps passkeys and knows its owner's finger."""
    line = page.context.new_cdp_session(page)
    line.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    line.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_signing_out_elsewhere_ends_the_other_window(enter: Enter, output: Path) -> None:
    other, page = enter().page, enter().page
    sessions = page.get_by_role("region", name="Where you are signed in").get_by_role("listitem")

    expect(sessions).to_have_count(2)
    expect(sessions.filter(has_text="This one")).to_have_count(1)
    expect(sessions.filter(has_text="This one").get_by_role("button")).to_have_count(0)
    page.screenshot(path=output / "account-sessions.png", full_page=True)
    page.get_by_role("button", name=re.compile("^Sign out there: Chrome")).click()

    expect(other.get_by_text(ENDED)).to_be_visible()
    expect(sessions).to_have_count(1)
    expect(page.get_by_text("Nowhere else.")).to_be_visible()


def test_signing_out_everywhere_ends_this_window_too(enter: Enter) -> None:
    other, page = enter().page, enter().page

    page.get_by_role("button", name="Sign out everywhere", exact=True).press("Enter")
    page.get_by_role("button", name="Yes, everywhere").press("Enter")

    expect(page.get_by_text(ENDED)).to_be_visible()
    expect(other.get_by_text(ENDED)).to_be_visible()

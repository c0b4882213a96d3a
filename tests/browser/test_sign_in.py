"""Signing in and out, as a person does it: password, second step, passkey, links from mails."""

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from playwright.sync_api import Page, expect

from tenants.accounts import invitations, links
from tenants.accounts.invitations import Wish
from tenants.accounts.models import User
from tenants.accounts.staff import By
from tenants.scope import DealerRef
from tests.browser import passkeys
from tests.browser.conftest import CLARAS_PASSWORD, LANGUAGES, InDealer, Visit
from tests.browser.said import said
from tests.browser.test_screens import look_at

STRONG = "a quiet green lorry"
PERIOD = 30
TABLETS = (1024, 820)
TITLES = {"en": "Sign in", "es": "Iniciar sesión", "zh-hans": "登录"}
EMAILS = {"en": "E-mail", "es": "Correo electrónico", "zh-hans": "电子邮件"}
WELCOMES = {"en": "Welcome to", "es": "Le damos la bienvenida", "zh-hans": "欢迎加入"}


def enter(page: Page, email: str, password: str) -> None:
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_label("Password").press("Enter")


def is_in(page: Page) -> None:
    expect(page.get_by_role("navigation")).to_be_visible()


def second_step(user: User) -> str:
    """Give somebody an authenticator app with a known secret, and recovery codes."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    RecoveryCodes.activate(user)
    return str(secret)


def code(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // PERIOD)))


def invited(clara: User, *, language: str = "en") -> Callable[[], str]:
    """Return how to invite somebody, which gives the secret part of their link."""

    def invite() -> str:
        wish = Wish(email="anna@north.example", name="Anna", role="SERVICE_ADVISOR", language=language)
        return links.invitation_link(invitations.invite(wish, by=By(clara), now=datetime.now(UTC))).split("#")[1]

    return invite


def reset_key(user: User) -> str:
    return links.reset_link(user).split("#")[1]


def test_a_wrong_password_is_said_and_the_address_stays(clara: User, visit: Visit) -> None:
    page = visit().go("/sign-in")

    enter(page, clara.email, "not it")

    expect(page.get_by_role("alert")).to_contain_text("not correct")
    expect(page.get_by_label("E-mail")).to_have_value(clara.email)


def test_signing_in_leads_to_the_page_that_was_wanted_in_ones_own_language(clara: User, visit: Visit) -> None:
    page = visit().go("/simulator/")

    enter(page, clara.email, CLARAS_PASSWORD)

    expect(page.get_by_role("heading", name="模拟器 · North Motors")).to_be_visible()
    assert page.url.endswith("/simulator/")


@pytest.mark.parametrize("onward", ["https://evil.example/", "//evil.example/", "/\\evil.example"])
def test_signing_in_never_leads_to_another_place(onward: str, clara: User, visit: Visit) -> None:
    page = visit().go(f"/sign-in?next={onward}")

    enter(page, clara.email, CLARAS_PASSWORD)

    is_in(page)
    assert re.match(r"http://north\.localhost:\d+/", page.url)


def test_signing_out_leads_to_the_form(clara: User, visit: Visit) -> None:
    page = visit(user=clara).go("/account")

    page.get_by_role("button", name="Sign out").click()

    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.goto(page.url.replace("/sign-in", "/account"))
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_the_other_dealers_people_cannot_sign_in_here(specialist_in_south: User, visit: Visit) -> None:
    page = visit(dealer="north").go("/sign-in")

    enter(page, specialist_in_south.email, CLARAS_PASSWORD)

    expect(page.get_by_role("alert")).to_contain_text("not correct")


def test_too_many_wrong_passwords_say_how_long_to_wait(clara: User, visit: Visit, output: Path) -> None:
    page = visit().go("/sign-in")
    alert = page.get_by_role("alert")

    for number in range(5):
        with page.expect_response(re.compile("/auth/login$")):
            enter(page, clara.email, f"not it {number}")
        expect(alert).not_to_be_empty()

    expect(alert).to_contain_text("Wait 15 min")
    page.screenshot(path=output / "sign-in-locked.png")
    enter(page, clara.email, CLARAS_PASSWORD)
    expect(alert).to_contain_text("Wait 15 min")


def test_a_page_that_was_open_for_too_long_says_so(clara: User, visit: Visit) -> None:
    page = visit().go("/sign-in")
    page.context.clear_cookies()

    enter(page, clara.email, CLARAS_PASSWORD)

    expect(page.get_by_role("alert")).to_contain_text("Load the page again")


def test_a_code_of_the_authenticator_app_is_the_second_step(
    clara: User, visit: Visit, act: InDealer, north: DealerRef
) -> None:
    secret = act(north, lambda: second_step(clara))
    page = visit().go("/sign-in?next=/account")

    enter(page, clara.email, CLARAS_PASSWORD)
    page.get_by_label("Code").fill("000000")
    page.get_by_label("Code").press("Enter")
    expect(page.get_by_role("alert")).to_have_text("Incorrect code.")
    page.get_by_label("Code").fill(code(secret))
    page.get_by_label("Code").press("Enter")

    is_in(page)
    assert page.url.endswith("/account")


def test_a_recovery_code_is_the_second_step_too(clara: User, visit: Visit, act: InDealer, north: DealerRef) -> None:
    act(north, lambda: second_step(clara))
    spare = act(north, lambda: RecoveryCodes(Authenticator.objects.get(type="recovery_codes")).get_unused_codes()[0])
    page = visit().go("/sign-in")

    enter(page, clara.email, CLARAS_PASSWORD)
    page.get_by_label("Code").fill(spare)
    page.get_by_label("Code").press("Enter")

    is_in(page)


def test_whoever_is_somebody_else_goes_back_to_the_form(
    clara: User, visit: Visit, act: InDealer, north: DealerRef
) -> None:
    act(north, lambda: second_step(clara))
    page = visit().go("/sign-in")
    enter(page, clara.email, CLARAS_PASSWORD)

    page.get_by_role("button", name="Sign in as somebody else").click()

    expect(page.get_by_label("E-mail")).to_be_visible()


def test_a_passkey_alone_lets_one_in_and_is_the_second_step_after_a_password(clara: User, visit: Visit) -> None:
    page = visit().go("/sign-in?next=/account")
    passkeys.plug_in(page)
    enter(page, clara.email, CLARAS_PASSWORD)
    is_in(page)
    passkeys.add(page, password=CLARAS_PASSWORD)
    page.context.clear_cookies(name="aftercare_session")

    page.goto(page.url.replace("/account", "/sign-in"))
    page.locator("button").filter(has_text=re.compile("passkey|通行密钥")).click()
    is_in(page)

    page.context.clear_cookies(name="aftercare_session")
    page.context.clear_cookies(name="django_language")
    page.goto(re.sub(r"(localhost:\d+).*", r"\1/sign-in", page.url))
    enter(page, clara.email, CLARAS_PASSWORD)
    page.get_by_role("button", name="Use a passkey").click()
    is_in(page)


def test_norths_passkey_is_not_even_offered_at_south(clara: User, specialist_in_south: User, visit: Visit) -> None:
    page = visit().go("/sign-in")
    phone = passkeys.plug_in(page)
    enter(page, clara.email, CLARAS_PASSWORD)
    is_in(page)
    passkeys.add(page, password=CLARAS_PASSWORD)

    souths = visit(dealer="south").go("/sign-in")
    phone.copy_to(passkeys.plug_in(souths))
    souths.get_by_role("button", name="Sign in with a passkey").click()

    expect(souths.get_by_role("alert")).to_contain_text("No passkey was used")


def test_a_forgotten_password_is_set_anew_by_the_mailed_link(clara: User, visit: Visit) -> None:
    visitor = visit()
    page = visitor.go("/sign-in")
    page.get_by_role("link", name="Forgot your password?").click()
    expect(page.get_by_role("heading", name="Forgot your password")).to_be_visible()
    page.get_by_label("E-mail").fill(clara.email)
    page.get_by_label("E-mail").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("a mail is on its way")

    link = visitor.house.link_in_mail_to(clara.email)
    page.goto(link)
    page.get_by_label("New password").fill("lorry")
    page.get_by_label("New password").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("too short")
    page.get_by_label("New password").fill(STRONG)
    page.get_by_label("New password").press("Enter")

    expect(page.get_by_role("status")).to_have_text("Your password is set. Sign in with it.")
    enter(page, clara.email, STRONG)
    is_in(page)
    page.goto(link)
    page.locator("input[type=password]").fill(STRONG)
    page.locator("input[type=password]").press("Enter")
    # Clara has been in since, and is spoken to in her own language.
    expect(page.get_by_role("alert")).to_have_text(said("sign-in", "reset.unusable", language="zh-hans"))


def test_the_links_secret_does_not_stay_in_the_address(
    clara: User, visit: Visit, act: InDealer, north: DealerRef
) -> None:
    key = act(north, lambda: reset_key(clara))

    page = visit().go(f"/reset-password#{key}")

    expect(page.get_by_label("New password")).to_be_visible()
    assert key not in page.url


def test_an_invitation_is_accepted_and_leads_in(clara: User, visit: Visit, act: InDealer, north: DealerRef) -> None:
    token = act(north, invited(clara))
    page = visit().go(f"/invitation#{token}")

    expect(page.get_by_role("heading", name="Welcome to North Motors")).to_be_visible()
    page.get_by_label("Your name").fill("Anna at the desk")
    page.get_by_label("Password").fill(STRONG)
    page.get_by_label("Password").press("Enter")

    is_in(page)
    expect(page.get_by_text("Anna at the desk")).to_be_visible()


def test_an_invitation_that_is_over_says_whom_to_ask(clara: User, visit: Visit) -> None:
    page = visit().go("/invitation#nonsense")

    expect(page.get_by_role("alert")).to_contain_text("This link does not work any more.")
    expect(page.get_by_text("Ask whoever invited you")).to_be_visible()


def test_the_language_changes_where_one_stands(visit: Visit) -> None:
    page = visit().go("/sign-in")

    page.get_by_label("Language").select_option("es")

    expect(page.get_by_role("heading", name="Iniciar sesión")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "es")


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_form_in_each_language(
    language: str, mode: str, clara: User, visit: Visit, act: InDealer, north: DealerRef, axe: str, output: Path
) -> None:
    act(north, lambda: second_step(clara))
    token, key = act(north, invited(clara, language=language)), act(north, lambda: reset_key(clara))
    visitor = visit(locale=language, color_scheme=mode)
    page, wrong = visitor.page, list[Any]()

    def look(name: str) -> None:
        wrong.extend(look_at(visitor, f"{name}-{language}-{mode}", axe=axe, output=output))

    visitor.go("/sign-in")
    expect(page.get_by_role("heading", name=TITLES[language])).to_be_visible()
    look("sign-in")
    page.get_by_label(EMAILS[language]).fill(clara.email)
    page.locator("input[type=password]").fill("not it")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).not_to_be_empty()
    look("sign-in-refused")
    page.locator("input[type=password]").fill(CLARAS_PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("input[autocomplete=one-time-code]")).to_be_visible()
    look("sign-in-second")
    visitor.go("/sign-in/forgot")
    expect(page.get_by_label(EMAILS[language])).to_be_visible()
    look("sign-in-forgot")
    visitor.go(f"/reset-password#{key}")
    expect(page.locator("input[type=password]")).to_be_visible()
    look("sign-in-reset")
    visitor.go(f"/invitation#{token}")
    expect(page.get_by_role("heading", name=re.compile(WELCOMES[language]))).to_be_visible()
    look("sign-in-invitation")

    assert wrong == []


@pytest.mark.parametrize("width", TABLETS)
def test_the_form_fits_a_tablet(width: int, visit: Visit, output: Path) -> None:
    page = visit(viewport={"width": width, "height": 1100}).go("/sign-in")

    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.screenshot(path=output / f"sign-in-{width}.png")


def test_keys_alone_are_enough(clara: User, visit: Visit) -> None:
    page = visit().go("/sign-in")
    expect(page.get_by_label("E-mail")).to_be_focused()

    page.keyboard.type(clara.email)
    page.keyboard.press("Tab")
    page.keyboard.type(CLARAS_PASSWORD)
    page.keyboard.press("Enter")

    is_in(page)

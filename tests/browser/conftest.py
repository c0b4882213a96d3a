"""A real browser before the real house, with Anna's phone at north and Boris's at south."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import pytest
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from redis import Redis

from tenants.accounts import operations as accounts
from tenants.accounts.models import User
from tenants.accounts.roles import Role
from tenants.scope import DealerRef, dealer_scope, public_scope
from tests.browser import chromium, house
from tests.browser.house import House
from tests.stories import telling
from tests.stories.telling import Story

OUTPUT = settings.VAR_DIR / "test-output" / "browser"
CLARAS_PASSWORD = "clara's password"
PATIENCE_MS = 15_000  # for what takes far less, on a machine that does much else
LANGUAGES = ("zh-hans", "es", "en")

Result = TypeVar("Result")
InDealer = Callable[[DealerRef, Callable[[], Any]], Any]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Try what a browser did not do in time once more, and say so in the summary.

    A page, a web process and a worker share two cores with the other tests here: a moment without any of them is no
    defect of the house. What fails twice is one.
    """
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="package")
def open_house(two_dealers: None, django_db_blocker: Any) -> Iterator[House]:
    """Web and worker for all tests of this folder: they take seconds to start."""
    with house.running(output=OUTPUT / f"house-{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}") as running:
        yield running


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """The browser itself, with an empty profile of its own."""
    found = chromium.chromium(var=settings.VAR_DIR)
    # The library keeps an event loop in this thread while it runs, and Django would refuse every query beside it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=found.program, args=list(chromium.FLAGS), env={**os.environ, **found.environment}
        )
        yield launched
        launched.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="package")
def axe() -> str:
    """The accessibility checks, as a script."""
    return chromium.chromium(var=settings.VAR_DIR).axe.read_text()


@pytest.fixture(autouse=True)
def _nobody_is_counted() -> None:
    # Every test calls from the same address, and mistypes as the same person.
    valkey = Redis.from_url(settings.VALKEY_URL)
    for counters in ("*throttle_*", "*lockout.*", "*allauth:rl:*"):
        for name in valkey.scan_iter(counters):
            valkey.delete(name)


@dataclass
class Visitor:
    """Somebody before a screen; what went wrong there is noted."""

    page: Page
    house: House
    dealer: str
    troubles: list[str]

    def go(self, path: str) -> Page:
        self.page.goto(self.house.url(self.dealer, path))
        return self.page


Visit = Callable[..., Visitor]


@pytest.fixture
def visit(open_house: House, browser: Browser, transactional_db: None) -> Iterator[Visit]:
    """Open a browser window at a dealer's, signed in as somebody or not."""
    open_house.forget_mails()
    opened: list[tuple[BrowserContext, Visitor]] = []

    def open_window(*, dealer: str = "north", user: User | None = None, **wishes: Any) -> Visitor:
        look = {"locale": "en", "viewport": {"width": 1280, "height": 800}, **wishes}
        context = browser.new_context(**look)
        context.set_default_timeout(PATIENCE_MS)
        if user is not None:
            context.add_cookies([_session(user, open_house.url(dealer)), _language(look, open_house.url(dealer))])
        visitor = Visitor(context.new_page(), open_house, dealer, [])
        _note_troubles(visitor)
        opened.append((context, visitor))
        return visitor

    yield open_window
    for context, _visitor in opened:
        context.close()
    assert [visitor.troubles for _context, visitor in opened if visitor.troubles] == []


def _note_troubles(visitor: Visitor) -> None:
    """Note scripts that fail, what the page's policy forbids, and whatever is fetched from elsewhere."""
    page, ours = visitor.page, visitor.house.url(visitor.dealer, "")
    page.on("pageerror", lambda error: visitor.troubles.append(str(error)))
    page.on(
        "console",
        lambda said: visitor.troubles.append(said.text) if "Content Security Policy" in said.text else None,
    )
    page.on(
        "request",
        lambda request: None if request.url.startswith((ours, "data:")) else visitor.troubles.append(request.url),
    )


def _session(user: User, url: str) -> Any:
    client = Client()
    here = getattr(user, "dealer_in_tests", None)  # said below; a manufacturer's people have none
    with dealer_scope(here) if here else public_scope():
        client.force_login(user)
    return {
        "name": settings.SESSION_COOKIE_NAME,
        "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
        "url": url,
    }


def _language(look: dict[str, Any], url: str) -> Any:
    """The language chosen in this browser, which goes before the person's own."""
    return {"name": settings.LANGUAGE_COOKIE_NAME, "value": look["locale"], "url": url}


def _user(dealer: DealerRef, *, name: str, role: Role, language: str) -> User:
    with dealer_scope(dealer):
        user = accounts.create_user(
            email=f"{name.lower()}@{dealer.name}.example",
            name=name,
            role=role,
            password=None,
            language=language,
            now=datetime.now(UTC),
        )
        # The house knows the real hasher only, the tests' own process only the quick one.
        # With a salt as long as a real one: a short one is changed at the first use, which ends the session.
        user.password = Argon2PasswordHasher().encode(CLARAS_PASSWORD, "salt of a test, long enough")
        user.save(update_fields=["password"])
    user.dealer_in_tests = dealer  # type: ignore[attr-defined]  # where a session is to be made
    return user


@pytest.fixture
def clara(north: DealerRef, transactional_db: None) -> User:
    """The director of north's centre."""
    return _user(north, name="Clara", role=Role.COC_DIRECTOR, language="zh-hans")


@pytest.fixture
def advisor(north: DealerRef, transactional_db: None) -> User:
    """Somebody at north whose post does not include the simulator."""
    return _user(north, name="Advisor", role=Role.SERVICE_ADVISOR, language="en")


@pytest.fixture
def specialist(north: DealerRef, transactional_db: None) -> User:
    """Somebody at north who answers owners."""
    return _user(north, name="Specialist", role=Role.SERVICE_SPECIALIST, language="en")


@pytest.fixture
def specialist_in_south(south: DealerRef, transactional_db: None) -> User:
    """A specialist of Boris's dealer."""
    return _user(south, name="Specialist", role=Role.SERVICE_SPECIALIST, language="es")


@pytest.fixture
def director_in_south(south: DealerRef, transactional_db: None) -> User:
    """The head of Boris's dealer's centre."""
    return _user(south, name="Director", role=Role.COC_DIRECTOR, language="es")


@pytest.fixture
def anna(north: DealerRef, transactional_db: None) -> Story:
    """Anna and her phone at north."""
    return _owner(north)


@pytest.fixture
def boris(south: DealerRef, transactional_db: None) -> Story:
    """Boris and his phone at south."""
    return _owner(south)


def _owner(dealer: DealerRef) -> Story:
    with dealer_scope(dealer):
        story = telling.begin(dealer.name)
        story.now = datetime.now(UTC)  # the house beside us reads the real clock
        story.account.settings |= {"url": settings.VALKEY_URL}
        story.account.save(update_fields=["settings"])
    return story


@pytest.fixture
def act() -> Iterator[InDealer]:
    """Do something in a dealer's scope and commit it, in a thread without an event loop."""
    with ThreadPoolExecutor(1) as threads:

        def run(dealer: DealerRef, work: Callable[[], Result]) -> Result:
            return threads.submit(_committed, dealer, work).result()

        yield run


def _committed(dealer: DealerRef, work: Callable[[], Result]) -> Result:
    try:
        with dealer_scope(dealer):
            return work()
    finally:
        connection.close()


@pytest.fixture
def output() -> Path:
    """Where screenshots are kept for people to look at."""
    OUTPUT.mkdir(parents=True, exist_ok=True)
    return OUTPUT

"""Who may have a live line, and when one ends."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from asgiref.sync import sync_to_async
from django.conf import LazySettings
from django.contrib.sessions.models import Session
from django.test import Client

from api.live import consumers
from tenants import hosts, provisioning
from tenants.accounts import operations as accounts
from tenants.accounts import staff
from tenants.accounts.models import User
from tenants.accounts.roles import DEALER_ROLES, Role
from tenants.scope import DealerRef, dealer_scope, public_scope
from tests.api.live.lines import (
    NORTH,
    PUBLIC,
    SOUTH,
    Line,
    in_dealer,
    line,
    make_session,
    make_user,
    session_in_post,
    session_of,
)
from tests.conftest import OPENED_AT

# The consumer reads in a thread of its own, which sees only what is committed.
pytestmark = pytest.mark.django_db(transaction=True)


async def refusal(listening: Line) -> int:
    assert (await listening.open())["type"] == "websocket.accept"
    return await listening.close_code()


@pytest.mark.parametrize("session", ["", "a" * 32, "\x00", "'; --"])
async def test_nobody_signed_in_is_refused(session: str, north: DealerRef) -> None:
    async with line(host=NORTH, session=session) as listening:
        assert await refusal(listening) == 4401


@pytest.mark.parametrize("role", sorted(DEALER_ROLES))
async def test_everybody_of_the_dealer_has_a_line(role: Role, north: DealerRef) -> None:
    session = await session_in_post(north, role)

    async with line(host=NORTH, session=session) as listening:
        assert (await listening.begin())["type"] == "hello"


async def test_the_manufacturer_listens_to_no_dealer(doris: User) -> None:
    session = await sync_to_async(make_session)(doris, scope=public_scope())

    async with line(host=PUBLIC, session=session) as listening:
        assert await refusal(listening) == 4403
    async with line(host=NORTH, session=session) as listening:
        assert await refusal(listening) == 4401


async def test_a_session_of_north_is_nobodys_at_south(clara: User, north: DealerRef, south: DealerRef) -> None:
    async with line(host=SOUTH, session=await session_of(clara, north)) as listening:
        assert await refusal(listening) == 4401


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example:8000",
        "null",
        "http://north.localhost.evil.example:8000",
        "http://south.localhost:8000",
        "http://localhost:8000",
        "http://north.localhost",
        "http://north.localhost:9000",
        "https://north.localhost:8000",
        "http://[",
        " ",
    ],
)
async def test_a_foreign_page_cannot_open_the_line(clara: User, north: DealerRef, origin: str) -> None:
    listening = Line(host=NORTH, session=await session_of(clara, north), origin=origin)

    assert await listening.open() == {"type": "websocket.close", "code": 4403}


@pytest.mark.parametrize(
    ("public_url", "host", "origin"),
    [
        ("http://localhost:8000", f"{NORTH}:8000", f"http://{NORTH}:8000"),
        # A proxy takes the line elsewhere, and in the clear.
        ("https://localhost", f"{NORTH}:8000", f"https://{NORTH}"),
        ("https://localhost:443", NORTH, f"https://{NORTH}"),
    ],
)
async def test_the_public_address_says_which_page_is_the_dealers_own(
    public_url: str, host: str, origin: str, clara: User, north: DealerRef, settings: LazySettings
) -> None:
    settings.PUBLIC_URL = public_url

    async with line(host=host, session=await session_of(clara, north), origin=origin) as listening:
        assert (await listening.begin())["type"] == "hello"


async def test_what_a_proxy_forwards_decides_nothing(clara: User, north: DealerRef) -> None:
    forwarded = {"x-forwarded-host": f"{NORTH}:9000", "x-forwarded-port": "9000", "x-forwarded-proto": "https"}
    session = await session_of(clara, north)
    foreign = Line(host=NORTH, session=session, origin=f"https://{NORTH}:9000", headers=forwarded)

    assert await foreign.open() == {"type": "websocket.close", "code": 4403}
    async with line(host=NORTH, session=session, headers=forwarded) as listening:
        assert (await listening.begin())["type"] == "hello"


async def test_an_unknown_host_has_no_line(north: DealerRef) -> None:
    assert await Line(host="nobody.localhost").open() == {"type": "websocket.close", "code": 4404}


def remove(user: User) -> None:
    accounts.deactivate_user(user_id=user.pk)


def appoint(user: User) -> None:
    accounts.change_role(user_id=user.pk, role=Role.SERVICE_ADVISOR)


def change_password(user: User) -> None:
    by = staff.By(user=user)
    staff.set_own_password(new="another long password", by=by, now=OPENED_AT)


@pytest.mark.parametrize("end", [remove, appoint, change_password])
async def test_whose_access_has_ended_is_cut_off(end: Callable[[User], None], clara: User, north: DealerRef) -> None:
    async with line(host=NORTH, session=await session_of(clara, north)) as listening:
        await listening.begin()
        await in_dealer(north, lambda: end(clara))

        assert await listening.close_code() == 4401
        await listening.say(type="watch", conversation_id=1)
        assert await listening.is_silent()


async def test_who_signs_out_in_one_window_is_cut_off_in_all_of_that_session(clara: User, north: DealerRef) -> None:
    session, other = await session_of(clara, north), await session_of(clara, north)
    client = Client(HTTP_HOST=NORTH)
    client.cookies["aftercare_session"] = session

    async with line(host=NORTH, session=session) as listening, line(host=NORTH, session=other) as elsewhere:
        await listening.begin()
        await elsewhere.begin()
        await sync_to_async(client.delete)("/_allauth/browser/v1/auth/session")

        assert await listening.close_code() == 4401
        assert await elsewhere.is_silent()


async def test_a_suspended_dealers_lines_end_and_no_others(clara: User, north: DealerRef, south: DealerRef) -> None:
    theirs = await session_in_post(south, Role.COC_DIRECTOR)
    ours = await session_of(clara, north)

    async with line(host=NORTH, session=ours) as here, line(host=SOUTH, session=theirs) as there:
        await here.begin()
        await there.begin()
        await sync_to_async(provisioning.suspend_dealer)(name="north", now=OPENED_AT)

        assert await here.close_code() == 4404
        assert await there.is_silent()


async def test_a_suspended_dealer_is_refused_although_its_host_is_still_remembered(
    clara: User, north: DealerRef
) -> None:
    session = await session_of(clara, north)
    await sync_to_async(hosts.scope_of)(NORTH)
    await sync_to_async(provisioning.suspend_dealer)(name="north", now=OPENED_AT)

    async with line(host=NORTH, session=session) as listening:
        assert await refusal(listening) == 4404


async def test_an_expired_session_ends_its_line(clara: User, north: DealerRef, monkeypatch: pytest.MonkeyPatch) -> None:
    session = await session_of(clara, north)
    monkeypatch.setattr(consumers, "TICK_SECONDS", 0.01)
    soon = datetime.now(UTC) + timedelta(seconds=1)
    await in_dealer(north, lambda: Session.objects.filter(session_key=session).update(expire_date=soon))

    async with line(host=NORTH, session=session) as listening:
        assert (await listening.begin())["type"] == "hello"
        assert await listening.close_code() == 4401


async def test_a_line_asks_by_itself_should_the_word_be_lost(
    clara: User, north: DealerRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumers, "TICK_SECONDS", 0.01)
    monkeypatch.setattr(consumers, "LOOK_SECONDS", 0.0)

    async with line(host=NORTH, session=await session_of(clara, north)) as listening:
        await listening.begin()
        await in_dealer(north, lambda: User.objects.filter(pk=clara.pk).update(is_active=False))

        assert await listening.close_code() == 4401


async def test_others_stay_when_one_leaves_and_hear_nothing_of_it(clara: User, north: DealerRef) -> None:
    other = await sync_to_async(make_user)(north, Role.SERVICE_SPECIALIST)

    async with line(host=NORTH, session=await session_of(clara, north)) as listening:
        await listening.begin()
        await in_dealer(north, lambda: remove(other))

        assert await listening.is_silent()


async def test_one_of_a_number_at_south_is_not_cut_off_with_norths(
    clara: User, north: DealerRef, south: DealerRef
) -> None:
    twin = await sync_to_async(make_user)(south, Role.COC_DIRECTOR)
    await in_dealer(south, lambda: User.objects.filter(pk=twin.pk).update(id=clara.pk))
    with dealer_scope(south):
        twin = await User.objects.aget(pk=clara.pk)

    async with line(host=SOUTH, session=await session_of(twin, south)) as listening:
        await listening.begin()
        await in_dealer(north, lambda: remove(clara))

        assert await listening.is_silent()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "[]",
        "null",
        "[" * 299,
        " " * 301,
        '{"type": "shout"}',
        '{"type": "hello"}',
        '{"type": "hello", "after": true}',
        '{"type": "hello", "after": 9223372036854775808}',
        '{"type": "watch", "conversation_id": 0}',
        '{"type": "typing", "conversation_id": 1, "is_typing": 1}',
    ],
)
async def test_what_our_page_never_says_ends_the_line(text: str, clara: User, north: DealerRef) -> None:
    async with line(host=NORTH, session=await session_of(clara, north)) as listening:
        await listening.begin()
        await listening.say_text(text)

        assert await listening.next() == {"type": "websocket.close", "code": 1008}


async def test_who_talks_without_end_is_sent_away(clara: User, north: DealerRef) -> None:
    async with line(host=NORTH, session=await session_of(clara, north)) as listening:
        await listening.begin()
        for _ in range(200):
            await listening.say(type="unwatch", conversation_id=1)

        assert (await listening.next())["code"] == 1008

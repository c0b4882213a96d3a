"""Who else has a conversation open, and who types."""

from contextlib import AsyncExitStack

import pytest

from api.live import consumers, presence
from notifications.models import ChannelAccount, Conversation
from tenants.accounts.models import User
from tenants.accounts.roles import Role
from tenants.scope import DealerRef
from tests.api.live.lines import NORTH, SOUTH, Line, in_dealer, line, session_in_post, session_of
from tests.conftest import OPENED_AT

pytestmark = pytest.mark.django_db(transaction=True)
TALK = 7


def make_talks(*numbers: int) -> None:
    """Write conversations of these ids."""
    account, _ = ChannelAccount.objects.get_or_create(
        kind="simulator", address="100", defaults={"public_id": "p" * 20, "created_at": OPENED_AT}
    )
    for number in numbers:
        Conversation.objects.create(id=number, account=account, address=str(number), created_at=OPENED_AT)


async def watch(listening: Line, conversation_id: int = TALK) -> dict[str, object]:
    """Open a conversation, and return who is said to be there at first."""
    await listening.say(type="watch", conversation_id=conversation_id)
    return await listening.hear()


def people(*others: tuple[str, bool]) -> list[tuple[str, bool]]:
    return list(others)


async def shown(listening: Line) -> list[tuple[str, bool]]:
    """Return who is said to be there next, and whether they type."""
    said = await listening.hear()
    assert (said["type"], said["conversation_id"]) == ("presence", TALK)
    return [(one["name"], one["is_typing"]) for one in said["people"]]


async def test_two_in_one_conversation_see_each_other_type_and_leave(clara: User, north: DealerRef) -> None:
    await in_dealer(north, lambda: make_talks(TALK))
    specialists = await session_in_post(north, Role.SERVICE_SPECIALIST)
    async with (
        line(host=NORTH, session=await session_of(clara, north)) as here,
        line(host=NORTH, session=specialists) as there,
    ):
        await here.begin()
        await there.begin()
        assert await watch(here) == {"type": "presence", "conversation_id": TALK, "people": []}

        await there.say(type="watch", conversation_id=TALK)
        assert await shown(here) == people(("Somebody", False))
        # At first nobody answered yet.
        assert await shown(there) in ([], people(("Clara", False)))
        await there.say(type="typing", conversation_id=TALK, is_typing=True)
        assert await shown(here) == people(("Somebody", True))
        await there.say(type="typing", conversation_id=TALK, is_typing=False)
        assert await shown(here) == people(("Somebody", False))

        await there.say(type="unwatch", conversation_id=TALK)
        assert await shown(here) == []


async def test_who_comes_later_is_told_who_is_there(clara: User, north: DealerRef) -> None:
    await in_dealer(north, lambda: make_talks(TALK))
    specialists = await session_in_post(north, Role.SERVICE_SPECIALIST)
    async with (
        line(host=NORTH, session=await session_of(clara, north)) as here,
        line(host=NORTH, session=specialists) as there,
    ):
        await here.begin()
        await there.begin()
        await watch(here)
        await there.say(type="watch", conversation_id=TALK)

        seen = await shown(there)
        assert (seen or await shown(there)) == people(("Clara", False))


async def test_who_closes_the_window_has_left(clara: User, north: DealerRef) -> None:
    await in_dealer(north, lambda: make_talks(TALK))
    specialists = await session_in_post(north, Role.SERVICE_SPECIALIST)
    async with line(host=NORTH, session=await session_of(clara, north)) as here:
        await here.begin()
        await watch(here)
        async with line(host=NORTH, session=specialists) as there:
            await there.begin()
            await there.say(type="watch", conversation_id=TALK)
            assert await shown(here) == people(("Somebody", False))

        assert await shown(here) == []


async def test_who_is_removed_has_left(clara: User, north: DealerRef) -> None:
    await in_dealer(north, lambda: make_talks(TALK))
    specialists = await session_in_post(north, Role.SERVICE_SPECIALIST)
    async with (
        line(host=NORTH, session=await session_of(clara, north)) as here,
        line(host=NORTH, session=specialists) as there,
    ):
        await here.begin()
        await there.begin()
        await watch(here)
        await there.say(type="watch", conversation_id=TALK)
        assert await shown(here) == people(("Somebody", False))
        from tenants.accounts import operations as accounts

        gone = User.objects.exclude(pk=clara.pk)
        await in_dealer(north, lambda: accounts.deactivate_user(user_id=gone.get().pk))

        assert await shown(here) == []


async def test_the_typing_of_a_line_that_fell_silent_fades(
    clara: User, north: DealerRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumers, "TICK_SECONDS", 0.01)
    monkeypatch.setattr(presence, "TYPING_SECONDS", 0.2)
    await in_dealer(north, lambda: make_talks(TALK))
    specialists = await session_in_post(north, Role.SERVICE_SPECIALIST)
    async with (
        line(host=NORTH, session=await session_of(clara, north)) as here,
        line(host=NORTH, session=specialists) as there,
    ):
        await here.begin()
        await there.begin()
        await watch(here)
        await there.say(type="watch", conversation_id=TALK)
        await there.say(type="typing", conversation_id=TALK, is_typing=True)

        seen = [await shown(here) for _ in range(3)]
        assert seen == [people(("Somebody", typing)) for typing in (False, True, False)]


async def test_south_sees_nobody_in_a_conversation_of_the_same_number(
    clara: User, north: DealerRef, south: DealerRef
) -> None:
    for dealer in (north, south):
        await in_dealer(dealer, lambda: make_talks(TALK))
    theirs = await session_in_post(south, Role.COC_DIRECTOR)
    async with (
        line(host=NORTH, session=await session_of(clara, north)) as here,
        line(host=SOUTH, session=theirs) as there,
    ):
        await here.begin()
        await there.begin()
        await watch(here)
        await watch(there)
        await there.say(type="typing", conversation_id=TALK, is_typing=True)

        assert await here.is_silent()
        assert await there.is_silent()


async def test_a_conversation_that_is_not_ours_is_passed_over(clara: User, north: DealerRef, south: DealerRef) -> None:
    await in_dealer(south, lambda: make_talks(TALK))
    async with line(host=NORTH, session=await session_of(clara, north)) as listening:
        await listening.begin()
        await listening.say(type="watch", conversation_id=TALK)
        await listening.say(type="typing", conversation_id=TALK, is_typing=True)
        await listening.say(type="watch", conversation_id=99)

        assert await listening.is_silent()


async def test_a_post_without_conversations_watches_none(north: DealerRef) -> None:
    await in_dealer(north, lambda: make_talks(TALK))
    async with line(host=NORTH, session=await session_in_post(north, Role.SERVICE_ADVISOR)) as listening:
        await listening.begin()
        await listening.say(type="watch", conversation_id=TALK)

        assert await listening.is_silent()


async def test_so_many_conversations_at_once_and_no_more(clara: User, north: DealerRef) -> None:
    await in_dealer(north, lambda: make_talks(*range(1, 12)))
    async with line(host=NORTH, session=await session_of(clara, north)) as listening:
        await listening.begin()
        for number in range(1, 11):
            assert (await watch(listening, number))["conversation_id"] == number
        await listening.say(type="watch", conversation_id=11)

        assert (await listening.next())["code"] == 1008


async def test_typing_without_end_is_not_passed_on_without_end(clara: User, north: DealerRef) -> None:
    await in_dealer(north, lambda: make_talks(TALK))
    specialists = await session_in_post(north, Role.SERVICE_SPECIALIST)
    async with AsyncExitStack() as both:
        here = await both.enter_async_context(line(host=NORTH, session=await session_of(clara, north)))
        there = await both.enter_async_context(line(host=NORTH, session=specialists))
        await here.begin()
        await there.begin()
        await watch(here)
        await there.say(type="watch", conversation_id=TALK)
        await shown(here)
        for turn in range(40):
            await there.say(type="typing", conversation_id=TALK, is_typing=turn % 2 == 0)

        seen = [await shown(here)]
        while not await here.is_silent():
            seen.append(await shown(here))
        assert len(seen) < 15

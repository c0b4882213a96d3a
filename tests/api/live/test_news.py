"""What is heard on a line: events of the log with their ids, by role; what was missed; how far an import is."""

import pytest
from asgiref.sync import sync_to_async
from django.db import transaction

from api.live import asking
from core.events import operations as events
from core.events.operations import Fact
from tenants import announcing
from tenants.accounts.models import User
from tenants.accounts.roles import Role
from tenants.scope import DealerRef
from tests.api.live.lines import NORTH, SOUTH, Line, in_dealer, line, session_in_post, session_of
from tests.conftest import OPENED_AT

pytestmark = pytest.mark.django_db(transaction=True)


def record(kind: str = "message.received", *, subject_id: int = 9) -> int:
    """Record a fact; return its id."""
    row = events.record(kind, subject_kind="conversation", subject_id=subject_id, at=OPENED_AT, customer_id=3)
    return int(row.pk)


def record_many(count: int, kind: str = "task.opened") -> None:
    """Record many facts in one transaction."""
    facts = (Fact(kind=kind, subject_kind="task", subject_id=number, at=OPENED_AT) for number in range(1, count + 1))
    with transaction.atomic():
        events.record_many(facts)


def heard_of(said: dict[str, object]) -> list[object]:
    """Return the ids that a frame tells of."""
    told = said["events"]
    assert isinstance(told, list)
    return [one["id"] for one in told]


async def test_an_event_is_heard_with_its_id_and_nothing_of_what_is_in_it(clara: User, north: DealerRef) -> None:
    async with line(host=NORTH, session=await session_of(clara, north)) as listening:
        assert await listening.begin() == {"type": "hello", "last": 0}
        event_id = await in_dealer(north, record)

        assert await listening.hear() == {
            "type": "events",
            "events": [
                {
                    "kind": "message.received",
                    "subject_kind": "conversation",
                    "subject_id": 9,
                    "customer_id": 3,
                    "id": event_id,
                }
            ],
            "last": event_id,
        }


async def test_a_transactions_events_come_in_one_word_after_it(clara: User, north: DealerRef) -> None:
    def work() -> None:
        with transaction.atomic():
            record()
            record_many(3)
            announcing.announce({"task.claimed"})
            record("survey.answered")

    async with line(host=NORTH, session=await session_of(clara, north)) as listening:
        await listening.begin()
        await in_dealer(north, work)

        said = await listening.hear()
        assert [(one["id"], one["kind"]) for one in said["events"]] == [
            (1, "message.received"),
            *((number, "task.opened") for number in (2, 3, 4)),
            (None, "task.claimed"),
            (5, "survey.answered"),
        ]
        assert said["last"] == 5
        assert await listening.is_silent()


async def test_what_is_rolled_back_is_not_heard(clara: User, north: DealerRef) -> None:
    def work() -> None:
        with transaction.atomic():
            record()
            transaction.set_rollback(True)

    async with line(host=NORTH, session=await session_of(clara, north)) as listening:
        await listening.begin()
        await in_dealer(north, work)

        assert await listening.is_silent()


async def test_of_very_many_only_the_kinds_are_told(clara: User, north: DealerRef) -> None:
    async with line(host=NORTH, session=await session_of(clara, north)) as listening:
        await listening.begin()
        await in_dealer(north, lambda: record_many(announcing.MOST_TOLD + 1))

        said = await listening.hear()
        assert [(one["id"], one["kind"], one["subject_id"]) for one in said["events"]] == [(None, "task.opened", None)]
        assert said["last"] == 0


async def test_many_small_records_of_one_transaction_are_no_flood_either(clara: User, north: DealerRef) -> None:
    def work() -> None:
        with transaction.atomic():
            for _ in range(3):
                record_many(announcing.MOST_TOLD)
            record()

    async with line(host=NORTH, session=await session_of(clara, north)) as listening:
        await listening.begin()
        await in_dealer(north, work)

        assert [one["kind"] for one in (await listening.hear())["events"]].count("task.opened") == 1


async def test_a_role_hears_of_what_it_may_read_only(clara: User, north: DealerRef) -> None:
    advisors = await session_in_post(north, Role.SERVICE_ADVISOR)

    def work() -> None:
        with transaction.atomic():
            record("message.received")
            record("task.opened")

    async with (
        line(host=NORTH, session=await session_of(clara, north)) as director,
        line(host=NORTH, session=advisors) as advisor,
    ):
        await director.begin()
        await advisor.begin()
        await in_dealer(north, work)
        await in_dealer(north, record)

        assert heard_of(await director.hear()) == [1, 2]
        assert heard_of(await director.hear()) == [3]
        assert heard_of(await advisor.hear()) == [2]
        assert await advisor.is_silent()


async def test_a_kind_that_nobody_placed_is_heard_by_nobody(clara: User, north: DealerRef) -> None:
    async with line(host=NORTH, session=await session_of(clara, north)) as listening:
        await listening.begin()
        await in_dealer(north, lambda: record("secret.told"))

        assert await listening.is_silent()


async def test_south_hears_nothing_of_north(clara: User, north: DealerRef, south: DealerRef) -> None:
    theirs = await session_in_post(south, Role.COC_DIRECTOR)

    async with (
        line(host=NORTH, session=await session_of(clara, north)) as here,
        line(host=SOUTH, session=theirs) as there,
    ):
        await here.begin()
        await there.begin()
        await in_dealer(north, record)
        await in_dealer(north, lambda: announcing.tell_progress(import_id=3, stage="reading", done=1, total=2))

        assert (await here.hear())["type"] == "events"
        assert (await here.hear())["type"] == "progress"
        assert await there.is_silent()


async def test_norths_transaction_does_not_carry_souths_news(clara: User, north: DealerRef, south: DealerRef) -> None:
    theirs = await session_in_post(south, Role.COC_DIRECTOR)

    async with (
        line(host=NORTH, session=await session_of(clara, north)) as here,
        line(host=SOUTH, session=theirs) as there,
    ):
        await here.begin()
        assert await there.begin(after=0) == {"type": "hello", "last": 0}
        await in_dealer(north, record)
        await in_dealer(south, lambda: record("task.opened"))

        assert [one["kind"] for one in (await here.hear())["events"]] == ["message.received"]
        assert [one["kind"] for one in (await there.hear())["events"]] == ["task.opened"]


async def test_an_imports_progress_is_heard_at_once_also_within_its_transaction(clara: User, north: DealerRef) -> None:
    def work() -> None:
        with transaction.atomic():
            announcing.tell_progress(import_id=3, stage="reading", done=1000, total=None)
            transaction.set_rollback(True)

    async with line(host=NORTH, session=await session_of(clara, north)) as listening:
        await listening.begin()
        await in_dealer(north, work)

        assert await listening.hear() == {
            "type": "progress",
            "import_id": 3,
            "stage": "reading",
            "done": 1000,
            "total": None,
        }


async def test_nothing_is_heard_before_hello(clara: User, north: DealerRef) -> None:
    async with line(host=NORTH, session=await session_of(clara, north)) as listening:
        await listening.open()
        await in_dealer(north, record)

        assert await listening.is_silent()


# --- What was missed --------------------------------------------------------------------------------------------------


async def resumed(listening: Line, *, after: int) -> list[object]:
    """Come back after that event, and return what is told of."""
    assert await listening.begin(after=after) == {"type": "hello", "last": after}
    said = await listening.hear()
    assert said["type"] == "events"
    return [said["last"], *heard_of(said)]


async def test_what_was_missed_is_told_again_a_little_earlier_than_asked(
    clara: User, north: DealerRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "OVERLAP", 2)
    await in_dealer(north, lambda: record_many(6))

    async with line(host=NORTH, session=await session_of(clara, north)) as listening:
        # 3 and 4 may have become visible after 4 was heard.
        assert await resumed(listening, after=4) == [6, 3, 4, 5, 6]
        await in_dealer(north, record)
        assert heard_of(await listening.hear()) == [7]


async def test_who_begins_now_has_missed_nothing(clara: User, north: DealerRef) -> None:
    await in_dealer(north, lambda: record_many(6))

    async with line(host=NORTH, session=await session_of(clara, north)) as listening:
        assert await listening.begin() == {"type": "hello", "last": 6}
        assert await listening.is_silent()


@pytest.mark.parametrize("after", [1, 99])
async def test_who_missed_too_much_or_comes_from_another_time_begins_anew(
    after: int, clara: User, north: DealerRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "MOST_MISSED", 4)
    await in_dealer(north, lambda: record_many(6))

    async with line(host=NORTH, session=await session_of(clara, north)) as listening:
        await listening.begin(after=after)

        assert await listening.hear() == {"type": "reset", "last": 6}


async def test_as_much_as_may_be_missed_is_told(clara: User, north: DealerRef, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "MOST_MISSED", 4)
    monkeypatch.setattr(asking, "OVERLAP", 1)
    await in_dealer(north, lambda: record_many(6))

    async with line(host=NORTH, session=await session_of(clara, north)) as listening:
        assert await resumed(listening, after=2) == [6, 2, 3, 4, 5, 6]


async def test_of_what_was_missed_a_role_is_told_what_it_may_read_only(clara: User, north: DealerRef) -> None:
    advisors = await session_in_post(north, Role.SERVICE_ADVISOR)
    await in_dealer(north, record)
    await in_dealer(north, lambda: record("task.opened"))

    async with line(host=NORTH, session=advisors) as listening:
        assert await resumed(listening, after=0) == [2, 2]


async def test_norths_last_event_says_nothing_about_souths(clara: User, north: DealerRef, south: DealerRef) -> None:
    theirs = await session_in_post(south, Role.COC_DIRECTOR)
    await in_dealer(north, lambda: record_many(6))

    async with line(host=SOUTH, session=theirs) as listening:
        assert await listening.begin(after=0) == {"type": "hello", "last": 0}
        assert await listening.is_silent()


async def test_a_second_hello_says_nothing_more(clara: User, north: DealerRef) -> None:
    await in_dealer(north, lambda: record_many(6))

    async with line(host=NORTH, session=await session_of(clara, north)) as listening:
        await listening.begin()
        await listening.say(type="hello", after=0)

        assert await listening.is_silent()


async def test_what_commits_while_a_line_says_hello_is_heard_once_or_twice_but_never_missed(
    clara: User, north: DealerRef
) -> None:
    session = await session_of(clara, north)
    async with line(host=NORTH, session=session) as listening:
        await listening.open()
        await listening.say(type="hello", after=0)
        await in_dealer(north, lambda: [record() for _ in range(5)])

        told: set[object] = set()
        while told != {1, 2, 3, 4, 5}:
            said = await listening.hear()
            told |= set(heard_of(said)) if said["type"] == "events" else set()


async def test_the_replay_takes_two_queries(north: DealerRef, django_assert_num_queries: object) -> None:
    await in_dealer(north, lambda: record_many(100))

    def ask() -> asking.Missed:
        with django_assert_num_queries(2):  # type: ignore[operator]  # pytest-django's fixture
            return asking.missed_by(north, role=Role.COC_DIRECTOR, after=50)

    missed = await sync_to_async(ask)()
    assert missed.last == 100

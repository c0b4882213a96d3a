"""Somebody is away: their open work moves to a deputy for those days and comes back, by date alone."""

from datetime import date, datetime, timedelta

import pytest

from core.deputies import operations, queries, rules
from core.deputies.models import Deputy
from core.deputies.operations import AwayStandsIn, DeputyAway, NotAble, PeriodUnusable, StoodInAlready, Wish
from core.deputies.rules import Pair
from core.events.models import Event
from core.tasks import claiming, desks
from core.tasks import operations as tasks
from core.tasks import queries as work
from core.tasks.models import Task
from tenants.accounts import operations as accounts
from tenants.accounts.models import AuditEntry, User
from tenants.accounts.roles import Role
from tenants.scope import DealerRef, dealer_scope
from tests.core.making import NOW
from tests.core.tasks.test_tasks import call

ACTOR = "user:1"
DAY = timedelta(days=1)
TODAY = date(2026, 3, 2)


def add(name: str, role: str = Role.RELATIONS_SPECIALIST) -> int:
    """Add somebody to the centre; return their id."""
    email = f"{name.lower()}@north.example"
    return accounts.create_user(email=email, name=name, role=role, password=None, language="en", now=NOW).pk


def stand_in(away: int, deputy: int, *, first: date = TODAY, last: date = TODAY, now: datetime = NOW) -> Deputy:
    """Name a deputy for those days."""
    wish = Wish(away_id=away, deputy_id=deputy, from_date=first, last_date=last)
    return operations.name_deputy(wish, actor=ACTOR, address=None, now=now)


def listed(user_id: int, *, now: datetime = NOW) -> list[str]:
    """Return somebody's work list by key."""
    return [task.key for task in work.work(desk=desks.desk_of(user_id, now=now), now=now, limit=50)]


@pytest.fixture
def clara(in_north: DealerRef) -> int:
    return add("Clara")


@pytest.fixture
def boris(in_north: DealerRef) -> int:
    return add("Boris", Role.SERVICE_SPECIALIST)


@pytest.fixture
def given(clara: int) -> str:
    """A call that was given to Clara."""
    tasks.open_tasks([call("given")], now=NOW)
    Task.objects.update(assignee_id=clara)
    return "given"


def test_today_is_the_day_these_tests_begin_on(in_north: DealerRef) -> None:
    assert queries.today(NOW) == TODAY


@pytest.mark.parametrize(
    ("role", "post", "can"),
    [
        ("RELATIONS_SPECIALIST", "RELATIONS_SPECIALIST", True),
        ("SERVICE_SPECIALIST", "RELATIONS_SPECIALIST", True),
        ("COC_DIRECTOR", "RELATIONS_SPECIALIST", True),
        ("SERVICE_ADVISOR", "RELATIONS_SPECIALIST", False),
        ("RELATIONS_SPECIALIST", "GENERAL_MANAGER", False),
        ("SERVICE_ADVISOR", "SERVICE_ADVISOR", True),
    ],
)
def test_who_can_stand_in_for_a_post(role: str, post: str, can: bool) -> None:
    assert rules.can_stand_in(role, post=post) is can


def test_the_work_of_who_is_away_is_the_deputys() -> None:
    pairs = [Pair(away_id=1, deputy_id=2)]

    assert [rules.people_of(one, pairs) for one in (1, 2, 3)] == [set(), {1, 2}, {3}]
    assert [rules.deputy_of(one, pairs) for one in (1, 2)] == [2, None]


def test_open_work_moves_and_comes_back_by_itself(clara: int, boris: int, given: str) -> None:
    stand_in(clara, boris, first=TODAY + DAY, last=TODAY + 2 * DAY)

    lists = [(listed(clara, now=NOW + days * DAY), listed(boris, now=NOW + days * DAY)) for days in range(4)]

    assert lists == [(["given"], []), ([], ["given"]), ([], ["given"]), (["given"], [])]


def test_the_deputy_does_what_is_free_of_the_post_too(clara: int, boris: int) -> None:
    tasks.open_tasks([call("free")], now=NOW)
    assert listed(boris) == []

    stand_in(clara, boris)

    assert listed(boris) == ["free"]
    taken = claiming.claim_next(desk=desks.desk_of(boris, now=NOW), now=NOW)
    assert taken is not None
    assert taken.key == "free"


def test_both_are_told_in_their_day(clara: int, boris: int) -> None:
    stand_in(clara, boris)

    away, deputy = desks.desk_of(clara, now=NOW), desks.desk_of(boris, now=NOW)

    assert (away.stood_in_by, away.stands_in_for) == ("Boris", ())
    assert (deputy.stood_in_by, deputy.stands_in_for) == ("", ("Clara",))


def test_ended_early_it_comes_back_at_once(clara: int, boris: int, given: str) -> None:
    row = stand_in(clara, boris, last=TODAY + 9 * DAY)

    for _ in range(2):
        operations.end_deputy(row.pk, actor=ACTOR, address=None, now=NOW)

    assert (listed(clara), listed(boris)) == (["given"], [])
    told = ["deputy.named", "deputy.ended"]
    assert list(Event.objects.filter(subject_kind="deputy").order_by("id").values_list("kind", flat=True)) == told
    assert list(AuditEntry.objects.filter(subject_kind="deputy").order_by("id").values_list("action", flat=True)) == (
        told
    )
    # The days are free for another deputy.
    stand_in(clara, add("Doris"))


def test_a_deputy_who_leaves_gives_it_back(clara: int, boris: int, given: str) -> None:
    stand_in(clara, boris)

    accounts.deactivate_user(user_id=boris)

    assert listed(clara) == ["given"]


def test_what_was_given_to_somebody_who_left_is_free(clara: int, given: str) -> None:
    other, advisor = add("Doris"), add("Boris", Role.SERVICE_ADVISOR)

    User.objects.filter(pk=clara).update(is_active=False)

    assert (listed(other), listed(advisor)) == (["given"], [])


def test_who_cannot_do_the_post_is_refused(clara: int) -> None:
    advisor, gone = add("Boris", Role.SERVICE_ADVISOR), add("Doris")
    User.objects.filter(pk=gone).update(is_active=False)

    for deputy in (advisor, gone, clara):
        with pytest.raises(NotAble):
            stand_in(clara, deputy)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (TODAY + DAY, TODAY),
        (TODAY - 9 * DAY, TODAY - DAY),
        (TODAY, TODAY + 400 * DAY),
        (TODAY + 400 * DAY, TODAY + 401 * DAY),
    ],
    ids=["backwards", "over", "endless", "far away"],
)
def test_days_that_cannot_be_are_refused(first: date, last: date, clara: int, boris: int) -> None:
    with pytest.raises(PeriodUnusable):
        stand_in(clara, boris, first=first, last=last)


def test_work_moves_to_one_person_who_is_there(clara: int, boris: int) -> None:
    doris = add("Doris")
    stand_in(clara, boris, last=TODAY + 3 * DAY)

    with pytest.raises(StoodInAlready):
        stand_in(clara, doris, first=TODAY + 3 * DAY, last=TODAY + 9 * DAY)
    with pytest.raises(DeputyAway):
        stand_in(doris, clara)
    with pytest.raises(AwayStandsIn):
        stand_in(boris, doris)
    stand_in(clara, doris, first=TODAY + 4 * DAY, last=TODAY + 9 * DAY)
    stand_in(boris, doris, first=TODAY + 4 * DAY, last=TODAY + 4 * DAY)

    assert Deputy.objects.count() == 3


def test_the_database_keeps_it_to_one(clara: int, boris: int) -> None:
    stand_in(clara, boris)
    row = Deputy.objects.get()
    row.pk, row.deputy_id = None, add("Doris")

    with pytest.raises(Exception, match="deputy_one_at_a_time"):
        row.save(force_insert=True)


def test_south_has_deputies_of_its_own(north: DealerRef, south: DealerRef) -> None:
    with dealer_scope(north):
        clara, boris = add("Clara"), add("Boris")
        stand_in(clara, boris)
    with dealer_scope(south):
        add("Clara"), add("Boris")

        assert not Deputy.objects.exists()
        assert queries.people_of(boris, now=NOW) == {boris}

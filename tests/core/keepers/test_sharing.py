"""New files get a keeper: the least laden for what they can bear, who has a week to be in touch."""

from collections import Counter
from datetime import timedelta

import pytest

from core.customers.models import Customer
from core.deputies import operations as deputies
from core.deputies import queries as standing
from core.deputies.operations import Wish
from core.events.models import Event
from core.keepers import operations, rules
from core.keepers.operations import NoKeeper
from core.keepers.rules import Keeper
from core.repair_orders.imports import rollback
from core.repair_orders.models import ImportRun
from core.tasks import claiming
from core.tasks.models import Task
from tenants.accounts import operations as accounts
from tenants.accounts.models import User
from tenants.accounts.roles import Role
from tenants.scope import DealerRef, dealer_scope
from tests.core.repair_orders import exports
from tests.core.repair_orders.importing import NOW, import_rows, local

NAMES = "甲乙丙丁戊己庚辛壬癸"


def add(name: str, *, role: str = Role.RELATIONS_SPECIALIST, ability: int = 100) -> int:
    """Add somebody to the centre; return their id."""
    email = f"{name.lower()}@here.example"
    user = accounts.create_user(email=email, name=name, role=role, password=None, language="en", now=NOW)
    User.objects.filter(pk=user.pk).update(ability=ability)
    return user.pk


def customers(count: int) -> list[int]:
    """Make files that nobody keeps; return their ids."""
    made = [Customer.objects.create(name=f"x{n}", created_at=NOW, updated_at=NOW) for n in range(count)]
    return [one.pk for one in made]


def kept() -> Counter[int | None]:
    """Return how many files each keeps."""
    return Counter(Customer.objects.values_list("keeper_id", flat=True))


def new_row(number: int, *, opened: str = "2026-11-18") -> list[str]:
    """Return the first visit of somebody."""
    return exports.row(
        number=f"RO{number}",
        name=NAMES[number],
        phone=f"1381234567{number}",
        plate=f"桂B1234{number}",
        vin=[exports.VIN_CHINA, exports.VIN_CHINA_OTHER][number],
        opened=local(opened),
        closed=local(opened, "16:00"),
    )


@pytest.mark.parametrize(
    ("keepers", "count", "expected"),
    [
        ([(1, 0, 100), (2, 0, 100)], 5, {1: 3, 2: 2}),
        ([(1, 0, 200), (2, 0, 100)], 9, {1: 6, 2: 3}),
        ([(1, 4, 100), (2, 0, 100)], 4, {2: 4}),
        ([(1, 0, 0), (2, 0, 100)], 3, {2: 3}),
        ([(1, 0, 0)], 3, {}),
        ([], 3, {}),
    ],
    ids=["even", "by ability", "by load", "none of a share", "nobody can", "nobody"],
)
def test_files_go_to_the_least_laden(keepers: list[tuple[int, int, int]], count: int, expected: dict[int, int]) -> None:
    given = rules.shared_out([Keeper(*one) for one in keepers], count=count)

    assert Counter(given) == expected


@pytest.mark.parametrize("count", [1, 7, 50, 301])
def test_nobody_is_more_than_one_file_from_their_share(count: int) -> None:
    abilities = {1: 100, 2: 50, 3: 150, 4: 80}
    given = Counter(rules.shared_out([Keeper(one, 0, share) for one, share in abilities.items()], count=count))

    shares = {one: count * share / sum(abilities.values()) for one, share in abilities.items()}
    assert all(abs(given[one] - share) <= 1 for one, share in shares.items())


def test_new_files_are_shared_out_with_a_call_within_a_week(in_north: DealerRef) -> None:
    clara, boris = add("Clara"), add("Boris")
    files = customers(5)

    assert operations.share_out(files, now=NOW) == 5

    assert kept() == {clara: 3, boris: 2}
    tasks = list(Task.objects.all())
    assert {task.customer_id: task.assignee_id for task in tasks} == dict(
        Customer.objects.values_list("id", "keeper_id")
    )
    assert {(task.kind, task.reason, task.due_at) for task in tasks} == {
        ("CALL", "file.first_contact", NOW + timedelta(days=7))
    }
    assert Event.objects.filter(kind="task.opened").count() == 5


def test_what_waits_with_somebody_counts(in_north: DealerRef) -> None:
    clara, boris = add("Clara"), add("Boris")
    operations.share_out(customers(4), now=NOW)
    Task.objects.filter(assignee_id=clara).update(state="DONE")

    operations.share_out(customers(2), now=NOW + timedelta(days=1))

    assert kept() == {clara: 4, boris: 2}


def test_statements_do_not_grow_with_files(in_north: DealerRef, django_assert_max_num_queries: object) -> None:
    add("Clara"), add("Boris")
    files = customers(60)

    with django_assert_max_num_queries(14):  # type: ignore[operator]  # pytest-django's fixture
        operations.share_out(files, now=NOW)


def test_who_is_away_gets_none(in_north: DealerRef) -> None:
    clara, boris, gone = add("Clara"), add("Boris"), add("Doris")
    User.objects.filter(pk=gone).update(is_active=False)
    today = standing.today(NOW)
    deputies.name_deputy(Wish(clara, boris, today, today), actor="user:1", address=None, now=NOW)

    operations.share_out(customers(3), now=NOW)

    assert kept() == {boris: 3}


def test_where_the_post_is_empty_who_covers_it_gets_them(in_north: DealerRef) -> None:
    specialist = add("Clara", role=Role.SERVICE_SPECIALIST)
    add("Boris", role=Role.COC_DIRECTOR), add("Doris", role=Role.SERVICE_ADVISOR)

    operations.share_out(customers(2), now=NOW)

    assert kept() == {specialist: 2}


def test_where_nobody_is_files_wait_without(in_north: DealerRef) -> None:
    assert operations.share_out(customers(2), now=NOW) == 0
    assert kept() == {None: 2}


def test_an_import_shares_out_who_came_first_lately_and_once(in_north: DealerRef) -> None:
    clara = add("Clara")
    rows = [new_row(0), new_row(1, opened="2026-10-01")]

    for _ in range(2):
        import_rows(*rows)

    assert dict(Customer.objects.values_list("name", "keeper_id")) == {NAMES[0]: clara, NAMES[1]: None}
    assert Task.objects.count() == 1


def test_what_a_keeper_has_stays_theirs(in_north: DealerRef) -> None:
    add("Clara")
    import_rows(new_row(0))
    other = add("Boris")
    Customer.objects.update(keeper_id=other)

    import_rows(new_row(0), new_row(1))

    assert Customer.objects.get(name=NAMES[0]).keeper_id == other


def test_taken_back_the_calls_go_too(in_north: DealerRef) -> None:
    add("Clara")
    import_rows(new_row(0))

    undone = rollback.roll_back_import(ImportRun.objects.get().pk, now=NOW, actor="user:1")

    assert (undone.customers_removed, undone.customers_kept) == (1, 0)
    assert not Task.objects.exists()


def test_given_to_another_the_call_goes_along(in_north: DealerRef) -> None:
    clara, boris = add("Clara"), add("Boris")
    User.objects.filter(pk=boris).update(ability=0)
    (file,) = customers(1)
    operations.share_out([file], now=NOW)
    claiming.claim(task_id=Task.objects.get().pk, user_id=clara, now=NOW)

    for _ in range(2):
        operations.give_file(file, keeper_id=boris, actor="user:1", now=NOW)

    task = Task.objects.get()
    assert (task.assignee_id, task.claimed_by) == (boris, None)
    assert Event.objects.get(kind="file.kept").data == {"keeper_id": boris, "before": clara}


def test_somebody_in_another_post_keeps_no_file(in_north: DealerRef) -> None:
    (file,) = customers(1)

    with pytest.raises(NoKeeper):
        operations.give_file(file, keeper_id=add("Doris", role=Role.SERVICE_ADVISOR), actor="user:1", now=NOW)


def test_souths_files_are_souths(north: DealerRef, south: DealerRef) -> None:
    with dealer_scope(south):
        add("Boris")
        customers(2)
    with dealer_scope(north):
        add("Clara")
        files = customers(2)

        operations.share_out(files, now=NOW)
    with dealer_scope(south):
        assert kept() == {None: 2}
        assert not Task.objects.exists()

"""A call that is noted on a new file is the call its keeper owes it: settled with it, told of once, counted once."""

from datetime import UTC, datetime, timedelta

import pytest

from core.customers import merging
from core.customers.models import Customer
from core.events.models import Event
from core.keepers import operations as keepers
from core.tasks import day, desks
from core.tasks.models import Task
from core.touches import operations
from core.touches.models import Touch
from tenants.accounts import operations as accounts
from tenants.accounts.models import User
from tenants.accounts.roles import Role
from tenants.scope import DealerRef, dealer_scope
from tests.core.kpis import facts

NOW = datetime(2026, 11, 20, 4, tzinfo=UTC)


@pytest.fixture
def keeper(in_north: DealerRef) -> User:
    """Clara, who gets the new files."""
    return accounts.create_user(
        email="clara@north.example",
        name="Clara",
        role=Role.RELATIONS_SPECIALIST,
        password=None,
        language="en",
        now=NOW,
    )


@pytest.fixture
def anna(keeper: User) -> Customer:
    """A new file with its first call to make."""
    anna = facts.make_customer("Anna", day=NOW.date())
    assert keepers.share_out([anna.pk], now=NOW) == 1
    return anna


def note(customer: Customer, *, by: User, kind: str = "CALL", at: datetime = NOW, now: datetime = NOW) -> Touch:
    new = operations.NewTouch(customer_id=customer.pk, kind=kind, direction="OUT", subject="welcome", at=at)
    return operations.note_touch(new, actor=f"user:{by.pk}", now=now)


def calls_of(user: User) -> dict[str, int]:
    done = day.day_of(desks.desk_of(user.pk, now=NOW), now=NOW).done
    return {one.direction: one.done for one in done.calls}


def test_a_call_settles_it_and_counts_once(anna: Customer, keeper: User) -> None:
    touch = note(anna, by=keeper)
    note(anna, by=keeper)
    again = operations.NewTouch(customer_id=anna.pk, kind="CALL", direction="OUT", subject="hello", at=NOW)
    operations.correct_touch(touch.pk, new=again, actor=f"user:{keeper.pk}", now=NOW)

    task = Task.objects.get(reason="file.first_contact")
    assert (task.state, task.outcome, task.done_by, task.done_at) == ("DONE", "COMPLETED", keeper.pk, NOW)
    (event,) = Event.objects.filter(kind="task.done")
    assert (event.subject_id, event.actor, event.data["outcome"]) == (task.pk, f"user:{keeper.pk}", "COMPLETED")
    assert calls_of(keeper)["OUTBOUND"] == 1


@pytest.mark.parametrize("kind", ["LETTER", "MESSAGE", "VISIT", "NOTE"])
def test_what_is_no_call_leaves_it_open(kind: str, anna: Customer, keeper: User) -> None:
    note(anna, by=keeper, kind=kind)

    assert Task.objects.get().state == "OPEN"


def test_a_call_of_long_before_leaves_it_open(anna: Customer, keeper: User) -> None:
    note(anna, by=keeper, at=NOW - timedelta(days=30))

    assert Task.objects.get().state == "OPEN"


def test_a_call_to_the_file_it_was_merged_into_settles_it(anna: Customer, keeper: User) -> None:
    kept = facts.make_customer("Anna", day=NOW.date())
    merging.merge_customers(kept_id=kept.pk, other_id=anna.pk, by=merging.By("user:1"), now=NOW)

    note(kept, by=keeper)

    assert Task.objects.get().state == "DONE"


def test_other_files_calls_and_souths_stay_open(anna: Customer, keeper: User, south: DealerRef) -> None:
    other = facts.make_customer("Anna", day=NOW.date())
    keepers.share_out([other.pk], now=NOW)
    with dealer_scope(south):
        Task.objects.create(
            kind="CALL",
            key=keepers.key_of(anna.pk),
            role="RELATIONS_SPECIALIST",
            reason="file.first_contact",
            priority=50,
            due_at=NOW,
            created_at=NOW,
        )

    note(anna, by=keeper)

    assert set(Task.objects.values_list("customer_id", "state")) == {(anna.pk, "DONE"), (other.pk, "OPEN")}
    with dealer_scope(south):
        assert Task.objects.get().state == "OPEN"

"""Work to come is put off or called off by people, while it is still to come."""

from datetime import timedelta

import pytest

from core.customers.models import Customer
from notifications.due import people
from notifications.due.models import Due
from notifications.due.people import DueOver
from tenants.scope import DealerRef, dealer_scope
from tests.core.making import NOW, make_customer

pytestmark = pytest.mark.usefixtures("in_north")

TOMORROW = NOW + timedelta(days=1)


def make_due(*, customer: Customer | None = None, state: str = "PLANNED", expires_days: int = 3) -> Due:
    return Due.objects.create(
        rule="MAINTENANCE",
        subject_kind="vehicle",
        subject_id=1,
        occurrence=f"o{Due.objects.count()}",
        customer=customer or make_customer(),
        state=state,
        planned_at=NOW,
        due_at=NOW,
        expires_at=NOW + timedelta(days=expires_days),
        created_at=NOW,
        data={"first": 1},
    )


def test_put_off_it_is_held_until_then() -> None:
    due = people.put_off(make_due().pk, until_at=TOMORROW, actor="user:1", now=NOW)

    assert (due.state, due.due_at, due.planned_at) == ("HELD", TOMORROW, NOW)
    assert due.data == {"first": 1, "actor": "user:1"}


def test_called_off_it_is_over() -> None:
    due = people.call_off(make_due().pk, actor="user:1", now=NOW)

    assert (due.state, due.finished_at, due.reason) == ("CANCELLED", NOW, "by_person")
    with pytest.raises(DueOver):
        people.put_off(due.pk, until_at=TOMORROW, actor="user:1", now=NOW)


@pytest.mark.parametrize("state", ["DONE", "DROPPED", "EXPIRED"])
def test_what_is_over_stays_so(state: str) -> None:
    with pytest.raises(DueOver):
        people.call_off(make_due(state=state).pk, actor="user:1", now=NOW)


def test_it_is_not_put_off_past_its_sense() -> None:
    with pytest.raises(DueOver):
        people.put_off(make_due(expires_days=1).pk, until_at=TOMORROW, actor="user:1", now=NOW)


def test_the_houses_own_clocks_are_nobodys_to_stop() -> None:
    due = make_due()
    Due.objects.update(customer=None)

    with pytest.raises(Due.DoesNotExist):
        people.call_off(due.pk, actor="user:1", now=NOW)


def test_south_cannot_touch_norths(south: DealerRef) -> None:
    due = make_due()

    with dealer_scope(south), pytest.raises(Due.DoesNotExist):
        people.call_off(due.pk, actor="user:1", now=NOW)

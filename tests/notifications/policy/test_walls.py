"""Walls that people put up: they stop what waits, and people lift only their own."""

import pytest

from core.customers.models import ContactPoint
from core.events.models import Event
from notifications.outbox.models import Message
from notifications.outbox.operations import queue_message
from notifications.policy import walls
from notifications.policy.models import Suppression
from notifications.policy.walls import NotOursToLift, Wall
from tenants.scope import DealerRef, dealer_scope
from tests.notifications.outbox.making import ANNA, LATER, NOW, draft, make_account, make_customer, opt_out, state_of

pytestmark = pytest.mark.usefixtures("in_north")


def make_wall(**values: object) -> tuple[Suppression, Message]:
    """Put up a wall for Anna, to whom a message waits."""
    anna = make_customer()
    ContactPoint.objects.create(customer=anna, kind="PHONE", value=ANNA, created_at=NOW, updated_at=NOW)
    waiting = queue_message(draft(make_account(), customer_id=anna.pk), now=NOW)
    wall = Wall(customer_id=anna.pk, wording="Please, no more.", **values)  # type: ignore[arg-type]  # its own fields
    return walls.put_up(wall, actor="user:1", now=LATER), waiting


def test_what_waits_is_stopped() -> None:
    row, waiting = make_wall()

    assert (row.source, row.reason) == ("PERSON", "ASKED")
    assert state_of(waiting) == "OPTED_OUT"


def test_another_purpose_goes_on() -> None:
    _row, waiting = make_wall(purpose="MARKETING")

    assert state_of(waiting) == "QUEUED"


def test_again_it_is_the_same_wall() -> None:
    row, _waiting = make_wall()

    again = walls.put_up(Wall(customer_id=row.customer_id or 0, wording="Again"), actor="user:1", now=LATER)

    assert again.pk == row.pk
    assert Event.objects.filter(kind="suppression.changed").count() == 1


def test_lifted_it_stands_in_the_log_and_a_new_one_can_be_put_up() -> None:
    row, _waiting = make_wall()

    walls.lift(row.pk, reason="called us", actor="user:2", now=LATER)
    walls.lift(row.pk, reason="again", actor="user:2", now=LATER)

    row.refresh_from_db()
    assert (row.lifted_at, row.lifted_reason) == (LATER, "called us")
    log = Event.objects.filter(kind="suppression.changed").order_by("pk")
    assert list(log.values_list("data__is_standing", "actor")) == [(True, "user:1"), (False, "user:2")]
    assert walls.put_up(Wall(customer_id=row.customer_id or 0, wording="x"), actor="user:1", now=LATER).pk != row.pk


@pytest.mark.parametrize("source", ["REPLY", "PROVIDER", "PAGE", "ERASURE"])
def test_only_the_owner_lifts_the_owners_own(source: str) -> None:
    row = opt_out(ANNA)
    Suppression.objects.update(source=source)

    with pytest.raises(NotOursToLift):
        walls.lift(row.pk, reason="we would like to", actor="user:1", now=LATER)


def test_south_cannot_lift_norths(south: DealerRef) -> None:
    row, _waiting = make_wall()

    with dealer_scope(south), pytest.raises(Suppression.DoesNotExist):
        walls.lift(row.pk, reason="x", actor="user:1", now=LATER)

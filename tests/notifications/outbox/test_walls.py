"""Walls around addresses and people, at the moment when a message leaves."""

import pytest

from notifications.outbox import operations
from notifications.policy.models import Suppression
from tests.notifications.outbox import making
from tests.notifications.outbox.making import ANNA, BORIS, LATER, NOW, draft, state_of

pytestmark = pytest.mark.usefixtures("in_north")


@pytest.mark.parametrize(
    ("wall", "leaves"),
    [
        ({}, False),
        ({"purpose": "SERVICE"}, False),
        ({"purpose": "MARKETING"}, True),
        ({"channel": "simulator"}, False),
        ({"channel": "email"}, True),
    ],
    ids=["everything", "this purpose", "another purpose", "this channel", "another channel"],
)
def test_a_wall_stops_what_it_names(wall: dict[str, str], leaves: bool):
    account = making.make_account()
    message = operations.queue_message(draft(account), now=NOW)
    making.opt_out(ANNA, **wall)

    operations.dispatch_batch(now=NOW)

    assert state_of(message) == ("SENT" if leaves else "OPTED_OUT")
    assert len(making.accepted(account)) == leaves


def test_a_wall_around_a_person_stops_all_of_their_addresses():
    account, anna = making.make_account(), making.make_customer()
    message = operations.queue_message(draft(account, address=BORIS, customer_id=anna.pk), now=NOW)
    Suppression.objects.create(customer=anna, reason="asked", source="PERSON", at=NOW)

    operations.dispatch_batch(now=NOW)

    assert state_of(message) == "OPTED_OUT"


def test_a_lifted_wall_stops_nothing():
    account = making.make_account()
    message = operations.queue_message(draft(account), now=NOW)
    making.opt_out(ANNA)
    Suppression.objects.update(lifted_at=NOW)

    operations.dispatch_batch(now=NOW)

    assert state_of(message) == "SENT"


def test_the_confirmation_of_an_opt_out_still_leaves():
    account = making.make_account()
    making.opt_out(ANNA)
    message = operations.queue_message(draft(account, case_kind=operations.OPT_OUT_CASE), now=NOW)

    operations.dispatch_batch(now=NOW)

    assert state_of(message) == "SENT"


def test_halting_an_address_puts_away_what_waits_for_it_and_no_more():
    account = making.make_account()
    waiting = operations.queue_message(draft(account, not_before_at=LATER), now=NOW)
    other = operations.queue_message(draft(account, address=BORIS), now=NOW)
    making.opt_out(ANNA)

    assert operations.halt(ANNA, now=NOW) == 1

    assert (state_of(waiting), state_of(other)) == ("OPTED_OUT", "QUEUED")


def test_a_provider_that_holds_an_opt_out_makes_us_hold_one():
    account = making.make_account(misbehave="opted-out")
    message = operations.queue_message(draft(account), now=NOW)

    operations.dispatch_batch(now=NOW)

    wall = Suppression.objects.get()
    assert state_of(message) == "OPTED_OUT"
    assert (wall.address_hash, wall.channel, wall.source) == (operations.address_hash(ANNA), "simulator", "PROVIDER")

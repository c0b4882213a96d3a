"""Queueing, claiming, sending, and what is written about it."""

import pytest
from django.db import transaction

from channels_app import registry
from channels_app.contract import Button, Outcome
from channels_app.simulator import Simulator
from core.events.models import Event
from notifications.conversations.models import Conversation
from notifications.outbox import operations, rules
from notifications.outbox.models import Message
from tenants.models import Wakeup
from tenants.scope import DealerRef, dealer_scope, public_scope
from tests.notifications.outbox import making
from tests.notifications.outbox.making import ANNA, BORIS, LATER, MUCH_LATER, NOW, draft, queue_many, state_of, states

pytestmark = pytest.mark.usefixtures("in_north")


def test_a_queued_message_leaves_with_all_that_was_written():
    account = making.make_account()
    message = operations.queue_message(
        draft(account, text="８ 点见", subject="s", buttons=(Button("Yes", "1"),), language="zh-hans"), now=NOW
    )

    done = operations.dispatch_batch(now=NOW)

    [sent] = making.accepted(account)
    assert (sent.message.to, sent.message.text, sent.message.language) == (ANNA, "８ 点见", "zh-hans")
    assert sent.message.buttons == (Button("Yes", "1"),)
    message.refresh_from_db()
    assert (message.state, message.provider_id, message.attempts) == ("SENT", sent.provider_id, 1)
    assert (message.sent_at, done.states) == (NOW, {"SENT": 1})


def test_what_is_rolled_back_was_never_queued():
    account = making.make_account()
    with transaction.atomic():
        operations.queue_message(draft(account), now=NOW)
        transaction.set_rollback(True)

    operations.dispatch_batch(now=NOW)

    assert making.accepted(account) == []


def test_queueing_opens_one_conversation_an_address():
    account = making.make_account()

    operations.queue_messages([draft(account), draft(account), draft(account, address=BORIS)], now=NOW)

    assert Conversation.objects.count() == 2
    assert set(Conversation.objects.values_list("last_message_at", flat=True)) == {NOW}


def test_queueing_wakes_the_dealer(in_north: DealerRef):
    account = making.make_account()

    operations.queue_message(draft(account, not_before_at=LATER), now=NOW)

    with public_scope():
        assert Wakeup.objects.get(dealer_id=in_north.id).next_due_at == LATER


def test_the_most_urgent_leaves_first():
    account = making.make_account()
    for priority in (50, 10, 30):
        operations.queue_message(draft(account, priority=priority, text=str(priority)), now=NOW)

    for _ in range(3):
        operations.dispatch_batch(now=NOW, limit=1)

    assert [one.message.text for one in making.accepted(account)] == ["10", "30", "50"]


def test_a_turn_is_bounded_and_says_that_more_is_left():
    account = making.make_account()
    queue_many(account, 7)

    first = operations.dispatch_batch(now=NOW, limit=5)
    second = operations.dispatch_batch(now=NOW, limit=5)

    assert (first.states["SENT"], first.has_more) == (5, True)
    assert (second.states["SENT"], second.has_more) == (2, False)


def test_a_held_message_waits_for_its_moment():
    account = making.make_account()
    message = operations.queue_message(draft(account, not_before_at=LATER), now=NOW)

    operations.dispatch_batch(now=NOW)
    assert state_of(message) == "HELD"
    operations.dispatch_batch(now=LATER)

    assert state_of(message) == "SENT"


@pytest.mark.parametrize("not_before", [None, LATER], ids=["queued", "held"])
def test_nothing_leaves_after_its_validity(not_before):
    account = making.make_account()
    message = operations.queue_message(draft(account, not_before_at=not_before, expires_at=LATER), now=NOW)

    operations.dispatch_batch(now=LATER)

    assert state_of(message) == "EXPIRED"
    assert making.accepted(account) == []


def test_every_message_has_a_validity():
    message = operations.queue_message(draft(making.make_account()), now=NOW)

    assert message.expires_at == NOW + rules.VALIDITY


def test_a_cancelled_message_does_not_leave_and_one_sent_cannot_be_cancelled():
    account = making.make_account()
    first, second = queue_many(account, 2)
    assert operations.cancel_messages([first.pk], reason="BOOKED", now=NOW) == 1

    operations.dispatch_batch(now=NOW)

    assert operations.cancel_messages([first.pk, second.pk], reason="BOOKED", now=NOW) == 0
    assert states() == {"CANCELLED": 1, "SENT": 1}


def test_an_inactive_account_sends_nothing():
    account = making.make_account()
    account.is_active = False
    account.save()
    queue_many(account, 1)

    operations.dispatch_batch(now=NOW)

    assert states() == {"QUEUED": 1}


def test_one_bad_number_among_good_ones_fails_alone():
    account = making.make_account()
    queue_many(account, 3)
    operations.queue_message(draft(account, address="+8613700000901"), now=NOW)

    operations.dispatch_batch(now=NOW)

    assert states() == {"SENT": 3, "FAILED": 1}


def test_a_channel_that_breaks_its_contract_leaves_doubt_not_loss(monkeypatch: pytest.MonkeyPatch):
    class Broken(Simulator):
        def send(self, account, batch) -> list[Outcome]:
            raise ZeroDivisionError

    monkeypatch.setitem(registry.LOADED, "simulator", Broken())
    queue_many(making.make_account(), 2)

    operations.dispatch_batch(now=NOW)

    assert states() == {"UNCONFIRMED": 2}


def test_the_log_tells_the_story_once():
    account, anna = making.make_account(), making.make_customer()
    operations.queue_message(draft(account, customer_id=anna.pk), now=NOW)

    operations.dispatch_batch(now=NOW)
    for _ in range(2):
        operations.apply_receipts(making.receipts(account), account_id=account.pk, now=LATER)

    story = Event.objects.filter(kind__startswith="message.").order_by("id").values_list("kind", "customer_id")
    assert list(story) == [("message.sent", anna.pk), ("message.delivered", anna.pk)]


def test_texts_and_addresses_stay_out_of_the_log():
    account = making.make_account()
    operations.queue_message(draft(account, text="secret"), now=NOW)

    operations.dispatch_batch(now=NOW)

    data = str(Event.objects.values_list("data", flat=True))
    assert "secret" not in data
    assert ANNA not in data


def test_the_clock_learns_when_the_outbox_works_next():
    account = making.make_account()
    assert operations.next_work_at(now=NOW) is None
    operations.queue_message(draft(account, not_before_at=LATER, expires_at=MUCH_LATER), now=NOW)

    assert operations.next_work_at(now=NOW) == LATER
    operations.dispatch_batch(now=LATER)
    assert operations.next_work_at(now=NOW) is None


def test_an_unknown_kind_of_channel_does_not_hold_up_the_others():
    gone, account = making.make_account(), making.make_account()
    gone.kind = "pigeon"
    gone.save()
    queue_many(gone, 1)
    queue_many(account, 1)

    operations.dispatch_batch(now=NOW)

    assert states() == {"SENT": 1, "QUEUED": 1}


def test_two_dealers_outboxes_never_mix(north: DealerRef, south: DealerRef):
    with dealer_scope(north):
        norths = making.make_account()
        annas = operations.queue_message(draft(norths, text="north"), now=NOW)
    with dealer_scope(south):
        souths = making.make_account()
        boriss = operations.queue_message(draft(souths, text="south"), now=NOW)
        making.opt_out(ANNA)

        operations.dispatch_batch(now=NOW)
        assert state_of(boriss) == "OPTED_OUT"

    with dealer_scope(north):
        assert state_of(annas) == "QUEUED"
        operations.dispatch_batch(now=NOW)
        assert [one.message.text for one in making.accepted(norths)] == ["north"]
        assert operations.accounting().accepted == 1
    with dealer_scope(south):
        assert making.accepted(souths) == []
        assert Message.objects.count() == 1


def test_one_address_hashes_differently_at_two_dealers(north: DealerRef, south: DealerRef):
    with dealer_scope(north):
        norths = operations.address_hash(ANNA)
    with dealer_scope(south):
        assert operations.address_hash(ANNA) != norths

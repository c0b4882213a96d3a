"""Queueing, claiming, sending, and what is written about it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from channels_app import registry
from channels_app.contract import Button, NotSent, Outcome, Sent
from channels_app.errors import Throttled
from channels_app.simulator import Simulator
from core.events.models import Event
from core.tasks.models import Task
from notifications.conversations.models import Conversation
from notifications.outbox import operations, rules
from notifications.outbox.models import Message
from notifications.policy.models import Suppression
from notifications.rerouting import operations as rerouting
from tenants.models import Wakeup
from tenants.scope import DealerRef, dealer_scope, public_scope
from tests.notifications.outbox import making
from tests.notifications.outbox.making import ANNA, BORIS, LATER, MUCH_LATER, NOW, draft, queue_many, state_of, states

FAR = NOW + timedelta(days=3)

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


def test_a_failing_provider_is_tried_again_later_and_only_then():
    account = making.make_account(misbehave="fail", misbehave_times="1")
    message = operations.queue_message(draft(account), now=NOW)

    operations.dispatch_batch(now=NOW)
    message.refresh_from_db()
    assert (message.state, message.error) == ("HELD", "UNAVAILABLE")
    assert message.not_before_at is not None
    assert NOW < message.not_before_at <= LATER
    operations.dispatch_batch(now=LATER)

    message.refresh_from_db()
    assert (message.state, message.error, message.attempts) == ("SENT", "", 2)
    assert len(making.accepted(account)) == 1


def test_tries_end_and_a_person_calls():
    account, anna = making.make_account(misbehave="fail"), making.make_customer()
    message = operations.queue_message(
        draft(account, customer_id=anna.pk, expires_at=NOW + timedelta(days=30)), now=NOW
    )

    for hour in range(rules.MOST_TRIES):
        operations.dispatch_batch(now=NOW + timedelta(hours=hour))

    message.refresh_from_db()
    assert (message.state, message.error, message.attempts) == ("FAILED", "UNAVAILABLE", rules.MOST_TRIES)
    rerouting.reroute(now=NOW + timedelta(days=1), limit=10)
    assert Task.objects.get().message_id == message.pk


def test_a_failed_campaign_is_no_reason_to_telephone():
    account, anna = making.make_account(misbehave="reject"), making.make_customer()
    operations.queue_message(draft(account, customer_id=anna.pk, purpose="MARKETING"), now=NOW)

    operations.dispatch_batch(now=NOW)
    rerouting.reroute(now=NOW, limit=10)

    assert states() == {"FAILED": 1}
    assert not Task.objects.exists()


def test_a_throttled_account_rests_as_long_as_it_was_asked_to():
    account = making.make_account(misbehave="throttle", misbehave_times="1", retry_after_seconds="90")
    queue_many(account, 3)

    operations.dispatch_batch(now=NOW)
    account.refresh_from_db()
    assert account.throttled_until == NOW + timedelta(seconds=90)
    queue_many(account, 2)
    operations.dispatch_batch(now=NOW + timedelta(seconds=80))
    assert making.accepted(account) == []
    operations.dispatch_batch(now=NOW + timedelta(seconds=90))

    # The last two are throttled on their own first try.
    assert states() == {"SENT": 3, "HELD": 2}


def test_one_crowded_address_rests_alone(monkeypatch: pytest.MonkeyPatch):
    class Crowded(Simulator):
        def send(self, account, batch) -> list[Outcome]:
            wait = Throttled("crowded", retry_after_seconds=600, is_of_one=True)
            return [NotSent(one.message_id, wait) if one.to == BORIS else Sent(one.message_id, "1") for one in batch]

    monkeypatch.setitem(registry.LOADED, "simulator", Crowded())
    account = making.make_account()
    operations.queue_messages([draft(account), draft(account, address=BORIS)], now=NOW)

    operations.dispatch_batch(now=NOW)

    account.refresh_from_db()
    held = Message.objects.get(address=BORIS)
    assert (states(), account.throttled_until) == ({"SENT": 1, "HELD": 1}, None)
    assert held.not_before_at == NOW + timedelta(seconds=600)


def test_a_rest_that_is_over_does_not_slow_an_account_down():
    account = making.make_account()
    account.throttled_until = NOW - timedelta(hours=1)
    account.save()
    queue_many(account, 3)

    assert operations.dispatch_batch(now=NOW, limit=2).has_more


def test_one_throttled_account_does_not_hold_up_another():
    slow, quick = making.make_account(misbehave="throttle"), making.make_account()
    queue_many(slow, 2)
    queue_many(quick, 2)

    operations.dispatch_batch(now=NOW)

    assert len(making.accepted(quick)) == 2


def test_an_inactive_account_sends_nothing():
    account = making.make_account()
    account.is_active = False
    account.save()
    queue_many(account, 1)

    operations.dispatch_batch(now=NOW)

    assert states() == {"QUEUED": 1}


def test_a_provider_that_holds_an_opt_out_makes_us_hold_one():
    account = making.make_account(misbehave="opted-out")
    message = operations.queue_message(draft(account), now=NOW)

    operations.dispatch_batch(now=NOW)

    wall = Suppression.objects.get()
    assert state_of(message) == "OPTED_OUT"
    assert (wall.address_hash, wall.channel, wall.source) == (operations.address_hash(ANNA), "simulator", "PROVIDER")


def test_one_bad_number_among_good_ones_fails_alone():
    account = making.make_account()
    queue_many(account, 3)
    operations.queue_message(draft(account, address="+8613700000901"), now=NOW)

    operations.dispatch_batch(now=NOW)

    assert states() == {"SENT": 3, "FAILED": 1}


def test_a_recipient_is_not_flooded():
    account = making.make_account()
    operations.queue_messages([draft(account) for _ in range(8)], now=NOW)

    operations.dispatch_batch(now=NOW)
    assert states() == {"SENT": 5, "HELD": 3}
    operations.dispatch_batch(now=NOW + timedelta(seconds=1))

    assert states() == {"SENT": 8}
    assert set(Message.objects.values_list("attempts", flat=True)) == {1}
    assert len(making.accepted(account)) == 8


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


EVENING = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)  # ten o'clock in the evening at north, in China
MORNING = datetime(2026, 3, 3, 1, 0, tzinfo=UTC)  # nine o'clock


def test_what_was_held_up_into_the_night_waits_for_the_morning():
    account = making.make_account()
    message = operations.queue_message(draft(account, is_proactive=True, expires_at=FAR), now=NOW)

    operations.dispatch_batch(now=EVENING)
    message.refresh_from_db()
    assert (message.state, message.not_before_at) == ("HELD", MORNING)
    operations.dispatch_batch(now=MORNING)

    assert state_of(message) == "SENT"


def test_an_answer_leaves_at_night():
    account = making.make_account()
    message = operations.queue_message(draft(account, expires_at=FAR), now=NOW)

    operations.dispatch_batch(now=EVENING)

    assert state_of(message) == "SENT"


def test_the_night_is_where_the_reader_lives():
    account, anna = making.make_account(), making.make_customer()
    anna.timezone = "Europe/Madrid"
    anna.save()
    message = operations.queue_message(draft(account, is_proactive=True, customer_id=anna.pk, expires_at=FAR), now=NOW)

    operations.dispatch_batch(now=EVENING)

    assert state_of(message) == "SENT"


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

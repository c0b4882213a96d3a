"""Tries, and what rests for a while: a message, an account, an address, a night."""

from datetime import UTC, datetime, timedelta

import pytest

from channels_app import registry
from channels_app.contract import NotSent, Outcome, Sent
from channels_app.errors import Throttled
from channels_app.simulator import Simulator
from core.tasks.models import Task
from notifications.outbox import operations, rules
from notifications.outbox.models import Message
from notifications.rerouting import operations as rerouting
from tests.notifications.outbox import making
from tests.notifications.outbox.making import BORIS, LATER, NOW, draft, queue_many, state_of, states

FAR = NOW + timedelta(days=3)
pytestmark = pytest.mark.usefixtures("in_north")


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


def test_a_recipient_is_not_flooded():
    account = making.make_account()
    operations.queue_messages([draft(account) for _ in range(8)], now=NOW)

    operations.dispatch_batch(now=NOW)
    assert states() == {"SENT": 5, "HELD": 3}
    operations.dispatch_batch(now=NOW + timedelta(seconds=1))

    assert states() == {"SENT": 8}
    assert set(Message.objects.values_list("attempts", flat=True)) == {1}
    assert len(making.accepted(account)) == 8


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

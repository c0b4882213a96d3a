"""What a cap or a closed country stops waits for the next day or goes to a person, and says why."""

from datetime import UTC, datetime, timedelta

import pytest

from core.calendar.models import DealerSettings
from core.tasks.models import Task
from notifications.conversations import permitting
from notifications.conversations.models import Conversation
from notifications.models import Decision, TextTally
from notifications.outbox import operations
from notifications.outbox.models import Message
from notifications.rerouting.operations import reroute
from tenants.scope import DealerRef, dealer_scope
from tests.notifications.costs.making import text_by_simulator
from tests.notifications.outbox import making
from tests.notifications.outbox.making import ANNA, BORIS, NOW, draft, states

# The end of the night at north, in Shanghai.
MORNING = datetime(2026, 3, 3, 1, tzinfo=UTC)
LONG = NOW + timedelta(days=3)

pytestmark = pytest.mark.usefixtures("in_north")


@pytest.fixture(autouse=True)
def texting(monkeypatch: pytest.MonkeyPatch) -> None:
    text_by_simulator(monkeypatch)


def cap(**caps: int) -> None:
    DealerSettings.objects.update(policy={"texting": caps})


def test_above_a_numbers_cap_a_text_waits_for_the_next_morning_and_says_why():
    cap(per_number=1)
    account = making.make_account()
    operations.queue_messages([draft(account, expires_at=LONG), draft(account, expires_at=LONG)], now=NOW)

    operations.dispatch_batch(now=NOW)

    held = Message.objects.get(state="HELD")
    decision = Decision.objects.get(message=held)
    assert (states(), held.not_before_at, held.error) == ({"SENT": 1, "HELD": 1}, MORNING, "TEXTS_PER_NUMBER")
    assert (decision.action, decision.rule, decision.not_before_at) == ("DEFER", "TEXTS_PER_NUMBER", MORNING)

    operations.dispatch_batch(now=MORNING)

    assert states() == {"SENT": 2}


def test_what_is_worth_nothing_tomorrow_goes_to_a_person():
    cap(per_number=1)
    account, anna = making.make_account(), making.make_customer()
    soon = NOW + timedelta(hours=2)
    drafts = [draft(account, customer_id=anna.pk, expires_at=soon) for _ in range(2)]
    operations.queue_messages(drafts, now=NOW)

    operations.dispatch_batch(now=NOW)
    reroute(now=NOW, limit=10)

    failed = Message.objects.get(state="FAILED")
    assert (failed.error, failed.ended_at) == ("TEXTS_PER_NUMBER", NOW)
    assert Task.objects.get().message_id == failed.pk


def test_many_numbers_of_one_block_are_held_and_a_person_is_told_once():
    cap(per_block=2)
    account = making.make_account()
    drafts = [draft(account, address=f"+8613800000{n:03d}", expires_at=LONG) for n in range(5)]
    operations.queue_messages(drafts, now=NOW)

    operations.dispatch_batch(now=NOW)
    operations.dispatch_batch(now=NOW)

    assert states() == {"SENT": 2, "HELD": 3}
    assert [(task.reason, task.data) for task in Task.objects.all()] == [
        ("text_pumping", {"rule": "NUMBERS_PER_BLOCK"})
    ]


def test_a_country_that_is_not_open_is_refused_and_a_person_calls():
    account, boris = making.make_account(), making.make_customer("Boris")
    operations.queue_message(draft(account, address=BORIS, customer_id=boris.pk), now=NOW)

    operations.dispatch_batch(now=NOW)
    reroute(now=NOW, limit=10)

    message = Message.objects.get()
    assert (message.state, message.error, making.accepted(account)) == ("FAILED", "COUNTRY_CLOSED", [])
    assert Decision.objects.get(message=message, rule="COUNTRY_CLOSED").action == "DROP"
    assert Task.objects.get().reason == "message_failed"


def test_a_country_that_was_opened_is_texted():
    DealerSettings.objects.update(texting_countries=["CN", "ES"])
    operations.queue_message(draft(making.make_account(), address=BORIS), now=NOW)

    operations.dispatch_batch(now=NOW)

    assert states() == {"SENT": 1}


def test_a_person_is_told_before_writing_to_a_closed_country():
    account = making.make_account()
    talk = Conversation.objects.create(account=account, address=BORIS, created_at=NOW)

    assert permitting.refusals(talk, now=NOW) == ["COUNTRY_CLOSED"]
    with pytest.raises(permitting.DestinationClosed, match="COUNTRY_CLOSED"):
        permitting.check(talk, now=NOW)


def test_tallies_hold_no_number_go_after_two_days_and_are_each_dealers_own(south: DealerRef) -> None:
    account = making.make_account()
    TextTally.objects.create(date=(NOW - timedelta(days=3)).date(), key="dealer", count=1)
    operations.queue_messages([draft(account), draft(account)], now=NOW)

    operations.dispatch_batch(now=NOW)

    kept = {row.key.partition(":")[0]: row.count for row in TextTally.objects.all()}
    assert kept == {"dealer": 2, "account": 2, "number": 2, "block": 1}
    assert not any(ANNA[:-3] in row.key for row in TextTally.objects.all())
    with dealer_scope(south):
        assert not TextTally.objects.exists()

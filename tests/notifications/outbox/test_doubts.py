"""Messages in doubt: what settles them, and what does not."""

from dataclasses import replace

import pytest

from channels_app import registry
from channels_app.contract import Receipt, short_reference
from channels_app.simulator import Simulator
from core.tasks.models import Task
from notifications.outbox import operations, rules
from notifications.outbox.handing import wire_id
from notifications.outbox.models import Message
from tests.notifications.outbox import making
from tests.notifications.outbox.making import ANNA, BORIS, LATER, NOW, draft, state_of

pytestmark = pytest.mark.usefixtures("in_north")
AFTER_DOUBT = NOW + rules.LEASE + rules.DOUBT_LASTS


def test_a_lost_lease_becomes_a_doubt_and_is_not_sent_again():
    account = making.make_account()
    message = operations.queue_message(draft(account), now=NOW)
    operations.dispatch_batch(now=NOW)
    Message.objects.update(state="SENDING", provider_id="", lease_until=LATER)

    settled = operations.settle_doubts(now=LATER)
    operations.dispatch_batch(now=LATER)

    assert settled.lapsed == 1
    assert state_of(message) == "UNCONFIRMED"
    assert len(making.accepted(account)) == 1


def test_a_receipt_settles_a_doubt():
    account = making.make_account(misbehave="timeout-after-accept")
    message = operations.queue_message(draft(account), now=NOW)
    operations.dispatch_batch(now=NOW)
    assert state_of(message) == "UNCONFIRMED"

    operations.apply_receipts(making.receipts(account), account_id=account.pk, now=LATER)

    assert state_of(message) == "DELIVERED"


def test_a_provider_that_can_be_asked_settles_a_doubt_after_a_while():
    account = making.make_account(misbehave="timeout-after-accept")
    message = operations.queue_message(draft(account), now=NOW)
    operations.dispatch_batch(now=NOW)

    assert operations.settle_doubts(now=LATER).found == 0
    assert operations.settle_doubts(now=AFTER_DOUBT).found == 1

    message.refresh_from_db()
    assert (message.state, message.provider_id) == ("SENT", making.accepted(account)[0].provider_id)


def test_what_the_provider_never_got_is_sent_once_more():
    account = making.make_account(misbehave="timeout", misbehave_times="1")
    message = operations.queue_message(draft(account), now=NOW)
    operations.dispatch_batch(now=NOW)

    assert operations.settle_doubts(now=AFTER_DOUBT).missing == 1
    operations.dispatch_batch(now=AFTER_DOUBT)

    assert state_of(message) == "SENT"
    assert len(making.accepted(account)) == 1


def test_what_the_provider_never_got_is_not_sent_after_its_validity():
    account = making.make_account(misbehave="timeout", misbehave_times="1")
    message = operations.queue_message(draft(account, expires_at=LATER), now=NOW)
    operations.dispatch_batch(now=NOW)

    operations.settle_doubts(now=AFTER_DOUBT)
    operations.dispatch_batch(now=AFTER_DOUBT)

    assert state_of(message) == "EXPIRED"


def test_a_provider_that_cannot_be_asked_shows_the_doubt_to_a_person(monkeypatch: pytest.MonkeyPatch):
    class Silent(Simulator):
        capabilities = replace(Simulator.capabilities, lookup=False)

    monkeypatch.setitem(registry.LOADED, "simulator", Silent())
    account = making.make_account(misbehave="timeout-after-accept")
    message = operations.queue_message(draft(account), now=NOW)
    operations.dispatch_batch(now=NOW)

    assert operations.settle_doubts(now=AFTER_DOUBT).shown == 1
    assert operations.settle_doubts(now=AFTER_DOUBT).shown == 0

    assert Task.objects.get().kind == "UNCONFIRMED"
    assert operations.accounting().unconfirmed == [message.pk]
    operations.give_up(message.pk, now=AFTER_DOUBT, actor="clara")
    assert state_of(message) == "FAILED"
    with pytest.raises(rules.MoveImpossible):
        operations.give_up(message.pk, now=AFTER_DOUBT, actor="clara")


def test_a_provider_that_does_not_answer_is_asked_again():
    account = making.make_account(misbehave="timeout-after-accept")
    message = operations.queue_message(draft(account), now=NOW)
    operations.dispatch_batch(now=NOW)
    account.settings = {"url": "unix:///nonexistent/valkey.sock", "secret": "s"}
    account.save()

    operations.settle_doubts(now=AFTER_DOUBT)

    message.refresh_from_db()
    assert (message.state, message.lease_until) == ("UNCONFIRMED", AFTER_DOUBT + rules.DOUBT_LASTS)


def test_a_late_outcome_of_a_lost_lease_does_not_free_the_message_again():
    from notifications.outbox.moving import Telling, move_all
    from notifications.outbox.rules import Happening

    account = making.make_account()
    message = operations.queue_message(draft(account), now=NOW)
    operations.dispatch_batch(now=NOW)
    Message.objects.update(state="SENDING", lease_token="mine", lease_until=LATER)

    moved = move_all([Telling(message.pk, Happening.GIVE_BACK, lease_token="long gone", until=LATER)], now=NOW)

    assert moved == []
    assert state_of(message) == "SENDING"


def lost_answer(account_of_whom: int, *, address: str = ANNA) -> Message:
    """A message whose answer was lost at a provider that has room for sixteen bits of our id."""
    message = operations.queue_message(draft_for(account_of_whom, address), now=NOW)
    Message.objects.filter(pk=message.pk).update(state="UNCONFIRMED", lease_until=LATER)
    return message


def draft_for(account_id: int, address: str) -> operations.Draft:
    return operations.Draft(account_id=account_id, address=address, text="x", purpose="SERVICE", priority=50)


def echoed(message: Message, **changes: object) -> Receipt:
    """A receipt that brings back what it had room for."""
    receipt = Receipt(
        provider_id="c-1",
        message_id="",
        status="delivered",
        event_id="e",
        reference=short_reference(wire_id(message.pk)),
        address=message.address,
    )
    return replace(receipt, **changes)  # type: ignore[arg-type]  # changes are the receipt's own fields


def test_sixteen_bits_and_an_address_settle_a_message_in_doubt():
    message = lost_answer(making.make_account().pk)

    operations.apply_receipts([echoed(message)], account_id=message.account_id, now=LATER)

    settled = Message.objects.get(pk=message.pk)
    assert (settled.state, settled.provider_id) == ("DELIVERED", "c-1")


@pytest.mark.parametrize("changes", [{"reference": 9}, {"reference": None}, {"address": BORIS}, {"address": ""}])
def test_what_fits_no_message_in_doubt_settles_none(changes: dict[str, object]):
    message = lost_answer(making.make_account().pk)

    operations.apply_receipts([echoed(message, **changes)], account_id=message.account_id, now=LATER)

    assert state_of(message) == "UNCONFIRMED"


def test_what_fits_two_messages_in_doubt_settles_neither():
    account = making.make_account()
    first = lost_answer(account.pk)
    # A dealer's number that has the same last sixteen bits.
    twin = operations.queue_message(draft_for(account.pk, ANNA), now=NOW)
    Message.objects.filter(pk=twin.pk).update(id=first.pk + 65_536, state="UNCONFIRMED", lease_until=LATER)

    operations.apply_receipts([echoed(first)], account_id=account.pk, now=LATER)

    assert set(Message.objects.values_list("state", flat=True)) == {"UNCONFIRMED"}


def test_a_message_that_was_answered_is_not_settled_by_sixteen_bits():
    message = lost_answer(making.make_account().pk)
    Message.objects.filter(pk=message.pk).update(state="SENT", provider_id="another")

    operations.apply_receipts([echoed(message)], account_id=message.account_id, now=LATER)

    assert state_of(message) == "SENT"


def test_another_accounts_receipt_settles_nothing():
    message = lost_answer(making.make_account().pk)

    operations.apply_receipts([echoed(message)], account_id=making.make_account().pk, now=LATER)

    assert state_of(message) == "UNCONFIRMED"

"""Receipts in every order, early and foreign ones, and the books."""

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from channels_app import registry
from channels_app.contract import Receipt, Sent
from channels_app.errors import Forged
from channels_app.simulator import Simulator, signed_request
from core.customers.models import ContactPoint
from core.tasks.models import Task
from notifications.outbox import operations, rules
from notifications.outbox.accounts import account_of
from notifications.outbox.handing import wire_id
from notifications.outbox.models import EarlyReceipt, Message
from notifications.policy.models import Suppression
from notifications.rerouting import operations as rerouting
from tenants.scope import DealerRef, dealer_scope
from tests.notifications.outbox import making
from tests.notifications.outbox.making import ANNA, LATER, MUCH_LATER, NOW, draft, queue_many, state_of, states

pytestmark = pytest.mark.usefixtures("in_north")


def test_receipts_shuffled_and_repeated_settle_every_message_once():
    account = making.make_account()
    queue_many(account, 20)
    operations.dispatch_batch(now=NOW)

    for seed in range(3):
        shuffled = making.receipts(account, chance=Random(seed), receipts="twice,shuffled")
        operations.apply_receipts(shuffled, account_id=account.pk, now=LATER)

    assert states() == {"DELIVERED": 20}
    assert operations.accounting().is_balanced


def test_a_repeated_receipt_moves_nothing():
    account = making.make_account()
    queue_many(account, 1)
    operations.dispatch_batch(now=NOW)
    receipts = making.receipts(account)

    assert operations.apply_receipts(receipts, account_id=account.pk, now=LATER).moved == 1
    assert operations.apply_receipts(receipts, account_id=account.pk, now=LATER).moved == 0


def test_a_receipt_before_our_own_commit_finds_its_message_later():
    account = making.make_account()
    message = operations.queue_message(draft(account), now=NOW)
    operations.dispatch_batch(now=NOW)
    [sent] = making.accepted(account)
    # As it stands between the call and our commit, at a provider that does not give our id back.
    Message.objects.update(state="SENDING", provider_id="", lease_until=LATER)
    early = Receipt(provider_id=sent.provider_id, message_id="", status="delivered", event_id="e")

    for _ in range(2):
        operations.apply_receipts([early], account_id=account.pk, now=NOW)
    assert EarlyReceipt.objects.count() == 1
    Message.objects.update(state="SENT", provider_id=sent.provider_id)
    operations.settle_doubts(now=LATER)

    assert state_of(message) == "DELIVERED"
    assert not EarlyReceipt.objects.exists()


def test_an_outcome_applies_the_receipts_that_were_kept_for_it(monkeypatch: pytest.MonkeyPatch):
    class Hasty(Simulator):
        """The provider whose receipt overtakes its own answer."""

        def send(self, account, batch):
            outcomes = super().send(account, batch)
            named = [outcome.provider_id for outcome in outcomes if isinstance(outcome, Sent)]
            early = [Receipt(provider_id=one, message_id="", status="read", event_id="e") for one in named]
            operations.apply_receipts(early, account_id=row.pk, now=NOW)
            return outcomes

    monkeypatch.setitem(registry.LOADED, "simulator", Hasty())
    row = making.make_account()
    message = operations.queue_message(draft(row), now=NOW)

    operations.dispatch_batch(now=NOW)

    assert state_of(message) == "READ"


@pytest.mark.parametrize("odd", ["x" * 500, "\x00p\x00", "\ud800p"], ids=["too long", "zeros", "half a character"])
def test_an_id_that_no_row_can_hold_is_still_one_messages_own(odd: str, monkeypatch: pytest.MonkeyPatch):
    class Odd(Simulator):
        def send(self, account, batch):
            return [Sent(one.message_id, odd + one.message_id) for one in batch]

    monkeypatch.setitem(registry.LOADED, "simulator", Odd())
    account = making.make_account()
    first, second = queue_many(account, 2)
    operations.dispatch_batch(now=NOW)

    told = Receipt(provider_id=odd + wire_id(first.pk), message_id="", status="delivered", event_id="e", detail="\x00")
    stray = replace(told, provider_id=odd)
    operations.apply_receipts([told, stray], account_id=account.pk, now=LATER)

    assert (state_of(first), state_of(second)) == ("DELIVERED", "SENT")
    assert EarlyReceipt.objects.count() == 1


def test_a_receipt_that_belongs_to_nothing_is_forgotten_in_the_end():
    account = making.make_account()
    stray = Receipt(provider_id="not-ours", message_id="", status="delivered", event_id="e")
    operations.apply_receipts([stray], account_id=account.pk, now=NOW)

    operations.settle_doubts(now=NOW + timedelta(days=3))

    assert not EarlyReceipt.objects.exists()


@pytest.mark.parametrize("name", ["", "x", "-", "77", "1-", "1-é", "1-99999999999999999999", "999-1"])
def test_a_receipt_with_a_name_that_is_not_ours_moves_nothing(name: str):
    account = making.make_account()
    queue_many(account, 1)
    receipt = Receipt(provider_id="", message_id=name, status="delivered", event_id="e")

    assert operations.apply_receipts([receipt], account_id=account.pk, now=NOW).moved == 0


def test_an_account_cannot_speak_for_another_accounts_messages():
    account, other = making.make_account(), making.make_account()
    queue_many(account, 1)
    operations.dispatch_batch(now=NOW)

    applied = operations.apply_receipts(making.receipts(account), account_id=other.pk, now=LATER)

    assert applied.moved == 0
    assert states() == {"SENT": 1}


def test_a_dealer_cannot_speak_for_another_dealers_messages(north: DealerRef, south: DealerRef):
    norths = making.make_account()
    queue_many(norths, 1)
    operations.dispatch_batch(now=NOW)
    receipts = making.receipts(norths)

    with dealer_scope(south):
        souths = making.make_account()
        queue_many(souths, 1)
        operations.dispatch_batch(now=NOW)
        operations.apply_receipts(receipts, account_id=souths.pk, now=LATER)
        assert states() == {"SENT": 1}

    assert states() == {"SENT": 1}


def test_an_undeliverable_address_is_marked_and_a_person_calls():
    account, anna = making.make_account(), making.make_customer()
    ContactPoint.objects.create(customer=anna, kind="PHONE", value=ANNA, created_at=NOW, updated_at=NOW)
    message = operations.queue_message(draft(account, customer_id=anna.pk), now=NOW)
    operations.dispatch_batch(now=NOW)
    [_, delivered] = making.receipts(account)

    operations.apply_receipts([replace(delivered, status="undeliverable")], account_id=account.pk, now=LATER)
    rerouting.reroute(now=LATER, limit=10)

    assert state_of(message) == "UNDELIVERABLE"
    assert ContactPoint.objects.get().bounced_at == LATER
    assert Task.objects.get().kind == "CALL"


def test_a_late_delivery_spares_the_call():
    account, anna = making.make_account(misbehave="reject"), making.make_customer()
    message = operations.queue_message(draft(account, customer_id=anna.pk), now=NOW)
    operations.dispatch_batch(now=NOW)
    rerouting.reroute(now=NOW, limit=10)
    assert Task.objects.get().state == "OPEN"

    delivered = Receipt(provider_id="p", message_id=wire_id(message.pk), status="delivered", event_id="e")
    operations.apply_receipts([delivered], account_id=account.pk, now=LATER)

    assert Task.objects.get().state == "CANCELLED"


def test_an_opt_out_in_a_receipt_puts_up_a_wall():
    account = making.make_account()
    queue_many(account, 1)
    operations.dispatch_batch(now=NOW)
    [_, delivered] = making.receipts(account)

    operations.apply_receipts([replace(delivered, status="opted_out")], account_id=account.pk, now=LATER)

    assert states() == {"OPTED_OUT": 1}
    assert Suppression.objects.get().channel == "simulator"


def test_the_books_balance_over_every_state():
    account = making.make_account()
    queue_many(account, len(rules.State))
    for message, state in zip(Message.objects.order_by("id"), rules.State, strict=True):
        Message.objects.filter(pk=message.pk).update(state=state.value)

    books = operations.accounting()

    assert books.is_balanced
    assert books.accepted == len(rules.State)
    assert (books.delivered, books.failed, books.expired, books.opted_out, books.cancelled) == (2, 2, 1, 1, 1)
    assert sum(books.still_due_by_state.values()) == books.still_due


def test_the_books_of_a_period_count_only_it():
    account = making.make_account()
    queue_many(account, 2)

    assert operations.accounting(from_at=NOW, until_at=LATER).accepted == 2
    assert operations.accounting(from_at=LATER, until_at=MUCH_LATER).accepted == 0


def test_the_command_prints_the_books_as_one_object(capsys: pytest.CaptureFixture[str]):
    import json

    from django.core.management import call_command

    queue_many(making.make_account(), 3)

    call_command("accounting", "--dealer", "north", "--json")

    printed = json.loads(capsys.readouterr().out)
    assert (printed["accepted"], printed["still_due"], printed["balanced"]) == (3, 3, True)


def test_a_call_signed_for_one_account_is_forged_at_another():
    channel = registry.get("simulator")
    mine, other = account_of(making.make_account()), account_of(making.make_account())
    request = signed_request(mine, [], now=NOW)

    channel.verify(mine, request)
    with pytest.raises(Forged):
        channel.verify(other, request)


def test_an_opt_out_that_came_before_its_message_was_known_puts_up_a_wall():
    account = making.make_account()
    operations.queue_message(draft(account), now=NOW)
    operations.dispatch_batch(now=NOW)
    [sent] = making.accepted(account)
    Message.objects.update(state="SENDING", provider_id="", lease_until=LATER)
    early = Receipt(sent.provider_id, "", "opted_out", event_id="e", purposes=("MARKETING",))
    operations.apply_receipts([early], account_id=account.pk, now=NOW)
    Message.objects.update(state="SENT", provider_id=sent.provider_id)

    operations.settle_doubts(now=LATER)

    wall = Suppression.objects.get()
    assert (wall.purpose, wall.channel, wall.source) == ("MARKETING", "simulator", "PROVIDER")


def test_an_opt_out_of_an_address_counts_whatever_it_was_said_to():
    account, anna = making.make_account(), making.make_customer()
    ContactPoint.objects.create(customer=anna, kind="PHONE", value=ANNA, created_at=NOW, updated_at=NOW)
    unknown = Receipt("no message of ours", "", "opted_out", event_id="e", address=ANNA)

    for _ in range(2):
        operations.apply_receipts([unknown], account_id=account.pk, now=NOW)

    wall = Suppression.objects.get()
    assert (wall.customer_id, wall.purpose, wall.channel) == (anna.pk, "", "simulator")
    assert wall.address_hash == operations.address_hash(ANNA)


def test_an_opt_out_of_an_address_is_no_wall_at_another_dealer(north: DealerRef, south: DealerRef):
    account = making.make_account()
    unknown = Receipt("no message of ours", "", "opted_out", event_id="e", address=ANNA)

    operations.apply_receipts([unknown], account_id=account.pk, now=NOW)

    with dealer_scope(south):
        assert not Suppression.objects.exists()

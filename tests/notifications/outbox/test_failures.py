"""What providers say of addresses: nobody is there, or whoever is there has had enough, of all or of some."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from channels_app import registry
from channels_app.contract import MARKETING, UNASKED, Account, NotSent, Outcome, Outgoing, Receipt
from channels_app.errors import ChannelError, OptedOut, Rejected, Undeliverable
from channels_app.simulator import Simulator
from core.customers.models import ContactPoint
from core.tasks.models import Task
from notifications.outbox import operations
from notifications.outbox.handing import wire_id
from notifications.policy.models import Suppression
from notifications.rerouting import operations as rerouting
from tenants.scope import DealerRef, dealer_scope
from tests.notifications.outbox import making
from tests.notifications.outbox.making import ANNA, LATER, MUCH_LATER, NOW, draft, state_of

pytestmark = pytest.mark.usefixtures("in_north")


class Refusing(Simulator):
    """A provider that takes nothing, for one reason."""

    def __init__(self, error: ChannelError) -> None:
        self.error = error

    def send(self, account: Account, batch: Sequence[Outgoing]) -> list[Outcome]:
        """Refuse the batch."""
        return [NotSent(one.message_id, self.error) for one in batch]


def refuse(monkeypatch: pytest.MonkeyPatch, error: ChannelError) -> None:
    monkeypatch.setitem(registry.LOADED, "simulator", Refusing(error))


def told(message_id: int, status: str, *, event: str = "e", purposes: tuple[str, ...] = ()) -> Receipt:
    return Receipt("p", wire_id(message_id), status, event, "", purposes)  # type: ignore[arg-type]  # a word of the contract


def walls() -> set[tuple[str, str, str]]:
    return set(Suppression.objects.values_list("purpose", "channel", "source"))


def annas_number() -> ContactPoint:
    anna = making.make_customer()
    return ContactPoint.objects.create(customer=anna, kind="PHONE", value=ANNA, created_at=NOW, updated_at=NOW)


def test_an_address_that_is_none_is_marked_when_it_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    number = annas_number()
    message = operations.queue_message(draft(making.make_account(), customer_id=number.customer_id), now=NOW)
    refuse(monkeypatch, Undeliverable("550 5.1.1"))

    operations.dispatch_batch(now=NOW)

    number.refresh_from_db()
    assert state_of(message) == "UNDELIVERABLE"
    assert number.bounced_at == NOW
    rerouting.reroute(now=NOW, limit=10)
    assert Task.objects.get().reason == "message_failed"


def test_a_message_refused_for_what_it_is_marks_no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    number = annas_number()
    message = operations.queue_message(draft(making.make_account(), customer_id=number.customer_id), now=NOW)
    refuse(monkeypatch, Rejected("554 5.7.1"))

    operations.dispatch_batch(now=NOW)

    number.refresh_from_db()
    assert state_of(message) == "FAILED"
    assert number.bounced_at is None


def test_the_other_dealers_file_is_not_marked(monkeypatch: pytest.MonkeyPatch, south: DealerRef) -> None:
    operations.queue_message(draft(making.make_account()), now=NOW)
    refuse(monkeypatch, Undeliverable())

    with dealer_scope(south):
        number = annas_number()
    operations.dispatch_batch(now=NOW)

    with dealer_scope(south):
        number.refresh_from_db()
        assert number.bounced_at is None


@pytest.mark.parametrize(
    ("purposes", "bound"), [((), {""}), (MARKETING, {"MARKETING"}), (UNASKED, {"MARKETING", "REMINDER", "SURVEY"})]
)
@pytest.mark.parametrize("how", ["refused", "receipt"])
def test_an_opt_out_binds_what_the_provider_names(
    monkeypatch: pytest.MonkeyPatch, purposes: tuple[str, ...], bound: set[str], how: str
) -> None:
    account = making.make_account()
    message = operations.queue_message(draft(account, purpose="MARKETING"), now=NOW)

    if how == "refused":
        refuse(monkeypatch, OptedOut("131050", purposes=purposes))
        operations.dispatch_batch(now=NOW)
    else:
        operations.apply_receipts([told(message.pk, "opted_out", purposes=purposes)], account_id=account.pk, now=LATER)

    assert state_of(message) == "OPTED_OUT"
    assert walls() == {(purpose, "simulator", "PROVIDER") for purpose in bound}


def test_who_calls_a_mail_spam_still_hears_of_their_visit(monkeypatch: pytest.MonkeyPatch) -> None:
    account = making.make_account()
    offer = operations.queue_message(draft(account, purpose="SURVEY"), now=NOW)
    operations.dispatch_batch(now=NOW)

    # It arrived, else nobody could complain of it: the state stays, the wall stands.
    operations.apply_receipts([told(offer.pk, "delivered", event="d")], account_id=account.pk, now=LATER)
    operations.apply_receipts([told(offer.pk, "opted_out", purposes=UNASKED)], account_id=account.pk, now=LATER)
    later = [draft(account, purpose=purpose) for purpose in ("SERVICE", "SURVEY", "REMINDER", "MARKETING")]
    messages = operations.queue_messages(later, now=MUCH_LATER)
    operations.dispatch_batch(now=MUCH_LATER)

    assert state_of(offer) == "DELIVERED"
    assert [state_of(one) for one in messages] == ["SENT", "OPTED_OUT", "OPTED_OUT", "OPTED_OUT"]


def test_said_again_it_puts_up_no_second_wall() -> None:
    account = making.make_account()
    messages = operations.queue_messages([draft(account), draft(account)], now=NOW)

    for event, message in enumerate(messages):
        receipt = told(message.pk, "opted_out", event=str(event), purposes=UNASKED)
        operations.apply_receipts([receipt, replace(receipt, event_id="again")], account_id=account.pk, now=LATER)
    operations.apply_receipts([told(messages[0].pk, "opted_out", purposes=MARKETING)], account_id=account.pk, now=LATER)

    assert Suppression.objects.count() == len(UNASKED)


def test_a_wall_for_all_is_put_up_beside_one_for_offers() -> None:
    account = making.make_account()
    message = operations.queue_message(draft(account), now=NOW)

    operations.apply_receipts([told(message.pk, "opted_out", purposes=MARKETING)], account_id=account.pk, now=LATER)
    operations.apply_receipts([told(message.pk, "opted_out", event="all")], account_id=account.pk, now=LATER)

    assert walls() == {("MARKETING", "simulator", "PROVIDER"), ("", "simulator", "PROVIDER")}


def test_a_bounce_that_came_before_we_knew_the_mail_marks_the_address() -> None:
    number = annas_number()
    account = making.make_account()
    message = operations.queue_message(draft(account, customer_id=number.customer_id), now=NOW)
    operations.apply_receipts([Receipt("early", "", "undeliverable", "e")], account_id=account.pk, now=NOW)

    operations.dispatch_batch(now=NOW)
    type(message).objects.filter(pk=message.pk).update(provider_id="early")
    operations.settle_doubts(now=LATER)

    number.refresh_from_db()
    assert number.bounced_at == LATER

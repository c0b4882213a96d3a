"""Where neither a window nor a template is open, the next channel is chosen at once, and the decision says why."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.customers.models import ContactPoint, Customer
from notifications.approvals import queries as approvals
from notifications.channels.models import ChannelAccount
from notifications.conversations.models import Conversation
from notifications.policy.models import Decision
from tenants.scope import DealerRef, dealer_scope
from tests.notifications.due.saying import Teller, make_account
from tests.notifications.due.test_release import NOON, make_due, released
from tests.notifications.files import make_owner
from tests.notifications.shared.sharing import share

HOUR = timedelta(hours=1)
# By day in Shanghai and in Madrid.
EVERYWHERE = NOON + 6 * HOUR


def make_anna() -> Customer:
    anna = make_owner(phone="+8613900000001")
    ContactPoint.objects.create(
        customer=anna, kind="EMAIL", value="anna@owner.example", created_at=NOON, updated_at=NOON
    )
    return anna


def approve(account: ChannelAccount, *, but: str = "") -> None:
    """Have all that the dealer's flows begin with listed by an account, in every language."""
    names = [one for one in approvals.needed(account.kind, {}) if one.is_opening and one.name != but]
    account.settings = {"templates": "\n".join(f"{one.name} {one.language} {one.name}" for one in names)}
    account.save()


def chosen() -> tuple[str, dict[str, str]]:
    facts = Decision.objects.latest("id").facts
    return facts["channel"], facts["left_out"]


@pytest.mark.parametrize("kind", ["whatsapp", "aliyun"])
def test_without_an_approved_template_the_next_channel_is_chosen(kind: str, in_north: DealerRef) -> None:
    make_account(kind)
    make_account("smtp")
    make_due(make_anna())

    released()

    assert chosen() == ("smtp", {kind: "TEMPLATE_MISSING"})


@pytest.mark.parametrize("kind", ["whatsapp", "aliyun"])
def test_with_one_it_goes_there(kind: str, in_north: DealerRef) -> None:
    account, teller = make_account(kind), Teller()
    make_account("smtp")
    approve(account)
    make_due(make_anna())

    released(teller=teller)

    assert chosen() == (kind, {})
    assert [start.account_id for start in teller.asked] == [account.pk]


def test_the_template_of_another_message_is_none_for_this_one(in_north: DealerRef) -> None:
    account = make_account("whatsapp")
    make_account("smtp")
    approve(account, but="maintenance_reminder.opening")
    make_due(make_anna())

    released()

    assert chosen() == ("smtp", {"whatsapp": "TEMPLATE_MISSING"})


@pytest.mark.parametrize(("before", "channel"), [(HOUR, "whatsapp"), (25 * HOUR, "smtp")])
def test_an_owner_who_wrote_lately_is_written_to_without_one(
    before: timedelta, channel: str, in_north: DealerRef
) -> None:
    account = make_account("whatsapp")
    make_account("smtp")
    anna = make_anna()
    Conversation.objects.create(
        account=account, address="+8613900000001", customer=anna, last_inbound_at=NOON - before, created_at=NOON
    )
    make_due(anna)

    released()

    assert chosen()[0] == channel


def test_the_number_of_statements_does_not_grow_with_the_batch(in_north: DealerRef) -> None:
    approve(make_account("whatsapp"))
    counts = []
    for size in (2, 10):
        for number in range(size):
            make_due(make_owner(f"Anna {size} {number}", phone=f"+86139{size:04}{number:04}"))
        with CaptureQueriesContext(connection) as queries:
            released()
        counts.append(len(queries))

    assert counts[1] <= counts[0]


def test_what_one_dealer_has_approved_is_nothing_at_the_other(north: DealerRef, south: DealerRef) -> None:
    for dealer, is_approved in ((north, True), (south, False)):
        with dealer_scope(dealer):
            account = make_account("whatsapp")
            make_account("smtp")
            if is_approved:
                approve(account)
            make_due(make_anna())
            released(EVERYWHERE)

    with dealer_scope(north):
        assert chosen()[0] == "whatsapp"
    with dealer_scope(south):
        assert chosen() == ("smtp", {"whatsapp": "TEMPLATE_MISSING"})


@pytest.mark.parametrize(("is_approved", "channel"), [(True, "aliyun"), (False, "smtp")])
def test_of_a_shared_sender_its_own_list_counts(
    is_approved: bool, channel: str, north: DealerRef, south: DealerRef
) -> None:
    with dealer_scope(south):
        listed = [one for one in approvals.needed("aliyun", {}, is_shared=True) if one.is_opening]
    lines = "\n".join(f"{one.name} {one.language} SMS_{number}" for number, one in enumerate(listed))
    keys = {"access_key_id": "LTAI1", "access_key_secret": "x", "secret": "s" * 20}
    shared = share(north, south, kind="aliyun", address="北方", templates=lines if is_approved else "", **keys)

    with shared.at("north") as account:
        make_account("smtp")
        make_due(make_anna())
        released()

        assert chosen()[0] == channel
        assert bool(approvals.missing(account)) is not is_approved
        assert any(one.code for one in approvals.needed_of(account)) is is_approved

"""An opt-out that a provider holds binds all texts or all mails, whoever carries them, and nothing else."""

from collections.abc import Sequence
from importlib import import_module

import pytest
from django.db import connection

from channels_app import registry
from channels_app.contract import UNASKED, Receipt
from core.customers.models import Consent, ContactPoint, Customer
from notifications.channels.models import ChannelAccount
from notifications.conversations import permitting
from notifications.conversations.models import Conversation
from notifications.due import looking
from notifications.outbox import claiming, operations
from notifications.outbox.handing import wire_id
from notifications.outbox.models import Message
from notifications.policy import matrix
from notifications.policy.facts import Purpose
from notifications.policy.models import Suppression
from notifications.preferences import operations as preferences
from tenants.scope import DealerRef, dealer_scope
from tests.notifications.outbox.making import ANNA, LATER, NOW, draft, make_customer

pytestmark = pytest.mark.usefixtures("in_north")

MAIL, CHAT = "anna@owner.example", "700001"
KINDS = ("sendgrid", "smtp", "twilio", "smpp", "aliyun", "whatsapp", "telegram")
ADDRESSES = {"EMAIL": MAIL, "PHONE": ANNA, "CHAT": CHAT}


@pytest.fixture
def anna() -> Customer:
    """Anna, who can be reached everywhere, and said yes to everything."""
    anna = make_customer()
    for kind, value in ADDRESSES.items():
        chat = "telegram" if kind == "CHAT" else ""
        ContactPoint.objects.create(
            customer=anna, kind=kind, chat_channel=chat, value=value, created_at=NOW, updated_at=NOW
        )
    Consent.objects.create(
        customer=anna, is_granted=True, source="PERSON", wording="May we?", at=NOW, recorded_at=NOW, actor="user:1"
    )
    return anna


def make_messages(anna: Customer, *, purpose: str = "SURVEY") -> dict[str, Message]:
    """Queue a message to Anna over each kind of channel."""
    made = {}
    for kind in KINDS:
        account = ChannelAccount.objects.create(kind=kind, address="x", public_id=f"id-{kind}", created_at=NOW)
        address = ADDRESSES[registry.get(kind).capabilities.address_kind]
        wish = draft(account, address=address, customer_id=anna.pk, purpose=purpose)
        made[kind] = operations.queue_message(wish, now=NOW)
    return made


def opt_out_at_provider(message: Message, *, purposes: tuple[str, ...] = ()) -> None:
    """Let a message's provider say that its owner wants no more."""
    said = Receipt("p1", wire_id(message.pk), "opted_out", "e1", purposes=purposes)
    operations.apply_receipts([said], account_id=message.account_id, now=LATER)


def stopped(messages: dict[str, Message], kinds: Sequence[str] = KINDS) -> set[str]:
    """List the channels whose message may not leave."""
    walled = claiming.walled_messages([one.pk for one in messages.values()], kinds=kinds)
    return {kind for kind, one in messages.items() if one.pk in walled}


@pytest.mark.parametrize(
    ("said_at", "bound"),
    [
        ("sendgrid", {"sendgrid", "smtp"}),
        ("smtp", {"sendgrid", "smtp"}),
        ("twilio", {"twilio", "smpp", "aliyun"}),
        ("aliyun", {"twilio", "smpp", "aliyun"}),
        ("whatsapp", {"whatsapp"}),
        ("telegram", {"telegram"}),
    ],
)
def test_it_binds_what_the_owner_takes_for_the_same(said_at: str, bound: set[str], anna: Customer) -> None:
    messages = make_messages(anna)

    opt_out_at_provider(messages[said_at])

    assert stopped(messages) == bound


def test_a_complaint_about_a_mail_ends_what_comes_unasked_by_mail_alone(anna: Customer) -> None:
    asked_for = make_messages(anna, purpose="SERVICE")

    opt_out_at_provider(asked_for["sendgrid"], purposes=UNASKED)

    assert stopped(asked_for) == set()
    Message.objects.update(purpose="SURVEY")
    assert stopped(asked_for) == {"sendgrid", "smtp"}


def test_said_by_both_mail_providers_it_is_one_wall(anna: Customer) -> None:
    messages = make_messages(anna)

    opt_out_at_provider(messages["sendgrid"])
    opt_out_at_provider(messages["smtp"])

    assert list(Suppression.objects.values_list("channel", flat=True)) == ["email"]


def test_a_channel_that_nobody_told_of_is_bound_by_its_own_name(anna: Customer) -> None:
    messages = make_messages(anna)
    opt_out_at_provider(messages["telegram"])

    assert stopped(messages, kinds=()) == {"telegram"}


def test_the_next_channel_is_none_of_those_that_it_closes(anna: Customer) -> None:
    opt_out_at_provider(make_messages(anna)["sendgrid"])

    found = looking.walls([anna.pk], list(ContactPoint.objects.all()), kinds=KINDS, now=LATER)

    assert {wall.channel for _, _, wall in found} == {"sendgrid", "smtp"}


def test_people_see_it_in_each_cell_that_it_closes(anna: Customer) -> None:
    opt_out_at_provider(make_messages(anna)["twilio"])

    cells = matrix.matrix_of(anna.pk, now=LATER).cells

    closed = {cell.channel for cell in cells if cell.purpose == "SURVEY" and not cell.is_allowed}
    assert closed == {"aliyun", "smpp", "twilio"}


def test_the_owners_own_list_shows_it_in_the_one_box_of_mails(anna: Customer) -> None:
    opt_out_at_provider(make_messages(anna)["smtp"])

    boxes = preferences.preferences(anna.pk, now=LATER).boxes

    off = [box.key.channel for box in boxes if box.key.purpose == Purpose.SURVEY and not box.is_on]
    assert off == ["sendgrid"]


def test_nobody_writes_by_the_other_account_either(anna: Customer) -> None:
    messages = make_messages(anna)
    opt_out_at_provider(messages["sendgrid"])

    refused = {
        kind: permitting.refusals(Conversation.objects.get(pk=messages[kind].conversation_id), now=NOW)
        for kind in ("sendgrid", "smtp", "whatsapp")
    }

    assert refused == {"sendgrid": ["provider_opt_out"], "smtp": ["provider_opt_out"], "whatsapp": ["WINDOW_CLOSED"]}


def test_the_upgrade_widens_what_providers_told_and_nothing_else(anna: Customer) -> None:
    for source, channel in (("PROVIDER", "smtp"), ("PROVIDER", "twilio"), ("PROVIDER", "telegram"), ("PAGE", "smtp")):
        Suppression.objects.create(customer=anna, channel=channel, reason="x", source=source, at=NOW)

    with connection.cursor() as cursor:
        cursor.execute(import_module("notifications.migrations.0024_walls_by_medium").WIDEN)

    found = set(Suppression.objects.values_list("source", "channel"))
    assert found == {("PROVIDER", "email"), ("PROVIDER", "sms"), ("PROVIDER", "telegram"), ("PAGE", "smtp")}


def test_the_other_dealer_goes_on(anna: Customer, south: DealerRef) -> None:
    opt_out_at_provider(make_messages(anna)["sendgrid"])

    with dealer_scope(south):
        messages = make_messages(make_customer("Boris"))
        found = stopped(messages)

    assert found == set()

"""Who writes from a shared sender: told by the manufacturer alone, and its keys seen by no dealer."""

import io
import json

import pytest
from django.conf import LazySettings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import ProgrammingError, connection, transaction

from channels_app.contract import RawRequest
from channels_app.errors import Forged
from notifications.channels import changing, forms, trying
from notifications.channels.changing import AccountShared, Changes
from notifications.channels.models import ChannelAccount
from notifications.inbound import operations as inbound
from notifications.outbox.accounts import account_of
from notifications.shared import models, operations
from notifications.shared.models import Arrival, SharedSender, Sharing, Talk
from tenants import provisioning
from tenants.accounts.models import AuditEntry, User
from tenants.accounts.staff import By
from tenants.models import Dealer, Manufacturer
from tenants.scope import DealerRef, dealer_scope, operator_scope, public_scope
from tests.markers import tables_with
from tests.notifications.shared.sharing import NOW, NUMBER, Shared, share

KEY = "a-key-of-the-brand-7Q"


def test_both_dealers_write_as_the_one_sender(shared: Shared) -> None:
    for name in shared.dealers:
        shared.write(name)

    assert [one.message.message_id for one in shared.accepted()] == [
        f"{dealer.id}-{message_id}" for dealer, message_id in zip(shared.dealers.values(), ids(shared), strict=True)
    ]


def ids(shared: Shared) -> list[int]:
    """The number of each dealer's message."""
    found = []
    for name in shared.dealers:
        with shared.at(name) as account:
            found += list(account.message_set.values_list("pk", flat=True))
    return found


def test_no_dealers_schema_holds_the_keys(north: DealerRef, south: DealerRef) -> None:
    with public_scope():
        made = share(north, south, kind="telegram", address="@marca_bot", token="1:" + KEY)

    with made.at("north") as account:
        assert account.settings == {}
        assert account_of(account).settings["token"] == "1:" + KEY
    assert tables_with([KEY], schema="d_north") == []
    assert tables_with([KEY]) == []


@pytest.mark.parametrize("table", [one._meta.db_table for one in vars(models).values() if hasattr(one, "_meta")])
def test_a_dealers_role_reads_nothing_of_shared_senders(north: DealerRef, table: str) -> None:
    if not table.startswith("shared_"):
        return

    with dealer_scope(north), pytest.raises(ProgrammingError, match="denied"), transaction.atomic():
        connection.cursor().execute(f"SELECT * FROM public.{table}")  # noqa: S608  # our own names


def test_a_dealer_changes_its_order_and_nothing_else(shared: Shared, clara: User) -> None:
    by = By(user=clara)
    with shared.at("north") as account:
        changing.change_account(account_id=account.pk, changes=Changes(rank=7), by=by, now=NOW)
        for changes in (Changes(is_active=False), Changes(settings={"receipts": "late"})):
            with pytest.raises(AccountShared):
                changing.change_account(account_id=account.pk, changes=changes, by=by, now=NOW)
        with pytest.raises(AccountShared):
            trying.register(account_id=account.pk, by=by, now=NOW)

        account.refresh_from_db()
        assert (account.rank, account.is_active) == (7, True)


def test_a_test_of_the_channel_leaves_by_the_sender(shared: Shared, clara: User) -> None:
    with shared.at("north") as account:
        trying.send_test(
            account_id=account.pk, address="+8613900000007", text="?", language="en", by=By(user=clara), now=NOW
        )
    shared.write("north")

    assert {one.message.to for one in shared.accepted()} == {"+8613900000007", "+8613800000001"}
    shared.hear("It works", address="+8613900000007")
    assert (shared.words_at("north"), shared.words_at("south")) == (["It works"], [])


def test_dealers_of_others_are_refused(shared: Shared) -> None:
    other = Manufacturer.objects.create(name="other", shown_name="Other")
    Dealer.objects.filter(pk=shared.dealers["south"].id).update(manufacturer=other)

    with pytest.raises(operations.ForeignDealer):
        operations.share(sender_id=shared.sender.pk, dealer_id=shared.dealers["south"].id, by=None, now=NOW)


def test_an_address_of_the_dealers_own_is_refused(north: DealerRef, south: DealerRef) -> None:
    with dealer_scope(south):
        ChannelAccount.objects.create(kind="simulator", address=NUMBER, public_id="own", created_at=NOW)

    with public_scope(), pytest.raises(operations.AddressOwned):
        share(north, south)


def test_opened_twice_it_is_refused_and_shared_twice_it_stays(shared: Shared) -> None:
    with pytest.raises(operations.SenderExists):
        share(*shared.dealers.values())

    operations.share(sender_id=shared.sender.pk, dealer_id=shared.dealers["north"].id, by=None, now=NOW)

    assert Sharing.objects.count() == 2
    with shared.at("north"):
        assert ChannelAccount.objects.count() == 1


def test_a_dealer_that_left_and_came_back_has_its_conversations(shared: Shared) -> None:
    shared.write("north")
    north = shared.dealers["north"].id
    operations.unshare(sender_id=shared.sender.pk, dealer_id=north, by=None, now=NOW)
    with shared.at("north") as account:
        account.refresh_from_db()
        assert not account.is_active

    operations.share(sender_id=shared.sender.pk, dealer_id=north, by=None, now=NOW)

    with shared.at("north") as account:
        account.refresh_from_db()
        assert account.is_active
    assert shared.talks_at("north") == 1


def test_switched_off_it_is_off_for_all(shared: Shared, doris: User) -> None:
    changes = operations.Changes(is_active=False)
    operations.change_sender(sender_id=shared.sender.pk, changes=changes, by=By(user=doris), now=NOW)

    for name in shared.dealers:
        assert shared.write(name).state == "QUEUED"
    assert [one.actor_id for one in AuditEntry.objects.filter(action="shared_sender.changed")] == [doris.pk]


def test_settings_are_held_against_the_channels_form(shared: Shared) -> None:
    with pytest.raises(forms.SettingsRefused):
        operations.change_sender(
            sender_id=shared.sender.pk, changes=operations.Changes(settings={"x": "y"}), by=None, now=NOW
        )


def test_a_forged_call_leaves_nothing(shared: Shared) -> None:
    shared.write("north")
    request = RawRequest(method="POST", path="", headers={}, body=b'{"events": []}', received_at=NOW)

    with pytest.raises(Forged):
        inbound.accept(account_ref=shared.sender.public_id, request=request, now=NOW)

    assert not Arrival.objects.exists()


def test_the_dealers_own_id_is_no_door(shared: Shared) -> None:
    request = RawRequest(method="POST", path="", headers={}, body=b"{}", received_at=NOW)

    with pytest.raises(inbound.AccountUnknown):
        inbound.accept(account_ref=shared.accounts["north"].public_id, request=request, now=NOW)


def test_closing_a_dealer_takes_it_off(shared: Shared) -> None:
    with operator_scope():
        third = provisioning.open_dealer(
            name="third", shown_name="Third", country="ES", manufacturer="marca", now=NOW
        ).ref
    operations.share(sender_id=shared.sender.pk, dealer_id=third.id, by=None, now=NOW)
    shared.dealers["third"] = third
    with dealer_scope(third):
        shared.accounts["third"] = ChannelAccount.objects.get()
    shared.write("third")
    # A test is one transaction, in which keys between tables are looked at before tables go.
    connection.check_constraints()

    provisioning.suspend_dealer(name="third", now=NOW)
    provisioning.close_dealer(name="third")

    assert not Talk.objects.exists()
    assert Sharing.objects.count() == 2


def test_the_command_opens_shares_and_lists(
    north: DealerRef, south: DealerRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps({"receipts": "late"})))
    out = io.StringIO()

    call_command("share_sender", "open", manufacturer="marca", kind="simulator", address=NUMBER, stdout=out)
    with public_scope():
        sender = SharedSender.objects.get()
    for name in ("north", "south"):
        call_command("share_sender", "add", str(sender.pk), dealer=name, stdout=out)
    call_command("share_sender", "default", str(sender.pk), dealer="south", stdout=out)
    call_command("share_sender", "off", str(sender.pk), stdout=out)
    call_command("share_sender", "list", stdout=out)

    assert "dealers=north,south" in out.getvalue()
    assert "late" not in out.getvalue()
    with public_scope():
        sender.refresh_from_db()
    assert (sender.is_active, sender.default_dealer_id, sender.settings) == (False, south.id, {"receipts": "late"})


def test_the_command_says_why_not(shared: Shared) -> None:
    with pytest.raises(CommandError, match="no such dealer"):
        call_command("share_sender", "add", str(shared.sender.pk), dealer="nobody")


def test_after_a_change_of_the_houses_key_the_senders_are_sealed_anew(
    north: DealerRef, south: DealerRef, settings: LazySettings
) -> None:
    with public_scope():
        made = share(north, south, kind="telegram", address="@marca_bot", token="1:" + KEY)
    before, settings.SECRET_KEY = settings.SECRET_KEY, "another key of the house"
    settings.SECRET_KEY_FALLBACKS = [before]

    call_command("reseal_channels", stdout=io.StringIO())

    settings.SECRET_KEY_FALLBACKS = []
    with public_scope():
        assert SharedSender.objects.get(pk=made.sender.pk).settings["token"] == "1:" + KEY

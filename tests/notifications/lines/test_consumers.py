"""What comes over a line goes the way of a webhook's call; what does not prove that it did is left outside."""

import pytest

from channels_app.errors import Forged
from channels_app.smpp import proving
from notifications.channels.models import ChannelAccount
from notifications.channels.operations import open_account
from notifications.inbound import operations as inbound
from notifications.inbound.models import InboundEvent
from notifications.lines import consumers
from notifications.outbox.accounts import account_of
from tenants.scope import DealerRef, dealer_scope
from tests.conftest import OPENED_AT
from tests.doubles import smpp as double

BODY = double.unit(double.DELIVER_SM, 0, double.words("34600000002", "BAJA"))


@pytest.fixture(autouse=True)
def _the_tests_connection_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    # A test is one transaction, which Django would take for one that somebody forgot.
    monkeypatch.setattr(consumers, "close_old_connections", lambda: None)


def opened_by(dealer: DealerRef) -> ChannelAccount:
    with dealer_scope(dealer):
        settings = {"host": "smsc.example.com", "system_id": "service", "password": "a pass"}
        return open_account(kind="smpp", address="+34600999999", settings=settings, now=OPENED_AT)


def test_what_came_is_stored_at_its_dealer_alone(north: DealerRef, south: DealerRef) -> None:
    opened_by(north)
    account = opened_by(south)
    headers = {proving.HEADER: proving.proof(account_of(account), BODY)}

    consumers.take(account.public_id, headers=headers, body=BODY)

    with dealer_scope(south):
        assert [event.data["text"] for event in InboundEvent.objects.all()] == ["BAJA"]
    with dealer_scope(north):
        assert not InboundEvent.objects.exists()


def test_another_accounts_proof_opens_nothing(north: DealerRef, south: DealerRef) -> None:
    theirs, account = opened_by(north), opened_by(south)

    with pytest.raises(Forged):
        consumers.take(account.public_id, headers={proving.HEADER: proving.proof(account_of(theirs), BODY)}, body=BODY)


def test_an_account_that_nobody_has_takes_nothing(north: DealerRef) -> None:
    with pytest.raises(inbound.AccountUnknown):
        consumers.take("nobody", headers={}, body=BODY)

"""Switching an account off loses nothing; an answer to a test is nobody's work."""

from datetime import UTC, datetime, timedelta

import pytest

from channels_app.contract import Inbound
from core.models import Task
from notifications.channels import changing, forms, trying
from notifications.channels.changing import Changes
from notifications.channels.models import ChannelAccount
from notifications.inbound import operations as inbound
from notifications.inbound.models import InboundEvent
from notifications.models import Conversation
from notifications.outbox import operations as outbox
from notifications.outbox import rates
from notifications.outbox.models import Message
from tenants.accounts import operations as accounts
from tenants.accounts.roles import Role
from tenants.accounts.staff import By
from tenants.scope import DealerRef

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
MINE = "+8613800138000"


@pytest.fixture
def clara(in_north: DealerRef) -> By:
    user = accounts.create_user(
        email="clara@north.example", name="Clara", role=Role.COC_DIRECTOR, password=None, language="en", now=NOW
    )
    return By(user=user, address=None)


@pytest.fixture
def account(clara: By) -> ChannelAccount:
    opened = changing.open_account(kind="simulator", address="10690001", settings={}, by=clara, now=NOW)
    rates.forget(f"test:{opened.public_id}")
    return opened


def tried(account: ChannelAccount, by: By) -> Message:
    return trying.send_test(account_id=account.pk, address=MINE, text="A test.", language="en", by=by, now=NOW)


def answered(account: ChannelAccount, *, after: timedelta, text: str = "It came.") -> str:
    heard = Inbound(provider_id=f"a{after}", sender=MINE, text=text)
    event = InboundEvent.objects.create(
        account=account,
        provider_id=heard.provider_id,
        kind=InboundEvent.Kind.MESSAGE,
        sender=heard.sender,
        data={"text": heard.text},
        raw=b"",
        received_at=NOW + after,
    )
    return inbound.handle(event.pk, now=NOW + after)


@pytest.fixture
def templates_alone(clara: By) -> ChannelAccount:
    told = {"access_key_id": "LTAI1", "access_key_secret": "x"}
    opened = changing.open_account(kind="aliyun", address="北方", settings=told, by=clara, now=NOW)
    rates.forget(f"test:{opened.public_id}")
    return opened


def test_where_only_templates_go_one_that_is_listed_is_the_test(templates_alone: ChannelAccount, clara: By) -> None:
    lines = "appointment.pick en SMS_1\nphrases.help zh-hans SMS_2\nwin_back.opening en SMS_3"
    changes = Changes(settings={"templates": lines})
    changing.change_account(account_id=templates_alone.pk, changes=changes, by=clara, now=NOW)

    message = tried(templates_alone, clara)

    assert (message.language, message.template["name"]) == ("en", "win_back.opening")
    assert message.template["values"] == [["vehicle", "vehicle"]]


def test_a_test_without_any_template_is_refused_before_it_leaves(templates_alone: ChannelAccount, clara: By) -> None:
    with pytest.raises(trying.TemplateMissing):
        tried(templates_alone, clara)

    assert not Message.objects.exists()


def test_what_is_queued_waits_for_an_account_that_is_off(account: ChannelAccount, clara: By) -> None:
    message = tried(account, clara)
    changing.change_account(account_id=account.pk, changes=Changes(is_active=False), by=clara, now=NOW)
    outbox.dispatch_batch(now=NOW)
    message.refresh_from_db()
    waiting = message.state

    changing.change_account(account_id=account.pk, changes=Changes(is_active=True), by=clara, now=NOW)
    outbox.dispatch_batch(now=NOW)
    message.refresh_from_db()

    assert (waiting, message.state) == ("QUEUED", "SENT")


def test_what_waits_too_long_expires(account: ChannelAccount, clara: By) -> None:
    message = tried(account, clara)
    changing.change_account(account_id=account.pk, changes=Changes(is_active=False), by=clara, now=NOW)

    outbox.dispatch_batch(now=NOW + trying.TEST_LASTS)

    message.refresh_from_db()
    assert message.state == "EXPIRED"


def test_an_answer_to_a_test_is_nobodys_work(account: ChannelAccount, clara: By) -> None:
    tried(account, clara)

    assert answered(account, after=timedelta(minutes=5)) == "TEST"
    assert Conversation.objects.get(account=account).unread_count == 0
    assert Task.objects.count() == 0
    assert Conversation.objects.get().mode == Conversation.Mode.CLOSED


def test_long_after_a_test_an_answer_is_a_message_again(account: ChannelAccount, clara: By) -> None:
    tried(account, clara)

    assert answered(account, after=timedelta(hours=2)) != "TEST"
    assert Task.objects.count() == 1


def test_a_stop_is_a_stop_also_after_a_test(account: ChannelAccount, clara: By) -> None:
    tried(account, clara)

    assert answered(account, after=timedelta(minutes=1), text="STOP") == "OPT_OUT"


def test_an_empty_value_takes_a_setting_away_but_not_a_needed_one(clara: By) -> None:
    told = {"token": "1:a", "url": "https://api.telegram.org"}
    account = changing.open_account(kind="telegram", address="north_bot", settings=told, by=clara, now=NOW)

    changed = changing.change_account(account_id=account.pk, changes=Changes(settings={"url": ""}), by=clara, now=NOW)
    with pytest.raises(forms.SettingsRefused) as refused:
        changing.change_account(account_id=account.pk, changes=Changes(settings={"token": ""}), by=clara, now=NOW)

    assert set(changed.settings) == {"token", "secret"}
    assert refused.value.faults == {"token": "missing"}
    assert "1:a" not in str(refused.value)

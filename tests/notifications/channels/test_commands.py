"""What an operator sees of senders at night, and what they do after the house's key has changed."""

import json
from datetime import UTC, datetime

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.db import connection

from notifications.channels import operations
from notifications.channels.models import ChannelAccount
from notifications.channels.sealed import PURPOSE
from tenants.scope import DealerRef, dealer_scope
from tenants.sealing import is_sealed_anew

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
TOLD = {"account_sid": "AC0", "auth_token": "a token that nobody may read"}


@pytest.fixture
def accounts(north: DealerRef, south: DealerRef) -> dict[str, int]:
    made = {}
    for dealer, address in ((north, "+34600999999"), (south, "+34600999998")):
        with dealer_scope(dealer):
            made[dealer.name] = operations.open_account(kind="twilio", address=address, settings=TOLD, now=NOW).pk
    return made


def sealed(dealer: DealerRef) -> str:
    with dealer_scope(dealer), connection.cursor() as cursor:
        cursor.execute("SELECT settings FROM notifications_channelaccount")
        return str(cursor.fetchone()[0])


def change_key(settings: LazySettings, *, keeps: bool) -> None:
    before = settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "the next key of the house", [before] if keeps else []


def test_a_dealers_senders_are_listed_without_a_secret(
    accounts: dict[str, int], capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("channel_accounts", "--dealer", "north", "--json")

    said = capsys.readouterr().out
    [row] = [json.loads(line) for line in said.splitlines()]
    assert (row["kind"], row["address"], row["standing"]) == ("twilio", "+34600999999", "ON")
    assert "/api/webhooks/" in row["webhook_url"]
    assert TOLD["auth_token"] not in said
    assert "+34600999998" not in said


def test_the_list_is_there_when_no_key_opens_the_settings(
    accounts: dict[str, int], settings: LazySettings, capsys: pytest.CaptureFixture[str]
) -> None:
    change_key(settings, keeps=False)

    call_command("channel_accounts", "--dealer", "north")

    assert "standing=ON" in capsys.readouterr().out


def test_after_a_change_of_the_key_all_are_sealed_anew_once(
    accounts: dict[str, int],
    north: DealerRef,
    south: DealerRef,
    settings: LazySettings,
    capsys: pytest.CaptureFixture[str],
) -> None:
    change_key(settings, keeps=True)
    assert not is_sealed_anew(sealed(north), purpose=PURPOSE)

    call_command("reseal_channels")
    first, kept = capsys.readouterr().out, sealed(north)
    call_command("reseal_channels")

    assert all(is_sealed_anew(sealed(dealer), purpose=PURPOSE) for dealer in (north, south))
    assert "north: 1 sealed" in first
    assert "north: 0 sealed" in capsys.readouterr().out
    assert sealed(north) == kept
    settings.SECRET_KEY_FALLBACKS = []
    with dealer_scope(north):
        assert ChannelAccount.objects.get().settings == TOLD


def test_what_no_key_opens_is_named_and_left(
    accounts: dict[str, int], north: DealerRef, settings: LazySettings, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sealed(north)
    change_key(settings, keeps=False)

    with pytest.raises(CommandError):
        call_command("reseal_channels", "--dealer", "north")

    assert f"account {accounts['north']}" in capsys.readouterr().err
    assert sealed(north) == before


@pytest.mark.parametrize("command", ["channel_accounts", "reseal_channels"])
def test_a_dealer_that_is_none_is_said_so(command: str, north: DealerRef) -> None:
    with pytest.raises(CommandError, match="no dealer"):
        call_command(command, "--dealer", "nowhere")

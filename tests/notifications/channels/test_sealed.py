"""What an account knows of its provider is sealed in the database, in every copy of it."""

from datetime import UTC, datetime

import pytest
from django.db import connection

from notifications.channels import operations
from notifications.channels.models import ChannelAccount
from tenants.scope import DealerRef
from tenants.sealing import SealBroken

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SECRET = "a token that nobody may read"


def column() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT settings FROM notifications_channelaccount")
        return str(cursor.fetchone()[0])


def test_it_is_sealed_at_rest_and_plain_in_the_hand(in_north: DealerRef) -> None:
    operations.open_account(kind="twilio", address="+34600999999", settings={"auth_token": SECRET}, now=NOW)

    assert SECRET not in column()
    assert ChannelAccount.objects.get().settings == {"auth_token": SECRET}


def test_none_takes_no_seal(in_north: DealerRef) -> None:
    operations.open_account(kind="simulator", address="100", settings={}, now=NOW)

    assert column() == ""
    assert ChannelAccount.objects.get().settings == {}


def test_what_was_kept_before_there_were_seals_opens_and_is_sealed_when_saved(in_north: DealerRef) -> None:
    operations.open_account(kind="simulator", address="100", settings={}, now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE notifications_channelaccount SET settings = %s", ['{"receipts": "late"}'])

    account = ChannelAccount.objects.get()
    account.save()

    assert account.settings == {"receipts": "late"}
    assert "late" not in column()


def test_another_houses_seal_does_not_open(in_north: DealerRef, settings: object) -> None:
    operations.open_account(kind="twilio", address="+34600999999", settings={"auth_token": SECRET}, now=NOW)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "of another house", []  # type: ignore[attr-defined]

    with pytest.raises(SealBroken):
        ChannelAccount.objects.get()


def test_after_a_change_of_the_houses_key_it_still_opens(in_north: DealerRef, settings: object) -> None:
    operations.open_account(kind="twilio", address="+34600999999", settings={"auth_token": SECRET}, now=NOW)
    before = settings.SECRET_KEY  # type: ignore[attr-defined]
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "the next", [before]  # type: ignore[attr-defined]

    assert ChannelAccount.objects.get().settings == {"auth_token": SECRET}

"""A closed dealer's files go with it, in every storage, and nobody else's; who was stopped goes on."""

from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, storages
from django.core.management import CommandError, call_command

from deploy import env
from tenants import leftovers, provisioning
from tenants.caching import media_path
from tenants.models import Dealer, Leftover
from tenants.scope import DealerRef, dealer_scope, public_scope
from tests.core.documents import s3

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
CLOSE = ("close_dealer", "west", "--delete-all-data-of", "west")


@pytest.fixture
def bucket(settings: LazySettings, tmp_path: Path) -> Iterator[s3.Bucket]:
    """Uploads on a disk, documents in a bucket."""
    with s3.storage() as bucket:
        url = f"s3://key:secret@{bucket.address}/owners?region=eu-west-1&scheme=http"
        settings.STORAGES = settings.STORAGES | {
            "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}},
            "documents": env.storage(url, folder=tmp_path),
        }
        yield bucket


@pytest.fixture
def west(north: DealerRef, bucket: s3.Bucket) -> Dealer:
    """A suspended dealer with files, beside others whose folders begin with the same letters."""
    dealer = open_dealer("west")
    for one in (dealer, open_dealer("west2"), north):
        with dealer_scope(one):
            for name in ("documents/a", "documents/deep/b", "imports/c"):
                for alias in ("default", "documents"):
                    storages[alias].save(media_path(name), ContentFile(b"x"))
    provisioning.suspend_dealer(name="west", now=NOW)
    return dealer


def open_dealer(name: str) -> Dealer:
    return provisioning.open_dealer(name=name, shown_name="West Motors", country="MX", now=NOW)


def on_disk(folder: Path) -> set[str]:
    return {path.relative_to(folder).parts[1] for path in folder.rglob("*") if path.is_file()}


def in_bucket(bucket: s3.Bucket) -> set[str]:
    return {path.split("/")[3] for path in bucket.objects}


def test_its_files_go_from_every_storage_and_others_stay(west: Dealer, bucket: s3.Bucket, tmp_path: Path) -> None:
    assert on_disk(tmp_path) == in_bucket(bucket) == {"d_west", "d_west2", "d_north"}

    call_command(*CLOSE, stdout=StringIO())

    assert on_disk(tmp_path) == in_bucket(bucket) == {"d_west2", "d_north"}
    assert not (tmp_path / "dealers" / "d_west").exists()
    with public_scope():
        assert not Leftover.objects.exists()
    assert open_dealer("west").schema == "d_west"


def test_who_was_stopped_goes_on_where_it_was(
    west: Dealer, bucket: s3.Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_storage: object, _name: str) -> None:
        raise OSError("the disk is away")

    with monkeypatch.context() as patched:
        patched.setattr(FileSystemStorage, "delete", refuse)
        with pytest.raises(CommandError, match="run this again"):
            call_command(*CLOSE, stdout=StringIO())
    with public_scope():
        assert not Dealer.objects.filter(name="west").exists()
    with pytest.raises(provisioning.DealerLeaving):
        open_dealer("west")

    call_command(*CLOSE, stdout=StringIO())

    assert "d_west" not in on_disk(tmp_path) | in_bucket(bucket)
    assert open_dealer("west").schema == "d_west"


def test_nothing_is_deleted_of_a_dealer_in_service(west: Dealer, bucket: s3.Bucket, tmp_path: Path) -> None:
    assert not leftovers.clear(name="north")

    assert "d_north" in on_disk(tmp_path) & in_bucket(bucket)


def test_a_dealer_that_never_was_is_unknown(west: Dealer) -> None:
    with pytest.raises(CommandError, match="no dealer named"):
        call_command("close_dealer", "nobody", "--delete-all-data-of", "nobody")

"""The same documents on a storage that speaks S3: what the setting says is what the client does."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import DataError

from core.customers.models import Customer
from core.documents import operations
from core.documents.models import Document
from deploy import env
from tenants.scope import DealerRef
from tests.core.documents import s3, samples
from tests.core.kpis import facts

NOW = datetime(2026, 11, 20, 4, tzinfo=UTC)
BY = operations.By("user:7")


@pytest.fixture
def bucket(settings: LazySettings, tmp_path: Path) -> Iterator[s3.Bucket]:
    with s3.storage() as bucket:
        url = f"s3://key:se%2Fcret@{bucket.address}/owners?region=eu-west-1&scheme=http"
        settings.STORAGES = settings.STORAGES | {"documents": env.storage(url, folder=tmp_path)}
        yield bucket


@pytest.fixture
def anna(in_north: DealerRef) -> Customer:
    return facts.make_customer("Anna", day=NOW.date())


def test_a_document_is_put_into_the_bucket_and_read_from_it(anna: Customer, bucket: s3.Bucket) -> None:
    new = operations.NewDocument(kind="CONTRACT", name="a.pdf", content=samples.PDF, customer_id=anna.pk)

    row = operations.add_document(new, by=BY, now=NOW)

    assert bucket.objects == {f"/owners/{row.path}": samples.PDF}
    word = operations.link_to(row.pk, user_id=7, now=NOW)
    document, content = operations.open_linked(word, user_id=7, now=NOW)
    with content:
        assert (document.pk, content.read()) == (row.pk, samples.PDF)


def test_a_moments_failure_of_the_storage_is_tried_again(anna: Customer, bucket: s3.Bucket) -> None:
    bucket.failing = 1
    new = operations.NewDocument(kind="CONTRACT", name="a.pdf", content=samples.PDF, customer_id=anna.pk)

    row = operations.add_document(new, by=BY, now=NOW)

    assert f"/owners/{row.path}" in bucket.objects


def test_where_the_row_fails_the_bytes_are_taken_out_of_the_bucket(anna: Customer, bucket: s3.Bucket) -> None:
    new = operations.NewDocument(kind="X" * 30, name="a.pdf", content=samples.PDF, customer_id=anna.pk)

    with pytest.raises(DataError):
        operations.add_document(new, by=BY, now=NOW)

    assert bucket.objects == {}


def test_the_bucket_is_never_asked_without_a_signature_nor_its_address_shown(anna: Customer, bucket: s3.Bucket) -> None:
    new = operations.NewDocument(kind="CONTRACT", name="a.pdf", content=samples.PDF, customer_id=anna.pk)
    row = operations.add_document(new, by=BY, now=NOW)

    word = operations.link_to(row.pk, user_id=7, now=NOW)

    assert bucket.address not in word
    assert row.path not in word
    assert Document.objects.get().path.startswith("dealers/")

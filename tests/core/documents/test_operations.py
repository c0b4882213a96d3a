"""Documents lie in their dealer's folder under names made by chance, open by links that end, and are never deleted."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.files.storage import storages
from django.db import DataError

from core.customers import merging
from core.customers.models import Customer
from core.documents import operations, rules
from core.documents.models import Document
from core.events.models import Event
from tenants.accounts.models import AuditEntry
from tenants.scope import DealerRef, dealer_scope
from tests.core.documents import samples
from tests.core.kpis import facts

NOW = datetime(2026, 11, 20, 4, tzinfo=UTC)
BY = operations.By("user:7", "192.0.2.1")

pytestmark = pytest.mark.usefixtures("in_north")


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, settings: LazySettings) -> None:
    settings.STORAGES = settings.STORAGES | {
        "documents": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path, "file_permissions_mode": 0o600},
        }
    }


@pytest.fixture
def anna(in_north: DealerRef) -> Customer:
    return facts.make_customer("Anna", day=NOW.date())


def keep(anna: Customer, *, name: str = "contract.pdf", content: bytes = samples.PDF, **more: int) -> Document:
    new = operations.NewDocument(kind="CONTRACT", name=name, content=content, **({"customer_id": anna.pk} | more))
    return operations.add_document(new, by=BY, now=NOW)


def test_a_document_lies_under_a_name_that_tells_nothing(anna: Customer, in_north: DealerRef, tmp_path: Path) -> None:
    row = keep(anna)

    (stored,) = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert str(stored.relative_to(tmp_path)) == row.path
    assert row.path.startswith(f"dealers/{in_north.schema}/documents/")
    assert "contract" not in row.path
    assert (stored.read_bytes(), stored.stat().st_mode & 0o777) == (samples.PDF, 0o600)
    assert keep(anna).path != row.path


def test_a_document_stands_in_the_log_and_the_audit_without_its_name(anna: Customer) -> None:
    row = keep(anna)

    event, entry = Event.objects.get(), AuditEntry.objects.get()
    assert (event.kind, event.customer_id, event.subject_id) == ("document.added", anna.pk, row.pk)
    assert (entry.action, entry.actor_id, entry.address) == ("document.added", 7, "192.0.2.1")
    assert "contract.pdf" not in f"{event.data} {entry.after}"


def test_a_document_of_a_repair_order_belongs_to_its_customer_and_car(anna: Customer) -> None:
    order = facts.make_orders(anna, day=NOW.date(), count=1)[0]
    new = operations.NewDocument(kind="INVOICE", name="a.pdf", content=samples.PDF, repair_order_id=order.pk)

    row = operations.add_document(new, by=BY, now=NOW)

    assert (row.customer_id, row.vehicle_id) == (anna.pk, order.vehicle_id)


def test_a_document_of_nothing_is_not_kept(anna: Customer, tmp_path: Path) -> None:
    with pytest.raises(operations.NothingToBelongTo):
        operations.add_document(operations.NewDocument(kind="OTHER", name="a.pdf", content=samples.PDF), by=BY, now=NOW)

    assert not list(tmp_path.rglob("documents/*"))


def test_what_is_refused_or_fails_leaves_no_bytes(anna: Customer, tmp_path: Path) -> None:
    with pytest.raises(rules.ContentUnlikeName):
        keep(anna, content=samples.HTML)
    too_long = operations.NewDocument(kind="X" * 30, name="a.pdf", content=samples.PDF, customer_id=anna.pk)
    with pytest.raises(DataError):
        operations.add_document(too_long, by=BY, now=NOW)

    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_merged_files_document_belongs_to_the_kept_one(anna: Customer) -> None:
    other = facts.make_customer("Anna A", day=NOW.date())
    merging.merge_customers(kept_id=anna.pk, other_id=other.pk, by=merging.By("user:7"), now=NOW)

    assert keep(other).customer_id == anna.pk


def test_a_link_opens_for_its_person_until_it_ends(anna: Customer) -> None:
    row = keep(anna)
    word = operations.link_to(row.pk, user_id=7, now=NOW)

    document, content = operations.open_linked(word, user_id=7, now=NOW + timedelta(minutes=4))

    with content:
        assert (document.pk, content.read()) == (row.pk, samples.PDF)
    for user_id, now in ((8, NOW), (7, NOW + operations.LINK_LASTS)):
        with pytest.raises(operations.LinkEnded):
            operations.open_linked(word, user_id=user_id, now=now)


@pytest.mark.parametrize("word", ["", "x", "x:y", "a" * 5000, "%00"])
def test_a_word_that_is_no_link_opens_nothing(word: str, anna: Customer) -> None:
    with pytest.raises(operations.LinkEnded):
        operations.open_linked(word, user_id=7, now=NOW)


def test_a_link_of_one_dealer_opens_nothing_at_the_other(anna: Customer, south: DealerRef) -> None:
    row = keep(anna)
    word = operations.link_to(row.pk, user_id=7, now=NOW)

    with dealer_scope(south):
        boris = facts.make_customer("Boris", day=NOW.date())
        Document.objects.filter(pk=row.pk).delete()
        theirs = keep(boris)
        Document.objects.filter(pk=theirs.pk).update(id=row.pk)
        with pytest.raises(operations.LinkEnded):
            operations.open_linked(word, user_id=7, now=NOW)


def test_a_path_outside_of_the_dealers_folder_is_never_opened(
    anna: Customer, in_north: DealerRef, south: DealerRef
) -> None:
    row = keep(anna)
    with dealer_scope(south):
        souths = keep(facts.make_customer("Boris", day=NOW.date()))

    for path in (souths.path, f"dealers/{in_north.schema}x/documents/a", "../../secret_key"):
        Document.objects.filter(pk=row.pk).update(path=path)
        with pytest.raises(operations.LinkEnded):
            operations.open_linked(operations.link_to(row.pk, user_id=7, now=NOW), user_id=7, now=NOW)


def test_a_removed_document_keeps_its_bytes_and_reason_and_opens_no_more(anna: Customer) -> None:
    row = keep(anna)
    word = operations.link_to(row.pk, user_id=7, now=NOW)

    for reason in ("wrong customer", "again"):
        operations.remove_document(row.pk, reason=reason, by=BY, now=NOW)

    row.refresh_from_db()
    assert (row.removed_reason, row.removed_by, row.removed_at) == ("wrong customer", "user:7", NOW)
    assert storages["documents"].exists(row.path)
    assert Event.objects.filter(kind="document.removed").count() == 1
    with pytest.raises(operations.DocumentRemoved):
        operations.open_linked(word, user_id=7, now=NOW)
    with pytest.raises(operations.DocumentRemoved):
        operations.link_to(row.pk, user_id=7, now=NOW)

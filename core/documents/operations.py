"""Keeping documents: looked at, stored under the dealer's own folder, opened by links that end, never deleted.

The bytes are stored before the row is written, and no transaction is held meanwhile: a storage may be slow. Where the
row then fails, the bytes are taken away again.
"""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.files.base import ContentFile, File
from django.core.files.storage import storages
from django.db import transaction

from core import auditing
from core.customers.models import Customer
from core.documents import rules
from core.documents.models import Document
from core.events import kinds
from core.events import operations as events
from core.repair_orders.models import RepairOrder
from tenants import caching, scope

STORAGE = FOLDER = "documents"
SALT = "core.documents.link"
# Long enough for a slow line to begin, too short for a link to be passed on.
LINK_LASTS = timedelta(minutes=5)


class NothingToBelongTo(ValueError):
    """A document belongs to a customer, a car or a repair order, or came in a conversation."""


class DocumentRemoved(Exception):
    """The document was marked as removed."""


class LinkEnded(Exception):
    """The link is none of ours, of another dealer's or person's, or too old."""


@dataclass(frozen=True)
class By:
    """Who keeps or removes, as events name them, and from where, for the audit."""

    actor: str
    address: str | None = None


@dataclass(frozen=True)
class NewDocument:
    """What is to be kept, and what it belongs to: at least one of the four."""

    kind: str
    name: str
    content: bytes
    customer_id: int | None = None
    vehicle_id: int | None = None
    repair_order_id: int | None = None
    conversation_id: int | None = None


def add_document(
    new: NewDocument, *, by: By, now: datetime, along: Callable[[Document], None] | None = None
) -> Document:
    """Keep a document; one of a repair order belongs to its customer and car, too.

    `along` is done in the transaction of its row; where it raises, nothing is kept.

    Raises: rules.Empty, rules.TooLong, rules.NotAllowed, rules.ContentUnlikeName, rules.UnpacksToTooMuch;
    NothingToBelongTo; RepairOrder.DoesNotExist.
    """
    rules.check_size(len(new.content), most_bytes=settings.DOCUMENT_MOST_BYTES)
    name = rules.safe_name(new.name)
    file_type = rules.type_of(name, new.content)
    belongs_to = _belongs_to(new)
    path = storages[STORAGE].save(_fresh_path(), ContentFile(new.content))
    try:
        with transaction.atomic():
            row = Document.objects.create(
                kind=new.kind,
                **belongs_to,
                name=name,
                media_type=file_type.media_type,
                size_bytes=len(new.content),
                sha256=hashlib.sha256(new.content).hexdigest(),
                path=path,
                added_at=now,
                actor=by.actor,
            )
            if along is not None:
                along(row)
            _tell(kinds.DOCUMENT_ADDED, row, by=by, now=now)
    except BaseException:
        storages[STORAGE].delete(path)
        raise
    return row


def remove_document(document_id: int, *, reason: str, by: By, now: datetime) -> Document:
    """Mark a document as removed; its bytes stay, and it is opened no more. Again changes nothing.

    Raises: Document.DoesNotExist.
    """
    with transaction.atomic():
        row = Document.objects.select_for_update().get(pk=document_id)
        if row.removed_at is None:
            row.removed_at, row.removed_by, row.removed_reason = now, by.actor, reason
            row.save(update_fields=["removed_at", "removed_by", "removed_reason"])
            _tell(kinds.DOCUMENT_REMOVED, row, by=by, now=now)
        return row


def give_to(customer_id: int, *, conversation_id: int, now: datetime) -> int:
    """Make what a stranger sent in a conversation a customer's, now that it is known whose it is; say how much.

    Call it in the transaction that says whose the conversation is.
    """
    theirs = Document.objects.filter(
        conversation_id=conversation_id, customer__isnull=True, vehicle__isnull=True, repair_order__isnull=True
    )
    found = list(theirs.select_for_update())
    for row in found:
        row.customer_id = customer_id
        row.save(update_fields=["customer_id"])
        _tell(kinds.DOCUMENT_ADDED, row, by=By(row.actor), now=now)
    return len(found)


def content_of(row: Document) -> bytes:
    """Return what stands in a document. Raises: DocumentRemoved."""
    if row.removed_at is not None:
        raise DocumentRemoved
    _check_place(row)
    with storages[STORAGE].open(row.path) as file:
        content: bytes = file.read()
    return content


def link_to(document_id: int, *, user_id: int, now: datetime) -> str:
    """Return a word that opens the document for this person, at this dealer, for a few minutes.

    Raises: DocumentRemoved; Document.DoesNotExist.
    """
    row = Document.objects.get(pk=document_id)
    if row.removed_at is not None:
        raise DocumentRemoved
    until = now + LINK_LASTS
    claim = {"dealer": scope.current_dealer().id, "document": row.pk, "user": user_id, "until": until.isoformat()}
    return signing.Signer(salt=SALT).sign_object(claim, compress=False)


def open_linked(word: str, *, user_id: int, now: datetime) -> tuple[Document, "File[bytes]"]:
    """Return the document that a link names, and its bytes to read.

    Raises: LinkEnded; DocumentRemoved.
    """
    claim = _claim(word)
    is_theirs = claim["dealer"] == scope.current_dealer().id and claim["user"] == user_id
    if not is_theirs or datetime.fromisoformat(claim["until"]) <= now:
        raise LinkEnded
    row = Document.objects.get(pk=claim["document"])
    if row.removed_at is not None:
        raise DocumentRemoved
    _check_place(row)
    return row, storages[STORAGE].open(row.path)


def _check_place(row: Document) -> None:
    """The path was written by us, in this dealer's table; a wrong one still must not leave the dealer's folder."""
    if not row.path.startswith(f"{caching.media_path(FOLDER)}/"):
        raise LinkEnded


def _claim(word: str) -> dict[str, Any]:
    try:
        claim: dict[str, Any] = signing.Signer(salt=SALT).unsign_object(word)
    except (signing.BadSignature, ValueError) as error:
        raise LinkEnded from error
    return claim


def _fresh_path() -> str:
    # Named by chance and without an ending: a path tells nothing and is never guessed.
    return caching.media_path(f"{FOLDER}/{secrets.token_hex(20)}")


def _belongs_to(new: NewDocument) -> dict[str, int | None]:
    customer_id, vehicle_id = new.customer_id, new.vehicle_id
    if new.repair_order_id is not None:
        order = RepairOrder.objects.get(pk=new.repair_order_id)
        customer_id, vehicle_id = customer_id or order.customer_id, vehicle_id or order.vehicle_id
    if customer_id is None and vehicle_id is None and new.conversation_id is None:
        raise NothingToBelongTo
    if customer_id is not None:
        customer = Customer.objects.get(pk=customer_id)
        customer_id = customer.merged_into_id or customer.pk
    return {
        "customer_id": customer_id,
        "vehicle_id": vehicle_id,
        "repair_order_id": new.repair_order_id,
        "conversation_id": new.conversation_id,
    }


def _tell(kind: str, row: Document, *, by: By, now: datetime) -> None:
    events.record(
        kind,
        subject_kind="document",
        subject_id=row.pk,
        at=now,
        customer_id=row.customer_id,
        vehicle_id=row.vehicle_id,
        data={"kind": row.kind, "repair_order_id": row.repair_order_id},
        actor=by.actor,
    )
    auditing.note(
        kind,
        actor=by.actor,
        address=by.address,
        at=now,
        subject_kind="document",
        subject_id=row.pk,
        after={"kind": row.kind, "customer": row.customer_id, "vehicle": row.vehicle_id},
    )

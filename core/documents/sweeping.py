"""Strangers' files go when it never turned out whose they are: nobody may keep what no file answers for."""

from datetime import datetime, timedelta

from django.core.files.storage import storages

from core.documents.models import Document
from core.documents.operations import STORAGE

# The house's figure; no document gives one. A quarter is long enough to find out who wrote.
KEPT_FOR = timedelta(days=90)
# Files of one turn: each is a call to the storage.
SWEPT_AT_ONCE = 50


def sweep(*, now: datetime) -> int:
    """Delete files that were nobody's for long, and say how many; SWEPT_AT_ONCE where more may be left.

    Nothing wakes a dealer for it: it is done in turns that have other work, of which each dealer has one a day.
    """
    nobodys = Document.objects.filter(customer__isnull=True, vehicle__isnull=True, repair_order__isnull=True)
    oldest = nobodys.filter(added_at__lte=now - KEPT_FOR).order_by("added_at")
    ids = list(oldest.values_list("pk", flat=True)[:SWEPT_AT_ONCE])
    return sum(_swept(pk) for pk in ids)


def _swept(document_id: int) -> bool:
    """The row goes first, if it is still nobody's: bytes without a row are lost to nobody, a row without bytes is."""
    nobodys = Document.objects.filter(customer__isnull=True, vehicle__isnull=True, repair_order__isnull=True)
    row = nobodys.filter(pk=document_id).first()
    if row is None or not nobodys.filter(pk=document_id).delete()[0]:
        return False
    storages[STORAGE].delete(row.path)
    return True

"""The uploaded file: kept while it is worked on, let go once its rows are in.

Note [How long]: a file of a year's visits is the densest heap of personal data in the house. What it says stands
in the files once it is imported, rows set aside keep their own cells, and roll back needs the record of changes
alone; so it goes when the import is done. One that nobody finishes goes after a week.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import BinaryIO, cast
from uuid import uuid4

from django.core.files import File
from django.core.files.storage import Storage, default_storage

from core.repair_orders.imports import verdicts
from core.repair_orders.imports.faults import FileMissing
from core.repair_orders.models import ImportRun
from tenants.caching import media_path

KEPT = timedelta(days=7)
FOLDER = "imports"


def storage() -> Storage:
    """Return where uploads lie."""
    return default_storage


def keep(stream: BinaryIO) -> str:
    """Store an upload in the current dealer's folder, under a name that tells nothing; return its path."""
    stream.seek(0)
    return str(storage().save(media_path(f"{FOLDER}/{uuid4().hex}"), File(stream)))


@contextmanager
def opened(run: ImportRun) -> Iterator[BinaryIO]:
    """Open the file of a run. Raises: FileMissing."""
    try:
        file = storage().open(run.file_path, "rb")
    except FileNotFoundError as error:
        raise FileMissing("The file lies here no more. Upload it again.") from error
    with file as stream:
        yield cast(BinaryIO, stream)


def let_go(run: ImportRun) -> None:
    """Delete the file of a run, and what was said of its rows before they came in.

    The run knows of the file until it is gone: a crash in between is made good when the run is looked at again.
    """
    if run.file_path:
        storage().delete(run.file_path)
    verdicts.forget(run.pk)
    ImportRun.objects.filter(pk=run.pk).update(file_path="", head={}, look_again_at=None)
    run.file_path, run.head, run.look_again_at = "", {}, None

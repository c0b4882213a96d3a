"""Telling the screens of a dealer that one of its imports is not what it was."""

from tenants import announcing

# Not of the log: a step towards an import is nobody's fact yet.
CHANGED = "import.changed"


def tell_changed(run_id: int) -> None:
    """Tell, once the transaction commits, that the import has changed."""
    announcing.announce_news([announcing.News(CHANGED, subject_kind="import_run", subject_id=run_id)])

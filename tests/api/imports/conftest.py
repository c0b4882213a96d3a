"""Uploads in a folder of their own; callers counted anew."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.files.storage import storages

from tenants.scope import DealerRef, dealer_scope


@pytest.fixture(autouse=True)
def _uncounted(north: DealerRef, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path)
    for remembered in ("base_location", "location"):
        vars(storages["default"]).pop(remembered, None)
    yield
    with dealer_scope(north):
        cache.clear()

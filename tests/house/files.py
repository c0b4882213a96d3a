"""Which files are the project's own, for the tests that look at all of them."""

import os
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NOT_OURS = {".git", ".venv", "var", "node_modules", "dist", "__pycache__", ".hypothesis"}
CACHES = "_cache"
FLOORS = ("tenants", "core", "channels_app", "notifications", "api", "frontend", "deploy")


def own_files(*suffixes: str) -> Iterator[Path]:
    """Yield the project's files with one of the endings, all when none is named, folder by folder."""
    for folder, inner, names in os.walk(ROOT):
        # Emptied of what is not ours, so that the walk does not go there: .venv alone has tens of thousands of files.
        inner[:] = sorted(name for name in inner if name not in NOT_OURS and not name.endswith(CACHES))
        for path in (Path(folder) / name for name in sorted(names)):
            if not suffixes or path.suffix in suffixes:
                yield path


def product_code() -> Iterator[Path]:
    """Yield the Python files of the floors, without migrations, which Django writes."""
    for path in own_files(".py"):
        parts = path.relative_to(ROOT).parts
        if parts[0] in FLOORS and "migrations" not in parts:
            yield path

"""What the console was built into: names with a hash of what is inside, listed in a manifest beside them."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NotRequired, TypedDict

FOLDER = Path(__file__).resolve().parent / "console" / "dist"
MANIFEST = FOLDER / ".vite" / "manifest.json"
ENTRY = "src/main.tsx"
PREFIX = "console/"


class ConsoleMissing(RuntimeError):
    """Nobody has built the console; `make setup` does."""


class Chunk(TypedDict):
    """One built file: what it is called, what it needs at once, and what it may need later."""

    file: str
    css: NotRequired[list[str]]
    imports: NotRequired[list[str]]
    dynamicImports: NotRequired[list[str]]


@dataclass(frozen=True)
class Entry:
    """What the first page fetches, as names of static files."""

    script: str
    styles: tuple[str, ...]
    imports: tuple[str, ...]


@cache
def entry() -> Entry:
    """Return where the console starts.

    Raises: ConsoleMissing.
    """
    chunks = manifest()
    first = chunks[ENTRY]
    return Entry(
        script=PREFIX + first["file"],
        styles=tuple(PREFIX + name for name in first.get("css", ())),
        imports=tuple(PREFIX + chunks[name]["file"] for name in first.get("imports", ())),
    )


def manifest() -> dict[str, Chunk]:
    """Return every chunk by its source: its file, what it imports at once, and what later.

    Raises: ConsoleMissing.
    """
    try:
        found: dict[str, Chunk] = json.loads(MANIFEST.read_text())
    except FileNotFoundError as error:
        raise ConsoleMissing("the console is not built; run: make setup") from error
    return found

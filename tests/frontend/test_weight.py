"""How much script the console sends, as it travels: packed. `-rP` shows the table, by route."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from frontend import built

KB = 1000
# What somebody fetches who signs in and sees their work.
FIRST_VIEW, MOST_AT_FIRST = ("sign-in", "today"), 200 * KB
MOST_OF_A_ROUTE = 500 * KB
LANGUAGES = ("en", "zh-hans", "es")
PACKED = ".br"


def chunks_of(source: str) -> set[str]:
    """Return a chunk with all that it needs at once."""
    found, waiting = set[str](), [source]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += built.manifest()[name].get("imports", [])
    return found


def weight(names: Iterable[str]) -> int:
    """Return what the chunks weigh as they are sent."""
    return sum(_size(built.FOLDER / built.manifest()[name]["file"]) for name in set(names))


def _size(path: Path) -> int:
    packed = path.with_name(path.name + PACKED)
    return (packed if packed.exists() else path).stat().st_size


def screens() -> list[str]:
    sources = [Path(name) for name in built.manifest() if name.startswith("src/screens/")]
    return sorted({source.parts[2] for source in sources if source.name == "page.tsx"})


def route(screen: str, *, language: str) -> set[str]:
    """Return the chunks of a screen opened first: the frame, the page, and the words of one language."""
    return set().union(chunks_of(built.ENTRY), *map(chunks_of, _asked_for(screen, language)))


def _asked_for(screen: str, language: str) -> Iterator[str]:
    yield f"src/screens/{screen}/page.tsx"
    ours, theirs = f"/texts/{language}.json", _library_words(language)
    for name in built.manifest():
        if name in {f"src/screens/{screen}{ours}", f"src/app{ours}"} or name.endswith(theirs):
            yield name


def _library_words(language: str) -> tuple[str, ...]:
    return {
        "en": (),  # in the library itself
        "es": ("antd/es/locale/es_ES.js",),
        "zh-hans": ("antd/es/locale/zh_CN.js",),
    }[language]


def later(names: Iterable[str]) -> set[str]:
    """Return what else a route may fetch while one stays on it: what opens on a key or a click."""
    found, waiting = set[str](), list(names)
    while waiting:
        for name in built.manifest()[waiting.pop()].get("dynamicImports", []):
            if name not in found and not name.startswith("src/screens/") and not name.endswith(".json"):
                new = chunks_of(name) - found
                found |= new
                waiting += new
    return found


@pytest.fixture(scope="module")
def routes() -> dict[str, set[str]]:
    """The heaviest language of each screen, printed as a table."""
    heaviest = {
        screen: max((route(screen, language=language) for language in LANGUAGES), key=weight) for screen in screens()
    }
    for screen, chunks in sorted(heaviest.items(), key=lambda pair: -weight(pair[1])):
        everything = weight(chunks | later(chunks)) / KB
        print(f"{screen:14} {weight(chunks) / KB:6.1f} kB, with all that opens on it {everything:6.1f} kB")  # noqa: T201 - the table
    return heaviest


def test_the_first_view_is_light(routes: dict[str, set[str]]) -> None:
    first = set().union(*(routes[screen] for screen in FIRST_VIEW))

    heaviest = sorted(((weight([name]), name) for name in first), reverse=True)[:8]
    assert weight(first) < MOST_AT_FIRST, heaviest


def test_no_route_is_heavy(routes: dict[str, set[str]]) -> None:
    weights = {screen: weight(chunks | later(chunks)) for screen, chunks in routes.items()}

    assert {screen: size for screen, size in weights.items() if size >= MOST_OF_A_ROUTE} == {}

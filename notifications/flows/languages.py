"""The languages flows speak: one file each in `languages/`, with all that is said and understood around flows.

A flow's own texts stand at its steps. A further language brings its own for the shipped flows in the same file,
under [flows.<key>], and they are put at the steps as the flow is read.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).with_name("languages")

# What an owner hears whose language we do not speak; every other file is measured by this one.
FALLBACK = "en"

Table = Mapping[str, Any]


class LanguageUnfit(Exception):
    """A language's file lacks something, or speaks of what is not there; the message names file and place."""


@cache
def codes() -> tuple[str, ...]:
    """Return the code of every language, ordered."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


@cache
def table(code: str) -> Table:
    """Return what a language says and understands; of one we do not speak, the fallback's.

    Raises: LanguageUnfit.
    """
    return read(code) if code in codes() else read(FALLBACK)


def read(code: str) -> Table:
    """Return a language's file as it stands, if it is complete.

    Raises: LanguageUnfit.
    """
    found = tomllib.loads(FOLDER.joinpath(f"{code}.toml").read_text(encoding="utf-8"))
    if code != FALLBACK:
        _measure(code, found, table(FALLBACK))
    return found


def every(group: str, name: str) -> tuple[Any, ...]:
    """Return the items of a list in all languages, one after the other."""
    return tuple(item for code in codes() for item in table(code)[group][name])


def put_texts(flow: dict[str, Any]) -> None:
    """Put what further languages say in a flow at its steps; `flow` is changed.

    Raises: LanguageUnfit if a language speaks of a step that the flow does not have.
    """
    for code in codes():
        said = table(code).get("flows", {}).get(flow["key"])
        if said is not None:
            _put(flow, code, said)
            _no_strays(flow, code, said)


def _put(flow: dict[str, Any], code: str, said: Table) -> None:
    for place, texts, options in _places(flow):
        spoken = said
        for name in place:
            spoken = spoken.get(name, {})
        for name, text in texts.items():
            if name in spoken:
                text[code] = spoken[name]
        for option in options:
            _put_option(option, code, spoken)


def _places(flow: Table) -> Iterator[tuple[tuple[str, ...], Table, Sequence[dict[str, Any]]]]:
    """Yield the flow's head, scales, ways out and steps: place in a language's file, texts, options."""
    yield (), {name: flow[name] for name in ("title", "why") if name in flow}, ()
    yield ("escapes",), {}, flow.get("escapes", ())
    for name, options in flow.get("scales", {}).items():
        yield ("scales", name), {}, options
    for name, step in flow["steps"].items():
        texts = {place: step[place] for place in ("text", "page") if place in step}
        yield ("steps", name), texts, step.get("options", ())


def _no_strays(flow: Table, code: str, said: Table) -> None:
    for group in ("scales", "steps"):
        for name in said.get(group, {}):
            if name not in flow.get(group, {}):
                raise LanguageUnfit(f"{code}.toml: flows.{flow['key']}.{group}.{name} is not in the flow")


def _put_option(option: dict[str, Any], code: str, spoken: Table) -> None:
    label = spoken.get("labels", {}).get(option["code"])
    if label is not None:
        option["label"][code] = label
    words = spoken.get("words", {}).get(option["code"])
    if words is not None:
        option.setdefault("words", {})[code] = words


def _measure(code: str, found: Table, needed: Table, place: str = "") -> None:
    for name, value in needed.items():
        if name not in found and name not in _OWN:
            raise LanguageUnfit(f"{code}.toml: {place}{name} is missing")
        if isinstance(value, Mapping) and name not in _OWN:
            _measure(code, found[name], value, f"{place}{name}.")


# What a language has for itself alone.
_OWN = ("flows", "spelt_out")

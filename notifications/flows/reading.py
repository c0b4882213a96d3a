"""From TOML or a stored dict to a `Flow`; what has the wrong shape is named, not guessed."""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from notifications.flows import languages, wording
from notifications.flows.definition import (
    Ask,
    AskKind,
    Branch,
    Call,
    Do,
    End,
    Entry,
    Escape,
    Flow,
    Option,
    Say,
    Silence,
    Step,
    Texts,
    Timer,
    Wait,
    WhenBusy,
)

Table = Mapping[str, Any]
_Member = TypeVar("_Member", AskKind, WhenBusy)


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a flow, and where."""

    flow: str
    message: str
    step: str = ""
    field: str = ""
    language: str = ""

    def __str__(self) -> str:
        """Name the place and then the fault."""
        places = (("flow", self.flow), ("step", self.step), ("field", self.field), ("language", self.language))
        return ", ".join(f"{kind} {name}" for kind, name in places if name) + f": {self.message}"


class FlowInvalid(Exception):
    """The flow cannot be used; `problems` says why, one line each."""

    def __init__(self, *problems: Problem) -> None:
        """Keep the problems and read as their lines."""
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class _Unreadable(Exception):
    """A table's field is missing or of the wrong kind."""

    def __init__(self, place: str, message: str) -> None:
        super().__init__(message)
        self.place = place


def from_toml(text: str) -> Flow:
    """Return the flow written in a TOML text.

    Raises: FlowInvalid if the text is no TOML or has the wrong shape.
    """
    try:
        return from_table(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise FlowInvalid(Problem("?", f"not readable as TOML: {error}")) from error


def from_table(table: Table) -> Flow:
    """Return the flow held in a dict, as read from TOML or from the database.

    Raises: FlowInvalid naming flow, step and field if the shape is wrong.
    """
    key = str(table.get("key", "?"))
    try:
        return _flow(key, table)
    except _Unreadable as error:
        raise FlowInvalid(Problem(key, str(error), field=error.place)) from error


def _flow(key: str, table: Table) -> Flow:
    steps = _steps(key, table)
    return Flow(
        key=_text(table, "key"),
        version=_number(table, "version"),
        purpose=_text(table, "purpose"),
        when_busy=_member(WhenBusy, table, "when_busy"),
        has_stop_notice=bool(table.get("stop_notice", False)),
        priority=int(table.get("priority", 50)),
        languages=tuple(table.get("languages", languages.codes())),
        title=_texts(table, "title"),
        variables=dict(_table(table, "variables")),
        entries={name: _entry(entry) for name, entry in _table(table, "entries").items()},
        steps=steps,
        escapes=tuple(_escape(escape) for escape in table.get("escapes", ())),
    )


def _steps(key: str, table: Table) -> dict[str, Step]:
    steps: dict[str, Step] = {}
    for name, raw in _table(table, "steps").items():
        try:
            steps |= {step.name: step for step in _READERS[_text(raw, "kind")](name, raw, table)}
        except _Unreadable as error:
            raise FlowInvalid(Problem(key, str(error), step=name, field=error.place)) from error
        except KeyError as error:
            raise FlowInvalid(Problem(key, f"unknown kind {error}", step=name, field="kind")) from error
    return steps


def _say(name: str, raw: Table, _flow: Table) -> list[Step]:
    return [Say(name, _texts(raw, "text"), _text(raw, "next"), _link(raw))]


def _ask(name: str, raw: Table, flow: Table) -> list[Step]:
    ask = Ask(
        name=name,
        kind=_member(AskKind, raw, "want"),
        text=_texts(raw, "text"),
        save=str(raw.get("save", name)),
        next=str(raw.get("next", "")),
        options=_options(raw, flow),
        goto=dict(raw.get("goto", {})) | dict.fromkeys(raw.get("why_when", ()), f"{name}_why"),
        do=_call(raw["do"]) if "do" in raw else None,
        silence=_silence(raw, flow),
        low=raw.get("low"),
        high=raw.get("high"),
        link=_link(raw),
        page=_texts(raw, "page") if "page" in raw else {},
    )
    return [ask, _why(ask, flow)] if "why_when" in raw else [ask]


def _why(ask: Ask, flow: Table) -> Ask:
    """A dissatisfied answer asks why; the reason is kept beside the answer it explains."""
    do = ask.do and Call(ask.do.effect, {"item": ask.do.args.get("item"), "text": "$answer"})
    text = _texts(flow, "why")
    return Ask(f"{ask.name}_why", AskKind.TEXT, text, f"{ask.save}_why", ask.next, do=do, silence=ask.silence)


def _branch(name: str, raw: Table, _flow: Table) -> list[Step]:
    return [Branch(name, _text(raw, "on"), dict(_table(raw, "cases")), _text(raw, "otherwise"))]


def _do(name: str, raw: Table, _flow: Table) -> list[Step]:
    return [Do(name, _call(_table(raw, "do")), dict(raw.get("outcomes", {})), _text(raw, "next"))]


def _wait(name: str, raw: Table, _flow: Table) -> list[Step]:
    return [Wait(name, _timer(raw), _text(raw, "next"))]


def _end(name: str, raw: Table, _flow: Table) -> list[Step]:
    return [End(name, _text(raw, "outcome"), _texts(raw, "text") if "text" in raw else None, _link(raw))]


def _link(raw: Table) -> str:
    """The page a text leads to, written in small letters."""
    return str(raw.get("link", "")).upper()


def _entry(raw: Table) -> Entry:
    return Entry(_text(raw, "step"), frozenset(raw.get("needs", ())))


def _escape(raw: Table) -> Escape:
    return Escape(_option(raw, int(raw.get("digit", 0))), _text(raw, "next"))


def _options(raw: Table, flow: Table) -> tuple[Option, ...]:
    """A question's own options, or those of a scale that several questions share."""
    listed = raw.get("options", _YES_NO if raw.get("want") == "yes_no" else ())
    if "scale" in raw:
        listed = _table(flow, "scales").get(raw["scale"])
        if listed is None:
            raise _Unreadable("scale", f"there is no scale {raw['scale']}")
    return tuple(_option(option, number) for number, option in enumerate(listed, 1))


def _option(raw: Table, number: int) -> Option:
    words = {language: tuple(listed) for language, listed in raw.get("words", {}).items()}
    return Option(_text(raw, "code"), number, _texts(raw, "label"), words, raw.get("value"))


def _call(raw: Table) -> Call:
    return Call(_text(raw, "effect"), {name: value for name, value in raw.items() if name != "effect"})


def _silence(raw: Table, flow: Table) -> Silence | None:
    silence = raw.get("silence", flow.get("silence"))
    return Silence(_timer(silence), _text(silence, "next")) if silence else None


def _timer(raw: Table) -> Timer:
    """Either `after = "4d"`, or `until = "appointment_at - 2h"`."""
    if "after" in raw:
        return Timer(_duration(raw, "after"))
    found = re.fullmatch(r"([a-z_]+)(?:\s*([+-])\s*(\w+))?", _text(raw, "until"))
    if not found:
        raise _Unreadable("until", "write a variable, then + or - and a duration")
    amount = _duration({"until": found[3]}, "until") if found[3] else timedelta()
    return Timer(-amount if found[2] == "-" else amount, found[1])


def _duration(raw: Table, place: str) -> timedelta:
    found = re.fullmatch(r"(\d{1,4})([mhd])", str(raw[place]))
    if not found:
        raise _Unreadable(place, "write a number and m, h or d, such as 2h")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def _texts(raw: Table, place: str) -> Texts:
    return {language: str(text) for language, text in _table(raw, place).items()}


def _text(raw: Table, place: str) -> str:
    value = raw.get(place)
    if not isinstance(value, str) or not value:
        raise _Unreadable(place, "a text is needed")
    return value


def _number(raw: Table, place: str) -> int:
    value = raw.get(place)
    if not isinstance(value, int) or value < 1:
        raise _Unreadable(place, "a number from 1 is needed")
    return value


def _table(raw: Table, place: str) -> Table:
    value = raw.get(place)
    if not isinstance(value, Mapping):
        raise _Unreadable(place, "a table is needed")
    return value


def _member(kind: type[_Member], raw: Table, place: str) -> _Member:
    try:
        return kind(_text(raw, place).upper())
    except ValueError:
        raise _Unreadable(place, f"one of {', '.join(kind)} is needed") from None


# Offered where a yes/no question names no labels of its own.
_YES_NO = tuple(
    {"code": word.upper(), "label": {code: wording.term(word, language=code) for code in languages.codes()}}
    for word in ("yes", "no")
)
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_READERS: Mapping[str, Callable[[str, Table, Table], list[Step]]] = {
    "say": _say,
    "ask": _ask,
    "branch": _branch,
    "do": _do,
    "wait": _wait,
    "end": _end,
}

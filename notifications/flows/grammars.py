"""The grammar a question sends along, and the answers it shows: both from the same options."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from notifications.flows import vocabulary, wording
from notifications.flows.definition import Ask, AskKind, Escape, Flow, Option
from notifications.flows.grammar import answers
from notifications.flows.rendering import Offered

# No channel's list of buttons is longer, and no owner reads more.
MOST_SLOTS = 5


def of(flow: Flow, step: Ask, state: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the question accepts, as JSON-able data."""
    grammar: dict[str, Any] = {
        "kind": str(step.kind),
        "token": token(state),
        "language": state["language"],
        "zone": state["zone"],
        "options": [_option(option) for option in step.options],
        "escapes": [{**_option(escape.option), "code": escape_code(escape)} for escape in flow.escapes],
    }
    if step.low is not None and step.high is not None:
        grammar |= {"low": step.low, "high": step.high}
    if step.kind is AskKind.SLOT:
        grammar["slots"] = slots(state)
    return grammar


def offered(flow: Flow, step: Ask, state: Mapping[str, Any], zone: ZoneInfo) -> tuple[Offered, ...]:
    """Return the answers to show, in order: options or slots, then the ways out."""
    language, mark = str(state["language"]), token(state)
    shown = [Offered(option.digit, option.label[language], f"{mark}|{option.code}") for option in step.options]
    if step.kind is AskKind.SLOT:
        shown += [_slot(number, slot, mark, language, zone) for number, slot in enumerate(slots(state), 1)]
        shown.append(Offered(0, wording.term("other_time", language=language), f"{mark}|0"))
    shown += [
        Offered(escape.option.digit, escape.option.label[language], f"{mark}|{escape_code(escape)}")
        for escape in flow.escapes
    ]
    return tuple(shown)


def slots(state: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the slots on offer in a state."""
    return list(state["values"].get("slots", ()))[:MOST_SLOTS]


def token(state: Mapping[str, Any]) -> str:
    """Return the mark of the question now open: the run's own and a running number."""
    return f"{state['token']}.{state['turn']}"


def escape_code(escape: Escape) -> str:
    """Return the code of a way out, which no option can have."""
    return answers.ESCAPE + escape.option.code


def types(flow: Flow) -> dict[str, str]:
    """Return the type of every value a run may hold, by name."""
    given = {name: kind for shape in vocabulary.EFFECTS.values() for name, kind in shape.gives.items()}
    return {**given, **flow.variables}


def _option(option: Option) -> dict[str, Any]:
    """All languages' words are accepted: many owners answer in another one than they are asked in."""
    listed = [*option.label.values(), *(word for words in option.words.values() for word in words)]
    return {"code": option.code, "digit": option.digit, "value": option.value, "words": listed}


def _slot(number: int, slot: Mapping[str, Any], mark: str, language: str, zone: ZoneInfo) -> Offered:
    starts_at = datetime.fromisoformat(str(slot["start_at"]))
    return Offered(number, wording.day_and_time(starts_at, language=language, zone=zone), f"{mark}|{number}")

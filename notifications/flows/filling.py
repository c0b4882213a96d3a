"""A filled sheet given to the engine, answer by answer, as if each had been replied. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from notifications.flows import engine, grammars, sheets
from notifications.flows.definition import Ask, AskKind, Flow
from notifications.flows.engine import Perform, State, Status, Turn
from notifications.flows.grammar import answers


@dataclass(frozen=True)
class _Said:
    """What a sheet says, by step, and the order in which its questions come."""

    order: tuple[str, ...]
    by_step: Mapping[str, str]

    def has_more_after(self, name: str) -> bool:
        later = self.order[self.order.index(name) + 1 :]
        return any(step in self.by_step for step in later)


def fill(
    flow: Flow, state: State, *, given: Mapping[str, str], now: datetime, perform: Perform
) -> tuple[Turn | None, int]:
    """Return the last turn of a filled sheet and how many answers it took; no turn where it says nothing.

    `given` is the answer by the question's step: an option's code, or free words. A gap is left out where the flow can
    do without; after the last answer the flow's way out is taken, if it has one.
    """
    order = sheets.names(sheets.sheet(flow, state, language=str(state["language"])))
    said = _Said(order, {name: given[name] for name in order if sheets.is_offered(flow, name, given.get(name, ""))})
    turn: Turn | None = None
    asked: set[str] = set()
    while said.by_step and (name := _open(state, turn)) in order and name not in asked:
        asked.add(name)
        moved = _moved(flow, turn.state if turn else state, said, now=now, perform=perform)
        if moved is None:
            break
        turn = moved
    return turn, len(asked & said.by_step.keys())


def _open(state: State, turn: Turn | None) -> str:
    """The question now open: what the engine asks again was not understood and is not answered twice."""
    if turn is None:
        return str(state["position"])
    return str(turn.state["position"]) if turn.status is Status.ASKING else ""


def _moved(flow: Flow, state: State, said: _Said, *, now: datetime, perform: Perform) -> Turn | None:
    name, mark = str(state["position"]), grammars.token(state)
    step = flow.steps[name]
    if not isinstance(step, Ask):
        return None
    is_text = step.kind is AskKind.TEXT
    if name in said.by_step:
        words = said.by_step[name]
        text, payload = (words, "") if is_text else ("", f"{mark}|{words}")
    elif is_text:
        text, payload = "", f"{mark}|{answers.NOTHING}"
    elif sheets.may_skip(flow, step) and (said.has_more_after(name) or not flow.escapes):
        return engine.skip(flow, state, now=now, perform=perform)
    elif flow.escapes:
        text, payload = "", f"{mark}|{grammars.escape_code(flow.escapes[0])}"
    else:
        return None
    return engine.resume(flow, state, text=text, payload=payload, now=now, perform=perform)

"""A dialogue as a person of the centre reads it: what is asked, in their language, and what comes next. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from notifications.flows import grammars, templates, wording
from notifications.flows.definition import Ask, Branch, Do, End, Flow, Say, Step, Texts, Wait

# Branches lead to branches; no shipped flow has more in a row.
MOST_BRANCHES = 10


class Next(StrEnum):
    """What comes when nobody answers, or when a wait is over."""

    NOTHING = "NOTHING"
    SAYS = "SAYS"
    ASKS = "ASKS"
    DOES = "DOES"
    WAITS = "WAITS"
    ENDS = "ENDS"


@dataclass(frozen=True)
class Shown:
    """Where a dialogue stands.

    question: empty while nothing is asked. answers: the labels on offer. then: what comes of itself at the run's
    time, with the text it says or the effect it has, each empty where there is none.
    """

    title: str
    question: str
    answers: tuple[str, ...]
    then: Next
    then_text: str = ""
    then_effect: str = ""


def values(flow: Flow, state: Mapping[str, Any], *, language: str) -> dict[str, str]:
    """Return what the flow's texts are filled with, written as that language writes dates and times."""
    kinds, zone = grammars.types(flow), ZoneInfo(str(state["zone"]))
    known = {**state["values"], **state["answers"]}
    return {
        name: wording.shown(value, kinds.get(name, "text"), language=language, zone=zone)
        for name, value in known.items()
        if isinstance(value, str | int)
    }


def shown(flow: Flow, state: Mapping[str, Any], *, language: str) -> Shown:
    """Return where a run stands, in a language of the flow, else in the one it is spoken in."""
    spoken = language if language in flow.languages else str(state["language"])
    step = flow.steps[str(state["position"])]
    asked = step if isinstance(step, Ask) else None
    known = values(flow, state, language=spoken)
    then, text, effect = _then(flow, step, state)
    return Shown(
        title=flow.title[spoken],
        question=_filled(asked.text, spoken, known) if asked else "",
        answers=_answers(flow, asked, state, language=spoken) if asked else (),
        then=then,
        then_text=_filled(text, spoken, known) if text else "",
        then_effect=effect,
    )


def _answers(flow: Flow, step: Ask, state: Mapping[str, Any], *, language: str) -> tuple[str, ...]:
    offered = grammars.offered(flow, step, {**state, "language": language}, ZoneInfo(str(state["zone"])))
    return tuple(one.label for one in offered)


def _filled(text: Texts, language: str, known: Mapping[str, str]) -> str:
    template = text[language]
    # A value that the step itself will bring is not there yet.
    gaps = dict.fromkeys(templates.variables(template) - set(known), "…")
    return templates.fill(template, {**known, **gaps})


def _then(flow: Flow, step: Step, state: Mapping[str, Any]) -> tuple[Next, Texts | None, str]:
    match step:
        case Ask():
            return _meant(flow, step.silence.next, state) if step.silence else (Next.NOTHING, None, "")
        case Wait():
            return _meant(flow, step.next, state)
        case _:
            return Next.NOTHING, None, ""


def _meant(flow: Flow, name: str, state: Mapping[str, Any]) -> tuple[Next, Texts | None, str]:
    for _ in range(MOST_BRANCHES):
        step = flow.steps[name]
        if not isinstance(step, Branch):
            return _of_step(step)
        known = {**state["values"], **state["codes"]}
        name = step.cases.get(str(known.get(step.on, "")), step.otherwise)
    return Next.NOTHING, None, ""


def _of_step(step: Say | Ask | Do | Wait | End) -> tuple[Next, Texts | None, str]:
    match step:
        case Say():
            return Next.SAYS, step.text, ""
        case Ask():
            return Next.ASKS, step.text, ""
        case Do():
            return Next.DOES, None, step.call.effect
        case Wait():
            return Next.WAITS, None, ""
        case End():
            return Next.ENDS, step.text, ""

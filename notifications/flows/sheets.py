"""The questions a run is still to ask, as one sheet to fill in; what is done with a filled one is `filling`. Pure.

The sheet follows the main line: from each question to the one asked next, with the reason that some answers are asked
for beside them. Where the line forks or something is done, it ends; what then is asked is a sheet of its own.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from notifications.flows import showing, templates, wording
from notifications.flows.definition import Ask, AskKind, Branch, Call, Do, End, Flow, Say
from notifications.flows.grammar import normal

# What a form can ask without a calendar; times to choose are a page of their own.
SHOWN = (AskKind.CHOICE, AskKind.SCORE, AskKind.YES_NO, AskKind.TEXT)


@dataclass(frozen=True)
class Choice:
    """One answer on offer: what is sent back, and its label."""

    code: str
    label: str


@dataclass(frozen=True)
class Line:
    """One question of a sheet; no choices mean free words.

    why, why_text: the question for the reason, and its words; asked of those whose answer is among `why_codes`.
    """

    step: str
    text: str
    choices: tuple[Choice, ...] = ()
    why: str = ""
    why_text: str = ""
    why_codes: frozenset[str] = frozenset()


def sheet(flow: Flow, state: Mapping[str, Any], *, language: str) -> tuple[Line, ...]:
    """Return the questions from the open one on, in the order asked; none where it cannot be asked on a sheet."""
    spoken = language if language in flow.languages else str(state["language"])
    values = showing.values(flow, state, language=spoken)
    return tuple(_line(flow, step, values, spoken) for step in _main_line(flow, str(state["position"])))


def last_word(flow: Flow, state: Mapping[str, Any], *, language: str) -> str:
    """Return what a run that is over says at last: nothing where nobody answered, and how it went on by a person."""
    step = flow.steps[str(state["position"])]
    spoken = language if language in flow.languages else str(state["language"])
    values = showing.values(flow, state, language=spoken)
    if isinstance(step, End):
        return templates.fill(step.text[spoken], values) if step.text else ""
    return wording.phrase("handed_over", language=spoken, values=values)


def names(lines: Iterable[Line]) -> tuple[str, ...]:
    """Return the steps that a sheet asks, in order, reasons included."""
    return tuple(name for line in lines for name in (line.step, line.why) if name)


def is_offered(flow: Flow, name: str, said: str) -> bool:
    """Say whether the question offers that answer; to a free one any readable words are an answer."""
    step = flow.steps[name]
    if not isinstance(step, Ask):
        return False
    if step.kind is AskKind.TEXT:
        return bool(normal.fold(said))
    return said in {code for code, _ in _labels(step, flow.languages[0])}


def may_skip(flow: Flow, step: Ask) -> bool:
    """Say whether the flow can go on without an answer: nobody speaks of it later."""
    return step.next in flow.steps and step.save not in set(_spoken_of(flow, step))


def _main_line(flow: Flow, name: str) -> Iterator[Ask]:
    seen: set[str] = set()
    # A question whose every answer leads elsewhere names no next one.
    while name in flow.steps and name not in seen:
        seen.add(name)
        step = flow.steps[name]
        if isinstance(step, Say):
            name = step.next
        elif isinstance(step, Ask) and step.kind in SHOWN:
            yield step
            name = step.next
        else:
            return


def _line(flow: Flow, step: Ask, values: Mapping[str, str], language: str) -> Line:
    why = _why(flow, step)
    choices = tuple(Choice(code, label) for code, label in _labels(step, language))
    return Line(
        step=step.name,
        text=_text(step, values, language),
        choices=choices,
        why=why.name if why else "",
        why_text=_text(why, values, language) if why else "",
        why_codes=frozenset(code for code, name in step.goto.items() if why and name == why.name),
    )


def _why(flow: Flow, step: Ask) -> Ask | None:
    """The question for words that some answers lead to before the line goes on."""
    for name in step.goto.values():
        then = flow.steps[name]
        if isinstance(then, Ask) and then.kind is AskKind.TEXT and then.next == step.next:
            return then
    return None


def _text(step: Ask, values: Mapping[str, str], language: str) -> str:
    return templates.fill((step.page or step.text)[language], values)


def _labels(step: Ask, language: str) -> Iterator[tuple[str, str]]:
    if step.low is not None and step.high is not None:
        yield from ((str(number), str(number)) for number in range(step.low, step.high + 1))
    yield from ((option.code, option.label[language]) for option in step.options)


def _spoken_of(flow: Flow, but: Ask) -> Iterator[str]:
    """Every answer that a text, an effect or a fork names; a question's own effect names its own answer."""
    for step in flow.steps.values():
        match step:
            case Ask():
                yield from templates.variables(" ".join((*step.text.values(), *step.page.values())))
                yield from _named(step.do) if step.do and step is not but else ()
            case Say() | End():
                yield from templates.variables(" ".join((step.text or {}).values()))
            case Branch():
                yield step.on
            case Do():
                yield from _named(step.call)
            case _:
                pass


def _named(call: Call) -> Iterator[str]:
    yield from (value[1:] for value in call.args.values() if isinstance(value, str) and value.startswith("$"))

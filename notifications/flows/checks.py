"""Is a flow sound? Every fault at once, each with its place: ways, effects, values. Words are `word_checks`."""

import re
from collections.abc import Iterator

from notifications.flows import grammars, languages, templates, vocabulary, word_checks
from notifications.flows.definition import (
    Ask,
    AskKind,
    Branch,
    Call,
    Do,
    End,
    Flow,
    Say,
    Step,
    Texts,
    Timer,
    Wait,
    always,
    codes,
    targets,
)
from notifications.flows.reading import FlowInvalid, Problem

PURPOSES = ("SERVICE", "SURVEY", "REMINDER", "MARKETING")
TYPES = ("text", "date", "datetime")

# What an inline effect of a question may name besides answers and values.
OF_THE_ANSWER = ("answer", "code", "said")


def check(flow: Flow) -> Flow:
    """Return the flow if it is sound.

    Raises: FlowInvalid with everything that is wrong.
    """
    found = list(problems(flow))
    if found:
        raise FlowInvalid(*found)
    return flow


def problems(flow: Flow) -> Iterator[Problem]:
    """Yield everything that is wrong with a flow."""
    yield from _head(flow)
    lost = list(_lost(flow))
    yield from lost
    for step in flow.steps.values():
        yield from _step(flow, step)
        yield from _link(flow, step)
    yield from word_checks.problems(flow)
    if not lost:
        yield from _unreachable(flow)
        yield from _endless(flow)
        yield from _unset(flow)


def _head(flow: Flow) -> Iterator[Problem]:
    if not re.fullmatch(r"[a-z][a-z0-9_]{1,39}", flow.key):
        yield Problem(flow.key, "write up to 40 small letters, digits and _, a letter first", field="key")
    if not flow.languages:
        yield Problem(flow.key, "at least one language is needed", field="languages")
    for language in flow.languages:
        if language not in languages.codes():
            yield Problem(flow.key, f"there is no language {language}", field="languages", language=language)
    if flow.purpose not in PURPOSES:
        yield Problem(flow.key, f"unknown purpose {flow.purpose}", field="purpose")
    if "start" not in flow.entries:
        yield Problem(flow.key, "there is no entry named start", field="entries")
    for name, kind in flow.variables.items():
        if kind not in TYPES:
            yield Problem(flow.key, f"unknown type {kind} of variable {name}", field="variables")


def _lost(flow: Flow) -> Iterator[Problem]:
    """Ways that lead nowhere."""
    for name, entry in flow.entries.items():
        if entry.step not in flow.steps:
            yield Problem(flow.key, f"entry {name} leads to unknown step {entry.step}", field="entries")
    for escape in flow.escapes:
        if escape.next not in flow.steps:
            yield Problem(flow.key, f"leads to unknown step {escape.next}", field="escapes")
    for step in flow.steps.values():
        for place, name in targets(step):
            if name not in flow.steps:
                yield Problem(flow.key, f"leads to unknown step {name or '(none)'}", step=step.name, field=place)


def _step(flow: Flow, step: Step) -> Iterator[Problem]:
    match step:
        case Ask():
            yield from _ask(flow, step)
        case Branch():
            if step.on not in _saved(flow):
                yield _at(flow, step, "on", f"unknown answer or value {step.on}")
        case Do():
            yield from _call(flow, step, step.call)
            for outcome in step.outcomes:
                if outcome not in _outcomes(step.call):
                    yield _at(flow, step, "outcomes", f"{step.call.effect} has no outcome {outcome}")
            for outcome in _outcomes(step.call):
                if outcome != vocabulary.OK and outcome not in step.outcomes:
                    yield _at(flow, step, "outcomes", f"nothing is said about {outcome}")
        case Wait():
            yield from _timer(flow, step, step.timer)
        case Say() | End():
            pass


def _link(flow: Flow, step: Step) -> Iterator[Problem]:
    link = step.link if isinstance(step, Say | Ask | End) else ""
    if link and link not in vocabulary.LINKS:
        yield _at(flow, step, "link", f"there is no page named {link.lower()}")
    if link and isinstance(step, End) and step.text is None:
        yield _at(flow, step, "link", "a link needs a text to stand under")


def _ask(flow: Flow, step: Ask) -> Iterator[Problem]:
    if step.kind is AskKind.SLOT and "slots" not in _saved(flow):
        yield _at(flow, step, "want", "no effect of this flow offers slots")
    for code in step.goto:
        if code not in codes(step):
            yield _at(flow, step, "goto", f"no answer has the code {code}")
    if step.do:
        yield from _call(flow, step, step.do)
    if step.silence:
        yield from _timer(flow, step, step.silence.timer)


def _call(flow: Flow, step: Step, call: Call) -> Iterator[Problem]:
    shape = vocabulary.EFFECTS.get(call.effect)
    if shape is None:
        yield _at(flow, step, "do", f"unknown effect {call.effect}")
        return
    for name in sorted(shape.needs - set(call.args)):
        yield _at(flow, step, "do", f"{call.effect} needs {name}")
    for name in sorted(set(call.args) - shape.needs - shape.takes):
        yield _at(flow, step, "do", f"{call.effect} takes no {name}")
    for name in sorted(_references(call) - _saved(flow) - (set(OF_THE_ANSWER) if isinstance(step, Ask) else set())):
        yield _at(flow, step, "do", f"unknown answer or value ${name}")


def _timer(flow: Flow, step: Step, timer: Timer) -> Iterator[Problem]:
    if timer.variable and grammars.types(flow).get(timer.variable) != "datetime":
        yield _at(flow, step, "until", f"{timer.variable} is no datetime")


def _unreachable(flow: Flow) -> Iterator[Problem]:
    seen: set[str] = set()
    ahead = [entry.step for entry in flow.entries.values()] + [escape.next for escape in flow.escapes]
    while ahead:
        name = ahead.pop()
        if name not in seen:
            seen.add(name)
            ahead += [target for _, target in targets(flow.steps[name])]
    for name in flow.steps:
        if name not in seen:
            yield Problem(flow.key, "cannot be reached", step=name)


def _endless(flow: Flow) -> Iterator[Problem]:
    """A circle of steps none of which waits for anybody would talk for ever."""
    for name in flow.steps:
        if not _pauses(flow.steps[name]) and _returns(flow, name):
            yield Problem(flow.key, "is part of a loop that asks nothing", step=name)


def _returns(flow: Flow, start: str) -> bool:
    seen: set[str] = set()
    ahead = [target for _, target in targets(flow.steps[start])]
    while ahead:
        name = ahead.pop()
        if name == start:
            return True
        if name not in seen and not _pauses(flow.steps[name]):
            seen.add(name)
            ahead += [target for _, target in targets(flow.steps[name])]
    return False


def _pauses(step: Step) -> bool:
    return isinstance(step, Ask | Wait | End)


def _unset(flow: Flow) -> Iterator[Problem]:
    """A text that uses a value which on some way to it was never set."""
    sure = _surely_set(flow)
    for step in flow.steps.values():
        for place, language, text in _texts_of(step):
            for name in sorted(templates.variables(text) - sure[step.name]):
                known = name in _saved(flow)
                fault = f"{name} may not be set here" if known else f"unknown variable {name}"
                yield Problem(flow.key, fault, step=step.name, field=place, language=language)


def _surely_set(flow: Flow) -> dict[str, frozenset[str]]:
    """Return for each step the values that every way to it has set."""
    everything = frozenset(_saved(flow))
    sure = dict.fromkeys(flow.steps, everything)
    starts = [(entry.step, always(flow) | entry.needs) for entry in flow.entries.values()]
    starts += [(escape.next, always(flow)) for escape in flow.escapes]
    for name, given in starts:
        sure[name] &= given
    changed = True
    while changed:
        changed = False
        for name, step in flow.steps.items():
            for place, target in targets(step):
                after = sure[name] | (_sets(step) if _succeeds(step, place) else frozenset())
                changed = changed or not sure[target] <= after
                sure[target] &= after
    return sure


def _sets(step: Step) -> frozenset[str]:
    match step:
        case Ask():
            return frozenset({step.save})
        case Do() if step.call.effect in vocabulary.EFFECTS:
            return frozenset(vocabulary.EFFECTS[step.call.effect].gives)
        case _:
            return frozenset()


def _succeeds(step: Step, place: str) -> bool:
    """An effect gives its values when it succeeds, a question its answer when it is answered."""
    failed = isinstance(step, Do) and place.removeprefix("outcomes.") in vocabulary.FAILURES
    return not failed and place != "silence"


def _saved(flow: Flow) -> set[str]:
    """Return every name a flow may speak of: what it begins with, asks for, or is given."""
    return set(flow.variables).union(*(_sets(step) for step in flow.steps.values()))


def _texts_of(step: Step) -> Iterator[tuple[str, str, str]]:
    """Yield what a step says, as (field, language, text)."""
    said: Texts = (step.text or {}) if isinstance(step, Say | Ask | End) else {}
    asked: Texts = step.page if isinstance(step, Ask) else {}
    for place, texts in (("text", said), ("page", asked)):
        for language, text in texts.items():
            yield place, language, text


def _outcomes(call: Call) -> tuple[str, ...]:
    shape = vocabulary.EFFECTS.get(call.effect)
    return shape.outcomes if shape else ()


def _references(call: Call) -> set[str]:
    return {value[1:] for value in call.args.values() if isinstance(value, str) and value.startswith("$")}


def _at(flow: Flow, step: Step, place: str, message: str) -> Problem:
    return Problem(flow.key, message, step=step.name, field=place)

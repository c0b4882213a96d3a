"""Can an owner answer this flow in every language, and is every text there? The real grammar is asked."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from notifications.flows import grammars, templates
from notifications.flows.definition import Ask, AskKind, End, Escape, Flow, Option, Say, Texts
from notifications.flows.grammar import answers, keywords
from notifications.flows.grammar.choices import Strength
from notifications.flows.reading import Problem


def problems(flow: Flow) -> Iterator[Problem]:
    """Yield every missing text and every offered answer that would not be understood as itself."""
    yield from _texts(flow, "", "title", flow.title)
    for escape in flow.escapes:
        yield from _option(flow, "", escape.option)
    for step in flow.steps.values():
        if isinstance(step, Say | Ask | End) and step.text is not None:
            yield from _texts(flow, step.name, "text", step.text)
        if isinstance(step, Ask):
            yield from _ask(flow, step)
            yield from _texts(flow, step.name, "page", step.page) if step.page else ()


def _texts(flow: Flow, step: str, place: str, texts: Texts) -> Iterator[Problem]:
    for language in flow.languages:
        if not texts.get(language, "").strip():
            yield Problem(flow.key, "text is missing", step, place, language)
    for language, text in texts.items():
        if language not in flow.languages:
            yield Problem(flow.key, "is not among the flow's languages", step, place, language)
        if templates.stray_braces(text):
            yield Problem(flow.key, "braces hold a variable's name and nothing else", step, place, language)


def _ask(flow: Flow, step: Ask) -> Iterator[Problem]:
    for option in step.options:
        yield from _option(flow, step.name, option)
    if step.kind in (AskKind.CHOICE, AskKind.YES_NO) and not step.options:
        yield Problem(flow.key, "a choice needs options", step.name, "options")
    if step.kind is AskKind.SCORE and not step.options and (step.low is None or step.high is None):
        yield Problem(flow.key, "a score needs a scale, or low and high", step.name, "scale")
    yield from _digits(flow, step)
    yield from _understood(flow, step)


def _option(flow: Flow, step: str, option: Option) -> Iterator[Problem]:
    yield from _texts(flow, step, f"options.{option.code}.label", option.label)
    for language, word in _spoken(option):
        if keywords.is_reserved(word):
            fault = f"{word!r} stops or starts messages and cannot be an answer"
            yield Problem(flow.key, fault, step, f"options.{option.code}", language)


def _digits(flow: Flow, step: Ask) -> Iterator[Problem]:
    taken = [option.digit for option in step.options]
    taken += [escape.option.digit for escape in flow.escapes]
    taken += [0] if step.kind is AskKind.SLOT else []
    taken += range(step.low, step.high + 1) if step.low is not None and step.high is not None else []
    for digit in sorted({digit for digit in taken if taken.count(digit) > 1}):
        yield Problem(flow.key, f"the digit {digit} means two things", step.name, "options")


def _understood(flow: Flow, step: Ask) -> Iterator[Problem]:
    """Play every number, label and word back through the grammar: each must mean its own option."""
    grammar = grammars.of(flow, step, _STATE)
    for option, code in _answerable(flow, step):
        for language, word in (*_spoken(option), ("", str(option.digit))):
            heard = answers.read(grammar, text=word, now=_ANY_TIME)
            if heard is None or heard.code != code or heard.strength is not Strength.WHOLE:
                meant = heard.code if heard else "nothing"
                fault = f"{word!r} is understood as {meant}"
                yield Problem(flow.key, fault, step.name, f"options.{option.code}", language)


def _answerable(flow: Flow, step: Ask) -> list[tuple[Option, str]]:
    ways_out: list[tuple[Option, str]] = [(escape.option, _code(escape)) for escape in flow.escapes]
    return [(option, option.code) for option in step.options] + ways_out


def _code(escape: Escape) -> str:
    return grammars.escape_code(escape)


def _spoken(option: Option) -> Iterator[tuple[str, str]]:
    for language, label in option.label.items():
        yield language, label
    for language, listed in option.words.items():
        for word in listed:
            yield language, word


# A question is judged without a run: any language, zone and moment will do.
_STATE: Mapping[str, object] = {"language": "en", "zone": "UTC", "token": "check", "turn": 0, "values": {}}
_ANY_TIME = datetime(2026, 1, 5, 9, tzinfo=UTC)

"""A flow as data: frozen steps and the texts in every language. Reading is `reading`, judging is `checks`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any

# One text in every language.
Texts = Mapping[str, str]


class AskKind(StrEnum):
    """What kind of answer a question wants."""

    CHOICE = "CHOICE"
    SCORE = "SCORE"
    YES_NO = "YES_NO"
    TEXT = "TEXT"
    SLOT = "SLOT"
    DATE = "DATE"


class WhenBusy(StrEnum):
    """What a new run does while another dialogue with the same owner is going on."""

    INTERRUPT = "INTERRUPT"
    WAIT = "WAIT"
    SKIP = "SKIP"


@dataclass(frozen=True)
class Option:
    """One offered answer: its number, label and further words by language; the value it stands for."""

    code: str
    digit: int
    label: Texts
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    value: int | str | None = None


@dataclass(frozen=True)
class Escape:
    """A way out that is open at every question of the flow, such as "0 to finish"."""

    option: Option
    next: str


@dataclass(frozen=True)
class Call:
    """An effect with its arguments; "$name" stands for an answer or a value."""

    effect: str
    args: Mapping[str, Any]


@dataclass(frozen=True)
class Timer:
    """A moment: so long after now, or so long before or after a datetime among the values."""

    amount: timedelta
    variable: str = ""


@dataclass(frozen=True)
class Silence:
    """Where the flow goes when nobody answers in time."""

    timer: Timer
    next: str


@dataclass(frozen=True)
class Say:
    """Say something and go on; `link` names a page of the owner's to lead to, see vocabulary.LINKS."""

    name: str
    text: Texts
    next: str
    link: str = ""


@dataclass(frozen=True)
class Ask:
    """Ask, remember the answer under `save`, perhaps do something with it, and go where its code points.

    `page` is the question as a web page asks it, where no number is replied; empty means the text itself.
    """

    name: str
    kind: AskKind
    text: Texts
    save: str
    next: str
    options: tuple[Option, ...] = ()
    goto: Mapping[str, str] = field(default_factory=dict)
    do: Call | None = None
    silence: Silence | None = None
    low: int | None = None
    high: int | None = None
    link: str = ""
    page: Texts = field(default_factory=dict)


@dataclass(frozen=True)
class Branch:
    """Go where the code of an answer, or a value, points."""

    name: str
    on: str
    cases: Mapping[str, str]
    otherwise: str


@dataclass(frozen=True)
class Do:
    """Have an effect done and go where its outcome points."""

    name: str
    call: Call
    outcomes: Mapping[str, str]
    next: str


@dataclass(frozen=True)
class Wait:
    """Keep still until a moment."""

    name: str
    timer: Timer
    next: str


@dataclass(frozen=True)
class End:
    """Say a last word, if any, and end with an outcome."""

    name: str
    outcome: str
    text: Texts | None = None
    link: str = ""


Step = Say | Ask | Branch | Do | Wait | End


@dataclass(frozen=True)
class Entry:
    """A place where a run may begin, and the values it must bring."""

    step: str
    needs: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Flow:
    """One version of a flow, whole."""

    key: str
    version: int
    purpose: str
    when_busy: WhenBusy
    # Whether the first message says how to stop such messages.
    has_stop_notice: bool
    priority: int
    languages: tuple[str, ...]
    title: Texts
    # Values a run begins with: name to type (text, date, datetime).
    variables: Mapping[str, str]
    entries: Mapping[str, Entry]
    steps: Mapping[str, Step]
    escapes: tuple[Escape, ...] = ()


def targets(step: Step) -> Iterator[tuple[str, str]]:
    """Yield every step that may follow, as (field, name of the step)."""
    match step:
        case Say() | Wait():
            yield "next", step.next
        case Ask():
            yield from _named("goto", step.goto)
            if set(codes(step)) - set(step.goto):
                yield "next", step.next
            if step.silence:
                yield "silence", step.silence.next
        case Branch():
            yield from _named("cases", step.cases)
            yield "otherwise", step.otherwise
        case Do():
            yield from _named("outcomes", step.outcomes)
            yield "next", step.next
        case End():
            return


def always(flow: Flow) -> frozenset[str]:
    """Return the values every run brings: those that no entry asks for by itself."""
    asked = frozenset(name for entry in flow.entries.values() for name in entry.needs)
    return frozenset(flow.variables) - asked


def codes(step: Ask) -> tuple[str, ...]:
    """Return the codes an answer to the question may have."""
    if step.low is not None and step.high is not None:
        return tuple(str(number) for number in range(step.low, step.high + 1))
    return tuple(option.code for option in step.options) or ANSWER_CODES[step.kind]


def _named(place: str, table: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for key, name in table.items():
        yield f"{place}.{key}", name


ANSWER_CODES: Mapping[AskKind, tuple[str, ...]] = {
    AskKind.CHOICE: (),
    AskKind.SCORE: (),
    AskKind.YES_NO: ("YES", "NO"),
    AskKind.TEXT: ("TEXT", "NOTHING"),
    AskKind.SLOT: ("PICKED", "OTHER", "WISHED"),
    AskKind.DATE: ("GIVEN",),
}

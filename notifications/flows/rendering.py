"""From what the engine says to what one channel shows: numbered lines, buttons, or a caller's script."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from notifications.flows.definition import Ask, Flow, Option


class Style(StrEnum):
    """How answers are offered."""

    NUMBERED = "NUMBERED"
    BUTTONS = "BUTTONS"
    PLAIN = "PLAIN"


@dataclass(frozen=True)
class Offered:
    """One answer on offer: its number, its label, what a tap sends back."""

    digit: int
    label: str
    payload: str


@dataclass(frozen=True)
class Output:
    """One thing said: a text, the answers it offers if it asks, the page it leads to, if to any, and whose words."""

    text: str
    offered: tuple[Offered, ...] = ()
    link: str = ""
    # The step that says it; of the house's standing phrases, the phrase.
    step: str = ""
    phrase: str = ""
    # What stands in the text, by its places, in their order.
    values: Mapping[str, str] = field(default_factory=dict)
    # What is offered are hours, other ones for each owner.
    has_slots: bool = False


@dataclass(frozen=True)
class Rendered:
    """One message ready to be queued: text, and buttons as (label, payload)."""

    text: str
    buttons: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class ScriptLine:
    """One question as the person calling reads it, with the codes an answer is recorded under."""

    step: str
    text: str
    answers: tuple[tuple[str, str], ...]


def compose(outputs: Sequence[Output], *, style: Style, links: Mapping[str, str] | None = None) -> Rendered:
    """Return all that one turn says as one message; its text is empty if it says nothing.

    links: the line that leads to a page, by the page's name; a page without one is left out.
    """
    lines = [line for output in outputs for line in (_lines(output, style), (links or {}).get(output.link, ""))]
    buttons = tuple((offer.label, offer.payload) for output in outputs for offer in output.offered)
    return Rendered("\n".join(line for line in lines if line), buttons)


def script(flow: Flow, *, language: str) -> list[ScriptLine]:
    """Return the questions of a flow for a phone call, in order, with the same answer codes."""
    asks = [step for step in flow.steps.values() if isinstance(step, Ask)]
    return [ScriptLine(ask.name, ask.text[language], _answers(ask.options, language)) for ask in asks]


def _lines(output: Output, style: Style) -> str:
    if style is Style.BUTTONS:
        return output.text
    if style is Style.PLAIN:
        return " ".join((output.text, " / ".join(offer.label for offer in output.offered))).strip()
    return "\n".join((output.text, *(f"{offer.digit} {offer.label}" for offer in output.offered)))


def _answers(options: Sequence[Option], language: str) -> tuple[tuple[str, str], ...]:
    return tuple((option.code, option.label[language]) for option in options)

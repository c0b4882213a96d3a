"""What is said as patterns: a message's text with its places open, as a provider approves it before it may go. Pure.

A message is all that a flow says between two answers, so its pattern is named by the steps that speak in it:
"maintenance_reminder.opening", "complaint.receipt+kind". What the house says around flows is "phrases.help".
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from notifications.flows import grammars, languages, rendering, templates, vocabulary, wording
from notifications.flows.definition import Ask, AskKind, Branch, Do, End, Flow, Say, Wait, targets
from notifications.flows.rendering import Offered, Output, Style

# Stands before the names of what no flow says.
PHRASES = "phrases"
# What the house says alone, and the page that it leads to where it may, by the word of vocabulary.LINKS.
SAID_ALONE: Mapping[str, str] = {
    "handed_over": "",
    "opted_out": "",
    "opted_out_visit": "",
    "opted_in": "PREFERENCES",
    "help": "PREFERENCES",
    "received": "",
    "expired": "",
    "chat_linked": "PREFERENCES",
    "chat_not_linked": "",
}
LINK = "link"
# The same in all that a dealer's own account sends, so that it is approved with the text; a place where several dealers
# write from one sender. Providers refuse a text that begins or ends with a place, and ours begin with this name: words
# of the house stand around such a one.
DEALER = "dealer"
SLOTS = tuple(f"slot_{number}" for number in range(1, grammars.MOST_SLOTS + 1))
# What fills a place for which there is nothing: providers refuse an empty one.
NOTHING = "—"
# Providers refuse places that hold a new line, a tab or many blanks.
_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True)
class Pattern:
    """One message in one language; its places stand in braces, its buttons are those with words of their own."""

    name: str
    language: str
    text: str
    buttons: tuple[str, ...] = ()

    @property
    def places(self) -> tuple[str, ...]:
        """The names of the places, in the order of the text."""
        return templates.in_order(self.text)


@dataclass(frozen=True)
class Filled:
    """Which pattern a message follows, and what fills its places; `link` is filled when it leaves."""

    name: str
    values: tuple[tuple[str, str], ...] = ()
    # Buttons with words of their own can be approved; hours on offer cannot.
    has_buttons: bool = False

    def kept(self) -> dict[str, Any]:
        """This function will write it for a message's row; pairs, as the database keeps no order of keys."""
        return {"name": self.name, "values": [list(pair) for pair in self.values], "has_buttons": self.has_buttons}


def filled(flow: str, outputs: Sequence[Output]) -> Filled:
    """This function will say which pattern of a flow the outputs of one turn follow."""
    link = next((output.link for output in outputs if output.link), "")
    values: dict[str, str] = {}
    # The house's own words beside a step's are no part of its pattern.
    for output in [one for one in outputs if one.step] or outputs[:1]:
        # The first to name a place fills it, and gives it its place in the order.
        values |= {name: value for name, value in _values(output, link).items() if name not in values}
    return Filled(_name(flow, outputs), tuple(values.items()), has_buttons=_has_buttons(outputs))


def phrase(name: str, *, values: Mapping[str, str]) -> Filled:
    """This function will say which pattern a phrase of the house follows."""
    page = {LINK: ""} if SAID_ALONE[name] else {}
    return Filled(f"{PHRASES}.{name}", tuple({**values, **page}.items()))


def one_line(value: str) -> str:
    """This function will write a value as providers take it."""
    return _BLANKS.sub(" ", value).strip() or NOTHING


@dataclass(frozen=True)
class Sender:
    """Who says it, in which language, and whether a text of theirs may hold the address of a page.

    is_shared: other dealers say the same by the same approval, so that the name is a place.
    """

    dealer: str
    language: str
    has_links: bool
    is_shared: bool = False


def of_flow(flow: Flow, sender: Sender) -> list[Pattern]:
    """This function will list all that a flow may say, each message once, those that begin a dialogue first."""
    begun = [said for entry in flow.entries.values() for said in _turns(flow, entry.step)]
    turns = dict.fromkeys([*begun, *_later(flow)])
    return [_pattern(flow, said, sender, has_notice=flow.has_stop_notice and said in begun) for said in turns]


def openings(flow: Flow, entry: str, sender: Sender) -> list[Pattern]:
    """This function will list what a run that begins at an entry may say first."""
    turns = dict.fromkeys(_turns(flow, flow.entries[entry].step))
    return [_pattern(flow, said, sender, has_notice=flow.has_stop_notice) for said in turns]


def of_house(sender: Sender) -> list[Pattern]:
    """This function will list what the house says around flows."""
    phrases = languages.table(sender.language)["phrases"]
    return [
        _closed(f"{PHRASES}.{name}", [phrases[name], *_page(link, sender)], sender) for name, link in SAID_ALONE.items()
    ]


def _name(flow: str, outputs: Sequence[Output]) -> str:
    """That an answer was not understood, or how to stop, makes no pattern of its own."""
    steps = [output.step for output in outputs if output.step]
    return f"{flow}.{'+'.join(steps)}" if steps else f"{PHRASES}.{outputs[0].phrase}"


def _values(output: Output, link: str) -> dict[str, str]:
    """What fills the places of one output, as its text has them: its own, its hours, its page."""
    page = {LINK: ""} if link and output.link == link else {}
    return {**output.values, **_slots(output), **page}


def _slots(output: Output) -> dict[str, str]:
    """The hours on offer; those that are not there are places all the same."""
    if not output.has_slots:
        return {}
    labels = [offer.label for offer in output.offered if offer.payload.rpartition("|")[2] == str(offer.digit or None)]
    return dict(zip(SLOTS, (*labels, *("" for _ in SLOTS)), strict=False))


def _has_buttons(outputs: Iterable[Output]) -> bool:
    return any(output.offered for output in outputs) and not any(output.has_slots for output in outputs)


def _later(flow: Flow) -> Iterator[tuple[str, ...]]:
    """What is said after an answer, a silence or a wait."""
    for step in flow.steps.values():
        if isinstance(step, Ask | Wait):
            for _, name in targets(step):
                yield from _turns(flow, name)
    for escape in flow.escapes:
        yield from _turns(flow, escape.next)


def _turns(flow: Flow, name: str, said: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every way from a step to the next pause, as the steps that speak on it."""
    step = flow.steps[name]
    match step:
        case Say():
            yield from _turns(flow, step.next, (*said, name))
        case Do() | Branch():
            for then in dict.fromkeys(target for _, target in targets(step)):
                yield from _turns(flow, then, said)
        case Ask():
            yield (*said, name)
        case End():
            spoken = (*said, name) if step.text else said
            yield from [spoken] if spoken else []
        case Wait():
            yield from [said] if said else []


def _pattern(flow: Flow, said: Sequence[str], sender: Sender, *, has_notice: bool) -> Pattern:
    outputs = [_open(flow, name, sender.language) for name in said]
    link = next((output.link for output in outputs if output.link), "")
    notice = [Output(wording.phrase("stop_notice", language=sender.language, values={}))] if has_notice else []
    lines = {link: "\n".join(_page(link, sender))}
    composed = rendering.compose([*outputs, *notice], style=Style.NUMBERED, links=lines)
    buttons = tuple(label for label, _ in composed.buttons) if _has_buttons(outputs) else ()
    return _closed(_name(flow.key, outputs), [composed.text], sender, buttons=buttons)


def _closed(name: str, lines: Sequence[str], sender: Sender, *, buttons: tuple[str, ...] = ()) -> Pattern:
    """Providers refuse a text that ends with a place: the dealer's name stands below it."""
    text = "\n".join(lines)
    if sender.is_shared:
        return Pattern(name, sender.language, _framed(text, sender.language), buttons)
    ending = f"\n{sender.dealer}" if text.endswith("}") else ""
    return Pattern(name, sender.language, text.replace(f"{{{DEALER}}}", sender.dealer) + ending, buttons)


def _framed(text: str, language: str) -> str:
    """Words of the house's above and below a place that would begin or end a text."""
    above = [wording.phrase("greeting", language=language, values={})] if text.startswith("{") else []
    below = [wording.phrase("thanks", language=language, values={})] if text.endswith("}") else []
    return "\n".join([*above, text, *below])


def _open(flow: Flow, name: str, language: str) -> Output:
    """A step as it would speak, its places open."""
    step = flow.steps[name]
    assert isinstance(step, Say | Ask | End)  # noqa: S101 - nothing else speaks
    text = (step.text or {}).get(language, "")
    if not isinstance(step, Ask):
        return Output(text, link=step.link, step=name)
    state = {"language": language, "token": "", "turn": 0, "values": {}}
    has_slots = step.kind is AskKind.SLOT
    hours = [Offered(number, f"{{{place}}}", "") for number, place in enumerate(SLOTS, 1)] if has_slots else []
    offered = (*hours, *grammars.offered(flow, step, state, ZoneInfo("UTC")))
    return Output(text, offered, step.link, name, has_slots=has_slots)


def _page(link: str, sender: Sender) -> list[str]:
    """The line that leads to a page, its address open."""
    if not link or not sender.has_links:
        return []
    return [wording.phrase(vocabulary.LINKS[link], language=sender.language, values={LINK: f"{{{LINK}}}"})]

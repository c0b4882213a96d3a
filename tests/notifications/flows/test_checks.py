"""Each fault of a flow is named with its place."""

import copy
import tomllib
from collections.abc import Callable
from typing import Any

import pytest

from notifications.flows import checking, checks, languages, reading, shelf
from notifications.flows.reading import FlowInvalid
from tests.notifications.flows import playing

SOUND = """
key = "sample"
version = 1
purpose = "SERVICE"
when_busy = "SKIP"
languages = ["zh-hans", "es", "en"]
title = { zh-hans = "样例", es = "Muestra", en = "Sample" }
[variables]
dealer = "text"
visit_at = "datetime"
[entries]
start = { step = "ask" }
[steps.ask]
kind = "ask"
want = "choice"
next = "go"
text = { zh-hans = "{dealer}？", es = "¿{dealer}?", en = "{dealer}?" }
goto = { NO = "done" }
[[steps.ask.options]]
code = "YES"
label = { zh-hans = "是", es = "Sí", en = "Yes" }
[[steps.ask.options]]
code = "NO"
label = { zh-hans = "否", es = "No", en = "No" }
[steps.go]
kind = "do"
do = { effect = "offer_slots" }
next = "pick"
outcomes = { NONE = "done" }
[steps.pick]
kind = "ask"
want = "slot"
next = "book"
text = { zh-hans = "哪个？", es = "¿Cuál?", en = "Which?" }
[steps.book]
kind = "do"
do = { effect = "book", slot = "$pick" }
next = "booked"
outcomes = { SLOT_TAKEN = "go" }
[steps.booked]
kind = "end"
outcome = "BOOKED"
text = { zh-hans = "{appointment_at}", es = "{appointment_at}", en = "{appointment_at}" }
[steps.done]
kind = "end"
outcome = "DONE"
"""

Change = Callable[[dict[str, Any]], object]


def _set(path: str, value: object) -> Change:
    """Return a change that puts a value at a dotted path, or takes it away where the value is None."""

    def change(table: dict[str, Any]) -> None:
        *parents, last = path.split(".")
        inner: Any = table
        for name in parents:
            inner = inner[int(name)] if isinstance(inner, list) else inner[name]
        if value is None:
            del inner[last]
        else:
            inner[last] = value

    return change


STRAY = {"kind": "end", "outcome": "LOST"}
TALK = {"kind": "say", "next": "done", "text": {"zh-hans": "a", "es": "b", "en": "c"}}

FAULTS: dict[str, tuple[Change, str]] = {
    "unknown step": (_set("steps.go.next", "nowhere"), "step go, field next: leads to unknown step nowhere"),
    "unknown step of an answer": (
        _set("steps.ask.goto.NO", "nowhere"),
        "step ask, field goto.NO: leads to unknown step",
    ),
    "no next": (_set("steps.ask.next", None), "step ask, field next: leads to unknown step (none)"),
    "unreachable": (_set("steps.stray", STRAY), "step stray: cannot be reached"),
    "missing language": (_set("steps.ask.text.es", None), "step ask, field text, language es: text is missing"),
    "missing label": (
        _set("steps.ask.options.0.label.zh-hans", " "),
        "field options.YES.label, language zh-hans: text is missing",
    ),
    "unknown effect": (_set("steps.go.do.effect", "dance"), "step go, field do: unknown effect dance"),
    "missing argument": (_set("steps.book.do.slot", None), "step book, field do: book needs slot"),
    "unknown argument": (_set("steps.go.do.colour", "red"), "step go, field do: offer_slots takes no colour"),
    "unknown reference": (_set("steps.book.do.slot", "$wish"), "step book, field do: unknown answer or value $wish"),
    "unhandled outcome": (
        _set("steps.book.outcomes", {}),
        "step book, field outcomes: nothing is said about SLOT_TAKEN",
    ),
    "invented outcome": (
        _set("steps.go.outcomes.MAYBE", "done"),
        "step go, field outcomes: offer_slots has no outcome MAYBE",
    ),
    "unknown variable": (
        _set("steps.ask.text.en", "{colour}?"),
        "step ask, field text, language en: unknown variable colour",
    ),
    "variable not yet set": (
        _set("steps.ask.text.en", "{appointment_at}?"),
        "language en: appointment_at may not be set here",
    ),
    "stray braces": (_set("steps.ask.text.en", "{dealer} {"), "language en: braces hold a variable's name"),
    "attribute in braces": (_set("steps.ask.text.en", "{dealer.name}"), "language en: braces hold a variable's name"),
    "ambiguous label": (
        _set("steps.ask.options.1.label.es", "Sí"),
        "step ask, field options.YES, language es: 'Sí' is understood as NO",
    ),
    "label that is a digit": (_set("steps.ask.options.1.label.en", "1"), "language en: '1' is understood as YES"),
    "stop word on offer": (_set("steps.ask.options.1.label.en", "Cancel"), "'Cancel' stops or starts messages"),
    "stop word as a further word": (
        _set("steps.ask.options.1.words", {"en": ["quit"]}),
        "'quit' stops or starts messages",
    ),
    "Chinese stop word": (_set("steps.ask.options.1.label.zh-hans", "退订"), "'退订' stops or starts messages"),
    "a lone T": (_set("steps.ask.options.1.words", {"zh-hans": ["T"]}), "'T' stops or starts messages"),
    "unknown code": (_set("steps.ask.goto.MAYBE", "done"), "step ask, field goto: no answer has the code MAYBE"),
    "loop that asks nothing": (_set("steps.go.outcomes.NONE", "go"), "step go: is part of a loop that asks nothing"),
    "unknown purpose": (_set("purpose", "SPAM"), "field purpose: unknown purpose SPAM"),
    "no start": (_set("entries", {"begin": {"step": "ask"}}), "field entries: there is no entry named start"),
    "unknown kind": (_set("steps.go.kind", "jump"), "step go, field kind: unknown kind 'jump'"),
    "unknown want": (_set("steps.ask.want", "mind"), "step ask, field want: one of CHOICE"),
    "bad duration": (
        _set("steps.ask.silence", {"after": "soon", "next": "done"}),
        "step ask, field after: write a number",
    ),
    "timer on a text": (
        _set("steps.ask.silence", {"until": "dealer - 1h", "next": "done"}),
        "field until: dealer is no datetime",
    ),
    "choice without options": (_set("steps.ask.options", []), "step ask, field options: a choice needs options"),
    "digit taken by a way out": (
        _set(
            "escapes",
            [{"code": "OUT", "digit": 1, "next": "done", "label": {"zh-hans": "出", "es": "Fuera", "en": "Out"}}],
        ),
        "the digit 1 means two things",
    ),
    "unknown type": (_set("variables.dealer", "colour"), "field variables: unknown type colour"),
    "branch on nothing": (
        _set("steps.done", {"kind": "branch", "on": "mood", "cases": {}, "otherwise": "booked"}),
        "step done, field on: unknown answer or value mood",
    ),
    "unknown language": (
        _set("languages", ["zh-hans", "es", "en", "xx"]),
        "field languages, language xx: there is no language xx",
    ),
    "no language at all": (_set("languages", []), "field languages: at least one language is needed"),
    "version zero": (_set("version", 0), "field version: a number from 1 is needed"),
}


@pytest.mark.parametrize(("change", "fault"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_named_with_its_place(change: Change, fault: str) -> None:
    table = copy.deepcopy(tomllib.loads(SOUND))
    change(table)

    with pytest.raises(FlowInvalid) as refusal:
        checks.check(reading.from_table(table))

    assert "flow sample" in str(refusal.value)
    assert fault in str(refusal.value)


def test_a_sound_flow_passes() -> None:
    assert checks.check(reading.from_toml(SOUND)).key == "sample"


def test_a_key_that_is_no_name_is_refused() -> None:
    with pytest.raises(FlowInvalid, match="field key: write up to 40 small letters"):
        checks.check(reading.from_table({**tomllib.loads(SOUND), "key": "My flow!"}))


def test_a_flow_being_written_is_tried_without_being_kept() -> None:
    said = checking.tried(tomllib.loads(SOUND), language="es", entry="start", lines=["sí", "1"], now=playing.NOW)

    assert said[0].startswith("> ¿Taller Sur?")
    assert said[-1] == "= ENDED: BOOKED"


def test_an_unsound_flow_is_not_tried() -> None:
    with pytest.raises(FlowInvalid, match="field steps: a table is needed"):
        checking.tried({}, language="es", entry="start", lines=[], now=playing.NOW)


def test_what_is_no_toml_is_refused() -> None:
    with pytest.raises(FlowInvalid, match="not readable as TOML"):
        reading.from_toml("key = ")


@pytest.mark.parametrize("key", shelf.names())
def test_a_shipped_flow_is_sound_and_names_the_dealer_first(key: str) -> None:
    flow = shelf.shipped(key)

    assert flow.key == key
    assert set(flow.languages) == set(languages.codes())
    assert "dealer" in flow.variables


def test_a_flow_of_another_name_is_not_on_the_shelf() -> None:
    with pytest.raises(shelf.FlowUnknown):
        shelf.shipped("../checks")

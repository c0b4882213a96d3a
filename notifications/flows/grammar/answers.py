"""What a question accepts, as JSON-able data, and how a message is read against it.

A grammar travels with the expectation it belongs to, so a reply can be judged without its flow.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from notifications.flows.grammar import choices, lexicon, moments, normal, numbers, slots, yes_no
from notifications.flows.grammar.choices import Choice, Strength

Grammar = Mapping[str, Any]

# A longer answer is cut here; nobody reads more, and a row should stay a row.
LONGEST_TEXT = 2_000

ESCAPE = "ESCAPE:"
# The code of an empty answer to a question for free text; a form's empty field taps it.
NOTHING = "NOTHING"


@dataclass(frozen=True)
class Answer:
    """What was understood: a code to branch on, the value to keep, the words it came in."""

    code: str
    value: object
    said: str
    strength: Strength


@dataclass(frozen=True)
class _Heard:
    text: str
    now: datetime
    zone: ZoneInfo
    language: str


def read(grammar: Grammar, *, text: str, payload: str = "", now: datetime) -> Answer | None:
    """Return what a message means as an answer to the question, or None if it is not one."""
    if payload:
        return _tapped(grammar, payload, now)
    heard = _Heard(text.strip(), now, ZoneInfo(str(grammar["zone"])), str(grammar["language"]))
    if not normal.fold(heard.text):
        return None
    return _escape(grammar, heard) or _READERS[str(grammar["kind"])](grammar, heard)


def choices_of(grammar: Grammar) -> list[Choice]:
    """Return the named options of a grammar, numbered as on the screen."""
    return [_choice(option) for option in grammar.get("options", ())]


def _tapped(grammar: Grammar, payload: str, now: datetime) -> Answer | None:
    """A button carries the token of its own question, so a tap on an old message answers nothing newer."""
    token, _, code = payload.rpartition("|")
    if token != grammar.get("token"):
        return None
    known = {choice.code for choice in (*choices_of(grammar), *_escapes(grammar))}
    if str(grammar["kind"]) == "SLOT" and code not in known:
        digit = _digit(code)
        return None if digit is None else _slot_answer(grammar, slots.Pick(digit, None, Strength.TAPPED), code)
    if str(grammar["kind"]) == "TEXT" and code == NOTHING:
        return Answer(NOTHING, "", "", Strength.TAPPED)
    if str(grammar["kind"]) == "SCORE" and "low" in grammar:
        return _in_range(grammar, _digit(code), code, Strength.TAPPED) or _known(grammar, code, known)
    return _known(grammar, code, known)


def _known(grammar: Grammar, code: str, known: set[str]) -> Answer | None:
    return Answer(code, _value_of(grammar, code), code, Strength.TAPPED) if code in known else None


def _digit(code: str) -> int | None:
    return int(code) if code.isascii() and code.isdigit() and len(code) <= _LONGEST_NUMBER else None


def _escape(grammar: Grammar, heard: _Heard) -> Answer | None:
    """The ways out of a flow are words of their own: only a whole message takes one."""
    picked = choices.pick(heard.text, _escapes(grammar))
    if picked is None or picked[1] is not Strength.WHOLE:
        return None
    return Answer(picked[0], None, heard.text, picked[1])


def _choice_answer(grammar: Grammar, heard: _Heard) -> Answer | None:
    picked = choices.pick(heard.text, choices_of(grammar))
    return picked and Answer(picked[0], _value_of(grammar, picked[0]), heard.text, picked[1])


def _score_answer(grammar: Grammar, heard: _Heard) -> Answer | None:
    if "low" not in grammar:
        return _choice_answer(grammar, heard)
    whole = numbers.whole_number(heard.text)
    if whole is not None:
        return _in_range(grammar, whole, heard.text, Strength.WHOLE)
    return _in_range(grammar, numbers.leading_number(heard.text), heard.text, Strength.PART)


def _in_range(grammar: Grammar, number: int | None, said: str, strength: Strength) -> Answer | None:
    if number is None or not int(grammar["low"]) <= number <= int(grammar["high"]):
        return None
    return Answer(str(number), number, said, strength)


def _yes_no_answer(grammar: Grammar, heard: _Heard) -> Answer | None:
    numbered = choices.pick(heard.text, choices_of(grammar))
    spoken = yes_no.read(heard.text)
    picked = numbered if numbered and numbered[1] is Strength.WHOLE else spoken or numbered
    return picked and Answer(picked[0], picked[0], heard.text, picked[1])


def _text_answer(grammar: Grammar, heard: _Heard) -> Answer | None:
    """Anything is a text; a bare number hardly is, so another question may claim it first."""
    if normal.words(heard.text) in lexicon.normalised("nothing"):
        return Answer(NOTHING, "", heard.text[:LONGEST_TEXT], Strength.FREE)
    return Answer("TEXT", heard.text[:LONGEST_TEXT], heard.text[:LONGEST_TEXT], Strength.FREE)


def _read_slot(grammar: Grammar, heard: _Heard) -> Answer | None:
    offers = [
        slots.Offer(number, datetime.fromisoformat(slot["start_at"])) for number, slot in enumerate(grammar["slots"], 1)
    ]
    pick = slots.read(heard.text, offers, now=heard.now, zone=heard.zone, language=heard.language)
    return _slot_answer(grammar, pick, heard.text) if pick else None


def _slot_answer(grammar: Grammar, pick: slots.Pick, said: str) -> Answer | None:
    if not pick.digit:
        return Answer("WISHED" if pick.window else "OTHER", _window_value(pick.window), said, pick.strength)
    if pick.digit > len(grammar["slots"]):
        return None
    return Answer("PICKED", grammar["slots"][pick.digit - 1], said, pick.strength)


def _date_answer(grammar: Grammar, heard: _Heard) -> Answer | None:
    said = moments.listen(heard.text, now=heard.now, zone=heard.zone, language=heard.language)
    window = moments.window(said, now=heard.now, zone=heard.zone) if said else None
    if said is None or window is None:
        return None
    strength = Strength.WHOLE if said.is_whole else Strength.PART
    return Answer("GIVEN", _window_value(window), heard.text, strength)


def _window_value(window: moments.Window | None) -> dict[str, str] | None:
    if window is None:
        return None
    return {"from_at": window.from_at.isoformat(), "until_at": window.until_at.isoformat()}


def _value_of(grammar: Grammar, code: str) -> object:
    values = {option["code"]: option.get("value") for option in grammar.get("options", ())}
    value = values.get(code)
    return code if value is None else value


def _escapes(grammar: Grammar) -> list[Choice]:
    return [_choice(option) for option in grammar.get("escapes", ())]


def _choice(option: Mapping[str, Any]) -> Choice:
    return Choice(str(option["code"]), int(option["digit"]), tuple(option["words"]))


_READERS: dict[str, Callable[[Grammar, _Heard], Answer | None]] = {
    "CHOICE": _choice_answer,
    "SCORE": _score_answer,
    "YES_NO": _yes_no_answer,
    "TEXT": _text_answer,
    "SLOT": _read_slot,
    "DATE": _date_answer,
}
_LONGEST_NUMBER = 3

"""A flow played in a terminal: nothing is stored or sent, effects are only shown."""

from collections.abc import Iterable, Iterator
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from notifications.flows import engine, languages, rendering, vocabulary, wording
from notifications.flows.definition import Flow
from notifications.flows.engine import Effect, Perform, Result, Status, Turn
from notifications.flows.grammar import keywords
from notifications.flows.grammar.keywords import Keyword

# What is said back to a word that works at any time.
SAID_BACK = {Keyword.OPT_OUT: "opted_out", Keyword.OPT_IN: "opted_in", Keyword.HELP: "help"}

# What an owner may type to act the passing of time instead of an answer.
SILENCE = "..."

SAMPLE_LINK = f"https://north.example/o/{'.' * 22}/"


def play(flow: Flow, *, language: str, entry: str, lines: Iterable[str], now: datetime) -> Iterator[str]:
    """Yield what is said and done, taking one line of `lines` for each answer; "..." is silence."""
    zone = sample_zone(language)
    perform = pretended(now=now, zone=zone)
    values = sample_values(flow, language=language, now=now)
    turn = engine.start(
        flow,
        values=values,
        language=language,
        zone=zone,
        now=now,
        perform=perform,
        entry=entry,
        token="talk",  # noqa: S106 - marks the buttons, no secret
    )
    yield from _shown(turn)
    for line in lines:
        if turn.status not in (Status.ASKING, Status.WAITING):
            return
        yield f"< {line}"
        word = keywords.standing_word(line, after_notice=flow.has_stop_notice)
        if word is not None:
            # As in the inbox, these are heard before any question of a flow.
            yield f"> {wording.phrase(SAID_BACK[word], language=language, values=values)}"
            if word is Keyword.OPT_OUT:
                yield "= STOPPED: OPTED_OUT"
                return
            continue
        turn = _answered(flow, turn, line, now=now, perform=perform)
        yield from _shown(turn)


def pretended(*, now: datetime, zone: ZoneInfo) -> Perform:
    """Return a performer that does nothing and answers as if all went well."""
    today = now.astimezone(zone).date()

    def perform(effect: Effect) -> Result:
        if effect.name == "offer_slots":
            hours = ((1, 9), (1, 14), (2, 10))
            starts = [datetime.combine(today + timedelta(days=day), time(hour), tzinfo=zone) for day, hour in hours]
            return Result(values={"slots": [{"start_at": start.isoformat()} for start in starts]})
        if effect.name in ("book", "move"):
            return Result(values={"appointment_at": effect.args["slot"]["start_at"]})
        if effect.name == "open_complaint":
            return Result(values={"complaint_number": "101"})
        return Result()

    return perform


def sample_values(flow: Flow, *, language: str, now: datetime) -> dict[str, Any]:
    """Return a value for everything a run of the flow may begin with."""
    soon = now + timedelta(days=1)
    by_type = {"text": "...", "date": soon.date().isoformat(), "datetime": soon.isoformat()}
    samples = {name: by_type[kind] for name, kind in flow.variables.items()}
    named = languages.table(language)["sample"]
    return samples | {"dealer": named["dealer"], "vehicle": named["vehicle"]}


def sample_zone(language: str) -> ZoneInfo:
    """Return a time zone in which the language is spoken."""
    return ZoneInfo(languages.table(language)["sample"]["zone"])


def sample_links(language: str) -> dict[str, str]:
    """Return the line of every page's link, as long as a real one."""
    values = {"link": SAMPLE_LINK}
    return {name: wording.phrase(phrase, language=language, values=values) for name, phrase in vocabulary.LINKS.items()}


def _answered(flow: Flow, turn: Turn, line: str, *, now: datetime, perform: Perform) -> Turn:
    if line.strip() == SILENCE:
        return engine.silence(flow, turn.state, now=turn.wait_until or now, perform=perform)
    return engine.resume(flow, turn.state, text=line, now=now, perform=perform)


def _shown(turn: Turn) -> Iterator[str]:
    for effect, result in turn.effects:
        args = ", ".join(f"{name}={value!r}" for name, value in effect.args.items())
        yield f"* {effect.name}({args}) -> {result.outcome}"
    rendered = rendering.compose(
        turn.outputs, style=rendering.Style.NUMBERED, links=sample_links(str(turn.state["language"]))
    )
    if rendered.text:
        yield "\n".join(f"> {line}" for line in rendered.text.splitlines())
    if turn.status in (Status.ENDED, Status.HANDED):
        yield f"= {turn.status}: {turn.outcome}"

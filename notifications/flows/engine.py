"""The flow engine: from a state and an answer to the next thing said. No clock, no database, no Django.

Effects are performed by the function the caller hands in, so that their results can steer the flow.
The state is a plain dict that survives JSON, and belongs to one version of one flow.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, assert_never
from zoneinfo import ZoneInfo

from notifications.flows import grammars, rendering, showing, templates, wording
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
)
from notifications.flows.grammar import alarms, answers

State = dict[str, Any]

# A question is put once more; after that a person takes over.
MOST_ATTEMPTS = 2

# Checks refuse loops that ask nothing; this stops one that effects' outcomes could still build.
MOST_STEPS = 60


class Status(StrEnum):
    """How a turn left the run."""

    ASKING = "ASKING"
    WAITING = "WAITING"
    ENDED = "ENDED"
    # The flow has given up; a person answers from here.
    HANDED = "HANDED"


class VersionDiffers(Exception):
    """The state was made by another flow or another version of it."""


class ValueMissing(Exception):
    """The run does not bring a value that the flow or its entry needs; the argument is its name."""


@dataclass(frozen=True)
class Effect:
    """Something to be done, with its arguments filled in."""

    name: str
    args: Mapping[str, Any]


@dataclass(frozen=True)
class Result:
    """What came of an effect: an outcome to branch on, and values for the texts that follow."""

    outcome: str = "OK"
    values: Mapping[str, Any] = field(default_factory=dict)


Perform = Callable[[Effect], Result]


@dataclass(frozen=True)
class Turn:
    """One move of a run: its new state, what is said, what was done, what is awaited."""

    state: State
    outputs: tuple[rendering.Output, ...]
    effects: tuple[tuple[Effect, Result], ...]
    status: Status
    # What would be understood as an answer; None while nothing is asked.
    expectation: dict[str, Any] | None = None
    wait_until: datetime | None = None
    # Of an end: its outcome. Of a hand-over: why.
    outcome: str = ""


def start(
    flow: Flow,
    *,
    values: Mapping[str, Any],
    language: str,
    zone: ZoneInfo,
    now: datetime,
    perform: Perform,
    entry: str = "start",
    token: str = "",
) -> Turn:
    """Begin a run at one of the flow's entries and go as far as the first question.

    `token` marks the run's buttons. Raises: ValueMissing if a needed value is not among `values`.
    """
    _require(flow, values, entry)
    state: State = {
        "flow": flow.key,
        "version": flow.version,
        "position": flow.entries[entry].step,
        "language": language if language in flow.languages else flow.languages[0],
        "zone": zone.key,
        "token": token,
        "turn": 0,
        "attempts": 0,
        "answers": {},
        "codes": {},
        "values": dict(values),
    }
    run = _Run(flow, state, now, perform)
    if flow.has_stop_notice:
        run.closing_line = wording.phrase("stop_notice", language=run.language, values={})
    return run.walk(state["position"])


def resume(flow: Flow, state: State, *, text: str, payload: str = "", now: datetime, perform: Perform) -> Turn:
    """Take what the owner answered and go on; ask once more if it is not understood, then hand over.

    Raises: VersionDiffers if the state is of another version.
    """
    run = _continue(flow, state, now, perform)
    step = flow.steps[run.state["position"]]
    if not isinstance(step, Ask) or (not payload and alarms.wants_a_person(text)):
        return run.hand_over("ASKED_FOR_PERSON" if isinstance(step, Ask) else "NOT_ASKED")
    answer = answers.read(grammars.of(flow, step, run.state), text=text, payload=payload, now=now)
    if answer is None:
        return run.ask_again(step)
    return run.take(step, answer)


def silence(flow: Flow, state: State, *, now: datetime, perform: Perform) -> Turn:
    """Go on after a wait is over, or where a question leads when nobody answers it.

    Raises: VersionDiffers if the state is of another version.
    """
    run = _continue(flow, state, now, perform)
    step = flow.steps[run.state["position"]]
    if isinstance(step, Wait):
        return run.walk(step.next)
    if isinstance(step, Ask) and step.silence:
        return run.walk(step.silence.next)
    return run.close("SILENT")


def skip(flow: Flow, state: State, *, now: datetime, perform: Perform) -> Turn:
    """Leave the open question unanswered and go on, as a form may be sent with gaps; see sheets.may_skip.

    Raises: VersionDiffers if the state is of another version.
    """
    run = _continue(flow, state, now, perform)
    step = flow.steps[run.state["position"]]
    return run.walk(step.next) if isinstance(step, Ask) else run.hand_over("NOT_ASKED")


def repeat(flow: Flow, state: State, *, now: datetime, perform: Perform) -> Turn:
    """Put the open question again as it stands, as after a person's pause.

    Raises: VersionDiffers if the state is of another version.
    """
    run = _continue(flow, state, now, perform)
    return run.walk(run.state["position"])


def _continue(flow: Flow, state: State, now: datetime, perform: Perform) -> "_Run":
    if (state["flow"], state["version"]) != (flow.key, flow.version):
        raise VersionDiffers(state["flow"], state["version"])
    copied = {
        **state,
        "answers": dict(state["answers"]),
        "codes": dict(state["codes"]),
        "values": dict(state["values"]),
    }
    return _Run(flow, copied, now, perform)


def _require(flow: Flow, values: Mapping[str, Any], entry: str) -> None:
    if entry not in flow.entries:
        raise ValueMissing(entry)
    for name in sorted(always(flow) | flow.entries[entry].needs):
        if values.get(name) in (None, ""):
            raise ValueMissing(name)


class _Run:
    """One turn in the making."""

    def __init__(self, flow: Flow, state: State, now: datetime, perform: Perform) -> None:
        self.flow, self.state, self.now, self.perform = flow, state, now, perform
        self.language = str(state["language"])
        self.zone = ZoneInfo(str(state["zone"]))
        self.outputs: list[rendering.Output] = []
        self.effects: list[tuple[Effect, Result]] = []
        self.closing_line = ""

    def walk(self, name: str) -> Turn:
        for _ in range(MOST_STEPS):
            self.state["position"] = name
            moved = self.enter(self.flow.steps[name])
            if isinstance(moved, Turn):
                return moved
            name = moved
        return self.hand_over("LOOP")

    def enter(self, step: Step) -> str | Turn:
        """Return the next step's name, or the turn if it ends here."""
        match step:
            case Say():
                self.say(step.text, link=step.link)
                return step.next
            case Branch():
                return step.cases.get(self.code(step.on), step.otherwise)
            case Do():
                return step.outcomes.get(self.do(step.call, {}).outcome, step.next)
            case Ask():
                self.state["attempts"] = 0
                return self.put(step)
            case Wait():
                return self.turn(Status.WAITING, wait_until=self.moment(step.timer))
            case End():
                if step.text:
                    self.say(step.text, link=step.link)
                return self.close(step.outcome)
            case _:
                assert_never(step)

    def put(self, step: Ask) -> Turn:
        """Put a question; each time its buttons get a token of their own."""
        self.state["turn"] += 1
        grammar = grammars.of(self.flow, step, self.state)
        offered = grammars.offered(self.flow, step, self.state, self.zone)
        self.outputs.append(
            rendering.Output(
                self.filled(step.text),
                offered,
                step.link,
                step.name,
                values=self.named(step.text),
                has_slots=step.kind is AskKind.SLOT,
            )
        )
        wait_until = self.moment(step.silence.timer) if step.silence else None
        return self.turn(Status.ASKING, expectation=grammar, wait_until=wait_until)

    def ask_again(self, step: Ask) -> Turn:
        self.state["attempts"] += 1
        if self.state["attempts"] >= MOST_ATTEMPTS:
            return self.hand_over("NOT_UNDERSTOOD")
        text = wording.phrase("not_understood", language=self.language, values={})
        self.outputs.append(rendering.Output(text, phrase="not_understood"))
        return self.put(step)

    def take(self, step: Ask, answer: answers.Answer) -> Turn:
        for escape in self.flow.escapes:
            if answer.code == grammars.escape_code(escape):
                return self.walk(escape.next)
        self.state["answers"][step.save] = answer.value
        self.state["codes"][step.save] = answer.code
        if step.do:
            self.do(step.do, {"answer": answer.value, "code": answer.code, "said": answer.said})
        return self.walk(step.goto.get(answer.code, step.next))

    def do(self, call: Call, answered: Mapping[str, Any]) -> Result:
        known = {**self.state["values"], **self.state["answers"], **answered}
        effect = Effect(call.effect, {name: templates.resolved(value, known) for name, value in call.args.items()})
        result = self.perform(effect)
        self.effects.append((effect, result))
        self.state["values"].update(result.values)
        return result

    def say(self, text: Texts, *, link: str) -> None:
        self.outputs.append(
            rendering.Output(self.filled(text), link=link, step=self.state["position"], values=self.named(text))
        )

    def close(self, outcome: str) -> Turn:
        return self.turn(Status.ENDED, outcome=outcome)

    def hand_over(self, reason: str) -> Turn:
        phrase, shown = wording.phrase("handed_over", language=self.language, values=self.shown()), self.shown()
        self.outputs.append(rendering.Output(phrase, phrase="handed_over", values={"dealer": shown["dealer"]}))
        return self.turn(Status.HANDED, outcome=reason)

    def turn(
        self,
        status: Status,
        *,
        expectation: dict[str, Any] | None = None,
        wait_until: datetime | None = None,
        outcome: str = "",
    ) -> Turn:
        if self.closing_line and self.outputs:
            self.outputs.append(rendering.Output(self.closing_line, phrase="stop_notice"))
        return Turn(self.state, tuple(self.outputs), tuple(self.effects), status, expectation, wait_until, outcome)

    def code(self, name: str) -> str:
        codes, values = self.state["codes"], self.state["values"]
        return str(codes.get(name, values.get(name, "")))

    def moment(self, timer: Timer) -> datetime:
        base = self.state["values"].get(timer.variable)
        return (datetime.fromisoformat(base) if base else self.now) + timer.amount

    def filled(self, text: Texts) -> str:
        return templates.fill(text[self.language], self.shown())

    def named(self, text: Texts) -> dict[str, str]:
        """What the places of a text hold, in their order."""
        shown = self.shown()
        return {name: shown[name] for name in templates.in_order(text[self.language])}

    def shown(self) -> dict[str, str]:
        return showing.values(self.flow, self.state, language=self.language)

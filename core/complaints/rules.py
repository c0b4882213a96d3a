"""The six steps of a complaint as a state machine: which action is allowed where, by whom. Pure.

Levels and clocks are `core.complaints.ladder`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Step(StrEnum):
    """The last of the steps that is done."""

    REGISTERED = "REGISTERED"  # waits for the judgement
    JUDGED = "JUDGED"  # founded: waits for cause and those responsible
    INVESTIGATED = "INVESTIGATED"  # waits for solutions
    PROPOSED = "PROPOSED"  # waits for the manager to pick one and sign off
    SIGNED_OFF = "SIGNED_OFF"  # waits for the owner to hear of it and accept
    CARRIED_OUT = "CARRIED_OUT"  # waits for the lesson
    SUMMED_UP = "SUMMED_UP"  # waits for the owner to say they are satisfied
    CLOSED = "CLOSED"


class Action(StrEnum):
    """What a person, or the owner, may do to a complaint."""

    ANSWER = "ANSWER"
    INFORM_MANAGER = "INFORM_MANAGER"
    RAISE = "RAISE"
    ALARM = "ALARM"
    CLASSIFY = "CLASSIFY"
    NOTE = "NOTE"
    JUDGE_FOUNDED = "JUDGE_FOUNDED"
    JUDGE_UNFOUNDED = "JUDGE_UNFOUNDED"
    INVESTIGATE = "INVESTIGATE"
    PROPOSE = "PROPOSE"
    SIGN_OFF = "SIGN_OFF"
    SEND_BACK = "SEND_BACK"
    TELL_OWNER = "TELL_OWNER"
    ACCEPT = "ACCEPT"
    REFUSE = "REFUSE"
    SUM_UP = "SUM_UP"
    CONFIRM = "CONFIRM"
    CLOSE_WITH_REASON = "CLOSE_WITH_REASON"
    REOPEN = "REOPEN"


class ActionNotAllowed(Exception):
    """The complaint is at a step at which this can't be done."""


class ManagerNeeded(Exception):
    """Only a manager may do this."""


# The step after the action, by the step before it. Source: Duties of a customer-service department, six steps.
_MOVES: Mapping[Action, Mapping[Step, Step]] = {
    Action.JUDGE_FOUNDED: {Step.REGISTERED: Step.JUDGED},
    Action.JUDGE_UNFOUNDED: {Step.REGISTERED: Step.CLOSED, Step.JUDGED: Step.CLOSED},
    Action.INVESTIGATE: {Step.JUDGED: Step.INVESTIGATED},
    Action.PROPOSE: {Step.INVESTIGATED: Step.PROPOSED, Step.PROPOSED: Step.PROPOSED},
    Action.SIGN_OFF: {Step.PROPOSED: Step.SIGNED_OFF},
    Action.SEND_BACK: {Step.PROPOSED: Step.INVESTIGATED},
    Action.TELL_OWNER: {Step.SIGNED_OFF: Step.SIGNED_OFF},
    Action.ACCEPT: {Step.SIGNED_OFF: Step.CARRIED_OUT},
    Action.REFUSE: {Step.SIGNED_OFF: Step.INVESTIGATED},
    Action.SUM_UP: {Step.CARRIED_OUT: Step.SUMMED_UP},
    Action.CONFIRM: {Step.CARRIED_OUT: Step.CLOSED, Step.SUMMED_UP: Step.CLOSED},
    Action.REOPEN: {Step.SUMMED_UP: Step.JUDGED, Step.CLOSED: Step.JUDGED},
}

# Allowed while the complaint lives; they change clocks and level, not the step.
_ALONGSIDE = frozenset({Action.ANSWER, Action.INFORM_MANAGER, Action.RAISE, Action.ALARM, Action.CLASSIFY, Action.NOTE})

MANAGERS_ONLY = frozenset({Action.SIGN_OFF, Action.SEND_BACK, Action.CLOSE_WITH_REASON})
MANAGERS = frozenset({"SERVICE_MANAGER", "COC_DIRECTOR", "GENERAL_MANAGER"})


@dataclass(frozen=True)
class Actor:
    """Who acts: `name` goes to the log, `role` decides. The owner and the system act without a role."""

    name: str
    role: str = ""

    @property
    def is_manager(self) -> bool:
        """Tell whether this person may decide."""
        return self.role in MANAGERS


def next_step(step: Step, action: Action) -> Step:
    """Return the step after the action. Raises: ActionNotAllowed."""
    if action is Action.CLOSE_WITH_REASON and step is not Step.CLOSED:
        return Step.CLOSED
    if action in _ALONGSIDE and step is not Step.CLOSED:
        return step
    try:
        return _MOVES[action][step]
    except KeyError:
        raise ActionNotAllowed(f"{action} after {step}") from None


def check(step: Step, action: Action, *, actor: Actor) -> Step:
    """Return the step after the action. Raises: ActionNotAllowed; ManagerNeeded."""
    after = next_step(step, action)
    if action in MANAGERS_ONLY and not actor.is_manager:
        raise ManagerNeeded(action)
    return after


def allowed_actions(step: Step, *, actor: Actor) -> tuple[Action, ...]:
    """Return what that person may do now, in the order of the steps."""
    return tuple(action for action in Action if _is_allowed(step, action, actor=actor))


def _is_allowed(step: Step, action: Action, *, actor: Actor) -> bool:
    try:
        check(step, action, actor=actor)
    except (ActionNotAllowed, ManagerNeeded):
        return False
    return True

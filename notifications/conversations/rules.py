"""What a person may do with a conversation as it stands. Pure."""

from dataclasses import dataclass
from enum import StrEnum

# As Conversation.Mode has them.
PERSON, CLOSED = "PERSON", "CLOSED"


class Verb(StrEnum):
    """What is done to a conversation by people."""

    TAKE_OVER = "take_over"
    ASSIGN = "assign"
    WRITE = "write"
    HAND_BACK = "hand_back"
    CLOSE = "close"
    NOTE = "note"


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How a conversation stands, and what a person's post lets them do.

    may_send: the post writes to owners. may_move: it takes and gives conversations. is_refused: the owner wants no
    messages here. is_waiting: a person's answer is awaited. has_pause: a flow keeps still for a person.
    """

    is_with_person: bool
    is_closed: bool
    is_own: bool
    is_waiting: bool
    has_pause: bool
    is_refused: bool
    may_move: bool
    may_send: bool


def shown_mode(mode: str, *, is_waiting: bool) -> str:
    """Return who has a conversation as people see it: one in which an owner waits for a word is with people again.

    What is stored stays CLOSED until somebody takes it, so that a flow which the owner asks for meanwhile may begin.
    """
    return PERSON if mode == CLOSED and is_waiting else mode


def allowed(standing: Standing) -> list[Verb]:
    """Return what the person may do, in the order in which it is offered."""
    can = {
        Verb.TAKE_OVER: standing.may_move and not standing.is_own,
        Verb.ASSIGN: standing.may_move,
        Verb.WRITE: standing.may_send and not standing.is_refused,
        Verb.HAND_BACK: standing.may_move and standing.is_with_person and standing.has_pause,
        Verb.CLOSE: standing.may_move and (standing.is_waiting or not standing.is_closed),
        Verb.NOTE: standing.may_move,
    }
    return [verb for verb, is_allowed in can.items() if is_allowed]

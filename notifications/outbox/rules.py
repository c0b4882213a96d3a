"""What is true of a message on its way: its states, what moves it, when it is tried again.

`move` alone decides a state; the database applies it through TRANSITIONS, computed from it.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from itertools import product

from channels_app.contract import ReceiptStatus
from channels_app.errors import ChannelError, OptedOut, Throttled, Undeliverable
from core.events import kinds


class State(StrEnum):
    """Where a message out stands; the story reads downward, receipts only climb (see RANKS)."""

    PLANNED = "PLANNED"  # a run will say it, its content is not settled
    HELD = "HELD"  # settled, not to leave before a moment
    QUEUED = "QUEUED"  # free to leave
    SENDING = "SENDING"  # a worker has it, under a lease
    UNCONFIRMED = "UNCONFIRMED"  # may have left; waits for a receipt, a look-up or a person
    CANCELLED = "CANCELLED"
    EXPIRED = "EXPIRED"
    OPTED_OUT = "OPTED_OUT"  # the owner's wish stopped it, held by us or by the provider
    SENT = "SENT"  # the provider has it
    FAILED = "FAILED"
    UNDELIVERABLE = "UNDELIVERABLE"  # the address does not work
    DELIVERED = "DELIVERED"
    READ = "READ"


class Happening(StrEnum):
    """What can happen to a message."""

    HOLD = "HOLD"
    RELEASE = "RELEASE"
    CLAIM = "CLAIM"
    CANCEL = "CANCEL"
    OPT_OUT = "OPT_OUT"
    EXPIRE = "EXPIRE"
    GIVE_BACK = "GIVE_BACK"  # certain not to have left, to be tried again
    REFUSE = "REFUSE"  # certain not to have left, final
    FORBID = "FORBID"  # may not leave, whatever the provider would say
    DOUBT = "DOUBT"  # may have left: an unreadable answer, a lease run out
    NOT_FOUND = "NOT_FOUND"  # the provider, asked, does not know it
    GIVE_UP = "GIVE_UP"  # a person, shown an unconfirmed one, counts it as not sent
    SENT = "SENT"
    FAILED = "FAILED"
    UNDELIVERABLE = "UNDELIVERABLE"
    DELIVERED = "DELIVERED"
    READ = "READ"
    OPTED_OUT = "OPTED_OUT"  # the provider holds an opt-out


class MoveImpossible(Exception):
    """What is said to have happened cannot happen to a message in this state."""


WAITING = frozenset({State.PLANNED, State.HELD, State.QUEUED})
IN_DOUBT = frozenset({State.SENDING, State.UNCONFIRMED})

# What we do ourselves: from where, to where.
STEPS: dict[Happening, tuple[frozenset[State], State]] = {
    Happening.HOLD: (WAITING, State.HELD),
    Happening.RELEASE: (WAITING, State.QUEUED),
    Happening.CLAIM: (frozenset({State.QUEUED}), State.SENDING),
    Happening.CANCEL: (WAITING, State.CANCELLED),
    Happening.OPT_OUT: (WAITING, State.OPTED_OUT),
    Happening.EXPIRE: (WAITING, State.EXPIRED),
    # Not back to the queue: what waits for a second try must not stand in the way of the rest.
    Happening.GIVE_BACK: (IN_DOUBT, State.HELD),
    Happening.REFUSE: (IN_DOUBT, State.FAILED),
    Happening.FORBID: (WAITING, State.FAILED),
    Happening.DOUBT: (IN_DOUBT, State.UNCONFIRMED),
    Happening.NOT_FOUND: (frozenset({State.UNCONFIRMED}), State.QUEUED),
    Happening.GIVE_UP: (frozenset({State.UNCONFIRMED}), State.FAILED),
}

# What a provider says is evidence and comes in any order: the highest ever said stands. A delivery
# outranks a failure, since a message cannot be taken back from a phone; all outrank our own belief.
RANKS: dict[State, int] = {
    State.SENT: 1,
    State.FAILED: 2,
    State.UNDELIVERABLE: 3,
    State.OPTED_OUT: 4,
    State.DELIVERED: 5,
    State.READ: 6,
}
EVIDENCE: dict[Happening, State] = {
    Happening.SENT: State.SENT,
    Happening.FAILED: State.FAILED,
    Happening.UNDELIVERABLE: State.UNDELIVERABLE,
    Happening.OPTED_OUT: State.OPTED_OUT,
    Happening.DELIVERED: State.DELIVERED,
    Happening.READ: State.READ,
}

RECEIPTS: dict[ReceiptStatus, Happening] = {
    "sent": Happening.SENT,
    "failed": Happening.FAILED,
    "undeliverable": Happening.UNDELIVERABLE,
    "opted_out": Happening.OPTED_OUT,
    "delivered": Happening.DELIVERED,
    "read": Happening.READ,
}

# The provider has it at least.
REACHED = frozenset({State.SENT, State.DELIVERED, State.READ})
# Nothing more is due by anybody; a late receipt can still lift it.
ENDED = frozenset(State) - WAITING - IN_DOUBT - {State.SENT}
# The owner has it.
ARRIVED = frozenset({State.DELIVERED, State.READ})
# After these the owner has not been reached: another channel or a person takes over.
UNREACHED = frozenset({State.FAILED, State.UNDELIVERABLE})
# In these a task may have been made of the message.
LEFT_TO_PEOPLE = UNREACHED | {State.UNCONFIRMED}


def move(state: State, happening: Happening) -> State:
    """This function will give the state after something happened.

    Evidence never fails and never lowers a state; our own steps must fit.
    Raises: MoveImpossible when one of our own steps does not fit.
    """
    if happening in EVIDENCE:
        return max(state, EVIDENCE[happening], key=lambda one: RANKS.get(one, 0))
    allowed, after = STEPS[happening]
    if state not in allowed:
        raise MoveImpossible(f"{happening} of a message that is {state}")
    return after


def strongest(happenings: list[Happening]) -> Happening:
    """This function will fold pieces of evidence about one message into the one that stands."""
    return max(happenings, key=lambda one: RANKS[EVIDENCE[one]])


# What the log learns of a state that is entered, in the order of the story.
FACTS: dict[State, tuple[str, ...]] = {
    State.SENT: (kinds.MESSAGE_SENT,),
    State.DELIVERED: (kinds.MESSAGE_SENT, kinds.MESSAGE_DELIVERED),
    State.READ: (kinds.MESSAGE_SENT, kinds.MESSAGE_DELIVERED, kinds.MESSAGE_READ),
    State.FAILED: (kinds.MESSAGE_FAILED,),
    State.UNDELIVERABLE: (kinds.MESSAGE_FAILED,),
    State.OPTED_OUT: (kinds.MESSAGE_STOPPED,),
    State.EXPIRED: (kinds.MESSAGE_EXPIRED,),
    State.CANCELLED: (kinds.MESSAGE_CANCELLED,),
}


def facts_of(before: State, after: State) -> list[str]:
    """This function will name the facts which a move adds; each is recorded once in a message's life."""
    known = FACTS.get(before, ())
    return [kind for kind in FACTS.get(after, ()) if kind not in known]


def _transitions() -> list[tuple[State, Happening, State]]:
    possible = []
    for state, happening in product(State, Happening):
        try:
            possible.append((state, happening, move(state, happening)))
        except MoveImpossible:
            continue
    return possible


# `move` as rows of (before, happening, after), so that one statement can move thousands.
TRANSITIONS = _transitions()


def storable(text: str) -> str:
    """This function will take out what PostgreSQL cannot keep: NUL, and halves of characters."""
    return text.replace("\x00", "").encode(errors="replace").decode()


# As wide as the columns; a provider's real ids are half as long.
LONGEST_ID = 120


def kept_id(text: str) -> str:
    """This function will write a provider's id as our rows hold it; one that is too long, by its hash."""
    kept = storable(text)
    return kept if len(kept) <= LONGEST_ID else f"long:{sha256(kept.encode()).hexdigest()}"


class Priority:
    """Smaller leaves first, in the contact policy's order; an answer in a dialogue before all."""

    REPLY = 0
    RECALL = 10
    APPOINTMENT = 20
    COMPLAINT = 30
    SURVEY = 40
    MAINTENANCE = 50
    CAMPAIGN = 60


# What still leaves after an owner's opt-out: the one message that confirms it.
OPT_OUT_CASE = "opt_out"
# A message by which an account is tried; its answer is nobody's work, and figures leave it out.
TEST_CASE = "channel_test"

# How long a message is worth sending where its cause does not say.
VALIDITY = timedelta(days=1)

# A worker that has not answered for this long is dead: twice the 60 s which a channel may take.
LEASE = timedelta(minutes=2)
# How long a receipt may settle a doubt before the provider is asked, or a person.
# Source: design of the outbox, "with no receipt in 15 minutes it is looked up".
DOUBT_LASTS = timedelta(minutes=15)

# The first pause outlives a restart of the provider; doubling reaches the hour after eight tries,
# and eleven tries span half a working day, after which another way reaches the owner sooner.
RETRY_BASE = timedelta(seconds=30)
RETRY_CAP = timedelta(hours=1)
MOST_TRIES = 11
# A provider's Retry-After is honoured up to a day; beyond that it is surely not seconds.
RETRY_AFTER_CAP = timedelta(days=1)


def retry_at(tries: int, *, now: datetime, chance: float) -> datetime:
    """This function will say when to try again after so many tries: doubled, capped, spread.

    chance is a random number in [0, 1); the pause lies between half and all of its step, so that
    a batch which failed together does not return together.
    """
    doublings = min(max(tries - 1, 0), 16)  # bounded, since two to the tries overflows a timedelta
    step: timedelta = min(RETRY_BASE * 2**doublings, RETRY_CAP)
    return now + step * (0.5 + chance / 2)


def pause_until(error: Throttled, *, now: datetime) -> datetime:
    """This function will say until when the account, or the one message, waits."""
    seconds = min(max(error.retry_after_seconds, 1), RETRY_AFTER_CAP.total_seconds())
    return now + timedelta(seconds=seconds)


def happening_after(error: ChannelError, *, tries: int) -> Happening:
    """This function will say what an error does to its message; a throttled try is no try."""
    if not error.is_certain_not_sent:
        return Happening.DOUBT
    if isinstance(error, OptedOut):
        return Happening.OPTED_OUT
    if isinstance(error, Undeliverable):
        return Happening.UNDELIVERABLE
    if error.is_final:
        return Happening.REFUSE
    if tries >= MOST_TRIES and not isinstance(error, Throttled):
        return Happening.REFUSE
    return Happening.GIVE_BACK

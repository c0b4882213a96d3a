"""States, receipts in any order, and the schedule of second tries."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels_app.errors import (
    ChannelError,
    Misconfigured,
    OptedOut,
    Rejected,
    Throttled,
    Unavailable,
    Uncertain,
)
from notifications.outbox import rules
from notifications.outbox.models import Message
from notifications.outbox.rules import Happening, State

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)

MOVES = [
    (State.PLANNED, Happening.RELEASE, State.QUEUED),
    (State.QUEUED, Happening.HOLD, State.HELD),
    (State.HELD, Happening.RELEASE, State.QUEUED),
    (State.QUEUED, Happening.CLAIM, State.SENDING),
    (State.SENDING, Happening.SENT, State.SENT),
    (State.SENDING, Happening.GIVE_BACK, State.HELD),
    (State.SENDING, Happening.REFUSE, State.FAILED),
    (State.SENDING, Happening.DOUBT, State.UNCONFIRMED),
    (State.UNCONFIRMED, Happening.NOT_FOUND, State.QUEUED),
    (State.UNCONFIRMED, Happening.DELIVERED, State.DELIVERED),
    (State.UNCONFIRMED, Happening.GIVE_UP, State.FAILED),
    (State.HELD, Happening.EXPIRE, State.EXPIRED),
    (State.QUEUED, Happening.OPT_OUT, State.OPTED_OUT),
    (State.QUEUED, Happening.CANCEL, State.CANCELLED),
    (State.SENDING, Happening.DELIVERED, State.DELIVERED),
    (State.DELIVERED, Happening.SENT, State.DELIVERED),
    (State.DELIVERED, Happening.FAILED, State.DELIVERED),
    (State.FAILED, Happening.DELIVERED, State.DELIVERED),
    (State.READ, Happening.DELIVERED, State.READ),
    (State.EXPIRED, Happening.DELIVERED, State.DELIVERED),
]


@pytest.mark.parametrize(
    ("before", "happening", "after"), MOVES, ids=[f"{before}-{happening}" for before, happening, _ in MOVES]
)
def test_a_message_moves(before: State, happening: Happening, after: State):
    assert rules.move(before, happening) == after


@pytest.mark.parametrize(
    ("before", "happening"),
    [
        (State.SENDING, Happening.CANCEL),
        (State.SENDING, Happening.EXPIRE),
        (State.UNCONFIRMED, Happening.EXPIRE),
        (State.UNCONFIRMED, Happening.CLAIM),
        (State.HELD, Happening.CLAIM),
        (State.SENT, Happening.CLAIM),
        (State.SENT, Happening.DOUBT),
        (State.DELIVERED, Happening.GIVE_BACK),
        (State.CANCELLED, Happening.RELEASE),
        (State.OPTED_OUT, Happening.RELEASE),
        (State.EXPIRED, Happening.CLAIM),
    ],
    ids=lambda value: str(value),
)
def test_what_cannot_happen_is_refused(before: State, happening: Happening):
    with pytest.raises(rules.MoveImpossible):
        rules.move(before, happening)


def test_only_the_queue_leads_to_sending():
    sources = {before for before, _, after in rules.TRANSITIONS if after == State.SENDING and before != after}

    assert sources == {State.QUEUED}


def test_a_doubtful_message_returns_to_the_queue_only_when_it_certainly_did_not_leave():
    back = {
        (before, happening)
        for before, happening, after in rules.TRANSITIONS
        if before in rules.IN_DOUBT and after in rules.WAITING
    }

    assert back == {
        (State.SENDING, Happening.GIVE_BACK),
        (State.UNCONFIRMED, Happening.GIVE_BACK),
        (State.UNCONFIRMED, Happening.NOT_FOUND),
    }


@given(st.sampled_from(State), st.lists(st.sampled_from(sorted(rules.EVIDENCE)), max_size=8), st.randoms())
def test_the_order_of_receipts_does_not_matter(state: State, receipts: list[Happening], chance):
    shuffled = [*receipts, *receipts[:2]]
    chance.shuffle(shuffled)

    assert _after(state, receipts) == _after(state, shuffled)


@given(st.sampled_from(State), st.lists(st.sampled_from(sorted(rules.EVIDENCE)), min_size=1, max_size=8))
def test_the_strongest_receipt_stands_for_all(state: State, receipts: list[Happening]):
    assert _after(state, receipts) == rules.move(state, rules.strongest(receipts))


@pytest.mark.parametrize(("state", "happening"), list(product(State, rules.EVIDENCE)))
def test_a_receipt_never_lowers_a_state(state: State, happening: Happening):
    after = rules.move(state, happening)

    assert rules.RANKS.get(after, 0) >= rules.RANKS.get(state, 0)


def test_every_state_of_a_message_out_is_one_of_the_models():
    assert set(State) == set(Message.State.values) - {Message.State.RECEIVED}


@pytest.mark.parametrize(
    ("tries", "shortest", "longest"),
    [
        (1, timedelta(seconds=15), timedelta(seconds=30)),
        (2, timedelta(seconds=30), timedelta(minutes=1)),
        (8, timedelta(minutes=30), timedelta(hours=1)),
        (60000, timedelta(minutes=30), timedelta(hours=1)),
    ],
    ids=["first", "second", "capped", "absurd"],
)
def test_second_tries_come_later_and_later_and_spread(tries: int, shortest: timedelta, longest: timedelta):
    assert rules.retry_at(tries, now=NOW, chance=0) == NOW + shortest
    assert rules.retry_at(tries, now=NOW, chance=1) == NOW + longest


@pytest.mark.parametrize(
    ("error", "tries", "happening"),
    [
        (Unavailable(), 1, Happening.GIVE_BACK),
        (Unavailable(), rules.MOST_TRIES, Happening.REFUSE),
        (Misconfigured(), 1, Happening.GIVE_BACK),
        (Throttled(retry_after_seconds=3), rules.MOST_TRIES + 50, Happening.GIVE_BACK),
        (Rejected(), 1, Happening.REFUSE),
        (OptedOut(), 1, Happening.OPTED_OUT),
        (Uncertain(), 1, Happening.DOUBT),
        (ChannelError(), 1, Happening.DOUBT),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else str(value),
)
def test_an_error_says_what_becomes_of_its_message(error: ChannelError, tries: int, happening: Happening):
    assert rules.happening_after(error, tries=tries) == happening


@pytest.mark.parametrize(
    ("seconds", "pause"),
    [(30, timedelta(seconds=30)), (-5, timedelta(seconds=1)), (1e12, timedelta(days=1))],
    ids=["as asked", "never at once", "never for years"],
)
def test_a_throttled_account_waits(seconds: float, pause: timedelta):
    assert rules.pause_until(Throttled(retry_after_seconds=seconds), now=NOW) == NOW + pause


def _after(state: State, receipts: list[Happening]) -> State:
    for receipt in receipts:
        state = rules.move(state, receipt)
    return state

"""What a ticked list comes to, held against the policy itself: what is ticked may be sent, and nothing else opens."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.policy.facts import Consent, Purpose
from notifications.preferences import rules
from notifications.preferences.rules import CHOSEN, Change, Key, Known, Wall

NOW = datetime(2026, 11, 18, tzinfo=UTC)
CHANNELS = ("sms", "mail", "CALL")
SHOWN = [Key(purpose, channel) for purpose in CHOSEN for channel in CHANNELS[:2]]
UNSEEN = [Key(purpose, "CALL") for purpose in CHOSEN]
CARS = [Key(Purpose.REMINDER, vehicle_id=car) for car in (1, 2)]
NEED = frozenset({Purpose.SURVEY, Purpose.REMINDER, Purpose.MARKETING})
REMINDER_SMS = Key(Purpose.REMINDER, "sms")


def said(is_given: bool, *, purpose: Purpose | None = None, channel: str | None = None, days: int = 0, file: int = 1):
    at = NOW - timedelta(days=9 - days)
    return Consent(is_given=is_given, at=at, purpose=purpose, channel=channel, customer_id=file)


def known(*consents: Consent, walls: Iterable[Wall] = (), need: frozenset[Purpose] = NEED) -> Known:
    return Known(tuple(consents), tuple(walls), need)


def after(before: Known, change: Change, *, at: datetime = NOW) -> Known:
    """Write a change as the operation does: walls and consents of one moment."""
    written = [
        Consent(is_given=False, at=at, purpose=k.purpose, channel=k.channel or None, vehicle_id=k.vehicle_id,
                customer_id=1)
        for k in change.noes
    ]  # fmt: skip
    written += [
        Consent(is_given=True, at=at, purpose=k.purpose, channel=k.channel or None, vehicle_id=k.vehicle_id,
                customer_id=1)
        for k in change.yeses
    ]  # fmt: skip
    written += [replace(consent, is_given=True, at=at) for consent in change.lifted]
    walls = [wall for wall in before.walls if wall.id not in change.walls]
    walls += [
        Wall(1_000 + place, True, k.purpose, k.channel or None, k.vehicle_id) for place, k in enumerate(change.noes)
    ]
    return Known((*before.consents, *written), tuple(walls), before.need_consent)


def wish(known: Known, *on: Key, off: Iterable[Key] = ()) -> dict[Key, bool]:
    """The list as it stands, but for what is named."""
    return {key: (rules.is_on(key, known) or key in on) and key not in off for key in [*SHOWN, *CARS]}


@pytest.mark.parametrize(
    ("consents", "expected"),
    [
        ((), False),
        ((said(True),), True),
        ((said(False),), False),
        ((said(True), said(False, purpose=Purpose.REMINDER, days=1)), False),
        ((said(True), said(False, channel="sms", days=1)), False),
        ((said(True), said(False, channel="mail", days=1)), True),
        ((said(False), said(True, days=1)), True),
        ((said(True), said(False, file=2)), False),
    ],
    ids=["nothing said", "a general yes", "a general no", "no to reminders", "no to sms", "no to mail", "a newer yes",
         "a no in a merged file"],
)  # fmt: skip
def test_a_box_shows_what_the_policy_would_do(consents: tuple[Consent, ...], expected: bool) -> None:
    assert rules.is_on(REMINDER_SMS, known(*consents)) is expected


def test_a_wall_of_ones_own_can_be_taken_down_and_anothers_is_fixed() -> None:
    own, foreign = Wall(1, True), Wall(2, False, Purpose.REMINDER, "sms")

    assert not rules.is_on(REMINDER_SMS, known(said(True), walls=[own]))
    assert not rules.is_fixed(REMINDER_SMS, known(said(True), walls=[own]))
    assert rules.is_fixed(REMINDER_SMS, known(said(True), walls=[foreign]))
    assert not rules.is_fixed(Key(Purpose.SURVEY, "sms"), known(said(True), walls=[foreign]))


def test_unticking_writes_one_no() -> None:
    before = known(said(True))

    change = rules.change(wish(before, off=[REMINDER_SMS]), before, unseen=UNSEEN)

    assert change == Change(noes=(REMINDER_SMS,))


def test_nothing_changed_is_nothing_written() -> None:
    before = known(said(True), said(False, purpose=Purpose.SURVEY))

    assert rules.change(wish(before), before, unseen=UNSEEN) == Change()


def test_a_tick_after_stop_opens_that_box_alone() -> None:
    before = known(said(True), said(False, days=1), walls=[Wall(1, True)])

    change = rules.change(wish(before, REMINDER_SMS), before, unseen=UNSEEN)

    now = after(before, change)
    assert [key for key in [*SHOWN, *UNSEEN] if rules.is_on(key, now)] == [REMINDER_SMS]
    assert change.walls == (1,)


def test_a_fixed_box_is_not_changed_by_a_forged_form() -> None:
    before = known(said(True), walls=[Wall(1, False)])

    assert rules.change(dict.fromkeys(SHOWN, True), before) == Change()


def test_a_car_is_refused_and_allowed_again_by_itself() -> None:
    before = known(said(True))

    refused = after(before, rules.change(wish(before, off=[CARS[0]]), before, unseen=UNSEEN))
    assert [rules.is_on(key, refused) for key in CARS] == [False, True]
    again = rules.change(wish(refused, CARS[0]), refused, unseen=UNSEEN)
    allowed = after(refused, again, at=NOW + timedelta(minutes=1))
    assert [rules.is_on(key, allowed) for key in CARS] == [True, True]


PURPOSES = st.sampled_from([None, *CHOSEN, Purpose.SERVICE])
CONSENTS = st.builds(
    said, st.booleans(), purpose=PURPOSES, channel=st.sampled_from([None, *CHANNELS]), days=st.integers(0, 5),
    file=st.integers(1, 2),
)  # fmt: skip
WALLS = st.builds(
    Wall, st.integers(1, 9), st.booleans(), PURPOSES, st.sampled_from([None, *CHANNELS]), st.sampled_from([None, 1])
)


@given(st.lists(CONSENTS, max_size=5), st.lists(WALLS, max_size=3, unique_by=lambda wall: wall.id), st.data())
def test_whatever_was_said_before_the_list_is_as_wanted_and_nothing_unseen_opens(
    consents: list[Consent], walls: list[Wall], data: st.DataObject
) -> None:
    before = known(*consents, walls=walls)
    wanted = {key: data.draw(st.booleans()) for key in [*SHOWN, *CARS]}

    now = after(before, rules.change(wanted, before, unseen=UNSEEN))

    for key, tick in wanted.items():
        assert rules.is_on(key, now) is (tick and not rules.is_fixed(key, before))
    for key in UNSEEN:
        assert rules.is_on(key, now) <= rules.is_on(key, before)


def test_every_purpose_but_service_is_chosen() -> None:
    assert {*CHOSEN, Purpose.SERVICE} == set(Purpose)

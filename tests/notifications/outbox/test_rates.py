"""Buckets of tokens in Valkey, shared by all workers of a dealer and by no other dealer."""

from datetime import timedelta
from uuid import uuid4

import pytest

from notifications.outbox import rates
from tenants.scope import DealerRef, dealer_scope
from tests.notifications.outbox.making import NOW

pytestmark = pytest.mark.usefixtures("in_north")


@pytest.fixture
def name() -> str:
    return uuid4().hex


def _take(name: str, wanted: int, *, after: timedelta = timedelta(0)) -> int:
    return rates.take(name, rate=10, size=20, wanted=wanted, now=NOW + after)


def test_a_bucket_starts_full_and_empties(name: str):
    assert [_take(name, 15), _take(name, 15), _take(name, 15)] == [15, 5, 0]


def test_a_bucket_refills_with_time_up_to_its_size(name: str):
    _take(name, 20)

    assert _take(name, 20, after=timedelta(seconds=1)) == 10
    assert _take(name, 99, after=timedelta(days=1)) == 20


def test_a_clock_set_back_neither_fills_nor_stops_a_bucket(name: str):
    _take(name, 20)

    assert _take(name, 1, after=-timedelta(hours=1)) == 0
    assert _take(name, 20, after=-timedelta(hours=1) + timedelta(seconds=1)) == 10


def test_what_was_not_used_comes_back(name: str):
    _take(name, 20)
    rates.give_back(name, count=7)

    assert _take(name, 20) == 7


def test_each_recipient_has_a_bucket_of_their_own(name: str):
    anna, boris = f"{name}:anna", f"{name}:boris"

    granted = rates.take_one_each([anna, boris, anna], rate=1, size=1, now=NOW)

    assert granted == [True, True, False]


def test_no_recipients_need_no_tokens():
    assert rates.take_one_each([], rate=1, size=1, now=NOW) == []


def test_two_dealers_do_not_share_a_bucket(name: str, south: DealerRef):
    _take(name, 20)

    with dealer_scope(south):
        assert _take(name, 20) == 20


def test_a_very_slow_rate_works(name: str):
    assert rates.take(name, rate=1 / 60, size=1, wanted=5, now=NOW) == 1
    assert rates.take(name, rate=1 / 60, size=1, wanted=5, now=NOW + timedelta(seconds=59)) == 0
    assert rates.take(name, rate=1 / 60, size=1, wanted=5, now=NOW + timedelta(seconds=61)) == 1

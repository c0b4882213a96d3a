"""What the policy promises for every person, moment and order, not only for the table's rows."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from notifications.policy.facts import (
    Action,
    Consent,
    Contact,
    Facts,
    Purpose,
    Route,
    Suppression,
    Topic,
    Verdict,
)
from notifications.policy.rules import decide
from notifications.policy.standard import shipped_standard

STANDARD = shipped_standard()
START = datetime(2026, 1, 1, tzinfo=UTC)
SENT = (Action.SEND, Action.OTHER_CHANNEL)
moments = st.integers(0, 366 * 24 * 60).map(lambda minute: START + timedelta(minutes=minute))
zones = st.sampled_from(["Asia/Shanghai", "Europe/Madrid", "America/New_York", "Pacific/Chatham", "Africa/Cairo"]).map(
    ZoneInfo
)
purposes = st.sampled_from(list(Purpose))
topics = st.sampled_from(list(Topic))
channels = st.sampled_from(["sms", "email"])
consents = st.builds(
    Consent,
    is_given=st.booleans(),
    at=moments,
    purpose=st.none() | purposes,
    channel=st.none() | channels,
    customer_id=st.integers(0, 2),
)
suppressions = st.builds(
    Suppression,
    reason=st.just("OPTED_OUT"),
    purpose=st.none() | purposes,
    channel=st.none() | channels,
    address_id=st.none() | st.integers(1, 3),
)
routes = st.builds(
    Route,
    address_id=st.integers(1, 3),
    channel=channels,
    is_bounced=st.booleans(),
    is_landline=st.booleans(),
)
contacts = st.builds(Contact, at=moments, topic=topics)
facts = st.builds(
    Facts,
    topic=topics,
    purpose=purposes,
    expires_at=moments,
    timezone=zones,
    consents=st.lists(consents, max_size=4).map(tuple),
    suppressions=st.lists(suppressions, max_size=2).map(tuple),
    routes=st.lists(routes, max_size=3).map(tuple),
    sent=st.lists(contacts, max_size=5).map(tuple),
    upcoming=st.lists(contacts, max_size=5).map(tuple),
)


def is_sent(verdict: Verdict) -> bool:
    return verdict.action in SENT


@given(facts=facts, now=moments)
def test_nothing_is_sent_in_quiet_hours(facts: Facts, now: datetime) -> None:
    local = now.astimezone(facts.timezone)

    assert not is_sent(decide(facts, STANDARD, now=now)) or 9 <= local.hour < 21


@given(facts=facts, now=moments)
def test_nothing_is_sent_over_a_suppression(facts: Facts, now: datetime) -> None:
    verdict = decide(facts, STANDARD, now=now)

    assert not is_sent(verdict) or not any(
        order.purpose in (None, facts.purpose)
        and order.channel in (None, verdict.channel)
        and order.address_id in (None, verdict.address_id)
        for order in facts.suppressions
    )


@given(facts=facts, now=moments)
def test_nothing_is_sent_after_it_expired(facts: Facts, now: datetime) -> None:
    assert not is_sent(decide(facts, STANDARD, now=now)) or now < facts.expires_at


@given(facts=facts, now=moments)
def test_a_deferred_message_is_free_at_its_hour(facts: Facts, now: datetime) -> None:
    verdict = decide(facts, STANDARD, now=now)

    assert verdict.action is not Action.DEFER or (verdict.not_before is not None and verdict.not_before > now)


@given(
    order=st.lists(st.tuples(topics, st.integers(0, 40 * 24 * 60)), max_size=12),
    zone=zones,
)
def test_no_order_of_messages_breaks_the_cap(order: list[tuple[Topic, int]], zone: ZoneInfo) -> None:
    waiting = [(START + timedelta(minutes=minute), topic) for topic, minute in order]
    sent: list[Contact] = []
    for _ in range(400):
        if not waiting:
            break
        waiting.sort(key=lambda item: item[0])
        now, topic = waiting.pop(0)
        verdict = decide(_question(topic, zone, sent, waiting), STANDARD, now=now)
        if is_sent(verdict):
            sent.append(Contact(at=now, topic=topic))
        elif verdict.not_before is not None:
            waiting.append((verdict.not_before, topic))

    assert not waiting
    days = Counter(contact.at.astimezone(zone).date() for contact in sent)
    assert all(count == 1 for count in days.values())
    for first in days:
        window = [day for day in days if timedelta(0) <= day - first < timedelta(days=14)]
        assert len(window) <= 3


def _question(topic: Topic, zone: ZoneInfo, sent: list[Contact], waiting: list[tuple[datetime, Topic]]) -> Facts:
    return Facts(
        topic=topic,
        purpose=Purpose.SERVICE,
        expires_at=START + timedelta(days=3000),
        timezone=zone,
        routes=(Route(address_id=1, channel="sms"),),
        sent=tuple(sent),
        upcoming=tuple(Contact(at=at, topic=other) for at, other in waiting),
    )

"""What the tests ask the policy: a person of whom nothing objects, and what may be changed of them."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from core.calendar.rules import WorkCalendar
from notifications.policy.facts import (
    Consent,
    Contact,
    Facts,
    Purpose,
    Route,
    Topic,
    Vehicle,
)
from notifications.policy.standard import shipped_standard

STANDARD = shipped_standard()
SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 11, 18, 4, 0, tzinfo=UTC)  # Wednesday, 12:00 in Shanghai
YES = Consent(is_given=True, at=NOON - timedelta(days=300))
PHONE = Route(address_id=1, channel="sms", cost_minor=5)
MAIL = Route(address_id=2, channel="email")
SIX_DAYS_WEEK = WorkCalendar(
    timezone=SHANGHAI,
    weekly={day: ((time(8), time(18)),) for day in range(6)},
    closed=frozenset({date(2026, 11, 18), date(2026, 11, 19)}),
    open_extra={date(2026, 11, 22): ((time(8), time(18)),)},
)


def make_facts(**changes: Any) -> Facts:
    facts = Facts(
        topic=Topic.MAINTENANCE,
        purpose=Purpose.REMINDER,
        expires_at=NOON + timedelta(days=7),
        timezone=SHANGHAI,
        vehicles=(Vehicle(id=7),),
        consents=(YES,),
        routes=(PHONE,),
    )
    return replace(facts, **changes)


def no(**scope: Any) -> Consent:
    return Consent(is_given=False, at=NOON - timedelta(days=1), **scope)


def contacts(*days_ago: int, topic: Topic = Topic.SURVEY) -> tuple[Contact, ...]:
    return tuple(Contact(at=NOON - timedelta(days=days), topic=topic) for days in days_ago)

"""Slots on the half hour, capacity with a share for walk-ins, and notices around a visit."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from core.appointments import rules, table
from core.appointments.rules import BayFacts, Busy, Limits, Slot, WorkKind, Workshop
from core.calendar.rules import Hours, Period, WorkCalendar
from core.tables import reading

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY = date(2026, 3, 2)
DAY = ((time(8, 30), time(18, 0)),)
NO_LIMITS = Limits()
SERVICE = WorkKind("MAINTENANCE", timedelta(hours=1))
BODY = WorkKind("BODY", timedelta(hours=4), needs_equipment=True)
TWO_BAYS = (BayFacts(1), BayFacts(2))


def local(text: str) -> datetime:
    """Read a wall time of Shanghai as UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


def workshop(*, bays: tuple[BayFacts, ...] = TWO_BAYS, limits: Limits = NO_LIMITS, hours: Hours = DAY) -> Workshop:
    """Make a workshop open Monday to Saturday."""
    weekly = dict.fromkeys(range(6), hours)
    return Workshop(WorkCalendar(SHANGHAI, weekly), bays, timedelta(minutes=30), limits)


def busy(bay_id: int, begin: str, end: str) -> Busy:
    """Make a taken stretch of Monday."""
    return Busy(bay_id, Period(local(f"2026-03-02 {begin}"), local(f"2026-03-02 {end}")))


def monday() -> Period:
    """Return all of Monday."""
    return Period(local("2026-03-02 00:00"), local("2026-03-03 00:00"))


def starts(slots: tuple[Slot, ...]) -> list[str]:
    """Show the wall times at which slots start."""
    return [f"{slot.start_at.astimezone(SHANGHAI):%H:%M}" for slot in slots]


def free(shop: Workshop, *taken: Busy, kind: WorkKind = SERVICE, limit: int = 99) -> tuple[Slot, ...]:
    """Return Monday's free slots."""
    return rules.free_slots(workshop=shop, kind=kind, period=monday(), busy=taken, limit=limit)


def test_slots_lie_on_the_half_hour_from_opening_to_the_last_that_fits() -> None:
    shown = starts(free(workshop()))

    assert shown[:3] == ["08:30", "09:00", "09:30"]
    assert shown[-1] == "17:00"


def test_an_odd_opening_time_is_rounded_up_to_the_grid() -> None:
    shop = workshop(hours=((time(8, 10), time(10, 0)),))

    assert starts(free(shop)) == ["08:30", "09:00"]


def test_work_may_span_the_break_but_not_the_night() -> None:
    shop = workshop(hours=((time(8, 30), time(12)), (time(13, 30), time(18))))

    slots = free(shop, kind=WorkKind("REPAIR", timedelta(hours=2)))
    by_start = dict(zip(starts(slots), slots, strict=True))

    assert by_start["11:00"].end_at == local("2026-03-02 14:30")
    assert starts(slots)[-1] == "16:00"


def test_a_taken_bay_is_not_offered_and_the_other_is() -> None:
    slots = free(workshop(), busy(1, "08:30", "09:30"))

    assert slots[0].bay_id == 2
    assert slots[0].start_at == local("2026-03-02 08:30")


def test_a_time_is_gone_when_all_bays_are_taken() -> None:
    slots = free(workshop(), busy(1, "08:30", "09:30"), busy(2, "09:00", "10:00"))

    assert starts(slots)[:2] == ["09:30", "10:00"]


def test_periods_that_touch_do_not_clash() -> None:
    slots = free(workshop(bays=(BayFacts(1),)), busy(1, "09:30", "10:30"))

    assert starts(slots)[:2] == ["08:30", "10:30"]


def test_capacity_is_bays_times_hours_less_the_walk_in_share() -> None:
    shop = workshop(limits=Limits(walk_in_share=0.2))

    assert rules.day_capacity(MONDAY, workshop=shop, kind=SERVICE) == timedelta(hours=15.2)


def test_the_walk_in_share_is_never_sold() -> None:
    shop = workshop(bays=(BayFacts(1),), limits=Limits(walk_in_share=0.2))

    assert free(shop, busy(1, "08:30", "15:00"))
    assert not free(shop, busy(1, "08:30", "15:30"))


def test_capacity_is_counted_by_kind_of_work() -> None:
    shop = workshop(bays=(BayFacts(1), BayFacts(2, frozenset({"BODY"}))))

    assert rules.day_capacity(MONDAY, workshop=shop, kind=SERVICE) == timedelta(hours=9.5)
    assert rules.day_capacity(MONDAY, workshop=shop, kind=BODY) == timedelta(hours=9.5)
    assert {slot.bay_id for slot in free(shop, kind=BODY)} == {2}


def test_the_choosiest_bay_goes_first() -> None:
    shop = workshop(bays=(BayFacts(1), BayFacts(2, frozenset({"MAINTENANCE"}))))

    assert free(shop)[0].bay_id == 2


@pytest.mark.parametrize(
    ("limits", "first"),
    [
        (Limits(technicians=1), "10:00"),
        (Limits(advisors=1), "09:30"),
        (Limits(technicians=2), "09:00"),
    ],
    ids=["one technician", "one advisor", "enough people"],
)
def test_people_bound_the_workshop_too(limits: Limits, first: str) -> None:
    shop = workshop(limits=limits)
    taken = (busy(1, "08:30", "09:00"), busy(1, "09:00", "10:00"))
    period = Period(local("2026-03-02 09:00"), local("2026-03-02 18:00"))

    slots = rules.free_slots(workshop=shop, kind=SERVICE, period=period, busy=taken, limit=1)

    assert starts(slots) == [first]


def test_free_slots_stop_at_the_limit_and_go_on_over_closed_days() -> None:
    period = Period(local("2026-03-07 17:00"), local("2026-03-10 00:00"))

    slots = rules.free_slots(workshop=workshop(), kind=SERVICE, period=period, busy=(), limit=2)

    assert [slot.start_at for slot in slots] == [
        local("2026-03-07 17:00"),
        local("2026-03-09 08:30"),
    ]


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("2026-03-02 09:00", True),
        ("2026-03-02 09:10", False),
        ("2026-03-02 17:30", False),
        ("2026-03-08 09:00", False),
        ("2026-03-02 08:30", False),
        ("2026-05-04 09:00", False),
    ],
    ids=["good", "off the grid", "past closing", "Sunday", "already begun", "past the horizon"],
)
def test_only_a_slot_of_the_grid_ahead_may_be_booked(start: str, *, expected: bool) -> None:
    slot = Slot("MAINTENANCE", 1, local(start), local(start) + timedelta(hours=1))

    bookable = rules.is_bookable(
        slot,
        workshop=workshop(),
        kind=SERVICE,
        now=local("2026-03-02 08:45"),
        horizon=timedelta(days=60),
    )

    assert bookable is expected


def test_half_an_hour_late_is_a_no_show() -> None:
    start, after = local("2026-03-02 09:00"), table.shipped().no_show_after

    assert not rules.is_no_show(start_at=start, after=after, now=local("2026-03-02 09:29"))
    assert rules.is_no_show(start_at=start, after=after, now=local("2026-03-02 09:30"))


@pytest.mark.parametrize(
    ("name", "booked", "expected"),
    [
        ("CONFIRMATION", "2026-03-01 11:00", "2026-03-01 11:00"),
        ("DAY_BEFORE", "2026-03-01 11:00", "2026-03-03 10:00"),
        ("DAY_BEFORE", "2026-03-03 08:00", None),
        ("TWO_HOURS_BEFORE", "2026-03-01 11:00", "2026-03-04 12:00"),
        ("TWO_HOURS_BEFORE", "2026-03-04 11:00", None),
        ("NO_SHOW", "2026-03-01 11:00", None),
    ],
)
def test_notices_leave_at_their_times_but_not_right_after_booking(name: str, booked: str, expected: str | None) -> None:
    (notice,) = (row for row in table.shipped().notices if row.name == name)

    due_at = rules.notice_due_at(
        notice,
        booked_at=local(booked),
        start_at=local("2026-03-04 14:00"),
        calendar=workshop().calendar,
    )

    assert due_at == (local(expected) if expected else None)


def test_the_preparation_list_looks_two_working_days_ahead() -> None:
    days = rules.preparation_days(date(2026, 3, 6), working_days=2, calendar=workshop().calendar)

    assert days == (date(2026, 3, 7), date(2026, 3, 9))


def test_every_shipped_notice_names_its_source() -> None:
    assert all(row["source"] for row in reading.read("appointments")["notice"])
    assert table.shipped().preparation_clock == time(16)

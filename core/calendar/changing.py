"""What people change about a dealer's hours and days: each with what stood before, in the audit."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from core.calendar import hours, operations
from core.calendar.models import CalendarDay, DealerSettings
from tenants import announcing
from tenants.accounts import operations as accounts
from tenants.accounts.staff import By

# Not of the log: what a dealer sets is in the audit.
CHANGED = "settings.changed"


@transaction.atomic
def change_week(data: hours.WeekData, *, by: By, now: datetime) -> None:
    """Replace the opening hours of the week. Raises: HoursUnreadable; DealerNotSetUp."""
    row = locked_settings()
    before = {"weekly_hours": row.weekly_hours}
    operations.set_weekly_hours(data)
    row.refresh_from_db()
    note("settings.hours_changed", before=before, after={"weekly_hours": row.weekly_hours}, by=by, now=now)


@transaction.atomic
def keep_public_holidays(keeps: bool, *, by: By, now: datetime) -> None:
    """Say whether the country's holidays and make-up days hold here. Raises: DealerNotSetUp."""
    row = locked_settings()
    before = {"keeps_public_holidays": row.keeps_public_holidays}
    row.keeps_public_holidays = keeps
    row.save(update_fields=["keeps_public_holidays"])
    note("settings.holidays_changed", before=before, after={"keeps_public_holidays": keeps}, by=by, now=now)


@transaction.atomic
def change_day(*, day: date, periods: hours.DayData, name: str, by: By, now: datetime) -> CalendarDay:
    """Give a date its own hours; without any it is closed. Raises: HoursUnreadable; DealerNotSetUp."""
    # The settings' row is the lock of all days: two people who give one date hours at once come one after the other.
    locked_settings()
    before = CalendarDay.objects.filter(date=day).first()
    operations.set_day(day=day, periods=periods, name=name)
    own = CalendarDay.objects.get(date=day)
    note("settings.day_changed", before=_written(before) if before else None, after=_written(own), by=by, now=now)
    return own


@transaction.atomic
def give_back_day(*, day: date, by: By, now: datetime) -> None:
    """Give a date back to the week and the country's holidays; again changes nothing. Raises: DealerNotSetUp."""
    locked_settings()
    own = CalendarDay.objects.filter(date=day).first()
    if own is not None:
        operations.clear_day(day=day)
        note("settings.day_given_back", before=_written(own), after=None, by=by, now=now)


def locked_settings() -> DealerSettings:
    """Return the dealer's settings, locked until the transaction ends. Raises: DealerNotSetUp."""
    row = DealerSettings.objects.select_for_update().filter(id=1).first()
    if row is None:
        raise operations.DealerNotSetUp
    return row


def note(
    action: str, *, before: Mapping[str, object] | None, after: Mapping[str, object] | None, by: By, now: datetime
) -> None:
    """Write a change of the settings into the audit, and tell the screens; nothing where nothing changed."""
    if before == after:
        return
    accounts.audit(
        action=action,
        actor_kind="user",
        actor_id=by.user.pk,
        at=now,
        subject_kind="settings",
        before=before,
        after=after,
        address=by.address,
    )
    announcing.announce({CHANGED})


def _written(day: CalendarDay) -> dict[str, object]:
    return {"date": day.date.isoformat(), "hours": day.hours, "name": day.name}

"""When a car counts as lapsed; pure."""

from datetime import date, timedelta

# Source: P, "not seen for six months"; counted in days, as dealers do.
LAPSED_AFTER_DAYS = 180


def lapsed_before(as_of_date: date, *, days: int = LAPSED_AFTER_DAYS) -> date:
    """Return the day before which a car's last visit must lie for the car to be lapsed on `as_of_date`."""
    return as_of_date - timedelta(days=days)

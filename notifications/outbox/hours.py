"""Whether a message may leave at this hour where its reader lives.

Policy chose the moment when it was queued; a provider's outage, a throttled account or an answered doubt
may have carried it into the night since. Only the quiet hours are looked at again: they are nobody's wish alone.
"""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from notifications.policy.facts import Purpose, Window
from notifications.policy.quiet import MIDNIGHT, allowed_windows, instant
from notifications.policy.standard import PolicyStandard

PURPOSES = {purpose.value: purpose for purpose in Purpose}


def quiet_until(at: datetime, *, zone: ZoneInfo, standard: PolicyStandard, purpose: str = "") -> datetime | None:
    """This function will say when the quiet hours around a moment end, or None if it lies in none.

    purpose: the message's; without one, what holds for all.
    """
    local = at.astimezone(zone)
    windows = allowed_windows(standard.quiet_of(PURPOSES.get(purpose)))
    if any(_is_within(window, local.time()) for window in windows):
        return None
    days = (local.date() + timedelta(days=offset) for offset in range(3))
    openings = [instant(day, window.from_time, zone=zone) for day in days for window in windows]
    return min((opening for opening in openings if opening > at), default=None)


def _is_within(window: Window, at: time) -> bool:
    # A window that ends at midnight lasts to the end of its day.
    return window.from_time <= at and (at < window.until_time or window.until_time == MIDNIGHT)

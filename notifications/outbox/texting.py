"""What becomes of claimed texts that a cap or a closed country stops: the next day's, or a person's; never lost."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from core.calendar import rules as calendar
from core.customers.standing import today_of
from notifications.channels.models import ChannelAccount
from notifications.outbox import hours
from notifications.outbox.moving import Telling
from notifications.outbox.rules import Happening
from notifications.policy.operations import standard_in_force
from notifications.texting import operations as texting
from notifications.texting.operations import Leaving
from notifications.texting.rules import REFUSALS, Rule
from tenants.scope import current_dealer


def stop_texts(
    tellings: Sequence[Telling],
    leaving: Sequence[Leaving],
    *,
    expiries: Mapping[int, datetime | None],
    account: ChannelAccount,
    now: datetime,
) -> list[Telling]:
    """This function will hold or forbid those of the claimed that may not leave, and keep why.

    What a cap stops waits for the next day, where it is worth sending then; else, and where a country is closed, the
    next channel or a person takes over as after any failure.
    """
    found = texting.stopped(leaving, kind=account.kind, account_id=account.pk, now=now)
    if not found:
        return list(tellings)
    until = _next_day(now)
    held = {pk: until for pk, rule in found.items() if rule not in REFUSALS and (expiries[pk] or until) > until}
    texting.keep_decisions(found, held, now=now)
    return [_stopped(one, found.get(one.message_id), held.get(one.message_id)) for one in tellings]


def _stopped(telling: Telling, rule: Rule | None, until: datetime | None) -> Telling:
    if rule is None:
        return telling
    happening = Happening.HOLD if until else Happening.FORBID
    return replace(telling, happening=happening, until=until, error=rule.value)


def _next_day(now: datetime) -> datetime:
    """The end of the night after this day: nobody is woken by what waited for the date to change."""
    zone = ZoneInfo(current_dealer().timezone)
    midnight = calendar.at_local(today_of(now) + timedelta(days=1), time(), timezone=zone)
    standard = standard_in_force(today=today_of(now))
    return hours.quiet_until(midnight, zone=zone, standard=standard) or midnight

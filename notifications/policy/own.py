"""A dealer's contact hours for people to look at: what the standard demands, what is its own, and what follows."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from core.calendar import changing
from core.calendar import operations as calendars
from core.calendar.rules import WorkCalendar
from notifications.policy import case, operations, publishing, quiet
from notifications.policy.case import Case
from notifications.policy.facts import Facts, Purpose, Topic
from notifications.policy.standard import PolicyStandard
from notifications.policy.tightening import Wish, changes_for, tighten
from notifications.texting.rules import Caps
from tenants import scope
from tenants.accounts.staff import By

# The dealer's own values that a wish stands for.
WISHED = frozenset({"quiet_from", "quiet_until", "quiet_hours", "keeps_rest_days", "keeps_preferred_time"})
CAPS = "texting"
# What a preview asks for: a message that waits for its hour, and nothing of a person who may be called.
ANY_TOPIC = Topic.MAINTENANCE


@dataclass(frozen=True)
class Kept:
    """The manufacturer's standard, and what holds here: the same, or stricter."""

    standard: PolicyStandard
    here: PolicyStandard


@dataclass(frozen=True)
class Leaving:
    """When a message would leave, and which rule puts it off; an empty one lets it go at once."""

    planned_at: datetime
    leaves_at: datetime
    rule: str


def kept(*, today: date) -> Kept:
    """This function will return what the manufacturer demands and what the current dealer keeps."""
    return Kept(operations.published_standard(today=today), operations.standard_in_force(today=today))


@transaction.atomic
def keep_wishes(wishes: tuple[Wish, ...], *, by: By, today: date, now: datetime) -> None:
    """This function will keep hours and days as wished, in the place of those before; purposes not named are standard.

    Other values of the dealer's own (how many messages, whose consent) stay. Raises: StandardLoosened, DealerNotSetUp.
    """
    others = {name: value for name, value in changing.locked_settings().policy.items() if name not in WISHED}
    wished = changes_for(operations.published_standard(today=today), wishes)
    publishing.set_own_policy({**others, **wished}, today=today, by=by, now=now)


@transaction.atomic
def keep_caps(caps: Caps, *, by: By, today: date, now: datetime) -> None:
    """This function will keep caps of texting, in the place of those before; one that equals the standard's is none.

    Raises: StandardLoosened, DealerNotSetUp.
    """
    others = {name: value for name, value in changing.locked_settings().policy.items() if name != CAPS}
    demanded = vars(operations.published_standard(today=today).texting)
    stricter = {name: most for name, most in vars(caps).items() if most != demanded[name]}
    publishing.set_own_policy(others | ({CAPS: stricter} if stricter else {}), today=today, by=by, now=now)


def preview(planned_at: datetime, *, purpose: Purpose, wishes: tuple[Wish, ...], today: date) -> Leaving:
    """This function will say when a message planned for a moment would leave, if those wishes held.

    Without wishes: as things stand. Raises: StandardLoosened, StandardInvalid, DealerNotSetUp.
    """
    standard = operations.published_standard(today=today)
    here = tighten(standard, changes_for(standard, wishes)) if wishes else operations.standard_in_force(today=today)
    calendar = calendars.calendar_of(scope.current_dealer(), now=planned_at)
    return leaving(planned_at, purpose=purpose, standard=here, calendar=calendar)


def leaving(planned_at: datetime, *, purpose: Purpose, standard: PolicyStandard, calendar: WorkCalendar) -> Leaving:
    """This function will say when a message leaves by the hours and days alone."""
    facts = Facts(
        topic=ANY_TOPIC,
        purpose=purpose,
        expires_at=planned_at,
        timezone=calendar.timezone,
        calendar=calendar,
    )
    outcome = quiet.check(case.opened(facts, standard, now=planned_at))
    if isinstance(outcome, Case):
        return Leaving(planned_at, planned_at, rule="")
    return Leaving(planned_at, outcome.not_before or planned_at, rule=outcome.rule)

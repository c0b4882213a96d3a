"""What is true of people's work: whose it is, what an outcome means for it, which way its calls go. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

# Who does the work of a post that nobody holds: the first of these that somebody does.
# Source: handbook, staffing class V leaves the relations post empty and the service specialist covers it; the
# others are ours, so that no work waits for nobody.
COVER: Mapping[str, tuple[str, ...]] = {
    "RELATIONS_SPECIALIST": ("SERVICE_SPECIALIST", "COC_DIRECTOR", "GENERAL_MANAGER"),
    "SERVICE_SPECIALIST": ("RELATIONS_SPECIALIST", "COC_DIRECTOR", "GENERAL_MANAGER"),
    "SERVICE_MANAGER": ("GENERAL_MANAGER", "COC_DIRECTOR"),
    "COC_DIRECTOR": ("GENERAL_MANAGER",),
    "GENERAL_MANAGER": ("COC_DIRECTOR",),
}

# Whose work a head may take in hand beside their own: those who answer to them.
LED: Mapping[str, frozenset[str]] = {
    "COC_DIRECTOR": frozenset({"SERVICE_SPECIALIST", "RELATIONS_SPECIALIST"}),
    "GENERAL_MANAGER": frozenset(
        {"COC_DIRECTOR", "SERVICE_SPECIALIST", "RELATIONS_SPECIALIST", "SERVICE_MANAGER", "SERVICE_ADVISOR"}
    ),
}

# To whom goes what nobody of the post can do.
HEAD = "COC_DIRECTOR"

# Which norm a kind of work counts against. Source: handbook; what an owner began comes in, what we begin goes out.
INBOUND, OUTBOUND = "INBOUND", "OUTBOUND"
DIRECTIONS: Mapping[str, str] = {
    "CALL": OUTBOUND,
    "COMPLAINT": OUTBOUND,
    "DISSATISFIED": OUTBOUND,
    "OTHER": OUTBOUND,
    "REPLY": INBOUND,
    "APPOINTMENT": INBOUND,
    "UNCONFIRMED": INBOUND,
}
# The posts whose calls are measured by a norm of the day; a head may call, but is not there for it.
# Source: handbook, the norms are those of the two specialists.
CALLERS = frozenset({"SERVICE_SPECIALIST", "RELATIONS_SPECIALIST"})

# How often somebody is tried before the work ends without them; ours, no document gives a number.
MOST_ATTEMPTS = 3
# Work that is put aside for longer is forgotten; ours.
LONGEST_ASIDE = timedelta(days=366)


class TimeOver(ValueError):
    """Nothing is kept for a time that has passed."""


class TimeTooFar(ValueError):
    """Nothing is kept for longer than a year."""


@dataclass(frozen=True)
class Course:
    """What an outcome means for the task: over, again after this much working time, or at a time that is agreed.

    What is handed on is somebody else's from now on.
    """

    is_over: bool = True
    again_after: timedelta | None = None
    is_handed_on: bool = False


# Outcomes from the call script, in the order of their keys. The pauses are ours: who is busy is soon not, whose
# phone is off stays off for longer.
COURSES: Mapping[str, Course] = {
    "COMPLETED": Course(),
    "NO_ANSWER": Course(is_over=False, again_after=timedelta(hours=2)),
    "BUSY": Course(is_over=False, again_after=timedelta(minutes=30)),
    "RESCHEDULED": Course(is_over=False),
    "PARTLY_COMPLETED": Course(),
    "REFUSED": Course(),
    "POWERED_OFF": Course(is_over=False, again_after=timedelta(hours=4)),
    "WRONG_NUMBER": Course(),
    # The owner has been asked nothing yet: somebody who speaks their language goes on.
    "LANGUAGE_BARRIER": Course(is_over=False, is_handed_on=True),
}

# What is no call, or not one that can end in every way: by the reason, or else by the kind. Whoever must write,
# decide or know has done so or does it later; an owner who complains is owed an answer, however often they are called.
DONE = ("COMPLETED",)
OFFERED: Mapping[str, tuple[str, ...]] = {
    "REPLY": DONE,
    "UNCONFIRMED": DONE,
    "complaint.to_manager": DONE,
    "dissatisfied.to_manager": DONE,
    "complaint.level_2": ("COMPLETED", "PARTLY_COMPLETED"),
    "complaint.level_3": ("COMPLETED", "PARTLY_COMPLETED"),
    "complaint.level_4": ("COMPLETED", "PARTLY_COMPLETED"),
    "complaint.answer": tuple(outcome for outcome in COURSES if outcome not in {"REFUSED", "PARTLY_COMPLETED"}),
}
# What a slip of the finger must not cause: the number is called no more, the person is not asked again.
GRAVE = frozenset({"WRONG_NUMBER", "REFUSED"})


def roles_of_work(role: str, *, held: Collection[str]) -> frozenset[str]:
    """Return whose work people in this role do: their own, and that of posts nobody holds; `held` are the others."""
    covered = (
        post
        for post, substitutes in COVER.items()
        if post not in held and next((one for one in substitutes if one in held), None) == role
    )
    return frozenset({role, *covered})


def has_norm(roles: Collection[str]) -> bool:
    """Return whether whoever does the work of these roles makes calls by a norm."""
    return not CALLERS.isdisjoint(roles)


def outcomes_of(kind: str, *, reason: str) -> tuple[str, ...]:
    """Return the outcomes that a piece of work can have, in the order of their keys."""
    return OFFERED.get(reason) or OFFERED.get(kind) or tuple(COURSES)


def course_of(outcome: str, *, attempts: int) -> Course:
    """Return what an outcome means after so many attempts before it; the last one that reached nobody ends it."""
    course = COURSES[outcome]
    return Course() if course.again_after is not None and attempts + 1 >= MOST_ATTEMPTS else course


def check_time(again_at: datetime, *, now: datetime) -> None:
    """Raises: TimeOver, TimeTooFar where nothing can be kept for that time."""
    if again_at <= now:
        raise TimeOver
    if again_at > now + LONGEST_ASIDE:
        raise TimeTooFar


def load_of(calls: Mapping[str, int], *, most: Mapping[str, int]) -> float:
    """Return how much of a day's norm the calls are, by direction; above 1 is more than anybody should do."""
    return sum(calls.get(direction, 0) / norm for direction, norm in most.items())

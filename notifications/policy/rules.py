"""The one rule for every outgoing message: may it go, when, and over which channel?

Pure: facts in, verdict out. The checks stand in their binding order; the first that objects
decides, so that a message is never called unreachable where it was unwanted.
"""

from collections.abc import Callable, Iterable
from datetime import datetime

from notifications.policy import consent, frequency, quiet, reach, relevance
from notifications.policy.case import Case, opened
from notifications.policy.facts import Facts, Topic, Verdict
from notifications.policy.standard import PolicyStandard

CHECKS: tuple[Callable[[Case], Case | Verdict], ...] = (
    consent.check,
    relevance.check,
    quiet.check,
    frequency.check,
    reach.check,
)


def decide(facts: Facts, standard: PolicyStandard, *, now: datetime) -> Verdict:
    """This function will say what to do with one message now, and which rule and facts say so."""
    case = opened(facts, standard, now=now)
    for check in CHECKS:
        outcome = check(case)
        if isinstance(outcome, Verdict):
            return outcome
        case = outcome
    raise AssertionError("the last check always decides")


def by_rank(topics: Iterable[Topic], standard: PolicyStandard) -> list[Topic]:
    """This function will return topics in the order in which they may use up a person's cap."""
    return sorted(topics, key=lambda topic: standard.topics[topic].rank)

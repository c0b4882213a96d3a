"""What a message is about once more, and what becomes of it by the policy's second verdict. Pure."""

from collections.abc import Mapping
from enum import StrEnum

from notifications.policy.facts import Action, Purpose, Topic, Verdict

# What a message without a planned occasion is about.
TOPICS: Mapping[Purpose, Topic] = {
    Purpose.SERVICE: Topic.APPOINTMENT,
    Purpose.SURVEY: Topic.SURVEY,
    Purpose.REMINDER: Topic.MAINTENANCE,
    Purpose.MARKETING: Topic.CAMPAIGN,
}


class Way(StrEnum):
    """How it goes on with a message that did not arrive."""

    NEXT_CHANNEL = "NEXT_CHANNEL"
    LATER = "LATER"
    CALL = "CALL"
    NOTHING = "NOTHING"


def topic_of(purpose: Purpose, *, case_kind: str) -> Topic:
    """This function will say what a message is about by its purpose and its case."""
    return Topic.COMPLAINT if case_kind == "complaint" else TOPICS[purpose]


def way_on(verdict: Verdict, *, has_failed: bool) -> Way:
    """This function will say how it goes on.

    Whoever got a message that is merely not confirmed is not called; whose message failed is, where no channel is left
    or its time has passed, as the house does not know whether they know.
    """
    if verdict.action in (Action.SEND, Action.OTHER_CHANNEL):
        return Way.NEXT_CHANNEL
    if verdict.action is Action.DEFER:
        return Way.LATER
    is_unreached = verdict.action is Action.PHONE_TASK or verdict.rule == "expired"
    return Way.CALL if has_failed and is_unreached else Way.NOTHING

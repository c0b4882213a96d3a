"""What is learnt of a complaint after it was registered: what it is about, how grave it is.

The clocks run from the first word; these only make the record truer and the level higher, never lower.
"""

from datetime import datetime

from core.complaints import clocks, record, table
from core.complaints import ladder as ladder_rules
from core.complaints.models import Complaint
from core.complaints.operations import SYSTEM, act, check_category, check_signals
from core.complaints.rules import Action, Actor
from core.transactions import waking


def classify(*, complaint_id: int, category: str, part: str = "", now: datetime, actor: Actor = SYSTEM) -> Complaint:
    """File it under a category, and a part where one is named. Raises: CategoryUnknown; ActionNotAllowed."""
    check_category(category)
    return act(complaint_id, Action.CLASSIFY, actor=actor, text=category, now=now, category=category, part=part)


def raise_level(*, complaint_id: int, text: str, now: datetime, actor: Actor) -> Complaint:
    """Put it one level up by a person's decision. Raises: ActionNotAllowed."""
    with waking(now=now):
        complaint = act(complaint_id, Action.RAISE, actor=actor, text=text, now=now)
        return _lift(complaint, levels=1, reason="PERSON", actor=actor, now=now)


def sound_alarm(*, complaint_id: int, alarm: str, now: datetime, actor: Actor = SYSTEM) -> Complaint:
    """Put it where its alarm belongs, such as SAFETY at the top at once.

    Raises: SignalUnknown; ActionNotAllowed.
    """
    check_signals([alarm])
    with waking(now=now):
        complaint = act(complaint_id, Action.ALARM, actor=actor, text=alarm, now=now, alarm=alarm)
        level = ladder_rules.starting_level(signals={alarm}, earlier_same_fault=0, ladder=table.ladder())
        return _lift(complaint, levels=level - complaint.level, reason=alarm, actor=actor, now=now)


def _lift(complaint: Complaint, *, levels: int, reason: str, actor: Actor, now: datetime) -> Complaint:
    if levels < 1:
        return complaint
    rise = record.rise(complaint, by=levels, reason=reason)
    clocks.stop(complaint, action=None, now=now)
    complaint.save()
    record.risen([rise], now=now, actor=actor)
    return complaint

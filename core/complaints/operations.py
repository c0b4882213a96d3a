"""Opening complaints and walking them through their six steps; each act is recorded with who did it.

Clocks that run out are `core.complaints.escalation`.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from core.calendar import operations as calendar_operations
from core.complaints import clocks, numbering, record, table
from core.complaints import ladder as ladder_rules
from core.complaints import rules as step_rules
from core.complaints.models import Complaint
from core.complaints.record import Rise
from core.complaints.rules import Action, Actor, Step
from core.transactions import waking
from tenants.scope import current_dealer

SYSTEM = Actor("system")

# Not a fault: two of these need not be about the same thing.
NO_FAULT = (Complaint.Category.OTHER,)


class CategoryUnknown(ValueError):
    """Not one of the categories of complaints."""


class SignalUnknown(ValueError):
    """Not one of the signals that lift a complaint at once."""


class ReasonMissing(ValueError):
    """A manager who closes a complaint says why."""


def open_complaint(
    *,
    customer_id: int | None,
    vehicle_id: int | None,
    text: str,
    category: str,
    channel: str,
    now: datetime,
    part: str = "",
    alarms: Collection[str] = (),
    repair_order_id: int | None = None,
    survey_id: int | None = None,
    actor: Actor = SYSTEM,
) -> Complaint:
    """Register a complaint: its number, its level, its clocks and the work it makes.

    What the text says of safety, media or a regulator counts beside the `alarms` given. A survey makes one
    complaint: asked for again, the one there is returned.
    Raises: CategoryUnknown; SignalUnknown; DealerNotSetUp.
    """
    check_category(category)
    check_signals(alarms)
    with waking(now=now):
        number = numbering.next_number()
        # After the number's lock, so that of two who ask at once the second sees the first's.
        known = Complaint.objects.filter(survey_id=survey_id).first() if survey_id else None
        if known is not None:
            return known
        complaint = Complaint(
            number=number,
            customer_id=customer_id,
            vehicle_id=vehicle_id,
            repair_order_id=repair_order_id,
            survey_id=survey_id,
            category=category,
            part=part,
            channel=channel,
            text=text,
            opened_at=now,
        )
        rises = _place_on_ladder(complaint, alarms=alarms)
        _start_clocks(complaint, now=now)
        complaint.save(force_insert=True)
        record.opened(complaint, rises=rises, actor=actor, now=now)
        return complaint


def allowed_actions(complaint: Complaint, *, actor: Actor) -> tuple[Action, ...]:
    """Return what that person may do to the complaint now."""
    return step_rules.allowed_actions(Step(complaint.step), actor=actor)


def answer(*, complaint_id: int, text: str, actor: Actor, now: datetime) -> Complaint:
    """Note an answer given to the owner; the first stops its clock. Raises: ActionNotAllowed."""
    return act(complaint_id, Action.ANSWER, actor=actor, text=text, now=now)


def note(*, complaint_id: int, text: str, actor: Actor, now: datetime) -> Complaint:
    """Add to the record. Raises: ActionNotAllowed."""
    return act(complaint_id, Action.NOTE, actor=actor, text=text, now=now)


def inform_manager(*, complaint_id: int, text: str, actor: Actor, now: datetime) -> Complaint:
    """Note that the general manager knows, which stops that clock. Raises: ActionNotAllowed."""
    return act(complaint_id, Action.INFORM_MANAGER, actor=actor, text=text, now=now)


def judge(*, complaint_id: int, is_founded: bool, text: str, actor: Actor, now: datetime) -> Complaint:
    """Judge whether it is founded; if not, it is closed with the explanation given. Raises: ActionNotAllowed."""
    action = Action.JUDGE_FOUNDED if is_founded else Action.JUDGE_UNFOUNDED
    return act(complaint_id, action, actor=actor, text=text, now=now, is_founded=is_founded)


def investigate(
    *, complaint_id: int, cause: str, department: str, responsible: str, actor: Actor, now: datetime
) -> Complaint:
    """Name the cause, the department and the person responsible. Raises: ActionNotAllowed."""
    found = {"cause": cause, "department": department, "responsible": responsible}
    return act(complaint_id, Action.INVESTIGATE, actor=actor, text=cause, now=now, **found)


def propose(*, complaint_id: int, text: str, actor: Actor, now: datetime) -> Complaint:
    """Propose a solution, or one more, for a manager to choose from. Raises: ActionNotAllowed."""
    return act(complaint_id, Action.PROPOSE, actor=actor, text=text, now=now)


def sign_off(*, complaint_id: int, text: str, actor: Actor, now: datetime) -> Complaint:
    """Pick a solution; from now on the owner is to hear of it today. Raises: ActionNotAllowed; ManagerNeeded."""
    return act(complaint_id, Action.SIGN_OFF, actor=actor, text=text, now=now)


def send_back(*, complaint_id: int, text: str, actor: Actor, now: datetime) -> Complaint:
    """Ask for other solutions. Raises: ActionNotAllowed; ManagerNeeded."""
    return act(complaint_id, Action.SEND_BACK, actor=actor, text=text, now=now)


def tell_owner(*, complaint_id: int, text: str, actor: Actor, now: datetime) -> Complaint:
    """Note that the owner was told of the solution. Raises: ActionNotAllowed."""
    return act(complaint_id, Action.TELL_OWNER, actor=actor, text=text, now=now)


def accept(*, complaint_id: int, text: str, actor: Actor, now: datetime) -> Complaint:
    """Note that the owner accepts the solution, by a reply or a signature. Raises: ActionNotAllowed."""
    return act(complaint_id, Action.ACCEPT, actor=actor, text=text, now=now, carried_out_at=now)


def refuse(*, complaint_id: int, text: str, actor: Actor, now: datetime) -> Complaint:
    """Note that the owner refuses it; another is to be found. Raises: ActionNotAllowed."""
    return act(complaint_id, Action.REFUSE, actor=actor, text=text, now=now)


def sum_up(*, complaint_id: int, text: str, actor: Actor, now: datetime) -> Complaint:
    """Write down causes and improvement. Raises: ActionNotAllowed."""
    return act(complaint_id, Action.SUM_UP, actor=actor, text=text, now=now)


def confirm_satisfied(*, complaint_id: int, actor: Actor, now: datetime) -> Complaint:
    """Close it, as the owner says they are satisfied. Raises: ActionNotAllowed."""
    return act(complaint_id, Action.CONFIRM, actor=actor, text="", now=now)


def close_with_reason(*, complaint_id: int, reason: str, actor: Actor, now: datetime) -> Complaint:
    """Close it by a manager's word. Raises: ReasonMissing; ManagerNeeded; ActionNotAllowed."""
    if not reason.strip():
        raise ReasonMissing
    return act(complaint_id, Action.CLOSE_WITH_REASON, actor=actor, text=reason, now=now, close_reason=reason)


def reopen(*, complaint_id: int, text: str, actor: Actor, now: datetime) -> Complaint:
    """Take it up again after it was closed, or when the owner is not satisfied; clocks start anew.

    Raises: ActionNotAllowed.
    """
    return act(complaint_id, Action.REOPEN, actor=actor, text=text, now=now)


def act(
    complaint_id: int,
    action: Action,
    *,
    actor: Actor,
    text: str,
    now: datetime,
    **found: str | bool | datetime,
) -> Complaint:
    """Do one act: check it, move the step and the clocks, record it. `found` are columns it fills in.

    Raises: ActionNotAllowed; ManagerNeeded; Complaint.DoesNotExist.
    """
    with waking(now=now):
        complaint = Complaint.objects.select_for_update().get(id=complaint_id)
        before = Step(complaint.step)
        complaint.step = step_rules.check(before, action, actor=actor)
        for name, value in found.items():
            setattr(complaint, name, value)
        clocks.stop(complaint, action=action, now=now)
        _start_after(complaint, action=action, now=now)
        _end(complaint, action=action, now=now)
        complaint.save()
        record.acted(complaint, action=action, before=before, text=text, actor=actor, now=now)
        return complaint


def check_category(category: str) -> None:
    """Raises: CategoryUnknown."""
    if category not in table.categories():
        raise CategoryUnknown(category)


def check_signals(signals: Collection[str]) -> None:
    """Raises: SignalUnknown."""
    unknown = set(signals) - {known.name for known in table.ladder().signals}
    if unknown:
        raise SignalUnknown(min(unknown))


def _start_after(complaint: Complaint, *, action: Action, now: datetime) -> None:
    if action is Action.REOPEN:
        complaint.reopened_count += 1
        complaint.closed_at, complaint.closed_by, complaint.close_reason = None, "", ""
        _start_clocks(complaint, now=now)
    if action is Action.SIGN_OFF:
        calendar = calendar_operations.calendar_of(current_dealer(), now=now)
        clocks.start(complaint, starts=Action.SIGN_OFF, calendar=calendar, now=now)


def _start_clocks(complaint: Complaint, *, now: datetime) -> None:
    calendar = calendar_operations.calendar_of(current_dealer(), now=now)
    clocks.start(complaint, starts="OPENED", calendar=calendar, now=now)


# How a complaint was closed, by the action that closed it.
CLOSED_BY = {
    Action.JUDGE_UNFOUNDED: "UNFOUNDED",
    Action.CONFIRM: "OWNER_SATISFIED",
    Action.CLOSE_WITH_REASON: "MANAGER",
}


def _end(complaint: Complaint, *, action: Action, now: datetime) -> None:
    if complaint.step == Step.CLOSED:
        complaint.closed_at, complaint.closed_by = now, CLOSED_BY[action]
        complaint.next_clock_at = None


def _place_on_ladder(complaint: Complaint, *, alarms: Collection[str]) -> list[Rise]:
    """Set alarm and level; return why it starts above the first, in order."""
    ladder = table.ladder()
    signals = ladder_rules.signals_in(complaint.text, ladder=ladder) | set(alarms)
    alarm = next((signal.name for signal in ladder.signals if signal.name in signals), "")
    complaint.alarm = alarm
    first = ladder_rules.starting_level(signals=signals, earlier_same_fault=0, ladder=ladder)
    complaint.level = ladder_rules.starting_level(
        signals=signals, earlier_same_fault=_earlier_same_fault(complaint), ladder=ladder
    )
    base = ladder.levels[0].number
    steps = [(base, first, alarm), (first, complaint.level, "REPEATED")]
    return [Rise(complaint, before, after, why) for before, after, why in steps if after > before]


def _earlier_same_fault(complaint: Complaint) -> int:
    """Count earlier complaints about the same fault of the same car, or person where no car is named."""
    if complaint.category in NO_FAULT:
        return 0
    since = complaint.opened_at - timedelta(days=table.ladder().repeat_within_days)
    same = Complaint.objects.filter(category=complaint.category, part=complaint.part, opened_at__gte=since)
    same = same.exclude(is_founded=False)
    if complaint.vehicle_id is not None:
        return same.filter(vehicle_id=complaint.vehicle_id).count()
    if complaint.customer_id is not None:
        return same.filter(customer_id=complaint.customer_id, vehicle__isnull=True).count()
    return 0

"""What a complaint's link is good for: how it stands, and the owner's own word where one is asked for."""

from dataclasses import dataclass
from datetime import datetime

from core.complaints import operations as complaints
from core.complaints.models import Complaint, ComplaintStep
from core.complaints.rules import Action, ActionNotAllowed, Actor, Step
from notifications.links import operations as links
from notifications.links.models import OwnerLink
from notifications.links.operations import LinkOver

OWNER = Actor("owner")
# What may be an owner's to say; whether it is now, the complaint's own rules know.
THEIRS = (Action.ACCEPT, Action.REFUSE, Action.CONFIRM, Action.REOPEN)
NEEDS_A_SOLUTION = (Action.ACCEPT, Action.REFUSE)


class ComplaintChanged(Exception):
    """The complaint stands elsewhere by now, and that word is no longer asked for."""


@dataclass(frozen=True)
class State:
    """A complaint as its owner sees it: no names, no notes of the house; the solution once it was told."""

    complaint: Complaint
    solution: str
    actions: tuple[Action, ...]


def state(link: OwnerLink) -> State:
    """This function will return how the complaint stands. Raises: LinkOver if there is none."""
    if link.case_kind != "complaint" or link.case_id is None:
        raise LinkOver("NO_COMPLAINT")
    complaint = Complaint.objects.get(pk=link.case_id)
    is_told = complaint.told_owner_at is not None
    return State(complaint, _solution(complaint) if is_told else "", _actions(complaint, is_told=is_told))


def decide(link: OwnerLink, *, action: Action, words: str, now: datetime) -> Complaint:
    """This function will note the owner's word. Raises: ComplaintChanged; LinkOver."""
    standing = state(link)
    if action not in standing.actions:
        raise ComplaintChanged
    try:
        decided = complaints.act(standing.complaint.pk, action, actor=OWNER, text=words, now=now, **_found(action, now))
    except ActionNotAllowed:
        raise ComplaintChanged from None
    links.note_use(link, now=now)
    return decided


def _actions(complaint: Complaint, *, is_told: bool) -> tuple[Action, ...]:
    """A closed complaint is taken up again by telephone, where a person hears why."""
    if complaint.step == Step.CLOSED:
        return ()
    allowed = complaints.allowed_actions(complaint, actor=OWNER)
    return tuple(action for action in THEIRS if action in allowed and (is_told or action not in NEEDS_A_SOLUTION))


def _solution(complaint: Complaint) -> str:
    told = ComplaintStep.objects.filter(complaint=complaint, action=Action.TELL_OWNER)
    return told.order_by("-id").values_list("text", flat=True).first() or ""


def _found(action: Action, now: datetime) -> dict[str, datetime]:
    return {"carried_out_at": now} if action is Action.ACCEPT else {}

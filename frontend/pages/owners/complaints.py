"""How a complaint stands, and the owner's word where one is asked for."""

from django.http import HttpResponse
from django.utils.translation import gettext as _

from core.complaints.rules import Action, Step
from frontend.pages.owners.opened import Opened
from notifications.flows import wording
from notifications.links import complaints
from notifications.links.complaints import ComplaintChanged, State

LONGEST_WORDS = 2_000
# How far the owner sees it: steps of the house are gathered, since what matters is who has to do something.
STAGES: tuple[tuple[Step, ...], ...] = (
    (Step.REGISTERED,),
    (Step.JUDGED, Step.INVESTIGATED, Step.PROPOSED),
    (Step.SIGNED_OFF,),
    (Step.CARRIED_OUT, Step.SUMMED_UP),
    (Step.CLOSED,),
)


def page(opened: Opened) -> HttpResponse:
    """Show how it stands, or take the owner's word. Raises: LinkOver."""
    return _taken(opened) if opened.request.method == "POST" else _shown(opened)


def _taken(opened: Opened) -> HttpResponse:
    action = next((one for one in complaints.THEIRS if one == opened.said("do")), None)
    if action is None:
        return opened.back()
    try:
        complaints.decide(opened.owned, action=action, words=opened.said("words")[:LONGEST_WORDS], now=opened.now)
    except ComplaintChanged:
        return opened.back(told="changed")
    return opened.back(told="thanks")


def _shown(opened: Opened) -> HttpResponse:
    state = complaints.state(opened.owned)
    number = _("Your complaint, number {number}").format(number=state.complaint.number)
    day = wording.day(state.complaint.opened_at.astimezone(opened.zone).date(), language=opened.language)
    return opened.show(
        "complaint",
        heading=number,
        opened_on=_("Registered on {day}").format(day=day),
        stages=_stages(state),
        solution=state.solution,
        asks=_asks(state),
        told=_told(opened),
    )


def _stages(state: State) -> list[tuple[str, str]]:
    """Each stage with where it stands: done, now or next."""
    words = (_("Received"), _("Being looked into"), _("Solution found"), _("Carried out"), _("Closed"))
    now = next(place for place, steps in enumerate(STAGES) if state.complaint.step in steps)
    return [(word, "done" if place < now else "now" if place == now else "next") for place, word in enumerate(words)]


def _asks(state: State) -> list[tuple[str, str]]:
    """The owner's possible words as (action, label)."""
    labels = {
        Action.ACCEPT: _("I accept this solution"),
        Action.REFUSE: _("I don't agree"),
        Action.CONFIRM: _("I am satisfied"),
        Action.REOPEN: _("I am not satisfied"),
    }
    return [(action.value, labels[action]) for action in state.actions]


def _told(opened: Opened) -> str:
    return {
        "thanks": _("Thank you, we have noted it."),
        "changed": _("This has changed in the meantime. Here is how it stands now."),
    }.get(opened.asked("told"), "")

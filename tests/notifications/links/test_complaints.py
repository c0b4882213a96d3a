"""A complaint by its link: how it stands without the house's notes, and the owner's word where it is asked for."""

import pytest

from core.complaints import operations as complaints
from core.complaints.models import Complaint, ComplaintStep
from core.complaints.rules import Action, Actor
from notifications.links import complaints as pages
from notifications.links.complaints import ComplaintChanged
from notifications.links.models import OwnerLink
from notifications.links.operations import LinkOver
from notifications.links.rules import Purpose
from tenants.scope import DealerRef
from tests.notifications.links.following import new_link
from tests.stories import telling
from tests.stories.telling import Story

MANAGER = Actor("user:1", role="GENERAL_MANAGER")


@pytest.fixture
def boris(in_south: DealerRef) -> Story:
    return telling.begin("south")


@pytest.fixture
def complaint(boris: Story) -> Complaint:
    return complaints.open_complaint(
        customer_id=boris.customer.pk,
        vehicle_id=boris.vehicle.pk,
        text="Tres visitas y sigue igual",
        category="REPAIR_QUALITY",
        channel="simulator",
        now=boris.now,
    )


@pytest.fixture
def link(boris: Story, complaint: Complaint) -> OwnerLink:
    return new_link(boris, Purpose.COMPLAINT, case_kind="complaint", case_id=complaint.pk)


def solve(story: Story, complaint: Complaint, *, tell: bool = True) -> None:
    """Walk the complaint to a solution that was signed off, and tell the owner of it."""
    known = {"complaint_id": complaint.pk, "actor": MANAGER, "now": story.now}
    complaints.judge(is_founded=True, text="nuestra culpa", **known)  # type: ignore[arg-type]  # the same three
    complaints.investigate(cause="pieza equivocada", department="taller", responsible="Clara", **known)  # type: ignore[arg-type]
    complaints.propose(text="cambiar la pieza", **known)  # type: ignore[arg-type]
    complaints.sign_off(text="visto bueno", **known)  # type: ignore[arg-type]
    if tell:
        complaints.tell_owner(text="Cambiamos la pieza sin coste.", **known)  # type: ignore[arg-type]


def test_at_first_nothing_is_asked_of_the_owner(link: OwnerLink) -> None:
    state = pages.state(link)

    assert (state.actions, state.solution) == ((), "")


def test_a_solution_is_shown_once_it_was_told(boris: Story, complaint: Complaint, link: OwnerLink) -> None:
    solve(boris, complaint, tell=False)
    assert (pages.state(link).solution, pages.state(link).actions) == ("", ())

    complaints.tell_owner(complaint_id=complaint.pk, text="Cambiamos la pieza.", actor=MANAGER, now=boris.now)

    state = pages.state(link)
    assert state.solution == "Cambiamos la pieza."
    assert state.actions == (Action.ACCEPT, Action.REFUSE)


def test_accepting_carries_it_out_in_the_owners_name(boris: Story, complaint: Complaint, link: OwnerLink) -> None:
    solve(boris, complaint)

    accepted = pages.decide(link, action=Action.ACCEPT, words="De acuerdo", now=boris.now)

    step = ComplaintStep.objects.get(action="ACCEPT")
    assert (accepted.step, accepted.carried_out_at) == ("CARRIED_OUT", boris.now)
    assert (step.actor, step.text) == ("owner", "De acuerdo")
    assert OwnerLink.objects.get(pk=link.pk).used_at == boris.now


def test_refusing_asks_for_another_solution(boris: Story, complaint: Complaint, link: OwnerLink) -> None:
    solve(boris, complaint)

    assert pages.decide(link, action=Action.REFUSE, words="", now=boris.now).step == "INVESTIGATED"
    assert pages.state(link).actions == ()


def test_the_owner_closes_it_by_being_satisfied(boris: Story, complaint: Complaint, link: OwnerLink) -> None:
    solve(boris, complaint)
    pages.decide(link, action=Action.ACCEPT, words="", now=boris.now)

    closed = pages.decide(link, action=Action.CONFIRM, words="", now=boris.now)

    assert (closed.step, closed.closed_by) == ("CLOSED", "OWNER_SATISFIED")
    assert pages.state(link).actions == ()


def test_a_word_given_twice_or_too_late_changes_nothing(boris: Story, complaint: Complaint, link: OwnerLink) -> None:
    solve(boris, complaint)
    pages.decide(link, action=Action.ACCEPT, words="", now=boris.now)

    with pytest.raises(ComplaintChanged):
        pages.decide(link, action=Action.ACCEPT, words="", now=boris.now)
    assert ComplaintStep.objects.filter(action="ACCEPT").count() == 1


@pytest.mark.parametrize("action", [Action.SIGN_OFF, Action.CLOSE_WITH_REASON, Action.NOTE, Action.JUDGE_UNFOUNDED])
def test_what_is_the_houses_to_do_is_not_the_owners(link: OwnerLink, boris: Story, action: Action) -> None:
    with pytest.raises(ComplaintChanged):
        pages.decide(link, action=action, words="", now=boris.now)


def test_a_link_to_no_complaint_is_over(boris: Story) -> None:
    with pytest.raises(LinkOver):
        pages.state(new_link(boris, Purpose.COMPLAINT))

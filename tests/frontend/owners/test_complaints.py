"""A complaint's page: the stage it is at, the solution, and the owner's word."""

import re

import pytest

from core.complaints import operations as complaints
from core.complaints.models import Complaint, ComplaintStep
from notifications.links.rules import Purpose
from tenants.scope import dealer_scope
from tests.frontend.owners.conftest import Owner
from tests.notifications.links.following import new_link
from tests.notifications.links.test_complaints import MANAGER, solve


@pytest.fixture
def path(boris: Owner) -> str:
    """The page of Boris's complaint."""
    with dealer_scope(boris.dealer):
        complaint = complaints.open_complaint(
            customer_id=boris.story.customer.pk,
            vehicle_id=boris.story.vehicle.pk,
            text="Tres visitas y sigue igual",
            category="REPAIR_QUALITY",
            channel="simulator",
            now=boris.story.now,
        )
        link = new_link(boris.story, Purpose.COMPLAINT, case_kind="complaint", case_id=complaint.pk, language="es")
        return boris.path(link)


def stage(text: str) -> str:
    return str(re.findall(r'aria-current="step">([^<]+)<', text)[0])


def actions(text: str) -> list[str]:
    return re.findall(r'name="do" value="(\w+)"', text)


def solved(owner: Owner) -> Complaint:
    with dealer_scope(owner.dealer):
        complaint = Complaint.objects.get()
        solve(owner.story, complaint)
        return complaint


def test_it_says_how_it_stands_without_the_owners_own_words_or_the_houses_notes(boris: Owner, path: str) -> None:
    with dealer_scope(boris.dealer):
        complaints.note(
            complaint_id=Complaint.objects.get().pk, text="cliente difícil", actor=MANAGER, now=boris.story.now
        )

    text = boris.read(path)

    assert "Su queja, número 1" in text
    assert stage(text) == "Recibida"
    assert "cliente difícil" not in text
    assert "Tres visitas" not in text
    assert actions(text) == []


def test_a_solution_told_is_shown_and_can_be_accepted(boris: Owner, path: str) -> None:
    solved(boris)
    before = boris.read(path)

    after = boris.sent(path, do="ACCEPT", words="De acuerdo")

    assert "Cambiamos la pieza sin coste." in before
    assert (stage(before), actions(before)) == ("Solución encontrada", ["ACCEPT", "REFUSE"])
    assert (stage(after), actions(after)) == ("Solución aplicada", ["CONFIRM"])
    assert "Gracias, queda anotado." in after


def test_a_late_word_is_told_how_it_stands_now(boris: Owner, path: str) -> None:
    solved(boris)
    boris.sent(path, do="ACCEPT")

    text = boris.sent(path, do="REFUSE")

    assert "Esto ha cambiado entretanto." in text
    with dealer_scope(boris.dealer):
        assert Complaint.objects.get().step == "CARRIED_OUT"


@pytest.mark.parametrize("do", ["", "SIGN_OFF", "CLOSE_WITH_REASON", "accept", "RAISE"])
def test_what_is_not_the_owners_to_do_is_not_done(boris: Owner, path: str, do: str) -> None:
    solved(boris)

    assert boris.post(path, do=do).status_code == 303
    with dealer_scope(boris.dealer):
        assert Complaint.objects.get().step == "SIGNED_OFF"


def test_words_are_cut_not_refused(boris: Owner, path: str) -> None:
    solved(boris)

    boris.sent(path, do="REFUSE", words="x" * 5_000)

    with dealer_scope(boris.dealer):
        assert len(ComplaintStep.objects.get(action="REFUSE").text) == 2_000


def test_once_closed_it_says_so(boris: Owner, path: str) -> None:
    solved(boris)
    boris.sent(path, do="ACCEPT")

    text = boris.sent(path, do="CONFIRM")

    assert (stage(text), actions(text)) == ("Cerrada", [])

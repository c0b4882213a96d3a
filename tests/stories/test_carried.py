"""The main job, told over each provider: a reminder, an answer, a visit booked, a survey, and no more of it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from core.appointments.models import Appointment
from core.followups.models import Survey
from notifications.channels.operations import open_account
from notifications.inbound.models import InboundEvent
from notifications.outbox import operations as outbox
from notifications.outbox.models import Message
from notifications.policy.models import Suppression
from tenants.scope import DealerRef, dealer_scope
from tests.stories import telling
from tests.stories.carrying import CARRIERS, CarriedStory


@pytest.fixture(params=sorted(CARRIERS))
def boris(request: pytest.FixtureRequest, in_south: DealerRef) -> Iterator[CarriedStory]:
    """Boris, and the provider by which he is reached."""
    carried_by, provided_by = CARRIERS[request.param]
    with provided_by() as provider:
        carrier = carried_by(provider)
        account = open_account(
            kind=carrier.kind, address=carrier.sender, settings=carrier.settings(), now=telling.BEGIN["south"]
        )
        story = telling.begin_with("south", account=account, address=carrier.owner)
        with carrier.begun(story):
            yield CarriedStory(story, carrier)


def test_a_reminder_becomes_a_visit_a_survey_and_an_end(boris: CarriedStory, north: DealerRef) -> None:
    story = boris.story

    due = story.maintenance_due()
    story.start("maintenance_reminder", case_kind="vehicle", case_id=story.vehicle.pk, due_id=due, values=DUE)
    reminder = boris.says()
    assert "South Motors" in reminder
    assert "1234BCD" in reminder

    assert "Tenemos estas horas libres" in boris.chooses(1)
    assert "Cita reservada" in boris.chooses(1)
    assert [visit.state for visit in Appointment.objects.all()] == ["BOOKED"]

    story.now += timedelta(days=4)
    visited = {"visit_date": "2026-11-20"}
    story.start("after_sales_survey", case_kind="follow_up", case_id=story.follow_up(), values=visited)
    assert "South Motors" in boris.says()
    assert "¿Nos cuenta qué pasó?" in boris.writes("insatisfecho")
    boris.writes("Esperé tres horas 🚗")
    boris.writes("0")
    survey = Survey.objects.get()
    assert (survey.state, survey.is_dissatisfied) == ("PARTIAL", True)

    assert boris.writes("BAJA")
    assert Suppression.objects.filter(lifted_at__isnull=True).exists()
    assert all_settled(boris)
    with dealer_scope(north):
        assert not Message.objects.exists()
        assert not InboundEvent.objects.exists()


DUE = {"due_date": "2026-11-28"}
# How messages end where their provider does not say of each that it arrived.
ENDINGS = {"telegram": {"SENT"}, "wechat": {"DELIVERED", "SENT"}}


@pytest.mark.parametrize("boris", ["whatsapp", "wechat"], indirect=True)
def test_a_template_goes_out_of_the_window_and_free_words_within_it(boris: CarriedStory) -> None:
    story, bodies = boris.story, boris.carrier.provider.bodies

    story.start("maintenance_reminder", case_kind="vehicle", case_id=story.vehicle.pk, values=DUE)
    boris.says()
    boris.chooses(1)
    story.now += timedelta(days=3)
    story.start("win_back")
    boris.says()

    assert ["template" in body or "template_id" in body for body in bodies] == [True, False, True]


@pytest.mark.parametrize("boris", ["aliyun"], indirect=True)
def test_what_a_template_said_is_said_again_at_a_second_try(boris: CarriedStory) -> None:
    boris.story.start("maintenance_reminder", values=DUE)
    boris.carrier.provider.how = "fail"
    outbox.dispatch_batch(now=boris.story.now)
    boris.carrier.provider.how = ""
    boris.story.now += timedelta(minutes=10)

    said = boris.says()

    assert "1234BCD" in said
    assert "Reservar ahora" in said


def all_settled(boris: CarriedStory) -> bool:
    """Whether each message left once, what arrived is known, and what was heard was placed."""
    out = Message.objects.filter(direction="OUT")
    assert set(out.values_list("state", flat=True)) == ENDINGS.get(boris.carrier.kind, {"DELIVERED"})
    assert len(boris.carrier.provider.taken) == out.count()
    assert outbox.accounting().is_balanced
    return not InboundEvent.objects.exclude(state__in=("HANDLED", "IGNORED")).exists()

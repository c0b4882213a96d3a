"""What stands beside a conversation: the flow's state, why things were sent or not, the person and their cars."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.complaints.models import Complaint
from core.customers.models import Customer
from core.vehicles.models import Ownership, Vehicle
from notifications.conversations import dialogues, panel, people, reasons
from notifications.conversations.dialogues import Dialogue
from notifications.conversations.models import Conversation
from notifications.due.models import Due
from notifications.flows.showing import Next
from notifications.outbox.models import Message
from notifications.policy.models import Decision
from tenants.scope import DealerRef, dealer_scope
from tests.notifications.conversations.talking import ask_how_it_was, colleague, talk_of
from tests.notifications.files import make_visit
from tests.stories import telling
from tests.stories.telling import Story


@pytest.fixture
def anna(in_north: DealerRef) -> Story:
    """Anna and her phone."""
    return telling.begin("north")


def open_dialogues(story: Story, language: str = "en") -> list[Dialogue]:
    return dialogues.of_conversation(talk_of(story), language=language)


def test_the_open_question_is_read_in_the_readers_language(anna: Story) -> None:
    ask_how_it_was(anna)

    shown = {language: open_dialogues(anna, language)[0].shown for language in ("en", "es", "zh-hans")}

    assert anna.last().text.splitlines()[0].startswith("North Motors")
    assert "2026" not in shown["en"].question
    assert shown["en"].question != shown["es"].question != shown["zh-hans"].question
    assert shown["es"].answers[0] == "Muy satisfecho"
    assert shown["zh-hans"].answers[0] == "非常满意"
    assert shown["en"].title


def test_it_says_until_when_an_answer_counts_and_what_comes_without_one(anna: Story) -> None:
    ask_how_it_was(anna)

    one = open_dialogues(anna)[0]

    assert one.expires_at == one.run.wake_at
    assert one.expires_at is not None
    assert one.expires_at > anna.now
    assert one.asked_message_id == anna.last().pk
    assert one.shown.then is not Next.NOTHING


def test_a_language_the_flow_does_not_speak_falls_back_to_the_dialogues_own(anna: Story) -> None:
    ask_how_it_was(anna)

    assert open_dialogues(anna, "tlh")[0].shown.answers[0] == "非常满意"


def test_resting_it_is_still_shown_and_ended_the_last_one_is(anna: Story) -> None:
    ask_how_it_was(anna)
    people.take_over(conversation_id=talk_of(anna).pk, user_id=colleague().pk, now=anna.now)
    resting = open_dialogues(anna)[0].run.status
    people.close(conversation_id=talk_of(anna).pk, user_id=1, now=anna.now)

    assert resting == "PAUSED"
    assert [one.run.status for one in open_dialogues(anna)] == ["CANCELLED"]


def test_why_something_was_not_sent_is_kept_with_what_was_due(anna: Story) -> None:
    due = Due.objects.get(pk=anna.maintenance_due())
    for action, rule in (("DEFER", "quiet_hours"), ("DROP", "suppressed")):
        Decision.objects.create(
            due=due, customer=anna.customer, purpose="REMINDER", action=action, rule=rule, decided_at=anna.now
        )
    anna.hear("你好")

    planned = list(reasons.planned_for(talk_of(anna)))

    assert [one.pk for one in planned] == [due.pk]
    kept = planned[0].decisions.all()
    assert [one.rule for one in kept] == ["suppressed", "quiet_hours"]


def test_files_merged_into_one_show_what_was_due_for_either(anna: Story) -> None:
    other = Customer.objects.create(name="Anna", created_at=anna.now, updated_at=anna.now, merged_into=anna.customer)
    Due.objects.filter(pk=anna.maintenance_due()).update(customer=other)
    anna.hear("你好")

    assert reasons.planned_for(talk_of(anna)).count() == 1


def test_a_message_stopped_by_an_opt_out_names_the_wall(anna: Story) -> None:
    ask_how_it_was(anna)
    anna.hear("退订")

    stopped = Message.objects.select_related("account").get(state="OPTED_OUT")
    reason = reasons.of_message(stopped)

    assert [(wall.reason, wall.wording) for wall in reason.walls] == [("OPT_OUT", "退订")]


def test_the_panel_costs_as_many_queries_for_many_cars_as_for_one(anna: Story) -> None:
    anna.hear("你好")
    make_visit(anna.vehicle, anna.customer, "2026-11-01")
    talk = Conversation.objects.select_related("customer__merged_into").get()
    with CaptureQueriesContext(connection) as few:
        panel.panel_of(talk, now=anna.now)
    for number in range(5):
        car = Vehicle.objects.create(
            vin=f"LSGWB54W1{number:08}", plate=f"B{number}", created_at=anna.now, updated_at=anna.now
        )
        Ownership.objects.create(vehicle=car, customer=anna.customer, from_date=anna.now.date())
        make_visit(car, anna.customer, "2026-11-02")
    with CaptureQueriesContext(connection) as many:
        shown = panel.panel_of(talk, now=anna.now)

    assert len(many) == len(few)
    assert len(shown.cars) == 6
    assert {car.last_visit_at.date().isoformat() for car in shown.cars if car.last_visit_at} == {
        "2026-11-01",
        "2026-11-02",
    }
    assert shown.last_visit is not None


def test_the_panel_shows_what_is_open(anna: Story) -> None:
    ask_how_it_was(anna)
    anna.visit()
    anna.hear("刹车失灵")

    talk = Conversation.objects.select_related("customer__merged_into").get()
    shown = panel.panel_of(talk, now=anna.now)

    assert shown.customer == anna.customer
    assert [one.pk for one in shown.complaints] == list(Complaint.objects.values_list("id", flat=True))
    assert len(shown.appointments) == len(shown.surveys) == 1
    assert not panel.panel_of(talk, now=anna.now + timedelta(days=9)).appointments


def test_without_a_known_person_the_panel_is_empty(anna: Story) -> None:
    anna.address = "+8613800000099"
    anna.hear("你好")

    shown = panel.panel_of(talk_of(anna), now=anna.now)

    assert shown == panel.Panel(customer=None)
    assert not reasons.planned_for(talk_of(anna)).exists()


def test_south_sees_nothing_beside_norths_conversation(anna: Story, south: DealerRef) -> None:
    ask_how_it_was(anna)
    anna.maintenance_due()

    with dealer_scope(south):
        assert not Due.objects.exists()
        assert not Conversation.objects.exists()

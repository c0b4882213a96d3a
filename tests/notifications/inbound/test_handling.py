"""Which rule places what an owner writes, where recorded dialogues do not reach."""

from datetime import timedelta

import pytest

from core.tasks.models import Task
from notifications.conversations import people
from notifications.conversations.models import Conversation
from notifications.flows.models import Expectation, FlowRun
from notifications.inbound import handling, wishes
from notifications.inbound.models import InboundEvent
from notifications.outbox.models import Message
from notifications.policy.models import Suppression
from notifications.runs.requests import Fate
from tenants import directory
from tenants.scope import DealerRef, dealer_scope
from tests.stories import telling
from tests.stories.telling import Story

VISIT_DATE = {"visit_date": "2026-11-15"}
DUE_DATE = {"due_date": "2026-11-28"}


@pytest.fixture
def boris(in_south: DealerRef) -> Story:
    """Boris and his phone."""
    return telling.begin("south")


def ask_for_a_survey(story: Story) -> None:
    story.start("after_sales_survey", case_kind="follow_up", case_id=story.follow_up(), values=VISIT_DATE)


def test_three_open_questions_get_the_answer_that_fits_each(boris: Story) -> None:
    """A visit to confirm, then a survey, then a complaint's open text: "muy bien", "allí estaré", a sentence."""
    visit = boris.visit()
    boris.start("appointment", entry="day_before", case_kind="appointment", case_id=visit.pk)
    ask_for_a_survey(boris)
    boris.start("complaint")

    boris.hear("allí estaré")
    boris.hear("muy satisfecho")
    boris.hear("Me rayaron la puerta")

    visit.refresh_from_db()
    assert visit.state == "CONFIRMED"
    runs = {run.flow_version.key: run for run in FlowRun.objects.select_related("flow_version")}
    assert runs["after_sales_survey"].state["codes"] == {"overall": "VERY_SATISFIED"}
    assert runs["complaint"].state["answers"]["text"] == "Me rayaron la puerta"


def test_a_reply_to_a_message_answers_that_message(boris: Story) -> None:
    ask_for_a_survey(boris)
    asked = boris.last()
    Message.objects.filter(id=asked.pk).update(provider_id="sim-7")
    visit = boris.visit()
    boris.start("appointment", entry="day_before", case_kind="appointment", case_id=visit.pk)

    placed = boris.hear("2", reply_to="sim-7")

    assert placed == "REPLY_TO"
    visit.refresh_from_db()
    assert visit.state == "BOOKED"


def test_of_two_fitting_questions_the_newest_is_answered(boris: Story) -> None:
    ask_for_a_survey(boris)
    visit = boris.visit()
    boris.start("appointment", entry="day_before", case_kind="appointment", case_id=visit.pk)

    boris.hear("1")

    visit.refresh_from_db()
    assert visit.state == "CONFIRMED"


def test_a_reply_after_expiry_goes_to_a_person(boris: Story) -> None:
    ask_for_a_survey(boris)

    placed = boris.hear("5", after=timedelta(days=4))

    assert placed == "PERSON"
    assert Task.objects.get(kind="REPLY").reason == "MESSAGE"


def test_a_second_tap_on_the_same_button_is_nothing(boris: Story) -> None:
    ask_for_a_survey(boris)
    payload = boris.last().buttons[0]["payload"]

    first = boris.hear("Muy satisfecho", payload=payload)
    second = boris.hear("Muy satisfecho", payload=payload)

    assert (first, second) == ("TAP", "REPEATED")
    assert boris.run().state["codes"] == {"overall": "VERY_SATISFIED"}


def test_a_tap_on_a_closed_question_is_said_to_be_late(boris: Story) -> None:
    ask_for_a_survey(boris)
    payload = boris.last().buttons[0]["payload"]

    placed = boris.hear("Muy satisfecho", payload=payload, after=timedelta(days=4))

    assert placed == "CLOSED_QUESTION"
    assert "ya está cerrada" in boris.last().text


def test_an_automatic_answer_is_kept_and_never_answered(boris: Story) -> None:
    ask_for_a_survey(boris)

    placed = boris.hear("Estoy de vacaciones. 1", is_automatic=True)

    assert placed == "AUTOMATIC"
    assert len(boris.messages()) == 1
    assert boris.run().state["codes"] == {}


def test_a_message_rewritten_afterwards_does_not_count_twice(boris: Story) -> None:
    ask_for_a_survey(boris)
    boris.hear("1")
    before = len(boris.messages())

    placed = boris.hear("4", is_edit=True)

    assert placed == "EDITED"
    assert len(boris.messages()) == before
    assert boris.run().state["codes"] == {"overall": "VERY_SATISFIED"}


def test_a_message_rewritten_to_a_stop_stops(boris: Story) -> None:
    placed = boris.hear("BAJA", is_edit=True)

    assert placed == "OPT_OUT"
    assert Suppression.objects.count() == 1


def test_more_than_twenty_messages_in_five_minutes_get_no_answer(boris: Story) -> None:
    placed = [boris.hear(f"mensaje {number}", after=timedelta(seconds=10)) for number in range(23)]

    assert placed[:20].count("LOOP") == 0
    assert placed[20:] == ["LOOP"] * 3
    assert Task.objects.filter(kind="REPLY").count() == 1


def test_a_stop_inside_a_loop_still_stops(boris: Story) -> None:
    for number in range(21):
        boris.hear(f"mensaje {number}", after=timedelta(seconds=5))
    before = len(boris.messages())

    placed = boris.hear("STOP", after=timedelta(seconds=5))

    assert placed == "OPT_OUT"
    assert Suppression.objects.filter(purpose="", lifted_at__isnull=True).exists()
    assert len(boris.messages()) == before


def test_stop_cancels_what_is_queued_and_only_its_own_word_leaves(boris: Story) -> None:
    boris.start("win_back")
    ask_for_a_survey(boris)

    boris.hear("STOP")

    states = [(message.case_kind, message.state) for message in boris.messages()]
    assert states == [("", "OPTED_OUT"), ("survey", "OPTED_OUT"), ("opt_out", "QUEUED")]
    assert not Expectation.objects.filter(state="OPEN").exists()
    assert set(FlowRun.objects.values_list("status", flat=True)) == {"CANCELLED"}


def test_who_leaves_at_the_provider_is_walled_off_there_and_not_answered(boris: Story) -> None:
    ask_for_a_survey(boris)

    placed = boris.hear("[unsubscribed]", is_automatic=True, is_parting=True)

    assert placed == "PARTED"
    wall = Suppression.objects.get()
    assert (wall.channel, wall.purpose, wall.customer_id) == ("simulator", "", boris.customer.pk)
    assert [message.state for message in boris.messages()] == ["OPTED_OUT"]
    assert set(FlowRun.objects.values_list("status", flat=True)) == {"CANCELLED"}


def test_who_comes_back_by_a_word_of_theirs_is_written_to_again(boris: Story) -> None:
    boris.hear("[unsubscribed]", is_automatic=True, is_parting=True)

    boris.hear("ALTA")

    assert not Suppression.objects.filter(lifted_at__isnull=True).exists()


def test_an_ordinary_message_never_lifts_an_opt_out(boris: Story) -> None:
    boris.hear("BAJA")
    boris.hear("Hola, sí, quiero saber el precio")

    assert Suppression.objects.filter(lifted_at__isnull=True).count() == 1


def test_a_persons_typing_pauses_the_flow_and_closing_puts_the_question_again(boris: Story) -> None:
    ask_for_a_survey(boris)
    conversation = Conversation.objects.get()
    people.write(conversation_id=conversation.pk, text="Le atiende Clara.", user_id=1, now=boris.now)

    placed = boris.hear("1")
    people.hand_back(conversation_id=conversation.pk, user_id=1, now=boris.now)
    again = boris.last().text
    answered = boris.hear("1")

    assert (placed, answered) == ("PERSON", "EXPECTATION")
    assert "En general" in again
    assert not Task.objects.filter(kind="REPLY", state="OPEN").exists()


def test_a_tap_while_a_person_writes_is_theirs(boris: Story) -> None:
    ask_for_a_survey(boris)
    payload = boris.last().buttons[0]["payload"]
    people.write(conversation_id=Conversation.objects.get().pk, text="Le atiende Clara.", user_id=1, now=boris.now)
    before = len(boris.messages())

    placed = boris.hear("Muy satisfecho", payload=payload)

    assert placed == "PERSON"
    assert len(boris.messages()) == before


def test_danger_waits_for_nobody_although_a_person_was_asked(boris: Story) -> None:
    boris.start("win_back")
    boris.hear("¿quién es?")
    boris.hear("no conozco a nadie")

    placed = boris.hear("sale humo del motor")

    assert Conversation.objects.get().mode == "PERSON"
    assert placed == "COMPLAINT"


def test_closing_can_end_the_flow_instead(boris: Story) -> None:
    ask_for_a_survey(boris)
    conversation = Conversation.objects.get()
    people.take_over(conversation_id=conversation.pk, user_id=1, now=boris.now)

    people.close(conversation_id=conversation.pk, user_id=1, now=boris.now)

    assert boris.run().outcome == "CLOSED_BY_PERSON"
    assert Conversation.objects.get().mode == "CLOSED"


def test_a_scheduled_message_never_kills_a_running_dialogue(boris: Story) -> None:
    ask_for_a_survey(boris)
    boris.hear("1")

    waits = boris.start("maintenance_reminder", values=DUE_DATE)
    skipped = boris.start("win_back")
    visit = boris.visit()
    starts = boris.start("appointment", entry="day_before", case_kind="appointment", case_id=visit.pk)

    assert [waits.fate, skipped.fate, starts.fate] == [Fate.WAITS, Fate.SKIPPED, Fate.STARTED]
    assert FlowRun.objects.filter(status="RUNNING").count() == 2


def test_a_newer_run_about_the_same_visit_takes_the_older_ones_place(boris: Story) -> None:
    visit = boris.visit()
    boris.start("appointment", entry="confirmation", case_kind="appointment", case_id=visit.pk)
    boris.start("appointment", entry="day_before", case_kind="appointment", case_id=visit.pk)

    assert sorted(FlowRun.objects.values_list("status", "outcome")) == [("CANCELLED", "REPLACED"), ("RUNNING", "")]
    assert Expectation.objects.filter(state="OPEN").count() == 1


def test_a_lost_slot_is_said_and_others_are_offered(boris: Story) -> None:
    """Somebody else takes the time between the offer and the answer."""
    from core.appointments import operations as visits
    from core.customers.models import Customer
    from notifications.effects.visits import as_slot

    boris.start("win_back")
    boris.hear("es caro")
    boris.hear("vale")
    wanted = as_slot(boris.run().state["values"]["slots"][0])
    anybody = Customer.objects.create(name="Anna", created_at=boris.now, updated_at=boris.now)
    taken = 0
    while visits.free_slots(kind="INSPECTION", from_at=wanted.start_at, until_at=wanted.end_at, limit=1):
        slot = visits.free_slots(kind="INSPECTION", from_at=wanted.start_at, until_at=wanted.end_at, limit=1)[0]
        if slot.start_at != wanted.start_at or taken > 20:
            break
        other = Customer.objects.create(name="Anna", created_at=boris.now, updated_at=boris.now)
        visits.book(
            customer_id=other.pk, vehicle_id=None, kind="INSPECTION", slot=slot, origin="INBOUND", now=boris.now
        )
        taken += 1
    assert anybody.pk
    assert taken

    boris.hear("1")

    assert "acaba de ocuparse" in boris.last().text
    assert boris.run().status == "RUNNING"


def test_what_cannot_be_placed_is_kept_and_given_to_a_person(boris: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_heard: object) -> str:
        raise ZeroDivisionError

    monkeypatch.setattr(handling, "RULES", (fail,))
    placed = boris.hear("hola")

    assert placed == "FAILED"
    assert InboundEvent.objects.get().state == "FAILED"
    assert Task.objects.get(kind="REPLY").reason == "NOT_PLACED"
    assert Message.objects.filter(direction="IN").count() == 1


def test_two_people_behind_one_address_are_nobody_in_particular(boris: Story) -> None:
    from core.customers.models import ContactPoint, Customer

    other = Customer.objects.create(name="Anna", created_at=boris.now, updated_at=boris.now)
    ContactPoint.objects.create(
        customer=other, kind="PHONE", value=boris.address, created_at=boris.now, updated_at=boris.now
    )

    placed = boris.hear("quiero pedir cita")

    assert placed == "PERSON"
    assert Conversation.objects.get().customer_id is None


@pytest.mark.parametrize("text", ["no", "nada", "no quiero anular la cita", "¿puedo llevar el coche de mi mujer?"])
def test_nothing_as_vague_as_this_gives_a_visit_up(text: str) -> None:
    assert wishes._wish(text) == ""


def test_a_reply_at_north_touches_nothing_at_south(two_dealers: None, db: None) -> None:
    """Both dealers have an open question to the same number, with equal ids."""
    with dealer_scope(directory.dealer_named("south")):
        boris = telling.begin("south")
        boris.address = telling.PEOPLE["north"][1]
        boris.start("win_back")
    with dealer_scope(directory.dealer_named("north")):
        anna = telling.begin("north")
        anna.start("win_back")
        anna.hear("退订")

        assert Suppression.objects.count() == 1
    with dealer_scope(directory.dealer_named("south")):
        assert Suppression.objects.count() == 0
        assert InboundEvent.objects.count() == 0
        assert boris.last().state == "QUEUED"
        assert Expectation.objects.get().state == "OPEN"

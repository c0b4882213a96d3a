"""Two workers, one owner: what comes in at the same instant is taken one after the other."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from core.appointments.models import Appointment
from core.followups.models import SurveyAnswer
from notifications.flows.models import FlowRun
from notifications.inbound import operations as inbound
from notifications.inbound.models import InboundEvent
from notifications.outbox.models import Message
from tenants import directory
from tenants.scope import DealerRef, dealer_scope
from tests.stories import telling
from tests.stories.telling import Story

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def dealer(two_dealers: None, transactional_db: None) -> DealerRef:
    return directory.dealer_named("south")


def at_once(dealer: DealerRef, *acts: Callable[[], object]) -> None:
    """Run the acts in threads that begin together, each with a connection of its own."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        with dealer_scope(dealer):
            barrier.wait(timeout=10)
            try:
                return act()
            finally:
                connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        for done in [pool.submit(run, act) for act in acts]:
            done.result(timeout=30)


def send(story: Story, *texts: str) -> list[int]:
    """Deliver messages without working on them."""
    events: list[dict[str, object]] = [
        {"kind": "inbound", "provider_id": f"at-once-{place}", "sender": story.address, "text": text}
        for place, text in enumerate(texts)
    ]
    story.deliver(list(events))
    return list(InboundEvent.objects.filter(state="RECEIVED").order_by("id").values_list("id", flat=True))


def test_two_replies_at_once_answer_two_questions(dealer: DealerRef) -> None:
    with dealer_scope(dealer):
        boris = telling.begin("south")
        boris.start(
            "after_sales_survey",
            case_kind="follow_up",
            case_id=boris.follow_up(),
            values={"visit_date": "2026-11-15"},
        )
        first, second = send(boris, "1", "2")

    at_once(
        dealer,
        lambda: inbound.handle(first, now=boris.now),
        lambda: inbound.handle(second, now=boris.now),
    )

    with dealer_scope(dealer):
        assert sorted(SurveyAnswer.objects.values_list("item", flat=True)) == ["appointment", "overall"]
        assert FlowRun.objects.get().state["position"] == "reception"
        assert Message.objects.filter(direction="OUT").count() == 3


def test_the_same_event_given_to_two_workers_is_handled_once(dealer: DealerRef) -> None:
    with dealer_scope(dealer):
        boris = telling.begin("south")
        boris.start("win_back")
        (event,) = send(boris, "lejos")

    at_once(dealer, *[lambda: inbound.handle(event, now=boris.now)] * 4)

    with dealer_scope(dealer):
        assert Message.objects.filter(direction="IN").count() == 1
        assert Message.objects.filter(direction="OUT").count() == 2


def test_one_and_cancel_in_the_same_instant_both_get_a_clear_answer(dealer: DealerRef) -> None:
    """Whichever is first: the visit ends either confirmed or given up, and nothing is left hanging."""
    with dealer_scope(dealer):
        boris = telling.begin("south")
        visit = boris.visit()
        boris.start("appointment", entry="day_before", case_kind="appointment", case_id=visit.pk)
        yes, no = send(boris, "1", "anular la cita")

    at_once(dealer, lambda: inbound.handle(yes, now=boris.now), lambda: inbound.handle(no, now=boris.now))

    with dealer_scope(dealer):
        state = Appointment.objects.get().state
        said = "\n".join(message.text for message in boris.messages())
        assert state in ("CANCELLED", "CONFIRMED")
        assert ("Hemos anulado" in said) == (state == "CANCELLED")
        assert InboundEvent.objects.filter(state="HANDLED").count() == 2


def test_a_provider_that_calls_twice_at_once_is_stored_once(dealer: DealerRef) -> None:
    with dealer_scope(dealer):
        boris = telling.begin("south")
    event: dict[str, object] = {"kind": "inbound", "provider_id": "", "sender": boris.address, "text": "hola"}

    at_once(dealer, *[lambda: boris.deliver([event])] * 4)

    with dealer_scope(dealer):
        assert InboundEvent.objects.count() == 1

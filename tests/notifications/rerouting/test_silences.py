"""A message of whose delivery nothing is heard: the next channel after a while; what comes late is told."""

from datetime import timedelta
from typing import Any

import pytest

from notifications.conversations.models import Conversation
from notifications.outbox import operations as outbox
from notifications.outbox.models import Message
from notifications.outbox.operations import Priority
from notifications.policy.facts import Purpose
from notifications.policy.models import Decision
from notifications.policy.standard import shipped_standard
from tests.notifications.rerouting.falling import NOW, SECOND, Reach, calls, make_reach, reroute, routes

pytestmark = pytest.mark.usefixtures("in_north")
PATIENCE = shipped_standard().ladder_of(Purpose.SERVICE).silent_after or timedelta(0)
SILENT = NOW + PATIENCE


def sent(*kinds: str, **wishes: Any) -> tuple[Reach, Message]:
    """A message that the provider took, and nothing more is known of."""
    reach = make_reach(*kinds)
    message = reach.queue(**wishes)
    outbox.dispatch_batch(now=NOW)
    return reach, message


def test_silence_sends_over_the_next_channel_after_its_time_and_once() -> None:
    sent("simulator", "smtp")

    assert outbox.next_work_at(now=NOW) == SILENT
    assert reroute(SILENT - SECOND) == 0
    assert [reroute(SILENT + n * SECOND) for n in range(3)] == [1, 0, 0]

    assert routes() == [("simulator", "SENT"), ("smtp", "QUEUED")]


def test_a_receipt_in_time_leaves_it_where_it_is() -> None:
    reach, message = sent("simulator", "smtp")

    reach.tell(message, "delivered", "sent", now=NOW + SECOND)

    assert (reroute(SILENT), routes()) == (0, [("simulator", "DELIVERED")])


def test_that_it_was_sent_said_twice_does_not_move_the_time() -> None:
    reach, message = sent("simulator", "smtp")

    reach.tell(message, "sent", now=SILENT - SECOND)

    message.refresh_from_db()
    assert message.reroute_at == SILENT


def test_a_late_delivery_keeps_back_what_has_not_left_and_is_told() -> None:
    reach, message = sent("simulator", "smtp")
    reroute(SILENT)

    reach.tell(message, "delivered", "read", now=SILENT + SECOND)

    assert routes() == [("simulator", "READ"), ("smtp", "CANCELLED")]
    assert list(Decision.objects.filter(message=message).values_list("rule", flat=True)) == ["delivered_late"]


def test_a_late_delivery_spares_the_call_about_the_one_in_its_place() -> None:
    reach, message = sent("simulator", "smtp")
    reroute(SILENT)
    reach.tell(Message.objects.get(instead_of_id=message.pk), "failed", now=SILENT)
    reroute(SILENT)
    assert calls() == [("message_failed", "OPEN")]

    reach.tell(message, "delivered", now=SILENT + SECOND)

    assert calls() == [("message_failed", "CANCELLED")]


def test_a_failure_after_the_silence_sends_nothing_more() -> None:
    reach, message = sent("simulator", "telegram", "smtp")
    reroute(SILENT)

    reach.tell(message, "failed", now=SILENT + SECOND)
    reroute(SILENT + SECOND)

    assert [kind for kind, _ in routes()] == ["simulator", "telegram"]
    assert calls() == []


def test_where_no_channel_is_left_silence_is_no_reason_to_call() -> None:
    sent("simulator")

    reroute(SILENT)

    assert (routes(), calls()) == ([("simulator", "SENT")], [])
    assert Decision.objects.get().rule == "no_channel_left"


def test_whoever_has_written_since_has_seen_it() -> None:
    _, message = sent("simulator", "smtp")
    Conversation.objects.filter(pk=message.conversation_id).update(last_inbound_at=NOW + SECOND)

    reroute(SILENT)

    assert routes() == [("simulator", "SENT")]


@pytest.mark.parametrize(
    "wishes",
    [
        pytest.param({"priority": Priority.REPLY}, id="an-answer"),
        pytest.param({"customer_id": None}, id="to-nobody-we-know"),
        pytest.param({"purpose": "MARKETING"}, id="an-offer"),
    ],
)
def test_what_nobody_waits_for_is_left_alone(wishes: dict[str, object]) -> None:
    sent("simulator", "smtp", **wishes)

    assert reroute(NOW + timedelta(days=30)) == 0

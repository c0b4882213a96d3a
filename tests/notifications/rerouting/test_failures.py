"""A message that did not arrive goes over the next channel: once, by the policy, and never after its time."""

from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from channels_app.contract import Receipt
from core.customers.models import Consent
from notifications.outbox import operations as outbox
from notifications.outbox.handing import wire_id
from notifications.outbox.models import Message
from notifications.policy.models import Decision
from notifications.rerouting import operations as rerouting
from tenants.scope import DealerRef, dealer_scope
from tests.notifications.rerouting.falling import MAIL, NOW, SECOND, Reach, calls, make_reach, reroute, routes

pytestmark = pytest.mark.usefixtures("in_north")
LATER = NOW + timedelta(minutes=5)


def failed(*kinds: str, **wishes: Any) -> tuple[Reach, Message]:
    """A message that the simulated provider refused."""
    reach = make_reach(*kinds, misbehave="reject")
    message = reach.queue(**wishes)
    outbox.dispatch_batch(now=NOW)
    return reach, message


def test_a_refused_message_goes_over_the_next_channel() -> None:
    _, message = failed("simulator", "smtp")

    reroute()

    assert routes() == [("simulator", "FAILED"), ("smtp", "QUEUED")]
    said = Message.objects.get(instead_of_id=message.pk)
    assert (said.address, said.text, said.expires_at) == (MAIL, message.text, message.expires_at)
    assert calls() == []
    decision = Decision.objects.get(message=said)
    assert (decision.action, decision.rule) == ("OTHER_CHANNEL", "next_channel")
    assert decision.facts["left_out"] == {"simulator": "TRIED"}


def test_the_turn_of_work_knows_when_to_look(in_north: DealerRef) -> None:
    failed("simulator", "smtp")

    assert outbox.next_work_at(now=NOW) == NOW
    assert reroute() == 1
    assert reroute() == 0


@pytest.mark.parametrize(
    "said", sorted(set(permutations(("sent", "failed", "undeliverable", "failed")))), ids=lambda said: "-".join(said)
)
def test_shuffled_and_repeated_receipts_reroute_once(said: tuple[str, ...]) -> None:
    reach = make_reach("simulator", "telegram", "smtp")
    message = reach.queue()
    outbox.dispatch_batch(now=NOW)

    for number, status in enumerate(said):
        reach.tell(message, status, now=NOW + number * SECOND)  # type: ignore[arg-type]  # a receipt's words
        reroute(NOW + number * SECOND)

    assert routes() == [("simulator", "UNDELIVERABLE"), ("telegram", "QUEUED")]


def test_a_closed_window_leads_to_the_next_channel() -> None:
    reach = make_reach("simulator", "smtp")
    message = reach.queue()
    outbox.dispatch_batch(now=NOW)
    closed = Receipt("", wire_id(message.pk), "failed", "e", "WINDOW_CLOSED")

    outbox.apply_receipts([closed], account_id=message.account_id, now=LATER)
    reroute(LATER)

    message.refresh_from_db()
    assert message.error_detail == "WINDOW_CLOSED"
    assert routes() == [("simulator", "FAILED"), ("smtp", "QUEUED")]


def test_every_channel_is_tried_once_and_then_a_person_calls() -> None:
    reach, _ = failed("simulator", "telegram", "smtp")
    reroute()
    for kind in ("telegram", "smtp"):
        reach.tell(Message.objects.get(account__kind=kind), "failed", now=LATER)
        reroute(LATER)

    assert [kind for kind, _ in routes()] == ["simulator", "telegram", "smtp"]
    assert calls() == [("message_failed", "OPEN")]
    assert Decision.objects.latest("id").rule == "no_channel_left"


def test_a_crash_between_leaves_it_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    _, message = failed("simulator", "smtp")

    def die(*args: object, **kwargs: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as broken:
        broken.setattr(rerouting, "_keep", die)
        with pytest.raises(ConnectionError):
            reroute()

    assert routes() == [("simulator", "FAILED")]
    reroute()
    assert Message.objects.filter(instead_of_id=message.pk).count() == 1


def test_the_owner_s_no_to_the_next_channel_holds() -> None:
    reach, _ = failed("simulator", "smtp")
    Consent.objects.create(
        customer=reach.anna, purpose="SERVICE", channel="smtp", is_granted=False, source="PAGE", at=NOW, recorded_at=NOW
    )

    reroute()

    assert routes() == [("simulator", "FAILED")]
    assert calls() == [("message_failed", "OPEN")]


def test_an_opt_out_meanwhile_ends_it_without_a_call() -> None:
    reach, _ = failed("simulator", "smtp")
    Consent.objects.create(
        customer=reach.anna, purpose="SERVICE", is_granted=False, source="REPLY", at=NOW, recorded_at=NOW
    )

    reroute()

    assert (routes(), calls()) == ([("simulator", "FAILED")], [])


def test_nothing_goes_over_the_next_channel_after_its_time() -> None:
    failed("simulator", "smtp", expires_at=LATER)

    reroute(LATER)

    assert routes() == [("simulator", "FAILED")]
    assert calls() == [("message_failed", "OPEN")]


def test_what_failed_in_the_evening_waits_for_the_morning() -> None:
    _, message = failed("simulator", "smtp", is_proactive=True)
    night, morning = NOW + timedelta(hours=4), NOW + timedelta(hours=15)

    reroute(night)
    message.refresh_from_db()
    assert (routes(), message.reroute_at) == ([("simulator", "FAILED")], morning)
    assert outbox.next_work_at(now=night) == morning
    reroute(morning)

    assert routes() == [("simulator", "FAILED"), ("smtp", "QUEUED")]
    assert list(Decision.objects.order_by("id").values_list("rule", flat=True)) == ["quiet_hours", "next_channel"]


def test_the_cap_counts_others_and_not_the_one_that_failed() -> None:
    reach, _ = failed("simulator", "smtp", is_proactive=True)
    reroute()
    assert routes() == [("simulator", "FAILED"), ("smtp", "QUEUED")]

    reach.accounts["simulator"].settings["misbehave"] = "reject"
    second = reach.queue(is_proactive=True, expires_at=NOW + timedelta(days=5))
    outbox.dispatch_batch(now=LATER)
    reroute(LATER)

    second.refresh_from_db()
    assert second.reroute_at is not None
    assert second.reroute_at > NOW + timedelta(hours=12)


def test_what_a_colleague_wrote_stays_on_the_channel_they_chose() -> None:
    failed("simulator", "smtp", actor="user:7")

    reroute()

    assert routes() == [("simulator", "FAILED")]
    assert calls() == [("message_failed", "OPEN")]


def test_an_offer_that_reaches_nobody_is_no_reason_to_telephone() -> None:
    reach, _ = failed("simulator", purpose="MARKETING")
    Consent.objects.create(customer=reach.anna, is_granted=True, source="PAGE", at=NOW, recorded_at=NOW)

    reroute()

    assert (calls(), Decision.objects.get().rule) == ([], "no_channel_left")


def test_a_message_in_doubt_goes_nowhere() -> None:
    reach = make_reach("simulator", "smtp", misbehave="timeout-after-accept")
    reach.queue()
    outbox.dispatch_batch(now=NOW)

    assert reroute(NOW + timedelta(days=2)) == 0
    assert routes() == [("simulator", "UNCONFIRMED")]


def test_one_dealers_failures_are_nothing_to_another(north: DealerRef, south: DealerRef) -> None:
    failed("simulator", "smtp")

    with dealer_scope(south):
        make_reach("simulator", "smtp")
        assert (reroute(), outbox.next_work_at(now=NOW), routes()) == (0, None, [])

    assert reroute() == 1


def test_an_e_mail_in_place_of_a_text_can_be_ended_by_a_click() -> None:
    reach, message = failed("simulator", "smtp", purpose="REMINDER")
    Consent.objects.create(customer=reach.anna, is_granted=True, source="PAGE", at=NOW, recorded_at=NOW)

    reroute()

    said = Message.objects.get(instead_of_id=message.pk)
    assert said.unsubscribe_id is not None
    assert said.text.startswith(message.text)

"""STOP to a shared number binds all who write from it, before anything queued leaves; START frees those alone."""

from datetime import timedelta

import pytest

from notifications.inbound.models import InboundEvent
from notifications.models import Message, Suppression
from notifications.outbox import operations as outbox
from notifications.policy import suppressing
from notifications.shared.models import Question, SharedSender, SharedStop
from tests.markers import tables_with
from tests.notifications.shared.sharing import ANNA, Shared


def walls(shared: Shared, name: str) -> list[tuple[str, str, str]]:
    """The standing walls of a dealer."""
    with shared.at(name):
        rows = Suppression.objects.filter(lifted_at__isnull=True).order_by("id")
        return list(rows.values_list("channel", "reason", "purpose"))


def test_a_stop_binds_both_dealers(shared: Shared) -> None:
    shared.write("north")
    shared.pass_by(timedelta(hours=1))
    shared.write("south")

    shared.hear("STOP")

    assert walls(shared, "south") == [("", "OPT_OUT", "")]
    assert walls(shared, "north") == [("simulator", "SHARED_STOP", "")]
    assert (shared.words_at("north"), shared.words_at("south")) == ([], ["STOP"])
    assert tables_with(["STOP"], schema="d_north") == [("notifications_suppression", "STOP")]


def test_what_is_queued_at_the_other_never_leaves(shared: Shared) -> None:
    shared.write("south")
    with shared.at("north") as account:
        queued = outbox.queue_message(
            outbox.Draft(account_id=account.pk, address=ANNA, text="Offer", purpose="SERVICE"), now=shared.now
        )

    # Stored and answered; no worker has come yet.
    shared.take(shared.said("STOP"))
    with shared.at("north"):
        outbox.dispatch_batch(now=shared.now)

    with shared.at("north"):
        assert Message.objects.get(pk=queued.pk).state == "OPTED_OUT"
    assert [one.message.text for one in shared.accepted()] == ["Your car is ready."]


def test_a_dealer_that_knows_the_address_from_elsewhere_is_told(shared: Shared) -> None:
    shared.write("south")
    shared.begin("north")

    shared.hear("STOP")

    assert walls(shared, "north") == [("simulator", "SHARED_STOP", "")]


def test_a_dealer_that_does_not_know_the_address_learns_nothing(shared: Shared) -> None:
    shared.write("south")

    shared.hear("STOP")

    assert walls(shared, "north") == []
    assert tables_with([ANNA], schema="d_north") == []


def test_a_dealer_that_joins_later_is_bound(shared: Shared) -> None:
    shared.write("south")
    shared.hear("STOP")

    late = shared.write("north")

    assert late.state == "OPTED_OUT"


def test_start_frees_whom_the_stop_bound_and_nobody_else(shared: Shared) -> None:
    shared.write("north")
    shared.pass_by(timedelta(hours=1))
    shared.write("south")
    with shared.at("north"):
        suppressing.opt_out(
            address=ANNA, customer_id=None, purpose="MARKETING", wording="", now=shared.now, is_by_page=True
        )
    shared.hear("STOP")

    shared.hear("START")

    assert walls(shared, "south") == []
    assert walls(shared, "north") == [("", "OPT_OUT", "MARKETING")]
    assert not SharedStop.objects.filter(lifted_at__isnull=True).exists()


def test_the_confirmation_of_a_stop_still_leaves(shared: Shared) -> None:
    shared.write("south")
    shared.hear("STOP")

    with shared.at("south"):
        outbox.dispatch_batch(now=shared.now)

    assert "START" in shared.accepted()[-1].message.text


def test_a_stop_ends_the_question_and_a_person_reads_what_waited(shared: Shared) -> None:
    shared.ask("north")
    shared.ask("south")
    shared.hear("1")

    shared.hear("STOP")
    shared.work()

    assert Question.objects.get().outcome == "STOPPED"
    with shared.at("south"):
        placed = dict(InboundEvent.objects.values_list("data__text", "matched_by"))
    assert placed == {"1": "PERSON", "STOP": "OPT_OUT"}
    assert walls(shared, "north") == [("simulator", "SHARED_STOP", "")]


def test_leaving_at_the_provider_stops_all_dealers(shared: Shared) -> None:
    shared.write("north")
    shared.pass_by(timedelta(hours=1))
    shared.write("south")

    shared.hear("", is_parting=True)

    assert walls(shared, "north") == [("simulator", "SHARED_STOP", "")]


@pytest.mark.parametrize("purposes", [(), ("MARKETING",)])
def test_a_providers_opt_out_binds_the_others_too(shared: Shared, purposes: tuple[str, ...]) -> None:
    ours = shared.write("north")
    shared.write("south")

    shared.take(
        {
            "kind": "receipt",
            "provider_id": ours.provider_id,
            "message_id": "",
            "status": "opted_out",
            "event_id": "e-1",
            "purposes": list(purposes),
        }
    )
    shared.work()

    assert [reason for _, reason, _ in walls(shared, "south")] == ["SHARED_STOP"]
    assert [reason for _, reason, _ in walls(shared, "north")] == ["provider_opt_out"]


def test_a_refusal_of_the_provider_binds_the_others_too(shared: Shared) -> None:
    shared.write("south")
    SharedSender.objects.filter(pk=shared.sender.pk).update(settings={"misbehave": "opted-out"})

    shared.write("north")
    shared.work()

    assert [reason for _, reason, _ in walls(shared, "south")] == ["SHARED_STOP"]

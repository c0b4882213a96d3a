"""Starting many runs, versions, and what many cost."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.followups.models import FollowUp
from notifications.flows import languages, shelf, store
from notifications.flows.models import FlowRun, FlowVersion
from notifications.flows.reading import FlowInvalid
from notifications.flows.store import EditionOutdated
from notifications.inbound import operations as inbound
from notifications.inbound.models import InboundEvent
from notifications.outbox.models import Message
from notifications.runs import operations as runs
from notifications.runs.requests import Fate, RunRequest
from tenants import directory
from tenants.scope import DealerRef, dealer_scope
from tests.stories import telling
from tests.stories.telling import Story


@pytest.fixture
def boris(in_south: DealerRef) -> Story:
    """Boris and his phone."""
    return telling.begin("south")


def requests(story: Story, count: int) -> list[RunRequest]:
    return [
        RunRequest(flow="win_back", account_id=story.account.pk, address=f"+3460000{number:04d}", due_id=None)
        for number in range(count)
    ]


def test_many_start_in_as_many_statements_as_few(boris: Story) -> None:
    runs.start_runs(requests(boris, 1), now=boris.now)
    with CaptureQueriesContext(
        connection,
    ) as few:
        runs.start_runs(requests(boris, 3)[1:], now=boris.now)
    with CaptureQueriesContext(connection) as many:
        begun = runs.start_runs(requests(boris, 60)[3:], now=boris.now)

    assert len(many) == len(few)
    assert {one.fate for one in begun} == {Fate.STARTED}
    assert Message.objects.count() == 60


def survey_requests(story: Story, count: int) -> list[RunRequest]:
    follow_ups = FollowUp.objects.bulk_create(
        FollowUp(
            kind="AFTER_SALES",
            customer=story.customer,
            vehicle=story.vehicle,
            occurrence=f"ro:{count}:{number}",
            from_at=story.now,
            due_at=story.now,
            expires_at=story.now + timedelta(days=5),
            created_at=story.now,
        )
        for number in range(count)
    )
    return [
        RunRequest(
            flow="after_sales_survey",
            account_id=story.account.pk,
            address=f"+3461{count:03d}{number:03d}",
            case_kind="follow_up",
            case_id=follow_up.pk,
            values={"visit_date": "2026-11-15"},
        )
        for number, follow_up in enumerate(follow_ups)
    ]


def test_fifty_surveys_are_asked_in_as_many_statements_as_one(boris: Story) -> None:
    runs.start_runs(survey_requests(boris, 2), now=boris.now)
    single, fifty = survey_requests(boris, 1), survey_requests(boris, 50)
    with CaptureQueriesContext(connection) as few:
        runs.start_runs(single, now=boris.now)
    with CaptureQueriesContext(connection) as many:
        begun = runs.start_runs(fifty, now=boris.now)

    assert len(many) == len(few)
    assert {one.fate for one in begun} == {Fate.STARTED}
    assert FlowRun.objects.filter(case_kind="survey").values("case_id").distinct().count() == 53


# What a reply may cost; a figure that grows should be somebody's decision.
MOST_FOR_A_REPLY = 20


def test_an_answer_to_a_survey_costs_few_statements(boris: Story) -> None:
    boris.start(
        "after_sales_survey", case_kind="follow_up", case_id=boris.follow_up(), values={"visit_date": "2026-11-15"}
    )
    boris.hear("1")
    boris.heard_ids += 1
    boris.deliver([{"kind": "inbound", "provider_id": "again", "sender": boris.address, "text": "2"}])
    event = InboundEvent.objects.get(state="RECEIVED")

    with CaptureQueriesContext(connection) as captured:
        placed = inbound.handle(event.pk, now=boris.now)

    assert placed == "EXPECTATION"
    # The savepoint that stands for the transaction's begin and end is the test's.
    sent = [query for query in captured.captured_queries if "SAVEPOINT" not in query["sql"]]
    assert len(sent) <= MOST_FOR_A_REPLY


def test_a_message_names_its_run_due_and_dealer(boris: Story) -> None:
    due_id = boris.maintenance_due()
    begun = boris.start("maintenance_reminder", due_id=due_id, values={"due_date": "2026-11-28"}, priority=50)

    message = Message.objects.get(id=begun.message_id or 0)

    assert (message.run_id, message.due_id, message.priority) == (begun.run_id, due_id, 50)
    assert message.is_proactive
    assert message.text.startswith("South Motors")
    assert [button["label"] for button in message.buttons][:2] == ["Reservar ahora", "En otro momento"]


def test_several_cars_are_named_in_one_message(boris: Story) -> None:
    from core.vehicles.models import Vehicle

    other = Vehicle.objects.create(vin="WVWZZZ1KZAW000002", plate="5678FGH", created_at=boris.now, updated_at=boris.now)
    boris.start("win_back", vehicle_ids=(boris.vehicle.pk, other.pk))

    assert "1234BCD, 5678FGH" in boris.last().text


def test_a_run_keeps_its_version_when_the_dealer_edits_the_flow(boris: Story) -> None:
    boris.start("win_back")
    edited = dict(shelf.table("win_back"))
    edited["title"] = {**edited["title"], "es": "Vuelva"}
    edition = store.save_edition(edited, actor="user:1", now=boris.now)

    boris.hear("lejos")

    assert edition.flow.version == 2
    assert boris.run().flow_version.version == 1
    assert boris.run().status == "RUNNING"
    assert store.current("win_back", now=boris.now).id == edition.id


def test_an_edition_that_is_not_sound_is_refused(boris: Story) -> None:
    broken = {**shelf.table("win_back"), "entries": {}}

    with pytest.raises(FlowInvalid, match="no entry named start"):
        store.save_edition(broken, actor="user:1", now=boris.now)


def test_an_edition_of_an_odd_shape_is_refused_by_name(boris: Story) -> None:
    odd = {**shelf.table("win_back"), "steps": {"opening": 7}}

    with pytest.raises(FlowInvalid, match="flow win_back"):
        store.save_edition(odd, actor="user:1", now=boris.now)


def test_of_two_editions_of_one_version_the_second_is_told(boris: Story) -> None:
    first = store.save_edition(shelf.table("win_back"), actor="user:1", now=boris.now)
    store.save_edition(shelf.table("win_back"), actor="user:1", now=boris.now, based_on=first.flow.version)

    with pytest.raises(EditionOutdated, match="2"):
        store.save_edition(shelf.table("win_back"), actor="user:2", now=boris.now, based_on=first.flow.version)


def test_an_edition_speaks_the_languages_of_its_day(boris: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    edition = store.save_edition(shelf.table("win_back"), actor="user:1", now=boris.now)
    monkeypatch.setattr(languages, "codes", lambda: ("en", "en-x-test", "es", "zh-hans"))
    store.forget()

    assert store.version(edition.id).flow.languages == ("en", "es", "zh-hans")


def test_a_newer_shipped_flow_becomes_the_next_version(boris: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    boris.start("win_back")
    shipped = shelf.shipped("win_back").version + 1
    newer, table = replace(shelf.shipped("win_back"), version=shipped), {**shelf.table("win_back"), "version": shipped}
    monkeypatch.setattr(shelf, "shipped", lambda key: newer)
    monkeypatch.setattr(shelf, "table", lambda key: table)

    assert store.current("win_back", now=boris.now).flow.version == 2
    assert boris.hear("lejos") == "EXPECTATION"
    assert list(FlowVersion.objects.order_by("version").values_list("version", flat=True)) == [1, 2]


def test_a_dealers_edition_is_its_own(boris: Story) -> None:
    store.save_edition(shelf.table("win_back"), actor="user:1", now=boris.now)

    with dealer_scope(directory.dealer_named("north")):
        assert not FlowVersion.objects.filter(actor="user:1").exists()


def test_silences_are_acted_upon_in_their_time(boris: Story) -> None:
    boris.start("win_back")

    assert runs.next_silence_at() == boris.now + timedelta(days=7)
    assert runs.act_on_silences(now=boris.now + timedelta(days=6), limit=10) == 0
    assert runs.act_on_silences(now=boris.now + timedelta(days=8), limit=10) == 1
    assert FlowRun.objects.get().outcome == "SILENT"
    assert runs.next_silence_at() is None

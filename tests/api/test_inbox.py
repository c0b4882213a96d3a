"""The inbox through the whole house: who has what, what is refused and how it is said, what it costs."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from notifications.models import CannedAnswer, Conversation, Message, Note
from tenants.accounts import operations as accounts
from tenants.accounts.models import User
from tenants.accounts.roles import Role
from tenants.scope import DealerRef, dealer_scope
from tests.api import making
from tests.api.conftest import NORTH_HOST, NOW, client_of
from tests.notifications.conversations.talking import ask_how_it_was
from tests.notifications.costs.making import make_price, text_by_simulator
from tests.stories import telling
from tests.stories.telling import Story

N = 720_001
# How a text is counted where the provider does nothing of its own.
COUNTED = {"is_wide": False, "signature": ""}


@pytest.fixture(autouse=True)
def _uncounted(north: DealerRef) -> Iterator[None]:
    yield
    with dealer_scope(north):
        cache.clear()


@pytest.fixture(autouse=True)
def _it_is_the_day_of_the_story() -> Iterator[None]:
    with time_machine.travel(telling.BEGIN["north"] + timedelta(minutes=30), tick=False):
        yield


@pytest.fixture
def anna(north: DealerRef) -> Story:
    """Anna was asked how it was, and asked back."""
    with dealer_scope(north):
        story = telling.begin("north")
        ask_how_it_was(story)
        story.hear("你们几点关门？")
    return story


@pytest.fixture
def talk(anna: Story, north: DealerRef) -> str:
    with dealer_scope(north):
        return f"/api/v1/conversations/{Conversation.objects.get().pk}/"


@pytest.fixture
def other(north: DealerRef) -> User:
    with dealer_scope(north):
        return accounts.create_user(
            email="other@north.example",
            name="Doris",
            role=Role.SERVICE_SPECIALIST,
            password=None,
            language="en",
            now=NOW,
        )


@pytest.fixture
def as_other(other: User, north: DealerRef) -> Client:
    return client_of(other, host=NORTH_HOST, scope=dealer_scope(north))


def post(client: Client, path: str, headers: dict[str, str] | None = None, **body: Any) -> Any:
    return client.post(path, body, content_type="application/json", headers=headers or {})


def test_a_row_shows_what_a_list_needs(anna: Story, talk: str, as_clara: Client, north: DealerRef) -> None:
    with dealer_scope(north):
        anna.hear("你们几点关门？")

    row = as_clara.get("/api/v1/conversations/?tab=waiting").json()["results"][0]

    assert row["customer"]["name"] == "Anna"
    assert row["last_message"]["text"]
    assert (row["unread_count"], row["is_new_to_me"], row["assignee_name"]) == (2, True, "")
    assert row["waits_because"]
    assert row["waits_since_at"] < row["answer_due_at"]


@pytest.mark.parametrize("tab", ["all", "mine", "unassigned", "waiting", "flow", "closed"])
def test_a_tab_shows_as_many_as_it_counts(tab: str, talk: str, as_clara: Client) -> None:
    counted = as_clara.get("/api/v1/conversations/counts/").json()

    assert len(as_clara.get(f"/api/v1/conversations/?tab={tab}").json()["results"]) == counted[tab]
    assert as_clara.get("/api/v1/conversations/?tab=everything").status_code == 400


def test_taken_by_another_it_is_said_who(talk: str, as_clara: Client, as_other: Client, other: User) -> None:
    mine = post(as_other, f"{talk}take_over/").json()
    refused = post(as_clara, f"{talk}take_over/")
    unwritten = post(as_clara, f"{talk}write/", text="您好")

    assert (mine["assignee_name"], mine["mode"]) == ("Doris", "PERSON")
    assert {answer.json()["code"] for answer in (refused, unwritten)} == {"conversation_taken"}
    assert (refused.status_code, refused.json()["specifics"]) == (409, "Doris")
    assert post(as_clara, f"{talk}take_over/", from_user=other.pk).json()["assignee_name"] == "Clara"


def test_what_may_be_done_comes_with_the_conversation(talk: str, as_clara: Client) -> None:
    before = as_clara.get(talk).json()["allowed"]
    taken = post(as_clara, f"{talk}take_over/").json()["allowed"]
    back = post(as_clara, f"{talk}hand_back/").json()
    closed = post(as_clara, f"{talk}close/").json()

    assert before == ["take_over", "assign", "write", "close", "note"]
    assert taken == ["assign", "write", "hand_back", "close", "note"]
    assert (back["mode"], "take_over" in back["allowed"]) == ("FLOW", True)
    assert (closed["mode"], closed["allowed"]) == ("CLOSED", ["take_over", "assign", "write", "note"])


def test_colleagues_are_those_who_answer_and_it_is_given_to_them(
    talk: str, as_clara: Client, clara: User, other: User, north: DealerRef
) -> None:
    with dealer_scope(north):
        making.make_world(N, marker="x")  # with a service advisor of this number
    listed = as_clara.get("/api/v1/conversations/colleagues/").json()["results"]

    assert {one["id"] for one in listed} == {clara.pk, other.pk}
    assert post(as_clara, f"{talk}assign/", user=other.pk).json()["assignee_name"] == "Doris"
    assert post(as_clara, f"{talk}assign/", user=N).json()["code"] == "no_colleague"
    assert post(as_clara, f"{talk}assign/", user=None).json()["assignee_id"] is None
    assert post(as_clara, f"{talk}assign/").status_code == 400


def test_one_key_writes_once(talk: str, as_clara: Client, north: DealerRef) -> None:
    key = {"Idempotency-Key": "one"}

    first = post(as_clara, f"{talk}write/", key, text="六点关门。")
    again = post(as_clara, f"{talk}write/", key, text="六点关门。")

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    with dealer_scope(north):
        assert Message.objects.filter(actor__startswith="user:").count() == 1


def test_who_opted_out_is_not_written_to_and_the_reason_is_said(
    anna: Story, talk: str, as_clara: Client, north: DealerRef
) -> None:
    with dealer_scope(north):
        anna.hear("退订")

    shown = as_clara.get(talk, headers={"Accept-Language": "es"}).json()
    refused = as_clara.post(
        f"{talk}write/", {"text": "x"}, content_type="application/json", headers={"Accept-Language": "es"}
    )

    assert "write" not in shown["allowed"]
    assert shown["refusal"] == "El propietario escribió que no quiere más mensajes."
    assert (refused.status_code, refused.json()["code"]) == (409, "owner_opted_out")
    assert refused.json()["detail"] == "El propietario no quiere mensajes aquí. Llámele."


def test_reading_takes_the_mark_off_for_the_centre(talk: str, as_clara: Client, as_other: Client) -> None:
    last = as_clara.get(f"{talk}messages/").json()["results"][0]["id"]

    assert post(as_clara, f"{talk}read/", message=last).status_code == 204
    mine, others = as_clara.get(talk).json(), as_other.get(talk).json()

    assert (mine["unread_count"], mine["read_up_to"], mine["is_new_to_me"]) == (0, last, False)
    assert (others["unread_count"], others["read_up_to"], others["is_new_to_me"]) == (0, None, False)


def test_notes_are_added_and_have_no_way_to_be_changed(talk: str, as_clara: Client, north: DealerRef) -> None:
    note = post(as_clara, f"{talk}notes/", text="先问清车型")

    assert (note.status_code, note.json()["author"]) == (201, "Clara")
    assert [one["text"] for one in as_clara.get(f"{talk}notes/").json()["results"]] == ["先问清车型"]
    assert as_clara.patch(f"{talk}notes/", {"text": "x"}, content_type="application/json").status_code == 405
    assert as_clara.delete(f"{talk}notes/").status_code == 405
    with dealer_scope(north):
        assert Note.objects.count() == 1
        assert not Message.objects.filter(text__contains="先问清车型").exists()


def test_a_canned_answer_is_filled_and_nothing_is_sent(talk: str, as_clara: Client, north: DealerRef) -> None:
    answers = as_clara.get("/api/v1/canned-answers/?language=zh-hans&shortcut__istartswith=您").json()["results"]

    filled = post(as_clara, f"{talk}fill/", answer=answers[0]["id"]).json()

    assert filled == {"text": "Anna您好，我是North Motors的Clara，请问有什么可以帮您？", "missing": []}
    with dealer_scope(north):
        assert not Message.objects.filter(actor__startswith="user:").exists()


def test_heads_keep_the_canned_answers(as_clara: Client, as_other: Client, north: DealerRef) -> None:
    new: dict[str, Any] = {"language": "en", "shortcut": "bye", "text": "Bye {name}"}

    made = post(as_clara, "/api/v1/canned-answers/", **new)
    address = f"/api/v1/canned-answers/{made.json()['id']}/"
    taken = post(as_clara, "/api/v1/canned-answers/", **new)
    unsound = as_clara.patch(address, {"text": "Bye {nme}"}, content_type="application/json")
    changed = as_clara.patch(address, {"text": "Bye"}, content_type="application/json")

    assert (made.status_code, taken.json()["code"], changed.json()["text"]) == (201, "shortcut_taken", "Bye")
    assert (unsound.json()["code"], unsound.json()["specifics"]) == ("placeholder_unknown", "nme")
    assert post(as_other, "/api/v1/canned-answers/", **new).status_code == 403
    assert as_clara.delete(address).status_code == 204
    with dealer_scope(north):
        assert not CannedAnswer.objects.filter(shortcut="bye").exists()


def test_the_flows_question_is_told_in_the_readers_language(talk: str, as_clara: Client) -> None:
    one = as_clara.get(f"{talk}dialogues/", headers={"Accept-Language": "en"}).json()[0]

    assert (one["flow"], one["version"], one["status"]) == ("after_sales_survey", 1, "RUNNING")
    assert one["answers"][0] == "Very satisfied"
    assert one["expires_at"]
    assert one["case_kind"] == "survey"


def test_a_stopped_message_says_why_in_the_readers_language(
    anna: Story, talk: str, as_clara: Client, north: DealerRef
) -> None:
    with dealer_scope(north):
        anna.hear("退订")
        stopped = Message.objects.filter(state="OPTED_OUT")[0].pk

    reason = as_clara.get(f"/api/v1/messages/{stopped}/reasons/", headers={"Accept-Language": "en"}).json()

    assert reason["message"]["trouble"] == "The owner has opted out."
    assert len(reason["walls"]) == 1
    assert reason["walls"][0].startswith("The owner wrote that they want no more messages. Nov. 18, 2026")
    assert reason["walls"][0].endswith(": 退订")


def test_search_shows_by_what_and_which_words(talk: str, as_clara: Client) -> None:
    by_words = post(as_clara, "/api/v1/conversations/search/", text="几点关门").json()["results"]
    by_name = post(as_clara, "/api/v1/conversations/search/", text="anna").json()["results"]

    assert [(one["found_by"], one["found_text"]) for one in by_words] == [("WORDS", "你们几点关门？")]
    assert [(one["found_by"], one["found_text"]) for one in by_name] == [("NAME", "")]


def test_the_other_dealer_finds_none_of_it(talk: str, as_clara: Client, in_south_as: Callable[[Role], Client]) -> None:
    south = in_south_as(Role.SERVICE_SPECIALIST)

    assert post(south, "/api/v1/conversations/search/", text="几点关门").json()["results"] == []
    assert set(south.get("/api/v1/conversations/counts/").json().values()) == {0}
    parts = ("", "messages/", "notes/", "panel/", "dialogues/", "reasons/")
    assert {south.get(f"{talk}{part}").status_code for part in parts} == {404}


PARTS = {
    "list": "/api/v1/conversations/",
    "counts": "/api/v1/conversations/counts/",
    "whole": f"/api/v1/conversations/{N}/",
    "messages": f"/api/v1/conversations/{N}/messages/",
    "notes": f"/api/v1/conversations/{N}/notes/",
    "panel": f"/api/v1/conversations/{N}/panel/",
    "dialogues": f"/api/v1/conversations/{N}/dialogues/",
    "reasons": f"/api/v1/conversations/{N}/reasons/",
    "why": f"/api/v1/messages/{N}/reasons/",
}


def test_no_part_of_the_screen_costs_more_with_more_rows(north: DealerRef, as_clara: Client) -> None:
    with dealer_scope(north):
        making.make_world(N, marker="xyz")
        making.say_more(N, of=N, marker="xyz")
    one = {name: counted(as_clara, path) for name, path in PARTS.items()} | {"search": searched(as_clara)}
    with dealer_scope(north):
        for number in range(N + 1, N + 16):
            making.make_world(number, marker="xyz")
            making.say_more(number, of=N, marker="xyz")

    many = {name: counted(as_clara, path) for name, path in PARTS.items()} | {"search": searched(as_clara)}

    assert many == one


def counted(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200, path
    return len(captured)


def searched(client: Client) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert post(client, "/api/v1/conversations/search/", text="xyz").json()["results"]
    return len(captured)


def test_a_talk_by_sms_says_what_a_segment_costs(
    talk: str, as_clara: Client, north: DealerRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert as_clara.get(talk).json()["texting"] is None
    text_by_simulator(monkeypatch)
    assert as_clara.get(talk).json()["texting"] == {"segment_minor": None, "currency": "", **COUNTED}

    with dealer_scope(north):
        make_price("7.5")

    assert as_clara.get(talk).json()["texting"] == {"segment_minor": "7.5000", "currency": "EUR", **COUNTED}

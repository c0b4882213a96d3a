"""Conversations found by name, number, plate and words, in Chinese too."""

import pytest

from core.customers.models import Customer
from core.repair_orders.imports import cells
from core.vehicles.models import Vehicle
from notifications.conversations import people, search
from notifications.conversations.models import Conversation
from notifications.outbox.models import Message
from tenants.scope import DealerRef, dealer_scope
from tests.notifications.conversations.talking import ask_how_it_was, colleague, talk_of
from tests.stories import telling
from tests.stories.telling import Story


@pytest.fixture
def anna(in_north: DealerRef) -> Story:
    """Anna and her phone; the car's plate is searched by its key, as the import keeps it."""
    story = telling.begin("north")
    Vehicle.objects.update(plate_key=cells.plate_key("辽A12345"))
    return story


def found(text: str) -> list[str]:
    return [one.found_by for one in search.find(text, limit=10)]


@pytest.mark.parametrize(
    ("text", "by"),
    [
        ("Ann", ["NAME"]),
        ("13800000001", ["ADDRESS"]),
        ("380000", ["ADDRESS"]),
        ("a 123", ["PLATE"]),
        ("12345", ["PLATE"]),
        ("关门", ["WORDS"]),
        ("几点关门", ["WORDS"]),
        ("Wash", ["WORDS"]),
        ("nobody", []),
        ("x", []),
        ("", []),
        ("%", []),
        ("100%_", []),
    ],
)
def test_what_a_text_may_mean(anna: Story, text: str, by: list[str]) -> None:
    anna.hear("你们几点关门？ Can you wash it too?")

    assert found(text) == by


def test_a_chinese_name_is_found_by_one_character(anna: Story) -> None:
    Customer.objects.update(name="欧阳娜", name_key=cells.name_key("欧阳娜"))
    anna.hear("你好")

    assert found("娜") == found("欧阳") == found("欧阳娜") == ["NAME"]


def test_the_newest_message_with_the_words_is_shown(anna: Story) -> None:
    anna.hear("什么时候能取车？")
    anna.hear("今天能取车吗？")

    hit = search.find("取车", limit=10)[0]

    newest = Message.objects.filter(direction="IN").order_by("-id")[0]
    assert (hit.found_by, hit.message_id) == ("WORDS", newest.pk)


def test_words_of_colleagues_are_found_and_those_of_flows_are_not(anna: Story) -> None:
    ask_how_it_was(anna)
    people.write(conversation_id=talk_of(anna).pk, text="轮胎到货了", user_id=colleague().pk, now=anna.now)

    assert found("轮胎到货") == ["WORDS"]
    assert found(anna.messages()[0].text[:6]) == []


def test_the_one_who_wrote_last_comes_first(anna: Story) -> None:
    for number in range(3):
        person = Customer.objects.create(name="Anna", created_at=anna.now, updated_at=anna.now)
        anna.now = anna.now.replace(minute=10 + number)
        Conversation.objects.create(
            account=anna.account,
            address=f"+861370000{number}",
            customer=person,
            last_message_at=anna.now,
            created_at=anna.now,
        )

    ids = [one.conversation_id for one in search.find("Anna", limit=2)]

    assert ids == list(Conversation.objects.order_by("-last_message_at").values_list("id", flat=True)[:2])


def test_south_finds_nothing_of_norths(anna: Story, south: DealerRef) -> None:
    anna.hear("你们几点关门？")

    with dealer_scope(south):
        assert found("Anna") == found("关门") == found("13800000001") == []

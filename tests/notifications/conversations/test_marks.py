"""Unread for the centre until anybody has read; each person's own place beside it."""

from typing import Any

import pytest

from notifications.conversations import marks, notes, queries
from notifications.conversations.models import Conversation, Note
from notifications.outbox.models import Message
from tenants.announcing import News
from tenants.scope import DealerRef, dealer_scope
from tests.notifications.conversations.talking import talk_of
from tests.stories import telling
from tests.stories.telling import Story

CLARA, OTHER = 1, 2


@pytest.fixture
def anna(in_north: DealerRef) -> Story:
    """Anna and her phone."""
    return telling.begin("north")


def last_in() -> int:
    return Message.objects.filter(direction="IN").order_by("-id").values_list("id", flat=True)[0]


def seen_by(user_id: int) -> Any:  # with what as_seen_by adds
    return queries.as_seen_by(Conversation.objects.all(), user_id=user_id).get()


def read(story: Story, user_id: int, message_id: int) -> bool:
    return marks.mark_read(conversation_id=talk_of(story).pk, message_id=message_id, user_id=user_id, now=story.now)


def test_one_reader_of_the_centre_is_enough(anna: Story) -> None:
    anna.hear("你好")
    anna.hear("在吗")
    unread = talk_of(anna).unread_count

    read(anna, CLARA, last_in())

    assert (unread, talk_of(anna).unread_count) == (2, 0)


def test_what_came_in_behind_the_mark_stays_unread(anna: Story) -> None:
    anna.hear("你好")
    first = last_in()
    anna.hear("在吗")

    read(anna, CLARA, first)

    assert talk_of(anna).unread_count == 1


def test_everybody_has_a_place_of_their_own(anna: Story) -> None:
    anna.hear("你好")
    read(anna, CLARA, last_in())
    read(anna, OTHER, last_in())
    anna.hear("在吗")
    read(anna, OTHER, last_in())

    assert seen_by(CLARA).has_new_message
    assert not seen_by(OTHER).has_new_message
    assert seen_by(OTHER).read_up_to == last_in()
    assert seen_by(3).read_up_to is None


def test_reading_goes_forward_only_and_again_is_nothing(anna: Story) -> None:
    anna.hear("你好")
    first = last_in()
    anna.hear("在吗")
    assert read(anna, CLARA, last_in())

    assert not read(anna, CLARA, first)
    assert marks.mark_of(conversation_id=talk_of(anna).pk, user_id=CLARA) == last_in()


def test_a_number_that_is_not_there_yet_reads_what_is_there(anna: Story) -> None:
    anna.hear("你好")

    read(anna, CLARA, 10**12)
    anna.hear("在吗")

    assert seen_by(CLARA).has_new_message


def test_reading_is_announced_and_not_logged(anna: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[News] = []
    monkeypatch.setattr(marks, "announce_news", told.extend)
    anna.hear("你好")

    read(anna, CLARA, last_in())
    read(anna, CLARA, last_in())

    assert told == [News("conversation.read", "conversation", talk_of(anna).pk, anna.customer.pk)]


def test_a_note_stays_as_it_was_written(anna: Story) -> None:
    from django.db import InternalError, transaction
    from django.db.utils import DatabaseError

    anna.hear("你好")
    note = notes.add(conversation_id=talk_of(anna).pk, text="先问清车型", author_id=CLARA, now=anna.now)

    with pytest.raises((DatabaseError, InternalError)), transaction.atomic():
        Note.objects.filter(pk=note.pk).update(text="别的")

    note.refresh_from_db()
    assert note.text == "先问清车型"
    assert "先问清车型" not in [one.text for one in Message.objects.all()]


def test_souths_conversations_are_nobodys_to_read_or_note(anna: Story, south: DealerRef) -> None:
    anna.hear("你好")
    talk, message = talk_of(anna).pk, last_in()

    with dealer_scope(south):
        with pytest.raises(Conversation.DoesNotExist):
            marks.mark_read(conversation_id=talk, message_id=message, user_id=CLARA, now=anna.now)
        with pytest.raises(Conversation.DoesNotExist):
            notes.add(conversation_id=talk, text="x", author_id=CLARA, now=anna.now)

    assert talk_of(anna).unread_count == 1


def test_a_machines_answer_is_unread_for_nobody_and_comes_up_nowhere(anna: Story) -> None:
    anna.hear("你好")
    read(anna, CLARA, last_in())
    before = talk_of(anna)

    anna.hear("我在休假", is_automatic=True)

    after = talk_of(anna)
    assert (after.unread_count, after.last_message_at, after.last_inbound_at) == (
        0,
        before.last_message_at,
        before.last_inbound_at,
    )
    assert not seen_by(CLARA).has_new_message
    assert queries.counts(people=())["unread"] == 0


def test_a_machines_answer_keeps_nothing_unread_that_was_read(anna: Story) -> None:
    anna.hear("你好")
    word = last_in()
    anna.hear("我在休假", is_automatic=True)

    read(anna, CLARA, word)

    assert talk_of(anna).unread_count == 0


def test_who_waits_is_shown_by_their_own_word(anna: Story) -> None:
    anna.hear("你们几点关门？")
    word = last_in()

    anna.hear("我在休假", is_automatic=True)

    assert seen_by(CLARA).last_message_id == word


def test_a_machines_answer_alone_is_found_and_read(anna: Story) -> None:
    anna.hear("我在休假", is_automatic=True)

    talk = talk_of(anna)
    assert (talk.last_message_at, talk.last_inbound_at, talk.unread_count) == (anna.now, None, 0)
    assert queries.last_messages([seen_by(CLARA)])[talk.pk].text == "我在休假"

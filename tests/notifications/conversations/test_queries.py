"""The tabs of the inbox, their counts, and rows as one person sees them."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.tasks.models import Task
from notifications.conversations import people, queries
from notifications.conversations.models import Conversation
from notifications.conversations.queries import Tab
from notifications.outbox.models import Message
from tenants.accounts import operations as accounts
from tenants.scope import DealerRef, dealer_scope
from tests.notifications.conversations.talking import ask_how_it_was, colleague, talk_of
from tests.stories import telling
from tests.stories.telling import Story

pytestmark = pytest.mark.usefixtures("in_north")


@pytest.fixture
def anna(in_north: DealerRef) -> Story:
    """Anna and her phone."""
    return telling.begin("north")


def tabs(user_id: int) -> set[str]:
    """Say in which tabs the one conversation stands."""
    return {
        tab.value
        for tab in Tab
        if queries.in_tab(Conversation.objects.all(), tab, people={user_id} if user_id else ()).exists()
    }


def test_with_its_flow(anna: Story) -> None:
    ask_how_it_was(anna)

    assert tabs(1) == {"all", "flow"}


def test_waiting_for_a_person_whom_nobody_is_yet(anna: Story) -> None:
    anna.hear("你们几点关门？")

    assert tabs(1) == {"all", "unassigned", "waiting"}


def test_taken_by_me_or_by_a_colleague(anna: Story) -> None:
    clara, other = colleague(), colleague("Doris")
    anna.hear("你们几点关门？")
    people.take_over(conversation_id=talk_of(anna).pk, user_id=clara.pk, now=anna.now)

    assert tabs(clara.pk) == {"all", "mine", "waiting"}
    assert tabs(other.pk) == {"all", "waiting"}


def test_answered_it_waits_no_longer(anna: Story) -> None:
    clara = colleague()
    anna.hear("你们几点关门？")
    people.write(conversation_id=talk_of(anna).pk, text="六点。", user_id=clara.pk, now=anna.now)

    assert tabs(clara.pk) == {"all", "mine"}


def test_whose_person_has_left_it_is_nobodys(anna: Story) -> None:
    clara = colleague()
    anna.hear("你们几点关门？")
    people.take_over(conversation_id=talk_of(anna).pk, user_id=clara.pk, now=anna.now)
    accounts.deactivate_user(user_id=clara.pk)

    assert tabs(2) == {"all", "unassigned", "waiting"}


def test_closed(anna: Story) -> None:
    anna.hear("你们几点关门？")
    people.close(conversation_id=talk_of(anna).pk, user_id=colleague().pk, now=anna.now)

    assert tabs(1) == {"all", "closed"}


def test_a_program_has_none_of_its_own(anna: Story) -> None:
    anna.hear("你好吗")

    assert not queries.in_tab(Conversation.objects.all(), Tab.MINE, people=()).exists()


def test_the_tabs_are_counted_in_one_query(anna: Story) -> None:
    clara = colleague()
    anna.hear("你们几点关门？")
    people.take_over(conversation_id=talk_of(anna).pk, user_id=clara.pk, now=anna.now)

    with CaptureQueriesContext(connection) as captured:
        counted = queries.counts(people={clara.pk})

    assert len(captured) == 1
    assert counted == {"all": 1, "mine": 1, "unassigned": 0, "waiting": 1, "flow": 0, "closed": 0, "unread": 1}


def test_no_count_goes_further_than_a_badge_shows(anna: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "MOST_COUNTED", 2)
    Conversation.objects.bulk_create(
        Conversation(account=anna.account, address=f"+86139{n:08}", last_message_at=anna.now, created_at=anna.now)
        for n in range(5)
    )

    assert queries.counts(people={1})["all"] == 2


def test_a_row_says_since_when_the_owner_waits_and_why(anna: Story) -> None:
    anna.hear("你们几点关门？")

    row: Any = queries.as_seen_by(Conversation.objects.all(), user_id=1).get()

    asked = Task.objects.get(kind="REPLY")
    assert (row.waits_since_at, row.waits_reason, row.answer_due_at) == (asked.created_at, "MESSAGE", asked.due_at)


def test_a_row_that_waits_shows_the_owners_words_and_not_our_receipt(anna: Story) -> None:
    anna.hear("你们几点关门？")
    waiting: Any = queries.as_seen_by(Conversation.objects.all(), user_id=1).get()
    Task.objects.update(state="DONE")
    answered: Any = queries.as_seen_by(Conversation.objects.all(), user_id=1).get()

    assert queries.last_messages([waiting])[waiting.pk].text == "你们几点关门？"
    last = queries.last_messages([answered])[answered.pk]
    assert (last, last.direction) == (Message.objects.order_by("-id")[0], "OUT")


def test_south_counts_and_lists_nothing_of_norths(anna: Story, south: DealerRef) -> None:
    anna.hear("你们几点关门？")

    with dealer_scope(south):
        assert set(queries.counts(people={1}).values()) == {0}
        assert not queries.as_seen_by(Conversation.objects.all(), user_id=1).exists()

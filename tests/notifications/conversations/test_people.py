"""Taking, giving, writing, giving back and ending: who has a conversation, and what its flows do meanwhile."""

from datetime import UTC, datetime, timedelta

import pytest

from core.events.models import Event
from core.tasks.models import Task
from notifications.conversations import people
from notifications.conversations.colleagues import NoColleague
from notifications.conversations.people import ConversationTaken, TextTooLong
from notifications.conversations.permitting import OwnerOptedOut
from notifications.policy.models import Decision
from tenants.accounts import operations as accounts
from tenants.accounts.roles import Role
from tenants.scope import DealerRef
from tests.notifications.conversations.talking import ask_how_it_was, colleague, later, talk_of
from tests.stories import telling
from tests.stories.telling import Story


@pytest.fixture
def anna(in_north: DealerRef) -> Story:
    """Anna and her phone."""
    return telling.begin("north")


def take(story: Story, user_id: int, **wishes: int | None) -> None:
    people.take_over(conversation_id=talk_of(story).pk, user_id=user_id, now=story.now, **wishes)


def write(story: Story, user_id: int, text: str = "马上为您查询。") -> int:
    return people.write(conversation_id=talk_of(story).pk, text=text, user_id=user_id, now=story.now).pk


def test_a_conversation_is_with_its_flow_only_while_one_runs(anna: Story) -> None:
    anna.hear("谢谢")
    silent = talk_of(anna).mode
    ask_how_it_was(anna)
    asked = talk_of(anna).mode
    anna.hear("0")

    assert (silent, asked) == ("CLOSED", "FLOW")
    assert anna.run().status == "ENDED"
    assert talk_of(anna).mode == "CLOSED"


def test_taken_it_is_that_persons_and_the_flow_keeps_still(anna: Story) -> None:
    clara = colleague()
    ask_how_it_was(anna)
    anna.hear("我要找人工")

    take(anna, clara.pk)

    assert (talk_of(anna).mode, talk_of(anna).assignee_id) == ("PERSON", clara.pk)
    assert Task.objects.get(kind="REPLY").assignee_id == clara.pk
    assert Event.objects.filter(kind="conversation.taken_over", actor=f"user:{clara.pk}").count() == 1


def test_of_two_who_take_it_the_second_is_told_who_was_first(anna: Story) -> None:
    clara, other = colleague(), colleague("Doris")
    ask_how_it_was(anna)
    take(anna, clara.pk)

    with pytest.raises(ConversationTaken, match="Clara"):
        take(anna, other.pk)
    with pytest.raises(ConversationTaken, match="Clara"):
        write(anna, other.pk)

    assert talk_of(anna).assignee_id == clara.pk


def test_from_a_colleague_it_is_taken_knowingly(anna: Story) -> None:
    clara, other = colleague(), colleague("Doris")
    ask_how_it_was(anna)
    take(anna, clara.pk)

    take(anna, other.pk, from_user_id=clara.pk)

    assert talk_of(anna).assignee_id == other.pk
    assert Event.objects.filter(kind="conversation.taken_over").order_by("-id")[0].data == {"from_user_id": clara.pk}


def test_what_somebody_had_who_has_left_is_free(anna: Story) -> None:
    clara, other = colleague(), colleague("Doris")
    ask_how_it_was(anna)
    take(anna, clara.pk)
    accounts.deactivate_user(user_id=clara.pk)

    take(anna, other.pk)

    assert talk_of(anna).assignee_id == other.pk


def test_it_is_given_to_those_who_answer_owners_only(anna: Story) -> None:
    clara, advisor = colleague(), colleague("Doris", role=Role.SERVICE_ADVISOR)
    gone = colleague("Boris")
    accounts.deactivate_user(user_id=gone.pk)
    ask_how_it_was(anna)
    talk = talk_of(anna)

    for nobody in (advisor.pk, gone.pk, 10**9):
        with pytest.raises(NoColleague):
            people.assign(conversation_id=talk.pk, to_user_id=nobody, user_id=clara.pk, now=anna.now)
    people.assign(conversation_id=talk.pk, to_user_id=clara.pk, user_id=clara.pk, now=anna.now)
    people.assign(conversation_id=talk.pk, to_user_id=None, user_id=clara.pk, now=anna.now)

    assert (talk_of(anna).mode, talk_of(anna).assignee_id) == ("PERSON", None)
    given = Event.objects.filter(kind="conversation.assigned").order_by("id")
    assert [one.data["to_user_id"] for one in given] == [clara.pk, None]


def test_what_the_owner_writes_then_is_that_persons_task(anna: Story) -> None:
    clara = colleague()
    ask_how_it_was(anna)
    take(anna, clara.pk)

    anna.hear("你们几点关门？")

    assert Task.objects.get(kind="REPLY", state="OPEN").assignee_id == clara.pk


def test_an_answer_settles_the_task_and_the_owners_next_word_opens_another(anna: Story) -> None:
    clara = colleague()
    anna.hear("你们几点关门？")
    write(anna, clara.pk)
    answered = Task.objects.filter(kind="REPLY", state="OPEN").count()

    anna.hear("周末呢？")

    assert answered == 0
    assert Task.objects.filter(kind="REPLY", state="OPEN").count() == 1


def test_given_back_the_flow_puts_its_question_again(anna: Story) -> None:
    clara = colleague()
    ask_how_it_was(anna)
    anna.hear("你们几点关门？")
    write(anna, clara.pk)
    before = len(anna.messages())

    people.hand_back(conversation_id=talk_of(anna).pk, user_id=clara.pk, now=anna.now)

    assert (talk_of(anna).mode, talk_of(anna).assignee_id) == ("FLOW", None)
    assert len(anna.messages()) == before + 1
    assert anna.hear("1") == "EXPECTATION"


def test_given_back_with_nothing_left_to_go_on_it_is_closed(anna: Story) -> None:
    clara = colleague()
    anna.hear("你们几点关门？")
    write(anna, clara.pk)

    people.hand_back(conversation_id=talk_of(anna).pk, user_id=clara.pk, now=anna.now)

    assert talk_of(anna).mode == "CLOSED"


def test_closed_nothing_is_asked_any_more(anna: Story) -> None:
    clara = colleague()
    ask_how_it_was(anna)
    anna.hear("你们几点关门？")

    people.close(conversation_id=talk_of(anna).pk, user_id=clara.pk, now=anna.now)

    assert (talk_of(anna).mode, talk_of(anna).unread_count) == ("CLOSED", 0)
    assert (anna.run().status, anna.run().outcome) == ("CANCELLED", "CLOSED_BY_PERSON")
    assert not Task.objects.filter(kind="REPLY", state="OPEN").exists()


def test_who_opted_out_is_not_written_to_by_people_either(anna: Story) -> None:
    clara = colleague()
    anna.hear("退订")
    before = len(anna.messages())

    with pytest.raises(OwnerOptedOut, match="OPT_OUT"):
        write(anna, clara.pk)

    assert len(anna.messages()) == before
    assert talk_of(anna).assignee_id is None


def test_an_answer_leaves_at_any_hour_and_what_a_person_begins_waits_for_the_morning(anna: Story) -> None:
    clara = colleague()
    anna.hear("你们几点关门？")
    anna.now = datetime(2026, 11, 18, 15, 0, tzinfo=UTC)  # 23:00 in Shanghai
    answer = write(anna, clara.pk)
    later(anna, hours=24)
    unasked = write(anna, clara.pk)

    said = {one.pk: one for one in anna.messages()}
    assert (said[answer].state, said[answer].is_proactive) == ("QUEUED", False)
    assert (said[unasked].state, said[unasked].is_proactive) == ("HELD", True)
    assert said[unasked].not_before_at == datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
    rules = dict(Decision.objects.values_list("message_id", "rule"))
    assert rules == {answer: "person_answers", unasked: "quiet_hours"}


def test_what_no_channel_takes_is_refused_before_it_is_queued(anna: Story) -> None:
    anna.hear("你们几点关门？")

    with pytest.raises(TextTooLong, match="1600"):
        write(anna, colleague().pk, "x" * 1601)


def test_a_closed_conversation_opens_again_by_the_owners_word(anna: Story) -> None:
    clara = colleague()
    anna.hear("你们几点关门？")
    people.close(conversation_id=talk_of(anna).pk, user_id=clara.pk, now=anna.now)

    anna.hear("还在吗？", after=timedelta(days=2))

    assert talk_of(anna).unread_count == 1
    assert Task.objects.filter(kind="REPLY", state="OPEN", assignee_id=None).count() == 1

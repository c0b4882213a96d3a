"""Canned answers: found by what is typed, filled once, never read as anything but text."""

from datetime import UTC, datetime

import pytest

from core.customers.models import Customer
from notifications.canned import operations, rules
from notifications.canned.models import CannedAnswer
from notifications.canned.operations import ShortcutTaken, Wording
from notifications.canned.rules import PlaceholderUnknown, ShortcutUnusable
from tenants.scope import DealerRef, dealer_scope
from tests.notifications.conversations.talking import colleague, talk_of
from tests.stories import telling
from tests.stories.telling import Story

NOW = datetime(2026, 11, 20, 4, tzinfo=UTC)
HELLO = Wording(language="en", shortcut="hi", text="Hi {name}, {plate} is ready. {agent}, {dealer}")


@pytest.fixture
def anna(in_north: DealerRef) -> Story:
    """Anna and her phone."""
    story = telling.begin("north")
    story.hear("你好")
    return story


def fill(story: Story, answer: CannedAnswer) -> rules.Filled:
    return operations.fill(answer.pk, conversation_id=talk_of(story).pk, user_id=colleague().pk)


def test_a_dealer_begins_with_answers_in_every_language(in_north: DealerRef) -> None:
    counted = {language: CannedAnswer.objects.filter(language=language).count() for language in ("zh-hans", "es", "en")}

    assert len(set(counted.values())) == 1
    assert counted["en"] >= 7
    operations.seed(now=NOW)
    assert CannedAnswer.objects.filter(language="en").count() == counted["en"]


def test_every_shipped_answer_is_sound(in_north: DealerRef) -> None:
    for answer in CannedAnswer.objects.all():
        rules.check(shortcut=answer.shortcut, text=answer.text)


def test_placeholders_are_filled_for_the_owner_and_the_writer(anna: Story) -> None:
    filled = fill(anna, operations.add(HELLO, actor="user:1", now=NOW))

    assert filled.text == "Hi Anna, 辽A12345 is ready. Clara, North Motors"
    assert filled.missing == ()


def test_what_is_not_known_is_a_gap_that_is_named(anna: Story) -> None:
    anna.another_car()

    filled = fill(anna, operations.add(HELLO, actor="user:1", now=NOW))

    assert filled.text.startswith("Hi Anna, … is ready")
    assert filled.missing == ("plate",)


def test_braces_in_a_name_stay_a_name(anna: Story) -> None:
    Customer.objects.update(name="{dealer}{{7*7}}{% x %}")

    filled = fill(anna, operations.add(HELLO, actor="user:1", now=NOW))

    assert filled.text.startswith("Hi {dealer}{{7*7}}{% x %},")


@pytest.mark.parametrize("text", ["Hi {nme}", "Hi {", "Hi {Name}", "{{ name }}", "{name.__class__}"])
def test_what_is_no_placeholder_is_refused(text: str) -> None:
    with pytest.raises(PlaceholderUnknown):
        rules.check(shortcut="hi", text=text)


@pytest.mark.parametrize("shortcut", ["", "two words", "/hi", "x" * 31, "hi!"])
def test_a_shortcut_is_typed_in_one_go(shortcut: str) -> None:
    with pytest.raises(ShortcutUnusable):
        rules.check(shortcut=shortcut, text="x")


def test_a_shortcut_means_one_answer_a_language(in_north: DealerRef) -> None:
    answer = operations.add(HELLO, actor="user:1", now=NOW)

    with pytest.raises(ShortcutTaken):
        operations.add(HELLO, actor="user:1", now=NOW)
    changed = operations.change(answer.pk, {"language": "es"}, actor="user:2", now=NOW)

    assert (changed.language, changed.text, changed.actor) == ("es", HELLO.text, "user:2")
    operations.add(HELLO, actor="user:1", now=NOW)


def test_norths_answers_are_norths(in_north: DealerRef, south: DealerRef) -> None:
    answer = operations.add(HELLO, actor="user:1", now=NOW)

    with dealer_scope(south):
        assert not CannedAnswer.objects.filter(shortcut="hi").exists()
        with pytest.raises(CannedAnswer.DoesNotExist):
            operations.remove(answer.pk)

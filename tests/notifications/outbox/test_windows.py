"""Free words within a provider's window, a template outside of it; without one the next channel, at once."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from channels_app import registry
from channels_app.contract import Template
from channels_app.simulator import Simulator
from notifications.conversations import permitting
from notifications.conversations.models import Conversation
from notifications.outbox import operations, windows
from notifications.outbox.models import Message
from tests.notifications.outbox import making
from tests.notifications.outbox.making import NOW, draft

HOUR = timedelta(hours=1)
KEPT: dict[str, Any] = {
    "name": "a.b",
    "values": [["dealer", "North"], ["vehicle", "B1"], ["link", ""]],
    "has_buttons": False,
}

pytestmark = pytest.mark.usefixtures("in_north")


def close_after(hours: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the simulator take free words for so many hours."""

    class Windowed(Simulator):
        capabilities = replace(Simulator.capabilities, window_hours=hours)

    monkeypatch.setitem(registry.LOADED, "simulator", Windowed())


@pytest.mark.parametrize(
    ("hours", "heard_before", "is_open"),
    [
        pytest.param(None, None, True, id="no-window"),
        pytest.param(24, None, False, id="never-heard"),
        pytest.param(24, HOUR, True, id="heard-lately"),
        pytest.param(24, 24 * HOUR - timedelta(minutes=1), False, id="about-to-close"),
        pytest.param(48, 25 * HOUR, True, id="another-provider"),
        pytest.param(0, HOUR, False, id="templates-alone"),
    ],
)
def test_a_window_is_open_for_a_while_after_a_word(
    hours: int | None, heard_before: timedelta | None, is_open: bool
) -> None:
    can = replace(Simulator.capabilities, window_hours=hours)
    heard_at = NOW - heard_before if heard_before else None

    assert windows.is_open(can, heard_at, now=NOW) is is_open


def test_out_of_its_window_a_message_without_a_template_is_not_even_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    close_after(24, monkeypatch)
    monkeypatch.setattr(Simulator, "send", None)
    anna = making.make_customer()
    message = operations.queue_message(draft(making.make_account(), customer_id=anna.pk), now=NOW)

    operations.dispatch_batch(now=NOW)

    message.refresh_from_db()
    assert (message.state, message.error, message.error_detail) == ("FAILED", "REJECTED", "WINDOW_CLOSED")
    assert message.reroute_at is not None


def test_within_its_window_it_goes_in_its_own_words(monkeypatch: pytest.MonkeyPatch) -> None:
    close_after(24, monkeypatch)
    message = operations.queue_message(draft(making.make_account(), template=KEPT), now=NOW)
    Conversation.objects.filter(pk=message.conversation_id).update(last_inbound_at=NOW - HOUR)

    operations.dispatch_batch(now=NOW)

    assert Message.objects.get(pk=message.pk).state == "SENT"


@pytest.mark.parametrize(
    ("has_links", "is_shared", "template"),
    [
        (True, False, Template("a.b", "es", ("B1", "https://x.example/1"), ("vehicle", "link"))),
        (False, False, Template("a.b", "es", ("B1",), ("vehicle",))),
        (False, True, Template("a.b", "es", ("North", "B1"), ("dealer", "vehicle"))),
    ],
)
def test_a_row_says_its_template_again_for_any_channel(has_links: bool, is_shared: bool, template: Template) -> None:
    told = {"language": "es", "page": "https://x.example/1"}

    assert windows.template_of(KEPT, **told, has_links=has_links, is_shared=is_shared) == template
    assert windows.template_of({}, **told, has_links=has_links, is_shared=is_shared) is None


@pytest.mark.parametrize(("hours", "rule"), [(24, "WINDOW_CLOSED"), (0, "TEMPLATES_ALONE")])
def test_nobody_writes_free_words_where_none_may_go(hours: int, rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    message = operations.queue_message(draft(making.make_account()), now=NOW)
    talk = message.conversation
    close_after(hours, monkeypatch)

    assert rule in permitting.refusals(talk, now=NOW)
    with pytest.raises(permitting.WordsRefused, match=rule):
        permitting.check(talk, now=NOW)

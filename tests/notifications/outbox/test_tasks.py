"""The outbox's turns as tasks: bounded, continued once, one dealer each."""

from datetime import timedelta

import pytest
import time_machine
from pytest_django import DjangoCaptureOnCommitCallbacks

from notifications.outbox import dispatching, operations, rates, tasks
from notifications.outbox.operations import Priority
from tests.notifications.outbox import making
from tests.notifications.outbox.making import NOW, draft, queue_many, states

pytestmark = pytest.mark.usefixtures("in_north")


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, object]]:
    """What is given to the broker, which is our border."""
    calls: list[dict[str, object]] = []
    monkeypatch.setattr(tasks.dispatch, "apply_async", lambda _args, kwargs: calls.append(kwargs))
    rates.forget(tasks.CONTINUATION)
    return calls


def test_an_answer_to_an_owner_leaves_without_waiting_for_the_loop(
    sent: list[dict[str, object]], django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
):
    account = making.make_account()
    with django_capture_on_commit_callbacks(execute=True):
        operations.queue_message(draft(account, priority=Priority.REPLY), now=NOW)
        operations.queue_message(draft(account, priority=Priority.CAMPAIGN), now=NOW)

    assert sent == [{}]


def test_a_large_dispatch_is_continued_by_one_task_however_many_ask(
    sent: list[dict[str, object]],
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
):
    monkeypatch.setattr(dispatching.dispatch_batch, "__kwdefaults__", {"limit": 2})
    queue_many(making.make_account(), 6)

    with time_machine.travel(NOW + timedelta(seconds=1)), django_capture_on_commit_callbacks(execute=True):
        tasks.dispatch()
        tasks.dispatch()
    assert sent == [{"continues": True}]
    with time_machine.travel(NOW + timedelta(seconds=2)), django_capture_on_commit_callbacks(execute=True):
        tasks.dispatch(continues=True)

    assert states() == {"SENT": 6}


def test_settling_is_a_task_too():
    queue_many(making.make_account(misbehave="timeout-after-accept"), 1)
    operations.dispatch_batch(now=NOW)

    with time_machine.travel(NOW + timedelta(hours=1)):
        tasks.settle()

    assert states() == {"SENT": 1}

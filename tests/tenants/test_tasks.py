"""A task works for the dealer it was sent by, however Celery came to run it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from celery import Celery, chain, chord, group
from celery.contrib.testing.worker import start_worker
from django.conf import settings
from django.db import transaction

from core.customers.models import Customer
from tenants import provisioning, scope, tasks
from tenants.scope import DealerMissing, DealerRef, ScopeMissing, dealer_scope, public_scope
from tenants.tasks import DealerClosed, DealerMismatch, DealerTask, HostTask, PublicTask, send_after_commit

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
SECONDS = 20  # for a worker to answer; far more than it needs

app = Celery("tests", broker=settings.BROKER_URL, backend=settings.BROKER_URL, set_as_current=False)
app.conf.update(
    task_default_queue="tenants-tests",
    broker_connection_retry_on_startup=True,
    worker_hijack_root_logger=False,
    result_expires=60,
)


def names() -> list[str]:
    return sorted(Customer.objects.values_list("name", flat=True))


@app.task(base=DealerTask)
def read(*_before: object) -> list[str]:
    return names()


@app.task(base=DealerTask)
def collect(parts: list[list[str]]) -> list[list[str]]:
    return [*parts, names()]


@app.task(base=DealerTask, bind=True, max_retries=3)
def read_at_third_try(self: Any) -> list[str]:
    if self.request.retries < 2:
        raise self.retry(countdown=0)
    return names()


@app.task(base=DealerTask)
def fail() -> None:
    raise ZeroDivisionError


@app.task(base=DealerTask)
def save(name: str) -> None:
    Customer.objects.create(name=name, created_at=NOW, updated_at=NOW)


@app.task(base=PublicTask)
def where() -> str:
    return scope.current_scope().schema


@app.task(base=HostTask)
def where_on_host() -> str:
    return scope.current_scope().schema


@app.task(base=HostTask, bind=True, max_retries=3)
def where_at_third_try(self: Any) -> str:
    if self.request.retries < 2:
        raise self.retry(countdown=0)
    return scope.current_scope().schema


@app.task(base=PublicTask)
def hand_out(*dealers: str) -> None:
    for dealer in dealers:
        with dealer_scope(dealer):
            save.delay(f"{dealer}'s own")


@contextmanager
def configured(**values: bool) -> Iterator[None]:
    app.conf.update(values)
    try:
        yield
    finally:
        app.conf.update(dict.fromkeys(values, False))


@pytest.fixture
def both(north: DealerRef, south: DealerRef) -> None:
    """Anna at north and Boris at south."""
    for dealer, name in ((north, "Anna"), (south, "Boris")):
        with dealer_scope(dealer):
            Customer.objects.create(name=name, created_at=NOW, updated_at=NOW)


@pytest.fixture(params=["eager", "worker"])
def runner(request: pytest.FixtureRequest, both: None) -> Iterator[None]:
    """Runs the tasks: inside the call, or in a worker over the real broker."""
    if request.param == "eager":
        with configured(task_always_eager=True, task_store_eager_result=True):
            yield
        return
    with start_worker(app, pool="solo", perform_ping_check=False, loglevel="WARNING"):
        yield


def result_of(sent: Any) -> Any:
    return sent.get(timeout=SECONDS, disable_sync_subtasks=False)


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
class TestRunning:
    """Each as north with south's work in between."""

    def test_a_task(self, runner: None) -> None:
        for dealer, expected in (("north", ["Anna"]), ("south", ["Boris"]), ("north", ["Anna"])):
            with dealer_scope(dealer):
                sent = read.delay()
            assert result_of(sent) == expected

    def test_a_retry(self, runner: None) -> None:
        with dealer_scope("north"):
            sent = read_at_third_try.delay()
        with dealer_scope("south"):
            other = read_at_third_try.delay()
        assert (result_of(sent), result_of(other)) == (["Anna"], ["Boris"])

    def test_a_chain(self, runner: None) -> None:
        with dealer_scope("north"):
            sent = chain(read.s(), read.s(), collect.s()).delay()
        assert result_of(sent) == ["Anna", ["Anna"]]

    def test_a_group_and_a_chord(self, runner: None) -> None:
        with dealer_scope("south"):
            several = group(read.s() for _ in range(3)).delay()
            sent = chord([read.s(), read_at_third_try.s(), read.s()], collect.s()).delay()
        with dealer_scope("north"):
            other = chord([read.s(), read.s()], collect.s()).delay()
        assert result_of(several) == [["Boris"]] * 3
        assert result_of(sent) == [["Boris"]] * 4
        assert result_of(other) == [["Anna"]] * 3

    def test_signatures_made_in_a_scope_and_sent_outside(self, runner: None) -> None:
        with dealer_scope("north"):
            work = chain(read.s(), read.s())
            joined = chord([read.s(), read.s()], collect.s())
        assert result_of(work.delay()) == ["Anna"]
        assert result_of(joined.delay()) == [["Anna"]] * 3

    def test_a_public_task_hands_work_out(self, runner: None) -> None:
        assert result_of(where.delay()) == "public"
        result_of(hand_out.delay("south", "north"))
        for dealer, expected in (("north", ["Anna", "north's own"]), ("south", ["Boris", "south's own"])):
            with dealer_scope(dealer):
                # The worker takes one after the other, so a task sent now comes after the saving ones.
                assert result_of(read.delay()) == expected

    def test_a_hosts_task_works_where_it_was_sent(self, runner: None) -> None:
        for here, expected in ((dealer_scope("south"), "d_south"), (public_scope(), "public")):
            with here:
                sent, again = where_on_host.delay(), where_at_third_try.delay()
            assert (result_of(sent), result_of(again)) == (expected, expected)

    def test_after_commit(self, runner: None) -> None:
        with dealer_scope("south"), transaction.atomic():
            with dealer_scope("north"):
                send_after_commit(save, "Anna's daughter")
            send_after_commit(save, "Boris's son")
            assert names() == ["Boris"]
        for dealer, expected in (("north", ["Anna", "Anna's daughter"]), ("south", ["Boris", "Boris's son"])):
            with dealer_scope(dealer):
                assert result_of(read.delay()) == expected

    def test_a_failed_task_leaves_no_scope_behind(self, runner: None) -> None:
        with dealer_scope("north"):
            failed = fail.delay()
        with pytest.raises(ZeroDivisionError):
            result_of(failed)
        assert result_of(where.delay()) == "public"


@pytest.fixture
def eager(both: None) -> Iterator[None]:
    with configured(task_always_eager=True, task_eager_propagates=True):
        yield


def test_without_a_dealer_nothing_is_sent(eager: None) -> None:
    with pytest.raises(DealerMissing):
        read.delay()
    with public_scope(), pytest.raises(DealerMissing):
        read.delay()
    with pytest.raises(ScopeMissing):
        send_after_commit(read)


def test_a_message_that_names_no_dealer_is_refused(both: None) -> None:
    """Published by something else than our base task: the worker's side refuses by itself."""
    with public_scope(), pytest.raises(DealerMissing):
        tasks._dealer_in({"other": 1})  # the same look-up that a running task makes
    read.push_request(called_directly=False, headers=None)
    try:
        with dealer_scope("north"), pytest.raises(DealerMissing):
            read()
    finally:
        read.pop_request()


def test_called_as_a_function_it_needs_a_scope(both: None) -> None:
    with dealer_scope("north"):
        assert read() == ["Anna"]
    with public_scope(), pytest.raises(DealerMissing):
        read()


@pytest.mark.django_db(transaction=True)
def test_collected_calls_are_not_sent_and_only_after_the_commit(both: None) -> None:
    with dealer_scope("north"), tasks.collected() as calls:
        with transaction.atomic():
            tasks.send_after_commit(save, "Anna's")
            assert calls == []
        assert [(call.task, call.args) for call in calls] == [(save.name, ("Anna's",))]
        with transaction.atomic():
            tasks.send_after_commit(save, "undone")
            transaction.set_rollback(True)
        assert len(calls) == 1


def test_a_hosts_task_needs_a_scope_and_a_message_that_names_it(eager: None) -> None:
    with pytest.raises(ScopeMissing):
        where_on_host.delay()
    where_on_host.push_request(called_directly=False, headers={"other": 1})
    try:
        with public_scope(), pytest.raises(DealerMissing):
            where_on_host()
    finally:
        where_on_host.pop_request()
    with public_scope():
        assert where_on_host() == "public"


def test_norths_signature_is_not_sent_by_south(eager: None) -> None:
    with dealer_scope("north"):
        made = read.s()
    with dealer_scope("south"), pytest.raises(DealerMismatch):
        made.delay()


def test_a_suspended_dealers_tasks_are_refused(eager: None) -> None:
    provisioning.suspend_dealer(name="north", now=NOW)
    with dealer_scope("north"), pytest.raises(DealerClosed, match="suspended"):
        read.delay()


def test_a_gone_dealers_tasks_are_refused(eager: None, north: DealerRef) -> None:
    gone = DealerRef(north.id + 999, "gone", "d_gone", "UTC", "en", "ES", None)
    with dealer_scope(gone), pytest.raises(DealerClosed, match="gone"):
        read.delay()

"""Celery tasks that cannot forget whose work they do.

The dealer's id travels in the message's headers, put there where the task is published: from
the scope that holds, from a signature made in one, or, for what Celery itself publishes after a
task (the next of a chain, a chord's body, a retry), from the task that is running.
"""

# ruff: noqa: ANN401 - Celery's hooks hand over whatever comes

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import celery
from celery import current_task

from tenants import directory, scope
from tenants.models import Dealer
from tenants.scope import DealerMissing, DealerRef

if TYPE_CHECKING:
    Task = celery.Task[Any, Any]  # generic in its stubs only
else:
    Task = celery.Task

HEADER = "dealer"
# In place of a dealer's id, of those few tasks that are for dealers and for the public host alike.
PUBLIC_HOST = 0
# As long as a worker believes that a dealer is open; a look-up a task would cost most of its time.
KEPT_SECONDS = 30.0


class DealerMismatch(RuntimeError):
    """A signature made for one dealer was sent in the scope of another."""


class DealerClosed(RuntimeError):
    """The task's dealer is suspended or gone; its work must not be done, least of all for another."""


_kept: dict[int, tuple[float, DealerRef]] = {}


@dataclass(frozen=True)
class Call:
    """A task that was to be sent, by its registered name."""

    task: str
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]


_collected: ContextVar[list[Call] | None] = ContextVar("collected", default=None)


@contextmanager
def collected() -> Iterator[list[Call]]:
    """Have what would be sent collected instead, for whoever does the work by a clock of their own."""
    calls: list[Call] = []
    token = _collected.set(calls)
    try:
        yield calls
    finally:
        _collected.reset(token)


class DealerTask(Task):
    """The base of tasks that work for one dealer: `@shared_task(base=DealerTask)`."""

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self.request.called_directly:
            scope.current_dealer()
            return super().__call__(*args, **kwargs)
        with scope.dealer_scope(_open_dealer(_dealer_in(self.request.headers))):
            return super().__call__(*args, **kwargs)

    def apply_async(  # type: ignore[override]  # options pass through, whichever they are
        self, args: Any = None, kwargs: Any = None, **options: Any
    ) -> Any:
        return super().apply_async(args, kwargs, **_with_dealer(options))

    def apply(  # type: ignore[override]  # as above
        self, args: Any = None, kwargs: Any = None, **options: Any
    ) -> Any:
        return super().apply(args, kwargs, **_with_dealer(options))

    def signature(self, args: Any = None, *more: Any, **options: Any) -> Any:
        """Make a signature that keeps the dealer, also through a chain or a chord."""
        made = super().signature(args, *more, **options)
        here = scope.scope_or_none()
        if here and here.dealer:
            made.options["headers"] = {**(made.options.get("headers") or {}), HEADER: here.dealer.id}
        return made

    subtask = signature


class PublicTask(Task):
    """The base of the few tasks that work on what dealers share, such as the tick."""

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        with scope.public_scope():
            return super().__call__(*args, **kwargs)


class HostTask(DealerTask):
    """The base of tasks about people who sign in: for the dealer in scope, or for the public host, said as plainly."""

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self.request.called_directly:
            scope.current_scope()
            return Task.__call__(self, *args, **kwargs)
        if (self.request.headers or {}).get(HEADER) != PUBLIC_HOST:
            return super().__call__(*args, **kwargs)
        with scope.public_scope():
            return Task.__call__(self, *args, **kwargs)

    def apply_async(  # type: ignore[override]  # options pass through, whichever they are
        self, args: Any = None, kwargs: Any = None, **options: Any
    ) -> Any:
        return Task.apply_async(self, args, kwargs, **_with_host(options))

    def apply(  # type: ignore[override]  # as above
        self, args: Any = None, kwargs: Any = None, **options: Any
    ) -> Any:
        return Task.apply(self, args, kwargs, **_with_host(options))


def send_after_commit(task: Task, *args: Any, **kwargs: Any) -> None:
    """Send a task once the transaction has committed; for the dealer in scope now.

    Raises: ScopeMissing outside every scope.
    """
    calls = _collected.get()
    if calls is None:
        scope.on_commit(lambda: task.apply_async(args, kwargs))
    else:
        scope.on_commit(lambda: calls.append(Call(task.name, args, kwargs)))


def forget() -> None:
    """Look every dealer up anew, in this process."""
    _kept.clear()


def _with_dealer(options: Mapping[str, Any]) -> dict[str, Any]:
    headers = dict(options.get("headers") or {})
    headers[HEADER] = _dealer_to_send(headers.get(HEADER))
    return {**options, "headers": headers}


def _with_host(options: Mapping[str, Any]) -> dict[str, Any]:
    if scope.current_scope().dealer is not None:
        return _with_dealer(options)
    return {**options, "headers": {**(options.get("headers") or {}), HEADER: PUBLIC_HOST}}


def _dealer_to_send(in_signature: int | None) -> int:
    here = scope.scope_or_none()
    if here and here.dealer:
        if in_signature not in (None, here.dealer.id):
            raise DealerMismatch(f"made for dealer {in_signature}, sent by dealer {here.dealer.id}")
        return here.dealer.id
    return in_signature if in_signature is not None else _dealer_in_running_task()


def _dealer_in_running_task() -> int:
    # Celery publishes what follows a task while that task's request still stands.
    return _dealer_in(current_task.request.headers if current_task else None)


def _dealer_in(headers: Mapping[str, Any] | None) -> int:
    dealer_id = (headers or {}).get(HEADER)
    if not isinstance(dealer_id, int):
        raise DealerMissing("the task's message names no dealer")
    return dealer_id


def _open_dealer(dealer_id: int) -> DealerRef:
    until, ref = _kept.get(dealer_id, (0.0, None))
    if ref is None or until < time.monotonic():
        ref = _asked(dealer_id).ref
        _kept[dealer_id] = (time.monotonic() + KEPT_SECONDS, ref)
    return ref


def _asked(dealer_id: int) -> Dealer:
    try:
        dealer = directory.dealer_numbered(dealer_id)
    except directory.DealerUnknown as unknown:
        raise DealerClosed(f"dealer {dealer_id} is gone") from unknown
    if dealer.suspended_at is not None:
        raise DealerClosed(f"dealer {dealer_id} is suspended")
    return dealer

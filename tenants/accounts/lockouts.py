"""Wrong passwords are counted, and too many lock: django-axes' handler, on the cache, for the schema in scope.

Two counts: of one e-mail address from one network address, and of one e-mail address from everywhere, so that
neither guessing from one place nor from many goes far. Unknown e-mail addresses are counted like known ones. Nothing
is stored in the database, and nothing at all where nobody fails. The cache's keys carry the dealer, so a lock at one
is none at another.
"""

import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from axes.handlers.base import AxesHandler
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from redis.exceptions import RedisError

from tenants.accounts import noting
from tenants.accounts.models import User
from tenants.addresses import client_address
from tenants.tokens import opaque_id

logger = logging.getLogger(__name__)

# Guesses within the window. A person who mistypes rarely needs five; thirty from everywhere are no person.
MOST_FROM_ONE_PLACE = 5
MOST_FROM_EVERYWHERE = 30
WINDOW = timedelta(minutes=15)
LOCKED = timedelta(minutes=15)

NOT_LOCKED: datetime | None = None
NO_MARKS: dict[str, str] = {}

P = ParamSpec("P")
R = TypeVar("R")


def _without_cache(otherwise: R) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Do without the counts where the cache is away: people who know their password still come in."""

    def tolerant(function: Callable[P, R]) -> Callable[P, R]:
        @wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            try:
                return function(*args, **kwargs)
            except (RedisError, OSError):
                logger.exception("wrong passwords cannot be counted")
                return otherwise

        return run

    return tolerant


@dataclass(frozen=True)
class _Count:
    """One counter and its lock, by their names in the cache."""

    name: str
    most: int

    @property
    def count_key(self) -> str:
        return f"lockout.count.{self.name}"

    @property
    def lock_key(self) -> str:
        return f"lockout.lock.{self.name}"


class Lockouts(AxesHandler):  # type: ignore[misc]  # axes ships no types
    """Counts what axes hears of: its backend asks before each password, its receivers tell the outcome."""

    def is_locked(self, request: HttpRequest, credentials: Mapping[str, Any] | None = None) -> bool:
        """Return whether no password is looked at now."""
        return locked_until(_email(credentials), address=client_address(request)) is not None

    def user_login_failed(
        self,
        sender: object,
        credentials: Mapping[str, Any],
        request: Any = None,  # noqa: ANN401  # carries what axes has put on it
        **kwargs: Any,
    ) -> None:
        """Count a wrong password, and lock where it was one too many; none is counted while locked."""
        if request is None:
            return
        request.axes_credentials = credentials
        if not request.axes_locked_out:
            request.axes_locked_out = _count_failure(
                _email(credentials), address=client_address(request), now=request.axes_attempt_time
            )
            if request.axes_locked_out:
                noting.note_lock(_email(credentials), request=request, now=request.axes_attempt_time)

    def user_logged_in(self, sender: object, request: HttpRequest, user: User, **kwargs: Any) -> None:
        """Begin anew to count this place; what comes from elsewhere goes on being counted."""
        _begin_anew(user.get_username(), address=client_address(request))

    def reset_attempts(
        self, *, ip_address: str | None = None, username: str | None = None, ip_or_username: bool = False
    ) -> int:
        """Lift whatever locks this e-mail address."""
        lift(username or "")
        return 1


@_without_cache(otherwise=NOT_LOCKED)
def locked_until(email: str, *, address: str | None) -> datetime | None:
    """Return until when no password for this e-mail address is taken from there; None if it is not locked."""
    found = cache.get_many([count.lock_key for count in _counts(email, address=address)])
    return max((datetime.fromisoformat(until) for until in found.values()), default=None)


def locked_anywhere(emails: Collection[str]) -> dict[str, datetime]:
    """Return until when each of these is locked, from one place at least; those that are not are left out."""
    names = {_mark(email): email for email in emails}
    return {names[key]: datetime.fromisoformat(until) for key, until in _marks(list(names)).items()}


def lift(email: str) -> None:
    """Take passwords for this e-mail address again, from everywhere."""
    _own, everywhere = _counts(email, address=None)
    # Locks of single places are not known by name: with another series in their names, none of them counts any more.
    cache.set(_series(email), opaque_id(), timeout=_seconds(WINDOW + LOCKED))
    cache.delete_many([everywhere.count_key, everywhere.lock_key, _mark(email)])


@_without_cache(otherwise=False)
def _count_failure(email: str, *, address: str | None, now: datetime) -> bool:
    """Count in each counter, and return whether one of them locks."""
    full = [count for count in _counts(email, address=address) if _add(count) >= count.most]
    for count in full:
        _lock(count, email=email, until=now + LOCKED)
    return bool(full)


@_without_cache(otherwise=None)
def _begin_anew(email: str, *, address: str | None) -> None:
    own, _everywhere = _counts(email, address=address)
    cache.delete(own.count_key)


@_without_cache(otherwise=NO_MARKS)
def _marks(keys: list[str]) -> dict[str, str]:
    found: dict[str, str] = cache.get_many(keys)
    return found


def _counts(email: str, *, address: str | None) -> tuple[_Count, _Count]:
    series = cache.get(_series(email), "")
    place = _Count(_digest(f"{_plain(email)} {address} {series}"), MOST_FROM_ONE_PLACE)
    return place, _Count(_digest(_plain(email)), MOST_FROM_EVERYWHERE)


def _add(count: _Count) -> int:
    # `add` begins a window where none runs; `incr` counts atomically within it.
    if cache.add(count.count_key, 1, timeout=_seconds(WINDOW)):
        return 1
    try:
        return cache.incr(count.count_key)
    except ValueError:  # the window ended between the two
        cache.set(count.count_key, 1, timeout=_seconds(WINDOW))
        return 1


def _lock(count: _Count, *, email: str, until: datetime) -> None:
    cache.set_many({count.lock_key: until.isoformat(), _mark(email): until.isoformat()}, timeout=_seconds(LOCKED))
    cache.delete(count.count_key)
    logger.warning("sign-in locked after wrong passwords", extra={"count": count.most})


def _email(credentials: Mapping[str, Any] | None) -> str:
    known = credentials or {}
    return str(known.get("email") or known.get("username") or "")


def _mark(email: str) -> str:
    return f"lockout.mark.{_digest(_plain(email))}"


def _series(email: str) -> str:
    return f"lockout.series.{_digest(_plain(email))}"


def _plain(email: str) -> str:
    return email.strip().lower()


def _digest(text: str) -> str:
    # Keyed, so that whoever reads the cache cannot try addresses.
    return salted_hmac("tenants.accounts.lockouts", text, algorithm="sha256").hexdigest()[:32]


def _seconds(period: timedelta) -> int:
    return int(period.total_seconds())

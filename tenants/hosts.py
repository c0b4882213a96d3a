"""Whose host it is: the dealer, the public schema, or nobody; asked at every request, so kept for a while.

And the way back: where a dealer's pages are reached, which links to owners begin with.
"""

import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import split_domain_port

from tenants import scope
from tenants.models import Domain
from tenants.scope import PUBLIC, DealerRef, Scope

# How long a process goes on believing what it was told; a suspended dealer is served that long.
KEPT_SECONDS = 30.0
# Unknown hosts are kept too, so that a scan costs no query each; then the memory needs an end.
MOST_KEPT = 10_000


class HostUnknown(LookupError):
    """The host is nobody's."""


class DealerSuspended(PermissionError):
    """The dealer's work is stopped."""


@dataclass(frozen=True)
class _Answer:
    scope: Scope | None
    is_suspended: bool
    until: float


@dataclass(frozen=True)
class _Address:
    address: str
    until: float


_kept: dict[str, _Answer] = {}
_addresses: dict[int, _Address] = {}


def scope_of(raw_host: str) -> Scope:
    """Return the scope that requests to this host run in; a port may stand behind it.

    Raises: HostUnknown, DealerSuspended.
    """
    host, _port = split_domain_port(raw_host)
    if host in settings.PUBLIC_HOSTS:
        return PUBLIC
    answer = _kept.get(host)
    if answer is None or answer.until < time.monotonic():
        answer = _asked(host)
    if answer.is_suspended:
        raise DealerSuspended(host)
    if answer.scope is None:
        raise HostUnknown(host)
    return answer.scope


def address_here() -> str:
    """Return the address of the scope's own host, for links that leave the house; never what a caller said."""
    dealer = scope.current_scope().dealer
    return origin_of(f"{dealer.name}.{settings.PUBLIC_HOST}" if dealer else settings.PUBLIC_HOST)


def origin_of(host: str) -> str:
    """Return what a browser calls a page's origin at this host of ours: scheme and port are the house's."""
    parts = urlsplit(settings.PUBLIC_URL)
    return f"{parts.scheme}://{host}:{parts.port}" if parts.port else f"{parts.scheme}://{host}"


def page_address(dealer: DealerRef) -> str:
    """Return scheme and host of a dealer's pages, without a slash at the end; a domain of its own goes first.

    From configuration and the table of domains, never from a request.
    """
    known = _addresses.get(dealer.id)
    if known is None or known.until < time.monotonic():
        known = _addresses[dealer.id] = _Address(_asked_address(dealer), time.monotonic() + KEPT_SECONDS)
    return known.address


def forget() -> None:
    """Ask anew for every host, in this process."""
    _kept.clear()
    _addresses.clear()


def _asked(host: str) -> _Answer:
    with scope.public_scope():
        domain = Domain.objects.select_related("dealer").filter(host=host).first()
    until = time.monotonic() + KEPT_SECONDS
    if domain is None:
        answer = _Answer(scope=None, is_suspended=False, until=until)
    elif domain.dealer is None:
        answer = _Answer(scope=PUBLIC, is_suspended=False, until=until)
    else:
        found = Scope(schema=domain.dealer.schema, dealer=domain.dealer.ref)
        is_suspended = domain.dealer.suspended_at is not None
        answer = _Answer(scope=found, is_suspended=is_suspended, until=until)
    if len(_kept) >= MOST_KEPT:
        _kept.clear()
    _kept[host] = answer
    return answer


def _asked_address(dealer: DealerRef) -> str:
    with scope.public_scope():
        hosts = list(Domain.objects.filter(dealer_id=dealer.id).order_by("id").values_list("host", flat=True))
    house = urlsplit(settings.PUBLIC_URL)
    own = [host for host in hosts if not host.endswith(f".{house.hostname}")]
    if own:
        return f"{house.scheme}://{own[0]}"
    host = hosts[0] if hosts else f"{dealer.name}.{house.hostname}"
    return f"{house.scheme}://{host}{f':{house.port}' if house.port else ''}"

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
USUAL_PORTS = {"http": 80, "https": 443}


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
    """Return what a browser calls a page's origin at this host of ours: scheme and port are the house's.

    A domain of a dealer's own is reached without a port, see page_address.
    """
    house = urlsplit(settings.PUBLIC_URL)
    is_houses = host in settings.PUBLIC_HOSTS or host == house.hostname or host.endswith(f".{house.hostname}")
    return f"{house.scheme}://{host}:{house.port}" if house.port and is_houses else f"{house.scheme}://{host}"


def is_page_of(origin: str, *, raw_host: str) -> bool:
    """Return whether a page of that origin is one of this host's: by scheme, host and port.

    The host alone is believed of what the caller says; scheme and port are the house's, whatever a proxy forwards.
    """
    host, _port = split_domain_port(raw_host)
    own = _page(origin_of(host)) if host else None
    return own is not None and _page(origin) == own


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


def _page(origin: str) -> tuple[str, str, int] | None:
    """Scheme, host and port; browsers leave out the usual port. None for what is no page's origin, such as "null"."""
    try:
        parts = urlsplit(origin)
        port = parts.port or USUAL_PORTS.get(parts.scheme)
    except ValueError:
        return None
    return (parts.scheme, parts.hostname, port) if parts.hostname and port else None


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

"""Where a request comes from: the one reading of it, for limits, lock-outs, sessions and the audit."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str | None:
    """Return the caller's address; behind a proxy the one that the proxy saw, else the header is an invention."""
    seen = str(request.META.get("REMOTE_ADDR") or "")
    forwarded = str(request.META.get("HTTP_X_FORWARDED_FOR") or "").split(",")
    if 0 < settings.PROXIES <= len(forwarded):
        seen = _readable(forwarded[-settings.PROXIES]) or seen
    return _readable(seen)


def _readable(address: str) -> str | None:
    try:
        return str(ipaddress.ip_address(address.strip()))
    except ValueError:
        return None

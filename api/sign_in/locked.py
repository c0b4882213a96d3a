"""What somebody reads who has given too many wrong passwords; in allauth's shape, as its other refusals."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from tenants.accounts import lockouts
from tenants.addresses import client_address

MINUTE = 60


def respond(request: HttpRequest, response: HttpResponse, credentials: Mapping[str, Any] | None) -> HttpResponse:
    """Say how long no password is taken, the same for addresses that nobody here has; axes asks for this."""
    email = str((credentials or {}).get("email") or (credentials or {}).get("username") or "")
    until = lockouts.locked_until(email, address=client_address(request))
    seconds = max((until - datetime.now(UTC)).total_seconds(), 1) if until else lockouts.LOCKED.total_seconds()
    minutes = math.ceil(seconds / MINUTE)
    sentence = _("Too many wrong passwords. Wait %(minutes)s min, or have your director unlock you.")
    error = {"code": "locked_out", "param": "password", "message": sentence % {"minutes": minutes}}
    status = HTTPStatus.TOO_MANY_REQUESTS
    body = {"status": status.value, "errors": [error], "meta": {"retry_after_seconds": math.ceil(seconds)}}
    return JsonResponse(body, status=status.value, headers={"Retry-After": str(math.ceil(seconds))})

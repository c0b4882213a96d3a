"""One effect per Idempotency-Key, for calls that send or book.

The key's row, the effect and the answer commit together, so a crash leaves all of them or none,
and a repeat that comes while the first still runs waits on the unique index.
"""

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import Any

from django.db import IntegrityError, transaction
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.access import actor_of
from api.models import IdempotentCall

HEADER = "Idempotency-Key"
LONGEST_KEY = 120
# A caller that repeats does so within minutes; days cover a weekend's outage.
KEPT = timedelta(days=3)
# So many old answers a new one takes with it: more go than come, and nobody waits for a sweep.
SWEPT = 10

View = Callable[..., Response]
# What the description says of the header. An action of a resource names it itself: `action` forgets what stood below.
KEY = OpenApiParameter(HEADER, str, OpenApiParameter.HEADER)


class KeyReused(Exception):
    """The key was used for another call; keys are per call, not per session."""


def idempotent(view: View) -> View:
    """Make a view's method answer a repeated Idempotency-Key with its first answer.

    Without the header the view runs as it is. Raises KeyReused when the key came with
    another method, path or body before.
    """

    @wraps(view)
    def once(self: APIView, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get(HEADER, "")
        if not key:
            return view(self, request, *args, **kwargs)
        if len(key) > LONGEST_KEY:
            raise ValidationError({HEADER: [f"At most {LONGEST_KEY} characters."]})
        return _once(lambda: view(self, request, *args, **kwargs), request, key)

    described: View = extend_schema(parameters=[KEY])(once)
    return described


def _once(run: Callable[[], Response], request: Request, key: str) -> Response:
    caller, fingerprint = actor_of(request), _fingerprint(request)
    with transaction.atomic():
        call = _claim(caller, key, fingerprint)
        if call is None:
            return _earlier_answer(caller, key, fingerprint)
        response = run()
        call.status, call.answer = response.status_code, response.data
        call.save(update_fields=["status", "answer"])
        _sweep(before=call.called_at - KEPT)
    return response


def _claim(caller: str, key: str, fingerprint: str) -> IdempotentCall | None:
    try:
        with transaction.atomic():
            return IdempotentCall.objects.create(
                caller=caller, key=key, fingerprint=fingerprint, called_at=datetime.now(UTC)
            )
    except IntegrityError:
        return None


def _sweep(*, before: datetime) -> None:
    # Skip locked: two calls at once must not wait for each other because of what is old.
    old = IdempotentCall.objects.filter(called_at__lt=before).order_by("called_at").select_for_update(skip_locked=True)
    IdempotentCall.objects.filter(pk__in=[call.pk for call in old.only("pk")[:SWEPT]]).delete()


def _earlier_answer(caller: str, key: str, fingerprint: str) -> Response:
    call = IdempotentCall.objects.get(caller=caller, key=key)
    if call.fingerprint != fingerprint:
        raise KeyReused
    response = Response(call.answer, status=call.status)
    response["Idempotent-Replay"] = "true"
    return response


def _fingerprint(request: Request) -> str:
    body = json.dumps(request.data, sort_keys=True, default=str)
    text = f"{request.method}\n{request.get_full_path()}\n{body}"
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()

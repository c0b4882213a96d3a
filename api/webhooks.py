"""One door for all providers: the opaque account in the address says whose, the signature says whether.

Nothing is done here but to verify and store; the work follows after the answer.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http import HTTPStatus
from threading import BoundedSemaphore

from django.db import Error as DatabaseFailed
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from api import problems, reading
from channels_app.contract import LARGEST_CALL, RawRequest
from channels_app.errors import Forged, Misconfigured
from notifications.inbound import operations as inbound

# Mails with attachments are large, and lie in memory several times while they are read: so many at once a process.
# Whoever comes meanwhile is told to come again, as all of them do.
LARGE_AT_ONCE = 2
_large = BoundedSemaphore(LARGE_AT_ONCE)


class Busy(Exception):
    """As many large calls as may are being taken in."""


FORBIDDEN = (HTTPStatus.FORBIDDEN, "forbidden", "This was not accepted.")
# Providers read the status only, so the sentences are for their engineers and not translated.
REFUSALS: dict[type[BaseException], tuple[HTTPStatus, str, str]] = {
    # One answer for both, so that nobody learns which accounts there are.
    Forged: FORBIDDEN,
    inbound.AccountUnknown: FORBIDDEN,
    # An account without its secret can tell nobody from anybody.
    Misconfigured: FORBIDDEN,
    reading.TooLarge: (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", "This is too long to take."),
    reading.LengthUnreadable: (HTTPStatus.BAD_REQUEST, "invalid", "The length of this is no number."),
    Busy: (HTTPStatus.SERVICE_UNAVAILABLE, "try_again", "Not now; send it again."),
    DatabaseFailed: (HTTPStatus.SERVICE_UNAVAILABLE, "try_again", "Not stored; send it again."),
}


@csrf_exempt  # the signature is the proof here; a provider has no session
def receive(request: HttpRequest, account: str) -> HttpResponse:
    """Take what a provider sends: 204 once stored, or 200 with what it wants read; 403 when forged, 503 to repeat."""
    now = datetime.now(UTC)
    try:
        with _room(request):
            body = reading.raw_of(request, longest=inbound.largest_call(account))
            answer = inbound.accept(account_ref=account, request=_raw(request, body, now=now), now=now)
    except tuple(REFUSALS) as error:
        return problems.respond_plain(*next(REFUSALS[kind] for kind in type(error).__mro__ if kind in REFUSALS))
    if answer is None:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    # What is said back may be taken from the request: no browser is to see a page in it.
    return HttpResponse(answer.body, content_type=answer.content_type, headers={"X-Content-Type-Options": "nosniff"})


@contextmanager
def _room(request: HttpRequest) -> Iterator[None]:
    """Let few large calls in at once; one that does not say how large it is counts as large. Raises: Busy."""
    announced = reading.length_of(request)
    if request.method != "POST" or (announced is not None and announced <= LARGEST_CALL):
        yield
        return
    if not _large.acquire(blocking=False):
        raise Busy
    try:
        yield
    finally:
        _large.release()


def _raw(request: HttpRequest, body: bytes, *, now: datetime) -> RawRequest:
    return RawRequest(
        method=request.method or "",
        path=request.path,
        headers=dict(request.headers.items()),
        body=body,
        query=request.META.get("QUERY_STRING", ""),
        received_at=now,
    )

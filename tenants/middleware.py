"""The first wall: a request runs in the scope of the host it was sent to, and in no other.

The host is the one of the Host header. X-Forwarded-Host is ignored: whoever may set it
would choose the dealer.
"""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from http import HTTPStatus
from inspect import iscoroutinefunction

from asgiref.sync import markcoroutinefunction, sync_to_async
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from tenants import hosts, scope
from tenants.scope import Scope

GetResponse = Callable[[HttpRequest], HttpResponseBase | Awaitable[HttpResponseBase]]

PROBLEMS: dict[type[Exception], tuple[HTTPStatus, str, str]] = {
    hosts.HostUnknown: (HTTPStatus.NOT_FOUND, "not_found", "There is nothing at this address."),
    hosts.DealerSuspended: (HTTPStatus.FORBIDDEN, "dealer_suspended", "This dealer's service is suspended."),
    # Whose host it is stands in the database.
    OperationalError: (HTTPStatus.SERVICE_UNAVAILABLE, "try_again", "This cannot be done now. Try again."),
    InterfaceError: (HTTPStatus.SERVICE_UNAVAILABLE, "try_again", "This cannot be done now. Try again."),
}


class DealerFromHost:
    """Holds the host's scope around everything that answers the request."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        if self.is_async:
            return self._answer_async(request)
        found = _scope_or_problem(request)
        if isinstance(found, HttpResponse):
            return found
        with scope.entered(found):
            response = self.get_response(request)
        assert isinstance(response, HttpResponseBase)  # noqa: S101  # told apart above, once
        return _streaming_in(found, response)

    async def _answer_async(self, request: HttpRequest) -> HttpResponseBase:
        found = await sync_to_async(_scope_or_problem)(request)
        if isinstance(found, HttpResponse):
            return found
        with scope.entered(found):
            response = self.get_response(request)
            answered = await response if isinstance(response, Awaitable) else response
        return _streaming_in(found, answered)


def _scope_or_problem(request: HttpRequest) -> Scope | HttpResponse:
    try:
        return hosts.scope_of(request.META.get("HTTP_HOST", request.META.get("SERVER_NAME", "")))
    except tuple(PROBLEMS) as refusal:
        return _problem(*PROBLEMS[type(refusal)])


def _problem(status: HTTPStatus, code: str, detail: str) -> HttpResponse:
    """The one error shape, RFC 9457; written here because the API's handler runs inside a scope."""
    kind = f"urn:aftercare:problem:{code}"
    body = {"type": kind, "title": status.phrase, "status": status.value, "code": code, "detail": detail}
    return HttpResponse(json.dumps(body), status=status.value, content_type="application/problem+json")


def _streaming_in(held: Scope, response: HttpResponseBase) -> HttpResponseBase:
    # A streamed body is produced after the middlewares have returned.
    if isinstance(response, StreamingHttpResponse):
        parts = response.streaming_content
        response.streaming_content = _each(held, parts) if isinstance(parts, Iterator) else _each_async(held, parts)
    return response


def _each(held: Scope, parts: Iterator[bytes]) -> Iterator[bytes]:
    # Entered anew for each part: a generator must not leave its scope to its consumer.
    iterator = iter(parts)
    while True:
        with scope.entered(held):
            part = next(iterator, None)
        if part is None:
            return
        yield part


async def _each_async(held: Scope, parts: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    iterator = aiter(parts)
    while True:
        with scope.entered(held):
            part = await anext(iterator, None)
        if part is None:
            return
        yield part

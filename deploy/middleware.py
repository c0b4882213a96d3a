"""Middleware of the house itself: what must be answered whoever the host belongs to."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from deploy import health
from frontend import policy

# Where people's data is answered.
PRIVATE = ("/api/v1/", "/_allauth/")

Respond = Callable[[HttpRequest], HttpResponse]


class ContentSecurity:
    """Says on every answer what a browser may load; a view that needs another policy sets its own."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", policy.PAGES)
        return response


class NothingKept:
    """Says of every answer of the API that nobody may keep it: people are in it; a view that knows better says so."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path.startswith(PRIVATE):
            response.headers.setdefault("Cache-Control", "no-store")
        return response


class HealthBeforeDealer:
    """Answers /health before any dealer is looked up, so that it works on every host and when the database is down."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == "/health":
            return health.page(request)
        return self.get_response(request)

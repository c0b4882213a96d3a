"""Who says that something failed: the API to programs, the pages to people."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from api import problems
from api.access import TokenMissing
from frontend.pages import failures

API = "/api/"
# Sign-in is called by programs, too.
PROGRAMS = (API, "/_allauth/")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an unknown address."""
    answer = problems.page_not_found if request.path.startswith(API) else failures.not_found
    return answer(request, exception)


def token_missing(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form or call without its page's token; the reason is the framework's, for programmers."""
    if request.path.startswith(PROGRAMS):
        sentence = str(TokenMissing.default_detail)
        return problems.respond_plain(HTTPStatus.FORBIDDEN, TokenMissing.default_code, sentence)
    return failures.expired(request, reason)

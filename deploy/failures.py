"""Who says that something failed: the API to programs, the pages to people."""

from django.http import HttpRequest, HttpResponse

from api import problems
from frontend.pages import failures

API = "/api/"


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an unknown address."""
    answer = problems.page_not_found if request.path.startswith(API) else failures.not_found
    return answer(request, exception)

"""What a person sees where a page is not, broke, or was open for too long. Programs are answered by the API's own."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from frontend.pages import place


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that nothing is here, without repeating the address."""
    return _page(request, HTTPStatus.NOT_FOUND, _("There is nothing at this address."))


def expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that the form was not taken: its token is old, or it came from a foreign page."""
    return _page(
        request, HTTPStatus.FORBIDDEN, _("This page was open for too long. Go back, load it again, and repeat.")
    )


def _page(request: HttpRequest, status: HTTPStatus, sentence: str) -> HttpResponse:
    return render(request, "frontend/failure.html", place.context(request) | {"sentence": sentence}, status=status)

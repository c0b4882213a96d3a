"""The console's one page: where its script, its styles and its words start. All it shows comes through the API."""

import secrets

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie

from frontend import built, policy
from frontend.pages import place

NONCE_BYTES = 16


@never_cache
@ensure_csrf_cookie
def page(request: HttpRequest, path: str = "") -> HttpResponse:
    """Show the console, whatever the address: it finds its own screens.

    Raises: ConsoleMissing where nobody has built it.
    """
    nonce = secrets.token_urlsafe(NONCE_BYTES)
    shown = place.context(request) | {"nonce": nonce, "console": built.entry()}
    response = render(request, "frontend/console.html", shown)
    response["Content-Security-Policy"] = policy.CONSOLE.format(nonce=nonce)
    return response

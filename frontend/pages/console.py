"""The console's one page: where its script, its styles and its words start. All it shows comes through the API."""

import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie

from frontend import built, policy
from frontend.pages import place

NONCE_BYTES = 16
# What the console shows to people who are not signed in: in its own table of screens these are open.
OPEN = frozenset({"sign-in", "sign-in/forgot", "reset-password", "invitation"})


@never_cache
@ensure_csrf_cookie
def page(request: HttpRequest, path: str = "") -> HttpResponse:
    """Show the console, whatever the address: it finds its own screens. Who is not signed in is led to the form.

    Raises: ConsoleMissing where nobody has built it.
    """
    # Not left to the page: its first call would be refused, and a browser tells each refusal as an error.
    if path.strip("/") not in OPEN and not request.user.is_authenticated:
        return HttpResponseRedirect(f"{settings.LOGIN_URL}?{urlencode({'next': request.get_full_path()})}")
    nonce = secrets.token_urlsafe(NONCE_BYTES)
    shown = place.context(request) | {"nonce": nonce, "console": built.entry()}
    response = render(request, "frontend/console.html", shown)
    response["Content-Security-Policy"] = policy.CONSOLE.format(nonce=nonce)
    return response

"""The page of drawn phones; all it shows and sends goes through the API."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csrf import ensure_csrf_cookie

from frontend import policy
from frontend.pages import place
from tenants.accounts.permissions import can

ACTION = "simulator.use"


@login_required
@ensure_csrf_cookie
@xframe_options_sameorigin
def page(request: HttpRequest) -> HttpResponse:
    """Show the phones of this dealer's owners; with `?beside` in the address as it stands beside the console.

    Raises: Http404 on a host that is no dealer's.
    """
    if not place.is_dealer():
        raise Http404
    if not can(getattr(request.user, "role", ""), ACTION):
        return render(request, "frontend/no_permission.html", place.context(request), status=403)
    shown = {"words": _words() | {"timezone": place.timezone()}, "is_beside": "beside" in request.GET}
    response = render(request, "frontend/simulator.html", place.context(request) | shown)
    response["Content-Security-Policy"] = policy.BESIDE
    return response


def _words() -> dict[str, object]:
    """Return every text that the script shows, in the page's language."""
    return {
        # The states in which a message has reached the phone; in any other it is not shown.
        "states": {
            "SENT": _("sent"),
            "DELIVERED": _("delivered"),
            "READ": _("read"),
            "UNCONFIRMED": _("unconfirmed"),
        },
        # The states of the live line.
        "lines": {
            "yes": _("Live"),
            "no": _("Not live; trying again"),
            "signed_out": _("You are signed out."),
            "not_allowed": _("Your role does not include this."),
        },
        "loading": _("Loading"),
        "nobody": _("Nobody here yet. Phones appear when the first message is sent."),
        "not_found": _("Nobody is found by that."),
        "silence": _("No messages yet."),
        "signed_out": _("You are signed out."),
        "not_allowed": _("Your role does not include this."),
        "broken": _("That did not work. Try again."),
    }

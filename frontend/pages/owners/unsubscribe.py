"""One button, one click: such messages end. A mail program may press it too, by RFC 8058."""

from django.http import HttpResponse
from django.utils.translation import gettext as _

from frontend.pages.owners import names
from frontend.pages.owners.opened import Opened
from notifications.links import unsubscribing


def page(opened: Opened) -> HttpResponse:
    """Show the button, or end the messages; the answer to a POST is no redirect, as RFC 8058 wants it."""
    link = opened.owned
    what = names.purpose(link.stops)
    by = names.channel(link.conversation.account.kind)
    if opened.request.method != "POST":
        question = _("Stop these messages?")
        return opened.show("unsubscribe", heading=question, what=what, by=by)
    shown = f"{what} · {by}"
    unsubscribing.unsubscribe(link, wording=shown, now=opened.now)
    return opened.show("unsubscribed", heading=_("You won't get these messages any more."), what=what, by=by)

"""The door of the owners' pages: a short address with a token, and behind it the one page that the link is for.

Looking changes nothing, since mail scanners look; what is done is done by POST. The token is all that is needed, so
there is no cookie and no form token, and no other page could send a form without knowing it.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from http import HTTPStatus

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from frontend.pages import place
from frontend.pages.owners import complaints, preferences, survey, throttle, unsubscribe, visits
from frontend.pages.owners.opened import LANGUAGE, Opened
from notifications.links import operations as links
from notifications.links.models import OwnerLink
from notifications.links.operations import LinkOver, LinkUnknown
from tenants.scope import current_dealer

Page = Callable[[Opened], HttpResponse]

PAGES: Mapping[str, Page] = {
    OwnerLink.Purpose.SURVEY: survey.page,
    OwnerLink.Purpose.VISIT: visits.page,
    OwnerLink.Purpose.PREFERENCES: preferences.page,
    OwnerLink.Purpose.UNSUBSCRIBE: unsubscribe.page,
    OwnerLink.Purpose.COMPLAINT: complaints.page,
}
CALENDARS: Mapping[str, Page] = {OwnerLink.Purpose.VISIT: visits.calendar}


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, token: str) -> HttpResponse:
    """Show the page of a link, or do what its form says."""
    return _answer(request, token, PAGES)


@require_http_methods(["GET", "HEAD"])
def calendar(request: HttpRequest, token: str) -> HttpResponse:
    """Give the visit of a link as a calendar file."""
    return _answer(request, token, CALENDARS)


def _answer(request: HttpRequest, token: str, pages: Mapping[str, Page]) -> HttpResponse:
    """Raises: Http404 on a host that is no dealer's."""
    if not place.is_dealer():
        raise Http404
    now = datetime.now(UTC)
    link = _found(token)
    opened = Opened(request, link, _language(request, link), now)
    with translation.override(opened.language):
        if throttle.is_too_often(request, link_id=link.pk if link else None, now=now):
            return _too_often(opened)
        show = pages.get(link.purpose) if link else None
        return _shown(opened, show) if show else _unknown(opened)


def _found(token: str) -> OwnerLink | None:
    try:
        return links.found(token)
    except LinkUnknown:
        return None


def _shown(opened: Opened, show: Page) -> HttpResponse:
    try:
        links.check_open(opened.owned, now=opened.now)
        return show(opened)
    except LinkOver:
        return opened.note(_("This link is no longer in use."), status=HTTPStatus.GONE)


def _unknown(opened: Opened) -> HttpResponse:
    """The same for a token that never was, was changed, or is another dealer's."""
    return opened.note(_("We don't know this link."), status=HTTPStatus.NOT_FOUND)


def _too_often(opened: Opened) -> HttpResponse:
    answer = opened.note(
        _("This page was opened very often just now. Please try again in a minute."),
        status=HTTPStatus.TOO_MANY_REQUESTS,
    )
    answer.headers["Retry-After"] = str(throttle.WINDOW_SECONDS)
    return answer


def _language(request: HttpRequest, link: OwnerLink | None) -> str:
    """The one chosen on the page, else the owner's, else the dealer's."""
    known = [code for code, _name in settings.LANGUAGES]
    wishes = (request.GET.get(LANGUAGE, ""), link.language if link else "", current_dealer().language)
    return next((wish for wish in wishes if wish in known), settings.LANGUAGE_CODE)

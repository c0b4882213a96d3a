"""An opened link: what every owners' page is made from, and how it is answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from core.calendar.operations import dealer_settings
from frontend import policy
from notifications.flows import wording
from notifications.links.models import OwnerLink
from notifications.outbox.rules import storable
from tenants.scope import DealerRef, current_dealer

# In the address of a page: the language chosen on it.
LANGUAGE = "l"
HEADERS: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": policy.OWNERS,
    # The token stands in the address: no other place may learn it.
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}


@dataclass(frozen=True)
class Opened:
    """A link that somebody opened; `link` is None where there is none to speak of."""

    request: HttpRequest
    link: OwnerLink | None
    language: str
    now: datetime

    @property
    def owned(self) -> OwnerLink:
        """The link, of pages that only exist with one."""
        if self.link is None:
            raise LookupError("this page needs a link")
        return self.link

    @property
    def dealer(self) -> DealerRef:
        """Whose page it is."""
        return current_dealer()

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the dealer's wall: visits happen there."""
        return ZoneInfo(self.dealer.timezone)

    def form(self) -> dict[str, str]:
        """Return what a form sent, without what no database takes."""
        return {storable(name): storable(str(said)) for name, said in self.request.POST.items()}

    def said(self, name: str) -> str:
        """Return what a form sent under a name."""
        return self.form().get(name, "")

    def asked(self, name: str) -> str:
        """Return what the address asks for under a name."""
        return str(self.request.GET.get(name, ""))

    def address(self, **query: str) -> str:
        """Return this page's address with other questions, in the language chosen."""
        kept = {LANGUAGE: self.language} if self.asked(LANGUAGE) else {}
        return f"?{urlencode({**query, **kept})}"

    def day_and_time(self, moment: datetime) -> str:
        """Return a moment as the messages write it."""
        return wording.day_and_time(moment, language=self.language, zone=self.zone)

    def show(self, template: str, *, heading: str, status: int = HTTPStatus.OK, **shown: object) -> HttpResponse:
        """Return a page."""
        context = {
            "heading": heading,
            "dealer": self.dealer.shown_name,
            "hotline": dealer_settings().complaint_hotline,
            "language": self.language,
            "languages": [(code, name) for code, name in settings.LANGUAGES if code != self.language],
            "here": self.address(),
            **shown,
        }
        return self.sealed(render(self.request, f"owners/{template}.html", context, status=status))

    def note(self, sentence: str, *, advice: str = "", status: int = HTTPStatus.OK) -> HttpResponse:
        """Return a page that says one thing, what to do about it, and offers nothing else."""
        return self.show("note", heading=sentence, advice=advice or self.call_us(), status=status)

    def call_us(self) -> str:
        """Return what an owner may always do."""
        return _("If you need anything, please call {dealer}.").format(dealer=self.dealer.shown_name)

    def back(self, **query: str) -> HttpResponse:
        """Lead on to the page as it stands now, so that loading it again sends nothing twice."""
        answer = HttpResponseRedirect(self.request.path + self.address(**query), status=HTTPStatus.SEE_OTHER)
        return self.sealed(answer)

    def sealed(self, answer: HttpResponse) -> HttpResponse:
        """Return the answer with the headers that keep the token where it is."""
        for name, value in HEADERS.items():
            answer.headers[name] = value
        answer.headers["Content-Language"] = self.language
        return answer

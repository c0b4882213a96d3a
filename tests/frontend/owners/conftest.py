"""Anna at north and Boris at south, each with a telephone on which a link can be tapped."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import time_machine
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client

from notifications.links.models import OwnerLink
from tenants.scope import DealerRef, dealer_scope
from tests.api.conftest import NORTH_HOST, SOUTH_HOST
from tests.notifications.links.following import link_in, path_of
from tests.stories import telling
from tests.stories.telling import Story


@dataclass
class Owner:
    """An owner with a story so far; pages are opened at the story's time."""

    story: Story
    client: Client
    dealer: DealerRef

    def get(self, path: str, **query: str) -> HttpResponse:
        """Open a page."""
        with time_machine.travel(self.story.now, tick=False):
            return self.client.get(path, query)  # type: ignore[return-value]  # the client's own class of it

    def post(self, path: str, **form: str) -> HttpResponse:
        """Send a form."""
        with time_machine.travel(self.story.now, tick=False):
            return self.client.post(path, form)  # type: ignore[return-value]  # as above

    def read(self, path: str, **query: str) -> str:
        """Open a page that is there, and return it as text."""
        answer = self.get(path, **query)
        assert answer.status_code == 200
        return answer.content.decode()

    def sent(self, path: str, **form: str) -> str:
        """Send a form, follow where it leads, and return that page."""
        answer = self.post(path, **form)
        assert answer.status_code == 303
        with time_machine.travel(self.story.now, tick=False):
            return self.client.get(answer["Location"]).content.decode()

    def start(self, flow: str, **wishes: object) -> OwnerLink:
        """Begin a dialogue; return the link that its message carries."""
        with dealer_scope(self.dealer):
            self.story.start(flow, **wishes)
            return link_in(self.story.last())

    def survey(self) -> str:
        """Ask how the visit was; return the page's path."""
        with dealer_scope(self.dealer):
            follow_up = self.story.follow_up()
        link = self.start(
            "after_sales_survey", case_kind="follow_up", case_id=follow_up, values={"visit_date": "2026-11-15"}
        )
        return self.path(link)

    def reminder(self, **wishes: object) -> str:
        """Remind of maintenance; return the page's path."""
        with dealer_scope(self.dealer):
            due_id = self.story.maintenance_due()
        return self.path(self.start("maintenance_reminder", due_id=due_id, values={"due_date": "2026-11-28"}, **wishes))

    def path(self, link: OwnerLink) -> str:
        """Return where a link leads."""
        with dealer_scope(self.dealer):
            return path_of(link)


@pytest.fixture
def anna(north: DealerRef) -> Owner:
    """Anna in China."""
    with dealer_scope(north):
        return Owner(telling.begin("north"), Client(HTTP_HOST=NORTH_HOST), north)


@pytest.fixture
def boris(south: DealerRef) -> Owner:
    """Boris in Spain."""
    with dealer_scope(south):
        return Owner(telling.begin("south"), Client(HTTP_HOST=SOUTH_HOST), south)


@pytest.fixture(autouse=True)
def _uncounted(north: DealerRef, south: DealerRef) -> Iterator[None]:
    yield
    for dealer in (north, south):
        with dealer_scope(dealer):
            cache.clear()

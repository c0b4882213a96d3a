"""Anna and Boris, each with a mail box."""

import pytest

from tenants.scope import DealerRef
from tests.stories import mailing
from tests.stories.mailing import Correspondence


@pytest.fixture
def anna(north: DealerRef, monkeypatch: pytest.MonkeyPatch) -> Correspondence:
    """Anna in China."""
    return mailing.begin(north, monkeypatch)


@pytest.fixture
def boris(south: DealerRef, monkeypatch: pytest.MonkeyPatch) -> Correspondence:
    """Boris in Spain."""
    return mailing.begin(south, monkeypatch)

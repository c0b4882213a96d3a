"""A world at both dealers, and people of any role at north."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.test import Client

from tenants.accounts import operations as accounts
from tenants.accounts.roles import Role
from tenants.scope import DealerRef, dealer_scope
from tests.api import making
from tests.api.conftest import NORTH_HOST, NOW, client_of
from tests.api.files.asking import N


@pytest.fixture(autouse=True)
def _house(north: DealerRef, south: DealerRef, tmp_path: Path, settings: LazySettings) -> Iterator[None]:
    settings.STORAGES = settings.STORAGES | {
        "documents": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path},
        }
    }
    for dealer in (north, south):
        with dealer_scope(dealer):
            making.make_world(N, marker=dealer.name)
    yield
    for dealer in (north, south):
        with dealer_scope(dealer):
            cache.clear()


@pytest.fixture
def as_role(north: DealerRef) -> Callable[[Role], Client]:
    def sign_in(role: Role) -> Client:
        with dealer_scope(north):
            user = accounts.create_user(
                email=f"{role.lower()}@north.example", name="x", role=role, password=None, language="en", now=NOW
            )
        return client_of(user, host=NORTH_HOST, scope=dealer_scope(north))

    return sign_in

"""What tests of signing in share: quiet counters, mails as they would be sent, and browsers that have signed in."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from django.core.cache import cache
from django.core.mail import EmailMultiAlternatives
from django.test import Client

from deploy.celery import app
from tenants import tasks
from tenants.accounts.models import User
from tenants.scope import DealerRef, dealer_scope, public_scope
from tests.api.conftest import NORTH_HOST, sign_in

CLARAS_PASSWORD = "clara's password"
Mailed = Callable[[object], AbstractContextManager[list[EmailMultiAlternatives]]]


@pytest.fixture(autouse=True)
def _uncounted(north: DealerRef, south: DealerRef) -> Iterator[None]:
    yield
    for scope in (dealer_scope(north), dealer_scope(south), public_scope()):
        with scope:
            cache.clear()


@pytest.fixture
def mailed(django_capture_on_commit_callbacks: Any, mailoutbox: list[EmailMultiAlternatives]) -> Mailed:
    """Do what the block asks to be done after its commit, in a scope, and give the mails that leave."""

    @contextmanager
    def during(scope: Any) -> Iterator[list[EmailMultiAlternatives]]:
        del mailoutbox[:]
        with tasks.collected() as calls, django_capture_on_commit_callbacks(execute=True):
            yield mailoutbox
        with scope:
            for call in calls:
                app.tasks[call.task](*call.args, **call.kwargs)

    return during


@pytest.fixture
def signed_in(clara: User, north: DealerRef) -> Client:
    """Clara's browser, signed in with her password."""
    client = Client(HTTP_HOST=NORTH_HOST)
    assert sign_in(client, clara.email, CLARAS_PASSWORD).status_code == 200
    return client

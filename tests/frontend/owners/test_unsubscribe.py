"""Unsubscribing: looking asks, a click or a mail program's POST ends it, without a redirect."""

import pytest
from django.test import Client

from core.customers.models import Consent
from notifications.links.models import OwnerLink
from notifications.links.rules import Purpose
from notifications.policy.models import Suppression
from tenants.scope import dealer_scope
from tests.api.conftest import NORTH_HOST
from tests.frontend.owners.conftest import Owner
from tests.notifications.links.following import new_link

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def path(anna: Owner) -> str:
    with dealer_scope(anna.dealer):
        return anna.path(new_link(anna.story, Purpose.UNSUBSCRIBE, stops="MARKETING"))


def walls(owner: Owner) -> list[tuple[str, str, str]]:
    with dealer_scope(owner.dealer):
        return list(Suppression.objects.values_list("purpose", "channel", "source"))


def test_looking_shows_one_button_and_changes_nothing(anna: Owner, path: str) -> None:
    text = anna.read(path)

    assert text.count("<button") == 1
    assert "Offers and events · Text message" in text
    assert walls(anna) == []


def test_the_button_ends_it(anna: Owner, path: str) -> None:
    answer = anna.post(path)

    assert answer.status_code == 200
    assert "You won&#x27;t get these messages any more." in answer.content.decode()
    assert walls(anna) == [("MARKETING", "simulator", "PAGE")]


def test_a_mail_program_ends_it_with_one_click_and_no_cookie(anna: Owner, path: str) -> None:
    anna.client = Client(HTTP_HOST=NORTH_HOST, enforce_csrf_checks=True)

    answer = anna.post(path, **ONE_CLICK)

    assert answer.status_code == 200
    assert not answer.cookies
    assert walls(anna) == [("MARKETING", "simulator", "PAGE")]


def test_again_is_as_well(anna: Owner, path: str) -> None:
    answers = [anna.post(path, **ONE_CLICK).status_code for _ in range(3)]

    assert answers == [200, 200, 200]
    with dealer_scope(anna.dealer):
        assert Consent.objects.count() == 1


def test_another_dealers_host_ends_nothing(anna: Owner, boris: Owner, path: str) -> None:
    assert boris.post(path, **ONE_CLICK).status_code == 404
    assert walls(anna) == walls(boris) == []


def test_a_changed_token_ends_nothing(anna: Owner, path: str) -> None:
    assert anna.post(path[:-2] + ("A/" if path[-2] != "A" else "B/"), **ONE_CLICK).status_code == 404
    assert walls(anna) == []


def test_a_link_for_something_else_takes_no_one_click(anna: Owner) -> None:
    path = anna.survey()

    anna.post(path, **ONE_CLICK)

    assert walls(anna) == []


def test_the_use_is_noted(anna: Owner, path: str) -> None:
    anna.post(path)

    with dealer_scope(anna.dealer):
        assert OwnerLink.objects.get().used_at == anna.story.now

"""The door: whose link opens what, what others are told, what is sent along, and that looking changes nothing."""

import io
import logging
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.staticfiles import finders
from django.core.cache import cache
from django.db import connection
from django.test import Client
from redis.exceptions import ConnectionError as RedisConnectionError

from core.calendar.models import DealerSettings
from core.complaints import operations as complaints
from core.customers.models import ContactPoint
from frontend.pages.owners import throttle
from notifications.links.models import OwnerLink
from notifications.links.rules import LASTS, Purpose
from tenants import hosts
from tenants.models import Dealer
from tenants.scope import dealer_scope, operator_scope
from tests.api.conftest import NORTH_HOST, PUBLIC_HOST, SOUTH_HOST
from tests.frontend.owners.conftest import Owner
from tests.notifications.links.following import new_link

MOST_BYTES = 20_000
UNKNOWN = "/o/AAAAAAAAAAAAAAAAAAAAAA/"


def link_for(owner: Owner, purpose: Purpose) -> OwnerLink:
    """Make a link of a purpose with something behind it."""
    story = owner.story
    with dealer_scope(owner.dealer):
        if purpose is Purpose.SURVEY:
            values = {"visit_date": "2026-11-15"}
            story.start("after_sales_survey", case_kind="follow_up", case_id=story.follow_up(), values=values)
            return OwnerLink.objects.latest("id")
        if purpose is Purpose.VISIT:
            return new_link(story, purpose, case_kind="appointment", case_id=story.visit(in_days=2).pk)
        if purpose is Purpose.COMPLAINT:
            complaint = complaints.open_complaint(
                customer_id=story.customer.pk, vehicle_id=None, text="x", category="OTHER", channel="", now=story.now
            )
            return new_link(story, purpose, case_kind="complaint", case_id=complaint.pk)
        return new_link(story, purpose, stops="MARKETING")


# All but the link that opens a chat, which has no page.
PAGES = [purpose for purpose in Purpose if purpose is not Purpose.CHAT]


@pytest.fixture(params=PAGES, ids=lambda purpose: purpose.lower())
def path(request: pytest.FixtureRequest, anna: Owner) -> str:
    """A page of every kind, at north."""
    return anna.path(link_for(anna, request.param))


def test_a_link_opens_its_page(anna: Owner, path: str) -> None:
    assert anna.get(path).status_code == 200


def test_at_another_dealer_it_is_as_unknown_as_one_that_never_was(anna: Owner, boris: Owner, path: str) -> None:
    foreign, never = boris.get(path), boris.get(UNKNOWN)

    assert (foreign.status_code, never.status_code) == (404, 404)
    assert foreign.content == never.content
    assert foreign.headers == never.headers


def test_another_dealers_link_costs_the_same_look_as_an_unknown_one(
    anna: Owner, boris: Owner, path: str, django_assert_num_queries: Callable[..., object]
) -> None:
    boris.get(UNKNOWN)
    with django_assert_num_queries(2) as unknown:  # type: ignore[attr-defined]  # the link, and the hotline
        boris.get(UNKNOWN)
    with django_assert_num_queries(2) as foreign:  # type: ignore[attr-defined]  # pytest-django's fixture
        boris.get(path)

    def shape(captured: object) -> list[str]:
        return [query["sql"].partition("WHERE")[0] for query in captured.captured_queries]  # type: ignore[attr-defined]

    assert shape(unknown) == shape(foreign)


def test_on_the_manufacturers_host_there_is_no_such_page(anna: Owner, path: str) -> None:
    assert Client(HTTP_HOST=PUBLIC_HOST).get(path).status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch", "options"])
def test_another_dealers_link_does_nothing_by_any_method(anna: Owner, boris: Owner, path: str, method: str) -> None:
    before = snapshot(boris)

    assert getattr(boris.client, method)(path).status_code in (404, 405)
    assert snapshot(boris) == before


def snapshot(owner: Owner) -> dict[str, str]:
    """Return every table of the dealer as a digest."""
    with dealer_scope(owner.dealer), connection.cursor() as cursor:
        found = {}
        for table in connection.introspection.table_names(cursor):
            rows = f"SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {table} AS t"  # noqa: S608
            cursor.execute(rows)
            found[table] = cursor.fetchone()[0]
        return found


SCANNED = ("", "?do=move", "?do=cancel", "?told=booked", "?l=es", "visit.ics", "?day=20261120", "?from=20261201")


def test_mail_scanners_change_nothing_by_looking(anna: Owner, path: str) -> None:
    before = snapshot(anna)

    for way in SCANNED:
        anna.get(path + way)
        anna.client.head(path + way)

    assert snapshot(anna) == before


@pytest.mark.parametrize("token", ["x", "A" * 22, "..", "%00", "é" * 11, "A" * 3000, "' OR 1=1 --", "....1"])
def test_what_is_no_token_is_told_kindly_what_to_do(anna: Owner, token: str) -> None:
    with dealer_scope(anna.dealer):
        DealerSettings.objects.update(complaint_hotline="400 123 4567")

    answer = anna.get(f"/o/{token}/")

    assert answer.status_code == 404
    if "owners.css" in answer.content.decode():
        assert 'href="tel:400 123 4567"' in answer.content.decode()


def test_the_number_that_stands_in_a_stored_message_opens_nothing(anna: Owner, path: str) -> None:
    with dealer_scope(anna.dealer):
        link = OwnerLink.objects.latest("id")

    assert anna.get(f"/o/{str(link.pk).rjust(22, '.')}/").status_code == 404


def test_an_expired_link_says_so_and_offers_nothing_else(anna: Owner, path: str) -> None:
    anna.story.now += max(LASTS.values())

    answer = anna.get(path, l="zh-hans")

    text = answer.content.decode()
    assert answer.status_code == 410
    assert "此链接已失效。" in text
    assert "请致电North Motors" in text
    assert "<form" not in text
    assert anna.post(path, do="cancel").status_code == 410


def test_a_wrong_numbers_link_is_over(anna: Owner, path: str) -> None:
    with dealer_scope(anna.dealer):
        ContactPoint.objects.update(blocked_at=anna.story.now)

    assert anna.get(path).status_code == 410


def test_nothing_tells_the_token_on(anna: Owner, path: str) -> None:
    answer = anna.get(path)

    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Robots-Tag"].startswith("noindex")
    assert answer["X-Frame-Options"] == "DENY"
    assert "script" not in answer["Content-Security-Policy"]
    assert answer["Content-Security-Policy"].startswith("default-src 'none'")
    assert not answer.cookies
    assert path.split("/")[2] not in answer.content.decode()
    assert 'content="noindex' in answer.content.decode()


def test_a_form_needs_no_token_but_the_links(anna: Owner, path: str) -> None:
    client = Client(HTTP_HOST=NORTH_HOST, enforce_csrf_checks=True)
    anna.client = client

    assert anna.post(path, nothing="").status_code in (200, 303)


def test_the_least_is_shown(anna: Owner, path: str) -> None:
    text = anna.read(path)

    for known in ("Anna", anna.story.address, "辽A12345", anna.story.vehicle.vin):
        assert known not in text


def test_a_page_with_its_styles_is_small_and_has_no_script(anna: Owner, path: str) -> None:
    styles = finders.find("frontend/owners.css")
    with open(str(styles), "rb") as file:
        weight = len(file.read())

    for language in ("zh-hans", "es", "en"):
        text = anna.read(path, l=language)
        assert len(text.encode()) + weight < MOST_BYTES
        assert "<script" not in text
        assert "<style" not in text
        assert " style=" not in text
        assert " on" + "click" not in text


@pytest.mark.parametrize(
    ("asked", "shown"), [("", "zh-hans"), ("es", "es"), ("en", "en"), ("xx", "zh-hans"), ("../es", "zh-hans")]
)
def test_the_owners_language_unless_another_is_chosen(anna: Owner, path: str, asked: str, shown: str) -> None:
    with dealer_scope(anna.dealer):
        OwnerLink.objects.update(language="zh-hans")

    answer = anna.get(path, **({"l": asked} if asked else {}))

    assert f'<html lang="{shown}">' in answer.content.decode()
    assert answer["Content-Language"] == shown


def test_the_browsers_own_language_does_not_matter(anna: Owner, path: str) -> None:
    anna.client = Client(HTTP_HOST=NORTH_HOST, HTTP_ACCEPT_LANGUAGE="es")

    assert '<html lang="es">' not in anna.read(path)


@pytest.mark.parametrize("hostile", ['"><script>alert(1)</script>', "{{ settings.SECRET_KEY }}", "</title><img src=x>"])
def test_names_are_text(anna: Owner, path: str, hostile: str) -> None:
    with operator_scope():
        Dealer.objects.filter(pk=anna.dealer.id).update(shown_name=hostile)
    with dealer_scope(anna.dealer):
        DealerSettings.objects.update(complaint_hotline=hostile[:40])
    hosts.forget()

    for address in (path, UNKNOWN):
        text = anna.get(address).content.decode()
        assert "<script>alert" not in text
        assert "<img" not in text


@pytest.mark.parametrize("name", ["told", "do", "day", "from", "l"])
def test_what_an_address_asks_is_never_written_back(anna: Owner, path: str, name: str) -> None:
    answer = anna.get(path, **{name: '"><script>alert(1)</script>'})

    assert answer.status_code == 200
    assert "<script>" not in answer.content.decode()


@pytest.mark.parametrize("said", ["\x00", "\ud800", "x" * 100_000, "<b>", "‮", "🚗" * 500])
def test_whatever_a_form_says_is_taken_calmly(anna: Owner, path: str, said: str) -> None:
    names = ("do", "at", "car", "words", "from", "until", "language", "q.overall", "q.suggestion", "q.\x00")

    for do in ("book", "move", "wishes", "ACCEPT", said):
        form = dict.fromkeys(names, said) | {"do": do}
        form = {name: value.encode("utf-8", "replace").decode() for name, value in form.items()}
        assert anna.post(path, **form).status_code in (200, 303, 410)


def test_who_knocks_too_often_waits_a_minute(anna: Owner, path: str) -> None:
    answers = [anna.get(path) for _ in range(throttle.BY_LINK + 1)]

    assert [answer.status_code for answer in answers] == [200] * throttle.BY_LINK + [429]
    assert answers[-1]["Retry-After"] == "60"
    anna.story.now += timedelta(minutes=1)
    assert anna.get(path).status_code == 200


def test_others_do_not_wait(anna: Owner, path: str, boris: Owner) -> None:
    for _ in range(throttle.BY_LINK + 1):
        anna.get(path)

    assert anna.get(anna.path(link_for(anna, Purpose.PREFERENCES))).status_code == 200
    assert boris.get(boris.path(link_for(boris, Purpose.PREFERENCES))).status_code == 200


def test_guessing_is_slowed_down_and_does_not_lock_owners_out(anna: Owner) -> None:
    codes = [anna.get(f"/o/{number:022d}/").status_code for number in range(throttle.UNKNOWN_BY_ADDRESS + 1)]

    assert codes == [404] * throttle.UNKNOWN_BY_ADDRESS + [429]
    assert anna.get(anna.path(link_for(anna, Purpose.PREFERENCES))).status_code == 200


def test_an_address_has_had_enough_at_last(anna: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "BY_ADDRESS", 2)
    paths = [anna.path(link_for(anna, Purpose.PREFERENCES)) for _ in range(3)]

    assert [anna.get(path).status_code for path in paths] == [200, 200, 429]


def test_without_the_counter_owners_are_served(anna: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*args: object, **kwargs: object) -> None:
        raise RedisConnectionError

    monkeypatch.setattr(cache, "add", gone)

    assert anna.get(anna.path(link_for(anna, Purpose.PREFERENCES))).status_code == 200


def test_no_token_comes_into_the_log(anna: Owner, boris: Owner, path: str) -> None:
    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    handler.setFormatter(logging.getLogger().handlers[0].formatter)
    logging.getLogger().addHandler(handler)
    try:
        boris.get(path)
        anna.client.put(path)
        anna.story.now += max(LASTS.values())
        anna.get(path)
    finally:
        logging.getLogger().removeHandler(handler)

    assert lines.getvalue().count("/o/[masked]/") >= 3
    assert path.split("/")[2] not in lines.getvalue()


def test_suspended_dealers_pages_are_closed(anna: Owner, path: str) -> None:
    with operator_scope():
        Dealer.objects.filter(pk=anna.dealer.id).update(suspended_at=anna.story.now)
    hosts.forget()

    assert anna.get(path).status_code == 403
    assert Client(HTTP_HOST=SOUTH_HOST).get(UNKNOWN).status_code == 404

"""Where links to owners begin: at the dealer's own host, whatever a request says."""

import pytest
from django.test import override_settings

from tenants import hosts
from tenants.models import Dealer, Domain
from tenants.scope import DealerRef, operator_scope


def test_a_dealers_pages_are_under_the_houses_host(north: DealerRef, south: DealerRef) -> None:
    with override_settings(PUBLIC_URL="http://localhost:8123"):
        assert hosts.page_address(north) == "http://north.localhost:8123"
        assert hosts.page_address(south) == "http://south.localhost:8123"


def test_a_domain_of_its_own_goes_first_and_needs_no_port(north: DealerRef) -> None:
    with operator_scope():
        Domain.objects.create(host="care.north.example", dealer=Dealer.objects.get(pk=north.id))

    with override_settings(PUBLIC_URL="https://localhost:8123"):
        assert hosts.page_address(north) == "https://care.north.example"


def test_it_is_asked_once_and_then_believed(north: DealerRef, django_assert_num_queries: object) -> None:
    hosts.page_address(north)

    with django_assert_num_queries(0):  # type: ignore[operator]  # pytest-django's fixture
        hosts.page_address(north)


@pytest.mark.parametrize(
    ("public_url", "host", "origin"),
    [
        ("http://localhost:8123", "north.localhost", "http://north.localhost:8123"),
        ("http://localhost:8123", "127.0.0.1", "http://127.0.0.1:8123"),
        ("https://localhost", "north.localhost", "https://north.localhost"),
        ("https://localhost:8123", "care.north.example", "https://care.north.example"),
    ],
)
def test_a_pages_origin_is_the_houses_but_for_the_port_of_a_domain_of_its_own(
    public_url: str, host: str, origin: str
) -> None:
    with override_settings(PUBLIC_URL=public_url):
        assert hosts.origin_of(host) == origin
        assert hosts.is_page_of(origin, raw_host=f"{host}:9999")
        assert not hosts.is_page_of(f"{origin}1", raw_host=host)
        assert not hosts.is_page_of(origin.replace("http", "ftp"), raw_host=host)

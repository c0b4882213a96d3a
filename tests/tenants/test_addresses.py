"""Where a request comes from: the connection's other end, or what our own proxy saw there."""

import pytest
from django.conf import LazySettings
from django.test import RequestFactory

from tenants.addresses import client_address


@pytest.mark.parametrize(
    ("proxies", "seen", "forwarded", "expected"),
    [
        (0, "192.0.2.1", None, "192.0.2.1"),
        (0, "192.0.2.1", "203.0.113.9", "192.0.2.1"),
        (1, "10.0.0.1", "203.0.113.9", "203.0.113.9"),
        (1, "10.0.0.1", "1.1.1.1, 203.0.113.9", "203.0.113.9"),
        (1, "10.0.0.1", "not an address", "10.0.0.1"),
        (1, "10.0.0.1", None, "10.0.0.1"),
        (2, "10.0.0.1", "203.0.113.9", "10.0.0.1"),
        (0, "2001:DB8::1", None, "2001:db8::1"),
        (0, "", None, None),
    ],
)
def test_an_address(
    proxies: int, seen: str, forwarded: str | None, expected: str | None, settings: LazySettings
) -> None:
    settings.PROXIES = proxies
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}

    assert client_address(RequestFactory().get("/", REMOTE_ADDR=seen, headers=headers)) == expected

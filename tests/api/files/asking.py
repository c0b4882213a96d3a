"""How the tests of files ask."""

from typing import Any

from django.test import Client

JSON = "application/json"
N = 720_001


def post(client: Client, address: str, **body: object) -> Any:
    return client.post(f"/api/v1/{address}/", body, content_type=JSON)

"""What the caller may do with a row: words that a screen shows as buttons, so that it needs no rule of its own."""

from collections.abc import Mapping
from typing import Any

from rest_framework.request import Request

from api.access import may


def allowed(context: Mapping[str, Any], words: Mapping[str, str]) -> list[str]:
    """Return those of the words (word -> action of the role table) that the caller's role allows.

    Without a request in the serializer's context nobody asks, and nothing is allowed.
    """
    request = context.get("request")
    return [word for word, action in words.items() if isinstance(request, Request) and may(request, action)]

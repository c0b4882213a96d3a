"""Every call of the API, read from its own list of addresses, so that a new one is tested without being named."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver

from api.urls import router, urlpatterns

LISTS = [f"/api/v1/{prefix}/" for prefix, _, _ in router.registry]
# Found on the public host only.
MANUFACTURERS = {
    f"/api/v1/{name}/" for name in ("dealers", "regions", "standards", "manufacturer-users", "manufacturer-invitations")
}
# Outside of the table of roles: the schema and its page, and the door for providers.
OPEN = ("schema/", "docs/", "webhooks/")
# Something that opens by itself, and is no row.
WORD = re.compile(r"<str:word>")
PLACE = re.compile(r"\(\?P<pk>[^)]*\)|<int:conversation_id>")


@dataclass(frozen=True)
class Call:
    """One method of one address; `{id}` stands for a row."""

    method: str
    address: str

    def at(self, number: int) -> str:
        """Return the address of that row."""
        return self.address.replace("{id}", str(number))

    @property
    def is_of_row(self) -> bool:
        """Whether it speaks of one row."""
        return "{id}" in self.address

    @property
    def is_safe(self) -> bool:
        """Whether it only looks."""
        return self.method == "GET"

    def __str__(self) -> str:
        return f"{self.method} {self.address.removeprefix('/api/v1')}"


def calls() -> list[Call]:
    """Return every call, in the order of the list of addresses."""
    return list(dict.fromkeys(_calls(urlpatterns, "/api/")))


def _calls(patterns: Iterable[Any], before: str) -> Iterator[Call]:
    for pattern in patterns:
        address = before + WORD.sub("{word}", PLACE.sub("{id}", str(pattern.pattern).strip("^$").replace("/$", "/")))
        if isinstance(pattern, URLResolver):
            yield from _calls(pattern.url_patterns, address)
        elif not address.removeprefix("/api/").startswith(OPEN) and "format" not in address:
            yield from (Call(method, address) for method in _methods(pattern))


def _methods(pattern: URLPattern) -> list[str]:
    actions = getattr(pattern.callback, "actions", None)
    view = getattr(pattern.callback, "cls", None) or pattern.callback.view_class  # type: ignore[attr-defined] # a view
    names = actions or [name for name in ("get", "post", "patch", "put", "delete") if hasattr(view, name)]
    return [name.upper() for name in names if name != "head"]

"""The table of the calls behind the screens, and how one of them is made for another customer each time."""

import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from itertools import count
from pathlib import Path
from typing import Any, Protocol

from django.db.models import QuerySet
from django.test import Client

from core.models import (
    Appointment,
    Complaint,
    ContactPoint,
    Customer,
    Document,
    FieldChange,
    FileMerge,
    ImportRun,
    RepairOrder,
    Task,
    Touch,
    Vehicle,
)
from notifications.models import Conversation, Decision, FlowRun, Note, Suppression

TABLE = Path(__file__).parent / "calls.toml"
PLACE = re.compile(r"\{(\w+)\}")
# A prime: goes through any number of rows in an order that no index or cache has.
STRIDE = 7919
USUAL_ROLE = "GENERAL_MANAGER"


@dataclass(frozen=True)
class Call:
    """One row of the table; see there."""

    screen: str
    name: str
    address: str
    queries: int
    role: str = USUAL_ROLE
    body: Mapping[str, str] | None = None
    pages: int = 0
    reads: int | None = None
    may_be_empty: bool = False
    may_take_less: bool = False

    def takes(self, queries: set[int]) -> bool:
        """Say whether these are the queries that the call takes."""
        return max(queries, default=0) <= self.queries if self.may_take_less else queries == {self.queries}

    def __str__(self) -> str:
        return f"{self.screen}: {self.name}"


class Answer(Protocol):
    """What is looked at of an answer."""

    status_code: int

    @property
    def content(self) -> bytes: ...


Asking = Callable[[], Answer]


def calls() -> list[Call]:
    """Return the rows of the table."""
    return [Call(**row) for row in tomllib.loads(TABLE.read_text(encoding="utf-8"))["call"]]


def askings(call: Call, client: Client, *, words: Callable[[int], Mapping[str, str]]) -> Iterator[Asking]:
    """Yield the call, ready to be made, for one customer after the other, without end."""
    at_page = cache(partial(_at_page, client, pages=call.pages))
    for number in count():
        said = words(number)
        address = at_page(_filled(call.address, said))
        body = None if call.body is None else json.dumps({key: _filled(text, said) for key, text in call.body.items()})
        yield _asking(client, address, body)


def _asking(client: Client, address: str, body: str | None) -> Asking:
    if body is None:
        return lambda: client.get(address)
    return lambda: client.post(address, body, content_type="application/json")


def _filled(text: str, said: Mapping[str, str]) -> str:
    # A small dealer may have nobody of that kind.
    return PLACE.sub(lambda found: said.get(found[1], said["customer"]), text)


def _at_page(client: Client, address: str, *, pages: int) -> str:
    for _ in range(pages):
        address = client.get(address).json()["next"] or address
    return address


class Words:
    """What is asked for in the dealer in scope: real ids and words, spread over all of its rows."""

    def __init__(self, *, now: datetime) -> None:
        self.now = now
        # Of those who have some: most have no wall, and what nobody has is quickly found.
        self.ids = {word: list(rows.values_list(field, flat=True)) for word, (field, rows) in _rows().items()}
        self.latin = _names(r"^[A-Z]")
        self.chinese = _names(r"^[^\x01-\x7f]")

    def __call__(self, number: int) -> dict[str, str]:
        """Return the words of the call of that number."""
        ids = {word: str(found[number * STRIDE % len(found)]) for word, found in self.ids.items() if found}
        car = Vehicle.objects.get(pk=ids["vehicle"])
        phone = ContactPoint.objects.filter(customer_id=ids["customer"], kind="PHONE").values_list("value", flat=True)[
            0
        ]
        chinese, latin = (names[number * STRIDE % len(names)] for names in (self.chinese, self.latin))
        return ids | {
            "plate": car.plate,
            "plate_part": car.plate_key[2:6],
            "vin_part": car.vin[-6:],
            "phone": phone,
            "phone_part": phone[-6:],
            "latin_name": latin.split()[0],
            "chinese_name": chinese,
            "chinese_family": chinese[0],
            "day": self.now.date().isoformat(),
        }


def _rows() -> dict[str, tuple[str, QuerySet[Any]]]:
    """Return where a word's numbers come from: a column, and the rows in an order that is the same every time."""
    return {
        "customer": ("id", Customer.objects.order_by("id")),
        "vehicle": ("id", Vehicle.objects.order_by("id")),
        "order": ("number", RepairOrder.objects.order_by("id")),
        "complaint": ("id", Complaint.objects.order_by("id")),
        "import": ("id", ImportRun.objects.order_by("id")),
        # Of a car: of none there is no last visit to ask for.
        "task": ("id", Task.objects.filter(vehicle__isnull=False).order_by("id")),
        "run": ("conversation_id", FlowRun.objects.order_by("id")),
        "conversation": ("id", Conversation.objects.filter(last_message_at__isnull=False).order_by("id")),
        "noted": ("conversation_id", Note.objects.order_by("id")),
        "decided": ("message_id", Decision.objects.filter(message__isnull=False).order_by("id")),
        "spoken": ("customer_id", Conversation.objects.filter(last_message_at__isnull=False).order_by("id")),
        "visiting": ("customer_id", Appointment.objects.order_by("id")),
        "walled": ("customer_id", Suppression.objects.order_by("id")),
        "documented": ("customer_id", Document.objects.order_by("id")),
        "touched": ("customer_id", Touch.objects.order_by("id")),
        "keeping": ("kept_id", FileMerge.objects.order_by("id")),
        "edited": ("subject_id", FieldChange.objects.filter(subject_kind="customer").order_by("id")),
    }


def _names(pattern: str) -> list[str]:
    names = Customer.objects.filter(name__regex=pattern, merged_into=None).values_list("name", flat=True)
    return sorted(set(names))


def rows_in(answer: object) -> int:
    """Return how many rows an answer holds, wherever they stand in it; one thing alone is one row."""
    if isinstance(answer, list):
        return len(answer)
    if not isinstance(answer, dict):
        return 0
    lists = [value for value in answer.values() if isinstance(value, list | dict)]
    return sum(map(rows_in, lists)) if lists and "id" not in answer else 1

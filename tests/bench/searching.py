"""Finding a file among many: our search as the console asks it, `icontains` over the same columns, an exact look-up."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from django.db.models import Model, QuerySet
from django.test import Client

from core.models import ContactPoint, Customer, Vehicle
from tenants.scope import dealer_scope
from tests.bench import dealers
from tests.bench.crowd import filling
from tests.bench.latency import Latency
from tests.bench.screens import asking, measuring
from tests.bench.screens.asking import Call, Words

SIZES: Sequence[int] = (10_000, 100_000, 1_000_000)
TIMES, PEER_TIMES = 200, 10
AIM = "p95 < 50 ms"
SHOWN = 20


@dataclass(frozen=True)
class Sought:
    """What is searched by: a word of the crowd, where Django's own search would look, and where a look-up finds it."""

    word: str
    model: type[Model]
    column: str
    exact: str = "id"


SOUGHT: Mapping[str, Sought] = {
    "four digits of a plate": Sought("plate_part", Vehicle, "plate"),
    "a plate": Sought("plate", Vehicle, "plate", exact="plate_key"),
    "six characters of a VIN": Sought("vin_part", Vehicle, "vin"),
    "a phone": Sought("phone", ContactPoint, "value", exact="value"),
    "six digits of a phone": Sought("phone_part", ContactPoint, "value"),
    "a Latin name": Sought("latin_name", Customer, "name"),
    "a Chinese name": Sought("chinese_name", Customer, "name", exact="name_key"),
    "one Chinese character": Sought("chinese_family", Customer, "name"),
}


def latencies(sizes: Sequence[int]) -> Iterator[Latency]:
    """Yield each way to search, smallest dealer first; sizes are vehicles."""
    now = datetime.now(tz=UTC)
    for size in sorted(sizes):
        with dealers.opened() as dealer:
            filling.fill(dealer, customers=int(size / filling.CARS_A_CUSTOMER), now=now, parts=("files",))
            dealers.execute("VACUUM")
            with dealer_scope(dealer):
                words, browser = Words(now=now), measuring.browser(dealer, role=asking.USUAL_ROLE, now=now)
                for what, sought in SOUGHT.items():
                    yield _measured(what, sought, browser=browser, words=words, size=size)


def _measured(what: str, sought: Sought, *, browser: Client, words: Words, size: int) -> Latency:
    call = Call("Search", what, "/api/v1/search/", queries=0, body={"text": f"{{{sought.word}}}"})
    ours = islice(asking.askings(call, browser, words=words), TIMES + measuring.WARM_UPS)
    looks = [words(number) for number in range(TIMES)]
    seconds = {
        "ours": [measuring.seconds_of(ask) for ask in ours][measuring.WARM_UPS :],
        "peer": [_seconds(_by_part(sought, said)) for said in looks[:PEER_TIMES]],
        "limit": [_seconds(_by_index(sought, said)) for said in looks],
    }
    return Latency("search", what, size, AIM, seconds)


def _by_part(sought: Sought, said: Mapping[str, str]) -> QuerySet[Any]:
    return sought.model._default_manager.filter(**{f"{sought.column}__icontains": said[sought.word]}).order_by("id")


def _by_index(sought: Sought, said: Mapping[str, str]) -> QuerySet[Any]:
    """Return what an index finds at once: the very word where one is on it, else one row by its number."""
    value = said["vehicle"] if sought.exact == "id" else said[sought.word]
    return sought.model._default_manager.filter(**{sought.exact: value})


def _seconds(rows: QuerySet[Any]) -> float:
    began = time.perf_counter()
    list(rows[:SHOWN])
    return time.perf_counter() - began

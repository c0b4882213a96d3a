"""Flows as a dealer has them: the shipped ones, or its own editions, each version kept for ever.

A dealer counts its versions by itself: an edition of its own, or a newer shipped one, is one more.
A dealer's own edition is never replaced by a shipped one.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import transaction
from django.db.models import F, Max

from notifications.flows import checking, languages, reading, shelf
from notifications.flows.definition import Flow
from notifications.flows.models import FlowVersion
from notifications.flows.reading import FlowInvalid
from tenants.scope import current_dealer

SYSTEM = "system"


class EditionOutdated(Exception):
    """Another version was stored since this one was read; the argument is its number."""


@dataclass(frozen=True)
class Stored:
    """A flow with the row that keeps it."""

    id: int
    flow: Flow


def current(key: str, *, now: datetime) -> Stored:
    """This function will return the version with which a run begins today, storing a shipped one first used.

    Raises: FlowUnknown if neither the dealer nor the house has such a flow.
    """
    row = _newest(key)
    if row is None or _is_outdated(row):
        return _store_shipped(key, now=now)
    return _stored(row)


def in_force() -> list[Flow]:
    """This function will list the flows with which runs begin today, by their keys; nothing is stored."""
    newest = {row.key: row for row in _light().order_by("key", "version")}
    own = {key: _stored(row).flow for key, row in newest.items() if not _is_outdated(row)}
    found = {key: shelf.shipped(key) for key in shelf.names()} | own
    return [found[key] for key in sorted(found)]


def version(version_id: int) -> Stored:
    """This function will return the version a run began with. Raises: FlowVersion.DoesNotExist."""
    return _version(current_dealer().id, version_id)


def save_edition(table: Mapping[str, Any], *, actor: str, now: datetime, based_on: int | None = None) -> Stored:
    """This function will store a dealer's own edition as the newest version; running dialogues keep theirs.

    based_on: the version that was edited; None takes whatever is newest.
    Raises: FlowInvalid naming everything that is wrong; EditionOutdated if another version was stored meanwhile.
    """
    faults = checking.faults(table)
    if faults:
        raise FlowInvalid(*faults)
    return _append(table, actor=actor, shipped=None, now=now, based_on=based_on)


def forget() -> None:
    """Drop what is remembered of versions; for tests, which empty tables and count from one again."""
    _version.cache_clear()


@lru_cache(maxsize=1_024)
def _version(dealer_id: int, version_id: int) -> Stored:
    """A version never changes; a dealer's number, unlike its name, is never given again."""
    return _stored(_light().get(id=version_id))


def _newest(key: str) -> FlowVersion | None:
    row: FlowVersion | None = _light().filter(key=key).order_by("-version").first()
    return row


def _light() -> Any:  # noqa: ANN401 - an annotated queryset has no name
    # The definition itself is 30 kB and seldom needed: shipped ones are known from the file.
    return FlowVersion.objects.defer("definition").annotate(shipped=F("definition__shipped"))


def _is_outdated(row: FlowVersion) -> bool:
    """A shipped one, of which the house has another by now."""
    if row.actor != SYSTEM or row.key not in shelf.names():
        return False
    return bool(row.shipped != shelf.shipped(row.key).version)  # type: ignore[attr-defined]  # annotated above


def _stored(row: FlowVersion) -> Stored:
    if row.actor == SYSTEM and row.key in shelf.names():
        flow = shelf.shipped(row.key)
        if row.shipped == flow.version:  # type: ignore[attr-defined]  # annotated above
            return Stored(row.pk, replace(flow, version=row.version))
    return Stored(row.pk, _parsed(json.dumps(row.definition, sort_keys=True)))


def _store_shipped(key: str, *, now: datetime) -> Stored:
    return _append(shelf.table(key), actor=SYSTEM, shipped=shelf.shipped(key).version, now=now)


def _append(
    table: Mapping[str, Any], *, actor: str, shipped: int | None, now: datetime, based_on: int | None = None
) -> Stored:
    key = str(table["key"])
    with transaction.atomic():
        last = FlowVersion.objects.filter(key=key).aggregate(last=Max("version"))["last"] or 0
        # The languages of today: one added later has no texts in it.
        spoken = list(table.get("languages", languages.codes()))
        definition = {**table, "languages": spoken, "version": last + 1, "shipped": shipped}
        if based_on not in (None, last):
            raise EditionOutdated(last)
        # Two who store at once: the unique key lets one through. A shipped flow is the same for both; of two
        # editions the second must not seem stored.
        row, is_new = FlowVersion.objects.get_or_create(
            key=key, version=last + 1, defaults={"definition": definition, "created_at": now, "actor": actor}
        )
        if not is_new and actor != SYSTEM:
            raise EditionOutdated(row.version)
    return Stored(row.pk, _parsed(json.dumps(row.definition, sort_keys=True)))


@lru_cache(maxsize=256)
def _parsed(definition: str) -> Flow:
    """Keyed by the text itself, so that no dealer can ever get another one's flow."""
    return reading.from_table(json.loads(definition))

"""What may be done with a conversation as it stands."""

from dataclasses import replace

import pytest

from notifications.conversations import rules
from notifications.conversations.rules import Standing, allowed

FRESH = Standing(
    is_with_person=False,
    is_closed=False,
    is_own=False,
    is_waiting=False,
    has_pause=False,
    is_refused=False,
    may_move=True,
    may_send=True,
)


@pytest.mark.parametrize(
    ("changes", "verbs"),
    [
        ({}, "take_over assign write close note"),
        ({"is_with_person": True, "is_own": True, "has_pause": True}, "assign write hand_back close note"),
        ({"is_with_person": True, "is_own": True}, "assign write close note"),
        ({"is_closed": True}, "take_over assign write note"),
        ({"is_closed": True, "is_waiting": True}, "take_over assign write close note"),
        ({"is_refused": True}, "take_over assign close note"),
        ({"may_send": False}, "take_over assign close note"),
        ({"may_move": False}, "write"),
        ({"may_move": False, "may_send": False}, ""),
    ],
    ids=lambda value: value if isinstance(value, str) else ",".join(value) or "flow",
)
def test_verbs(changes: dict[str, bool], verbs: str) -> None:
    assert " ".join(allowed(replace(FRESH, **changes))) == verbs


@pytest.mark.parametrize(
    ("mode", "is_waiting", "shown"),
    [("CLOSED", False, "CLOSED"), ("CLOSED", True, "PERSON"), ("FLOW", True, "FLOW"), ("PERSON", True, "PERSON")],
)
def test_nothing_reads_closed_while_the_owner_waits(mode: str, is_waiting: bool, shown: str) -> None:
    assert rules.shown_mode(mode, is_waiting=is_waiting) == shown

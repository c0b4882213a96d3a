"""Every name that the domain keeps has words; a name without any would be shown to people as a riddle."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from django.utils import translation

from api import explaining
from channels_app import errors
from notifications.flows.vocabulary import EFFECTS
from notifications.models import Decision, Message
from notifications.outbox.rules import Happening, State
from notifications.planning.kinds import shipped
from tests.house.files import ROOT

POLICY, DUE = ROOT / "notifications" / "policy", ROOT / "notifications" / "due"


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Whoever asked before may have left the thread in another language."""
    with translation.override("en"):
        yield


def words_after(name: str, folders: tuple[Path, ...]) -> set[str]:
    """Return the constants that are given under a name anywhere in the folders."""
    given = re.compile(rf'\b{name}="(\w+)"')
    return {word for folder in folders for path in folder.rglob("*.py") for word in given.findall(path.read_text())}


def test_every_rule_of_policy_and_planning_has_words() -> None:
    returned = re.compile(r'return "(\w+)"|, "(\w+)", "is_\w+"\)|SELECT due.id, \'(\w+)\'|HELD, "(\w+)"|DONE, "(\w+)"')
    found = {
        word
        for folder in (POLICY, DUE)
        for path in folder.rglob("*.py")
        for groups in returned.findall(path.read_text())
        for word in groups
        if word
    }
    named = words_after("rule", (POLICY,)) | words_after("reason", (DUE,)) | found
    # Of messages, not of due work; and columns.
    named -= {"STOPPED", "due_at", "follow_up"}

    assert len(named) > 20
    assert named - set(explaining.RULES) == set()


@pytest.mark.parametrize(
    ("table", "names"),
    [
        (explaining.OCCASIONS, set(shipped().kinds)),
        (explaining.EFFECTS, set(EFFECTS)),
        (explaining.FAILURES, {kind.code for kind in errors.ChannelError.__subclasses__()}),
        (explaining.FAILURES, {Happening.FAILED, Happening.UNDELIVERABLE, Happening.OPTED_OUT}),
        (explaining.FAILURES, words_after("error", (ROOT / "notifications" / "outbox",))),
        (explaining.FAILURES, explaining.TROUBLED - {State.HELD}),
        (explaining.ASKED_FOR, words_after("reason", (ROOT / "notifications" / "inbound",)) - {"OPTED_OUT"}),
        (explaining.ASKED_FOR, {"ASKED_FOR_PERSON", "NOT_ASKED", "LOOP", "NOT_UNDERSTOOD"}),
    ],
    ids=["occasions", "effects", "errors", "receipts", "outbox", "states", "asked", "engine"],
)
def test_every_name_has_words(table: Mapping[str, str], names: set[str]) -> None:
    assert names
    assert {str(name) for name in names} - set(table) == set()


def test_facts_become_sentences(in_north: object) -> None:
    facts = {
        "standard": "2026-11",
        "local_time": "2026-11-18T22:10+08:00",
        "windows": ["09:00-21:00"],
        "sent_dates": ["2026-11-17"],
        "kept_dates": [],
        "consents": ["yes:ANY:ANY:ANY", "no:MARKETING:ANY:ANY"],
        "unusable_channels": ["simulator"],
        "expires_at": "2026-11-20T04:00:00+00:00",
        "is_proactive": True,
    }

    assert explaining.facts_in_words(Decision(facts=facts)) == [
        "It was Nov. 18, 2026 22:10 where the owner lives.",
        "Such messages may leave between 09:00-21:00.",
        "Sent before: Nov. 17, 2026.",
        "Consents that count here: yes 1, no 1.",
        "Channels that do not work: simulator.",
        "Worth sending until Nov. 20, 2026 12:00.",
        "Contact policy of version 2026-11.",
    ]


def test_the_ladder_is_told_with_what_was_left_out(in_north: object) -> None:
    facts = {
        "usable_channels": ["twilio", "smtp"],
        "unusable_channels": ["telegram"],
        "left_out": {"telegram": "BLOCKED", "wechat": "TRIED"},
    }

    assert explaining.facts_in_words(Decision(facts=facts)) == [
        "Channels open for it, in their order: twilio, smtp.",
        "Channels left out: telegram (no longer theirs), wechat (tried already).",
    ]


@pytest.mark.parametrize(
    ("detail", "begins"),
    [("WINDOW_CLOSED", "The owner wrote too long ago"), ("TEMPLATE_UNKNOWN", "No approved"), ("x", "The provider")],
)
def test_a_closed_window_is_told_by_its_own_words(in_north: object, detail: str, begins: str) -> None:
    message = Message(state="FAILED", error="REJECTED", error_detail=detail)

    assert explaining.failure_of(message).startswith(begins)


def test_a_name_nobody_knows_is_no_failure(in_north: object) -> None:
    assert explaining.in_words(explaining.RULES, "a_rule_of_tomorrow") == "A rule of this house."
    assert explaining.in_words(explaining.RULES, "") == ""

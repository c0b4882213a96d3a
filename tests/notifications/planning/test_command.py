"""manage.py plan: one object, and clear words where it cannot."""

import json
from datetime import UTC, datetime

import pytest
import time_machine
from django.core.management import CommandError, call_command

from notifications.due.models import Due
from tenants.scope import DealerRef, dealer_scope
from tests.notifications.files import make_car, make_owner, make_visit

RULES = [
    "AFTER_SALES",
    "MAINTENANCE",
    "LAPSED",
    "APPOINTMENT_CONFIRMATION",
    "APPOINTMENT_DAY_BEFORE",
    "APPOINTMENT_TWO_HOURS",
    "APPOINTMENT_NO_SHOW",
]


@pytest.fixture(autouse=True)
def _today() -> object:
    with time_machine.travel(datetime(2026, 11, 21, 2, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def visited(north: DealerRef) -> DealerRef:
    with dealer_scope(north):
        for name, consents in (("Anna", True), ("Boris", False)):
            owner = make_owner(name, consents=consents)
            make_visit(make_car(owner), owner, "2026-11-18")
    return north


def asked(capsys: pytest.CaptureFixture[str], *options: str) -> str:
    call_command("plan", "--dealer", "north", *options)
    return capsys.readouterr().out


def test_it_prints_one_object(visited: DealerRef, capsys: pytest.CaptureFixture[str]) -> None:
    told = json.loads(asked(capsys, "--as-of", "2026-11-20", "--json"))

    assert (told["dealer"], told["as_of"], list(told["kinds"])) == ("north", "2026-11-20", RULES)
    assert told["kinds"]["AFTER_SALES"] == {
        "found": 2,
        "planned": 1,
        "people": 1,
        "already_planned": 0,
        "merged": 0,
        "excluded": {"no_consent": 1},
    }


def test_again_it_says_already_planned(visited: DealerRef, capsys: pytest.CaptureFixture[str]) -> None:
    asked(capsys, "--as-of", "2026-11-20", "--json")

    told = json.loads(asked(capsys, "--as-of", "2026-11-20", "--json"))

    assert told["kinds"]["AFTER_SALES"]["planned"] == 0
    assert told["kinds"]["AFTER_SALES"]["already_planned"] == 1


def test_a_dry_run_says_so_and_writes_nothing(visited: DealerRef, capsys: pytest.CaptureFixture[str]) -> None:
    text = asked(capsys, "--dry-run")

    assert "north as of 2026-11-21 (dry run)" in text
    assert "no_consent 1" in text
    with dealer_scope(visited):
        assert Due.objects.count() == 0


@pytest.mark.parametrize(
    ("options", "words"),
    [
        pytest.param(["--dealer", "west"], "no dealer named 'west'", id="unknown-dealer"),
        pytest.param(["--dealer", "north", "--as-of", "2026-12-01"], "has not begun", id="a-day-to-come"),
        pytest.param(["--dealer", "north", "--as-of", "yesterday"], "invalid fromisoformat value", id="not-a-date"),
        pytest.param([], "--dealer", id="no-dealer"),
    ],
)
def test_it_says_why_it_cannot(north: DealerRef, options: list[str], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        call_command("plan", *options)

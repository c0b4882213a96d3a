"""Whose work it is, and what an outcome means for it."""

from datetime import timedelta

import pytest

from core.tasks import rules
from core.tasks.models import Task
from tenants.accounts.roles import DEALER_ROLES

SERVICE, RELATIONS, DIRECTOR, MANAGER = "SERVICE_SPECIALIST", "RELATIONS_SPECIALIST", "COC_DIRECTOR", "GENERAL_MANAGER"


@pytest.mark.parametrize(
    ("role", "held", "works_for"),
    [
        pytest.param(SERVICE, {SERVICE, RELATIONS, DIRECTOR}, {SERVICE}, id="a full centre"),
        pytest.param(
            SERVICE, {SERVICE, DIRECTOR, MANAGER}, {SERVICE, RELATIONS}, id="class V: no relations specialist"
        ),
        pytest.param(DIRECTOR, {SERVICE, DIRECTOR, MANAGER}, {DIRECTOR}, id="which leaves the director alone"),
        pytest.param(DIRECTOR, {DIRECTOR, MANAGER}, {DIRECTOR, SERVICE, RELATIONS}, id="no specialist at all"),
        pytest.param(MANAGER, {MANAGER}, {MANAGER, DIRECTOR, SERVICE, RELATIONS, "SERVICE_MANAGER"}, id="alone"),
        pytest.param("SERVICE_ADVISOR", {"SERVICE_ADVISOR"}, {"SERVICE_ADVISOR"}, id="an advisor covers nobody"),
    ],
)
def test_an_empty_posts_work_is_done_by_the_first_who_covers_it(role: str, held: set[str], works_for: set[str]) -> None:
    assert rules.roles_of_work(role, held=held) == works_for


def test_every_post_that_work_waits_for_is_covered() -> None:
    assert set(rules.COVER) == DEALER_ROLES - {"SERVICE_ADVISOR"}


def test_every_outcome_and_kind_is_in_the_tables() -> None:
    assert set(rules.COURSES) == set(Task.Outcome.values)
    assert set(rules.DIRECTIONS) == set(Task.Kind.values)


@pytest.mark.parametrize(
    ("outcome", "attempts", "course"),
    [
        ("COMPLETED", 0, rules.Course()),
        ("RESCHEDULED", 9, rules.Course(is_over=False)),
        ("BUSY", 0, rules.Course(is_over=False, again_after=timedelta(minutes=30))),
        ("BUSY", 1, rules.Course(is_over=False, again_after=timedelta(minutes=30))),
        ("BUSY", 2, rules.Course()),
    ],
)
def test_who_is_not_reached_is_tried_three_times(outcome: str, attempts: int, course: rules.Course) -> None:
    assert rules.course_of(outcome, attempts=attempts) == course


def test_what_is_written_has_no_outcomes_of_a_call() -> None:
    assert rules.outcomes_of("REPLY", reason="person_writes") == ("COMPLETED",)
    assert len(rules.outcomes_of("CALL", reason="after_sales_call")) == 9


def test_who_must_only_know_is_offered_no_call_and_an_owed_answer_cannot_be_refused() -> None:
    assert rules.outcomes_of("COMPLAINT", reason="complaint.to_manager") == ("COMPLETED",)
    assert rules.outcomes_of("COMPLAINT", reason="complaint.level_4") == ("COMPLETED", "PARTLY_COMPLETED")
    assert "REFUSED" not in rules.outcomes_of("COMPLAINT", reason="complaint.answer")
    assert "REFUSED" in rules.outcomes_of("COMPLAINT", reason="complaint.call_back")
    assert all(set(outcomes) <= set(rules.COURSES) for outcomes in rules.OFFERED.values())
    assert set(rules.COURSES) >= rules.GRAVE


@pytest.mark.parametrize(
    ("inbound", "outbound", "load"), [(0, 0, 0.0), (60, 0, 1.0), (0, 80, 1.0), (30, 40, 1.0), (60, 40, 1.5)]
)
def test_the_load_is_the_share_of_the_most_a_day_allows(inbound: int, outbound: int, load: float) -> None:
    calls = {"INBOUND": inbound, "OUTBOUND": outbound}

    assert rules.load_of(calls, most={"INBOUND": 60, "OUTBOUND": 80}) == load

"""Every dialogue of dialogues/*.toml, played through the real inbox, and what must be true after it."""

import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from core.appointments.models import Appointment
from core.complaints.models import Complaint
from core.customers.models import Consent
from core.followups.models import Survey, SurveyAnswer
from core.tasks.models import Task
from core.vehicles.models import Ownership
from notifications.due.models import Due
from notifications.flows.models import Expectation, FlowRun
from notifications.policy.models import Suppression
from tenants import directory
from tenants.scope import dealer_scope
from tests.stories import telling
from tests.stories.telling import Story

HERE = Path(__file__).with_name("dialogues")


def _dialogues() -> list[tuple[str, dict[str, Any]]]:
    found = []
    for path in sorted(HERE.glob("*.toml")):
        for dialogue in tomllib.loads(path.read_text(encoding="utf-8"))["dialogue"]:
            found.append((f"{path.stem}: {dialogue['name']}", dialogue))
    return found


TOLD = _dialogues()
# What may be done beside writing and tapping; of such a turn, only what is said after it counts.
ANSWERS = {"silent_hours", "page", "picks", "gives_up"}


@pytest.mark.parametrize("dialogue", [dialogue for _, dialogue in TOLD], ids=[name for name, _ in TOLD])
def test_a_dialogue_ends_as_told(dialogue: dict[str, Any], two_dealers: None, db: None) -> None:
    with dealer_scope(directory.dealer_named(dialogue["dealer"])):
        story = telling.begin(dialogue["dealer"])
        _set_out(story, dialogue.get("start", {}))
        for turn in dialogue.get("turn", []):
            _play(story, turn)
        truth = _truth(story)

    assert {key: truth[key] for key in dialogue["then"]} == dialogue["then"]


def _set_out(story: Story, start: dict[str, Any]) -> None:
    wishes = dict(start)
    if wishes.pop("visit", False):
        visit = story.visit()
        wishes |= {"case_kind": "appointment", "case_id": visit.pk} if "flow" in wishes else {}
    if wishes.pop("follow_up", False):
        wishes |= {"case_kind": "follow_up", "case_id": story.follow_up()}
    if wishes.pop("two_cars", False):
        other = story.another_car()
        story.maintenance_due(other)
        wishes |= {"vehicle_ids": (story.vehicle.pk, other.pk)}
    if wishes.pop("due", False):
        wishes |= {"case_kind": "vehicle", "case_id": story.vehicle.pk, "due_id": story.maintenance_due()}
    if "flow" in wishes:
        story.start(wishes.pop("flow"), **wishes)


def _play(story: Story, turn: dict[str, Any]) -> None:
    before = len(story.messages())
    placed = ""
    if "tap" in turn:
        placed = story.tap(turn["tap"])
    elif "hear" in turn:
        placed = story.hear(turn["hear"], after=timedelta(minutes=turn.get("after_minutes", 1)))
    elif "silent_hours" in turn:
        story.silence(after=timedelta(hours=turn["silent_hours"]))
    elif "page" in turn:
        assert all(part in story.fill_in(turn["page"]) for part in turn.get("shows", [""]))
    elif "picks" in turn:
        story.pick(turn["picks"])
    elif turn.get("gives_up"):
        story.give_up()
    elif "planned" in turn:
        story.now += timedelta(minutes=turn.get("after_minutes", 1))
        assert story.start(turn["planned"], values=turn.get("values", {})).fate == turn["fate"]
    is_answer = bool(placed) or not ANSWERS.isdisjoint(turn)
    said = "\n".join(message.text for message in story.messages()[before if is_answer else 0 :])
    for part in turn.get("say", []):
        assert part in said
    if turn.get("say_nothing"):
        assert said == ""
    if "by" in turn:
        assert placed == turn["by"]


def _truth(story: Story) -> dict[str, Any]:
    """All that a story may speak of, as plain values."""
    visits = Appointment.objects.filter(customer=story.customer).order_by("id")
    survey = Survey.objects.first()
    complaint = Complaint.objects.first()
    run = FlowRun.objects.order_by("-id").first()
    answers = SurveyAnswer.objects.order_by("id")
    return {
        "visits": [visit.state for visit in visits],
        "visit_starts": [visit.starts_at.isoformat() for visit in visits],
        "origins": [visit.origin for visit in visits],
        "survey": survey.state if survey else "",
        "score": [survey.score, survey.score_max] if survey and survey.score is not None else [],
        "intention": survey.intention if survey else 0,
        "is_dissatisfied": bool(survey and survey.is_dissatisfied),
        "answers": {answer.item: answer.value for answer in answers},
        "reasons": {answer.item: answer.text for answer in answers if answer.text},
        "complaints": Complaint.objects.count(),
        "complaint_text": complaint.text if complaint else "",
        "complaint": [complaint.category, complaint.level, complaint.alarm] if complaint else [],
        "tasks": sorted({task.reason for task in Task.objects.filter(state="OPEN")}),
        "walls": sorted(wall.purpose or "ALL" for wall in Suppression.objects.filter(lifted_at__isnull=True)),
        "last_consent": [consent.is_granted for consent in Consent.objects.order_by("-id")[:1]],
        "open_questions": Expectation.objects.filter(state="OPEN").count(),
        "outcome": run.outcome if run else "",
        "owns": Ownership.objects.filter(customer=story.customer, to_date__isnull=True).count(),
        "touches": {due.occurrence.partition(":")[2]: due.state for due in Due.objects.filter(rule="MAINTENANCE")},
        "put_off": Due.objects.filter(rule="MAINTENANCE", state="PLANNED", occurrence__contains=":later:").count(),
        "confirmation_due": [due.state for due in Due.objects.filter(rule="APPOINTMENT_CONFIRMATION")],
    }

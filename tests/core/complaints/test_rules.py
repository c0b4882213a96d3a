"""The six steps: what may be done after what, and by whom."""

import pytest

from core.complaints import rules
from core.complaints.rules import Action, Actor, Step

CLARA = Actor("Clara", "RELATIONS_SPECIALIST")
ANNA = Actor("Anna")
MANAGER = Actor("Clara", "SERVICE_MANAGER")


def test_a_complaint_walks_the_six_steps_and_the_call() -> None:
    walk = [
        (Action.JUDGE_FOUNDED, Step.JUDGED),
        (Action.INVESTIGATE, Step.INVESTIGATED),
        (Action.PROPOSE, Step.PROPOSED),
        (Action.SIGN_OFF, Step.SIGNED_OFF),
        (Action.TELL_OWNER, Step.SIGNED_OFF),
        (Action.ACCEPT, Step.CARRIED_OUT),
        (Action.SUM_UP, Step.SUMMED_UP),
        (Action.CONFIRM, Step.CLOSED),
    ]
    step = Step.REGISTERED

    for action, expected in walk:
        step = rules.check(step, action, actor=MANAGER)
        assert step is expected


@pytest.mark.parametrize(
    ("step", "action"),
    [
        (Step.REGISTERED, Action.INVESTIGATE),
        (Step.REGISTERED, Action.SIGN_OFF),
        (Step.JUDGED, Action.PROPOSE),
        (Step.INVESTIGATED, Action.SIGN_OFF),
        (Step.SIGNED_OFF, Action.CONFIRM),
        (Step.PROPOSED, Action.ACCEPT),
        (Step.CLOSED, Action.ANSWER),
        (Step.CLOSED, Action.CLOSE_WITH_REASON),
        (Step.REGISTERED, Action.REOPEN),
    ],
)
def test_no_step_is_skipped(step: Step, action: Action) -> None:
    with pytest.raises(rules.ActionNotAllowed):
        rules.check(step, action, actor=MANAGER)


@pytest.mark.parametrize(
    ("step", "action"),
    [
        (Step.PROPOSED, Action.SIGN_OFF),
        (Step.PROPOSED, Action.SEND_BACK),
        (Step.JUDGED, Action.CLOSE_WITH_REASON),
    ],
)
def test_only_a_manager_decides(step: Step, action: Action) -> None:
    with pytest.raises(rules.ManagerNeeded):
        rules.check(step, action, actor=CLARA)
    assert rules.check(step, action, actor=MANAGER)


def test_a_refused_solution_goes_back_to_be_thought_over() -> None:
    assert rules.next_step(Step.SIGNED_OFF, Action.REFUSE) is Step.INVESTIGATED


def test_an_unfounded_complaint_is_closed_and_may_be_reopened() -> None:
    closed = rules.next_step(Step.REGISTERED, Action.JUDGE_UNFOUNDED)

    assert closed is Step.CLOSED
    assert rules.next_step(closed, Action.REOPEN) is Step.JUDGED


@pytest.mark.parametrize("step", [step for step in Step if step is not Step.CLOSED])
def test_an_answer_never_moves_the_step(step: Step) -> None:
    assert rules.next_step(step, Action.ANSWER) is step


def test_the_screen_is_told_what_a_person_may_do() -> None:
    for_clara = rules.allowed_actions(Step.PROPOSED, actor=CLARA)
    for_manager = rules.allowed_actions(Step.PROPOSED, actor=MANAGER)

    assert Action.PROPOSE in for_clara
    assert Action.SIGN_OFF not in for_clara
    assert {Action.SIGN_OFF, Action.SEND_BACK, Action.CLOSE_WITH_REASON} <= set(for_manager)
    assert rules.allowed_actions(Step.CLOSED, actor=ANNA) == (Action.REOPEN,)

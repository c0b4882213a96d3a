"""Every kind of event is placed: who hears of it."""

import pytest

from core.events import kinds
from tenants.accounts.hearing import ACTIONS, roles_hearing
from tenants.accounts.permissions import ROLES_BY_ACTION
from tenants.accounts.roles import PUBLIC_ROLES, Role

KINDS = sorted(value for name, value in vars(kinds).items() if name.isupper())


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_the_log_is_heard_by_somebody_of_the_dealer_only(kind: str) -> None:
    assert roles_hearing(kind)
    assert not roles_hearing(kind) & PUBLIC_ROLES


def test_every_row_names_an_action_of_the_role_table() -> None:
    assert {action for action in ACTIONS.values() if action not in ROLES_BY_ACTION} == set()


def test_an_advisor_hears_of_tasks_and_not_of_messages() -> None:
    assert Role.SERVICE_ADVISOR in roles_hearing("task.done")
    assert Role.SERVICE_ADVISOR not in roles_hearing("message.received")


def test_of_people_those_hear_who_may_read_people() -> None:
    assert roles_hearing("user.invited") == {Role.GENERAL_MANAGER, Role.COC_DIRECTOR}
    assert not roles_hearing("api_key.issued")

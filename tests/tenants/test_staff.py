"""People and who may do what to them: each change audited, nobody locks the house."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from tenants.accounts import invitations, operations, staff
from tenants.accounts.invitations import Wish
from tenants.accounts.models import AuditEntry, User
from tenants.accounts.operations import PlaceDoesNotFit, RoleOutOfPlace
from tenants.accounts.permissions import can_appoint
from tenants.accounts.roles import Role
from tenants.accounts.staff import By
from tenants.scope import DealerRef, dealer_scope

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
STRONG = "a quiet green lorry"


def person(name: str, role: Role) -> User:
    return operations.create_user(
        email=f"{name}@north.example", name=name, role=role, password=STRONG, language="en", now=NOW
    )


@pytest.fixture
def manager(in_north: DealerRef) -> By:
    return By(user=person("manager", Role.GENERAL_MANAGER), address="192.0.2.1")


@pytest.fixture
def director(in_north: DealerRef, clara: User) -> By:
    return By(user=clara, address="192.0.2.2")


@pytest.fixture
def advisor(in_north: DealerRef) -> User:
    return person("advisor", Role.SERVICE_ADVISOR)


def noted() -> list[tuple[str, int | None, object, object]]:
    return list(AuditEntry.objects.order_by("id").values_list("action", "subject_id", "before", "after"))


@pytest.mark.parametrize(
    ("role", "post", "may"),
    [
        (Role.GENERAL_MANAGER, Role.GENERAL_MANAGER, True),
        (Role.COC_DIRECTOR, Role.GENERAL_MANAGER, False),
        (Role.COC_DIRECTOR, Role.COC_DIRECTOR, True),
        (Role.MANUFACTURER_ADMIN, Role.OPERATOR, False),
        (Role.OPERATOR, Role.OPERATOR, True),
    ],
)
def test_who_appoints_whom(role: Role, post: Role, *, may: bool) -> None:
    assert can_appoint(role, post) is may


def test_a_director_makes_no_general_manager_and_ends_none(director: By, manager: By, advisor: User) -> None:
    calls: list[Callable[[], object]] = [
        lambda: invitations.invite(Wish("n@x.example", "x", Role.GENERAL_MANAGER, "en"), by=director, now=NOW),
        lambda: staff.change_person(advisor.pk, changes={"role": Role.GENERAL_MANAGER.value}, by=director, now=NOW),
        lambda: staff.change_person(
            manager.user.pk, changes={"role": Role.SERVICE_ADVISOR.value}, by=director, now=NOW
        ),
        lambda: staff.deactivate_person(manager.user.pk, by=director, now=NOW),
    ]
    for call in calls:
        with pytest.raises(staff.RoleTooHigh):
            call()
    assert noted() == []


def test_nobody_changes_their_own_post_or_access(manager: By) -> None:
    own = manager.user.pk
    with pytest.raises(staff.NotOneself):
        staff.deactivate_person(own, by=manager, now=NOW)
    with pytest.raises(staff.NotOneself):
        staff.change_person(own, changes={"role": Role.COC_DIRECTOR.value}, by=manager, now=NOW)

    assert staff.change_person(own, changes={"language": "es"}, by=manager, now=NOW).language == "es"


def test_a_change_says_what_stood_there(director: By, advisor: User) -> None:
    staff.change_person(
        advisor.pk,
        changes={"role": Role.SERVICE_SPECIALIST.value, "name": "Boris", "language": "en"},
        by=director,
        now=NOW,
    )

    assert noted() == [
        (
            "user.changed",
            advisor.pk,
            {"role": "SERVICE_ADVISOR", "name": advisor.name},
            {"role": "SERVICE_SPECIALIST", "name": "Boris"},
        )
    ]


def test_the_same_again_is_no_change(director: By, advisor: User) -> None:
    staff.change_person(advisor.pk, changes={"language": "en"}, by=director, now=NOW)

    assert noted() == []


def test_a_manufacturers_post_has_no_place_at_a_dealer(director: By, advisor: User) -> None:
    with pytest.raises(RoleOutOfPlace):
        staff.change_person(advisor.pk, changes={"role": Role.MANUFACTURER_ANALYST.value}, by=director, now=NOW)
    with pytest.raises(RoleOutOfPlace):
        staff.change_person(advisor.pk, changes={"role": "KING"}, by=director, now=NOW)


def test_other_fields_are_not_changed(director: By, advisor: User) -> None:
    with pytest.raises(staff.FieldNotChangeable, match="email"):
        staff.change_person(advisor.pk, changes={"email": "x@x.example"}, by=director, now=NOW)


def test_another_post_ends_the_sessions(director: By, advisor: User, north: DealerRef) -> None:
    client = Client(HTTP_HOST="north.localhost")
    client.force_login(advisor)
    assert client.get("/api/v1/me/").status_code == 200

    staff.change_person(advisor.pk, changes={"role": Role.SERVICE_MANAGER.value}, by=director, now=NOW)

    assert client.get("/api/v1/me/").status_code == 401


def test_ended_access_can_be_given_back(director: By, advisor: User) -> None:
    staff.deactivate_person(advisor.pk, by=director, now=NOW)
    staff.deactivate_person(advisor.pk, by=director, now=NOW)
    assert not User.objects.get(pk=advisor.pk).is_active

    staff.reactivate_person(advisor.pk, by=director, now=NOW)

    assert User.objects.get(pk=advisor.pk).is_active
    assert [action for action, *_ in noted()] == ["user.deactivated", "user.reactivated"]


def test_ones_own_password_is_a_strong_one(director: By) -> None:
    with pytest.raises(ValidationError):
        staff.set_own_password(new="clara", by=director, now=NOW)

    user = staff.set_own_password(new=STRONG, by=director, now=NOW)

    assert user.check_password(STRONG)
    assert [action for action, *_ in noted()] == ["user.password_changed"]


def test_a_regional_manager_needs_a_region(doris: User, in_public: None) -> None:
    operator = operations.create_user(
        email="o@x.example", name="x", role=Role.OPERATOR, password=None, language="en", now=NOW
    )
    for role in (Role.REGIONAL_MANAGER, Role.OPERATOR):
        with pytest.raises(PlaceDoesNotFit):
            staff.change_person(doris.pk, changes={"role": role.value}, by=By(user=operator), now=NOW)


def test_keys_are_noted_by_their_scopes(manager: By) -> None:
    key, secret = staff.issue_key(name="dms", scopes=["customers.read"], expires_at=None, by=manager, now=NOW)
    staff.revoke_key(key.pk, by=manager, now=NOW)
    staff.revoke_key(key.pk, by=manager, now=NOW)

    assert noted() == [
        ("api_key.issued", key.pk, None, {"scopes": ["customers.read"]}),
        ("api_key.revoked", key.pk, None, None),
    ]
    assert secret not in str(noted())


def test_south_has_none_of_norths_people(director: By, advisor: User, south: DealerRef) -> None:
    with dealer_scope(south), pytest.raises(User.DoesNotExist):
        staff.deactivate_person(advisor.pk, by=director, now=NOW)

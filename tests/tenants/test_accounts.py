"""Signing in within one schema, keys of programs, and the table of who may do what."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from tenants.accounts import operations
from tenants.accounts.models import ApiKey, AuditEntry, User
from tenants.accounts.operations import KeyRefused, RoleOutOfPlace, ScopeUnknown, create_user, issue_key, key_of
from tenants.accounts.permissions import (
    KEY_SCOPES,
    ROLES_BY_ACTION,
    ActionUnknown,
    actions_of,
    can,
    key_can,
)
from tenants.accounts.roles import DEALER_ROLES, PUBLIC_ROLES, Role
from tenants.scope import DealerRef, dealer_scope, public_scope

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
CLARAS = "clara's password"
DORISS = "doris's password"


def who_am_i(request: HttpRequest) -> HttpResponse:
    return HttpResponse(getattr(request.user, "name", ""))


urlpatterns = [path("", who_am_i)]


class TestSigningIn:
    def test_at_her_own_dealer(self, clara: User) -> None:
        with dealer_scope("north"):
            assert authenticate(HttpRequest(), username="Clara@North.example ", password=CLARAS) == clara
            assert authenticate(HttpRequest(), username=clara.email, password="wrong") is None
            assert authenticate(HttpRequest(), username="nobody@north.example", password=CLARAS) is None

    def test_not_at_another_dealer_nor_in_public(self, clara: User, south: DealerRef) -> None:
        with dealer_scope(south):
            assert authenticate(HttpRequest(), username=clara.email, password=CLARAS) is None
        with public_scope():
            assert authenticate(HttpRequest(), username=clara.email, password=CLARAS) is None

    def test_the_manufacturers_people_not_at_a_dealer(self, doris: User) -> None:
        with public_scope():
            assert authenticate(HttpRequest(), username=doris.email, password=DORISS) == doris
        with dealer_scope("north"):
            assert authenticate(HttpRequest(), username=doris.email, password=DORISS) is None

    def test_not_after_leaving(self, clara: User) -> None:
        with dealer_scope("north"):
            User.objects.filter(pk=clara.pk).update(is_active=False)
            assert authenticate(HttpRequest(), username=clara.email, password=CLARAS) is None

    def test_a_session_of_one_dealer_is_none_at_another(self, clara: User, south: DealerRef, settings: Any) -> None:
        """South even has a user of the same number."""
        settings.ROOT_URLCONF = __name__
        with dealer_scope(south):
            create_user(email="x@south.example", name="X", role="COC_DIRECTOR", password=None, language="es", now=NOW)
            User.objects.update(id=clara.pk)
        client = Client(HTTP_HOST="north.localhost")
        with dealer_scope("north"):
            client.force_login(clara)

        for host, name in (("north.localhost", "Clara"), ("south.localhost", ""), ("localhost", "")):
            assert client.get("/", HTTP_HOST=host).content.decode() == name

    def test_an_address_is_one_user_in_any_spelling(self, clara: User) -> None:
        with dealer_scope("north"), pytest.raises(IntegrityError), transaction.atomic():
            create_user(
                email="CLARA@north.example", name="C", role=Role.SERVICE_ADVISOR, password=None, language="en", now=NOW
            )

    @pytest.mark.parametrize("role", sorted(PUBLIC_ROLES))
    def test_a_dealer_has_no_public_roles(self, in_north: DealerRef, role: str) -> None:
        with pytest.raises(RoleOutOfPlace):
            create_user(email="a@b.example", name="x", role=role, password=None, language="en", now=NOW)

    @pytest.mark.parametrize("role", sorted(DEALER_ROLES))
    def test_public_has_no_dealers_roles(self, in_public: None, role: str) -> None:
        with pytest.raises(RoleOutOfPlace):
            create_user(email="a@b.example", name="x", role=role, password=None, language="en", now=NOW)

    def test_a_manufacturers_role_needs_its_manufacturer(self, in_public: None) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            create_user(
                email="a@b.example", name="x", role=Role.REGIONAL_MANAGER, password=None, language="en", now=NOW
            )


class TestKeys:
    def issue(self, **values: Any) -> tuple[ApiKey, str]:
        return issue_key(**{"name": "DMS", "scopes": ["customers.read"], "created_by": None, "now": NOW} | values)

    def test_a_key_works_at_its_own_dealer(self, in_north: DealerRef, south: DealerRef) -> None:
        key, secret = self.issue()

        assert key_of(secret=secret, now=NOW) == key
        with dealer_scope(south), pytest.raises(KeyRefused):
            key_of(secret=secret, now=NOW)
        with public_scope(), pytest.raises(KeyRefused):
            key_of(secret=secret, now=NOW)

    def test_the_secret_is_not_kept(self, in_north: DealerRef) -> None:
        key, secret = self.issue()

        assert secret not in str(ApiKey.objects.values().get(pk=key.pk))
        assert secret.startswith(key.prefix)
        assert len(secret) >= 43  # 256 bits

    @pytest.mark.parametrize("secret", ["", "x", "' OR 1=1 --", "\x00"])
    def test_nonsense_is_refused(self, in_north: DealerRef, secret: str) -> None:
        self.issue()
        with pytest.raises(KeyRefused):
            key_of(secret=secret, now=NOW)

    def test_a_key_ends(self, in_north: DealerRef) -> None:
        _key, secret = self.issue(expires_at=NOW + timedelta(days=1))
        key_of(secret=secret, now=NOW + timedelta(hours=23))
        with pytest.raises(KeyRefused):
            key_of(secret=secret, now=NOW + timedelta(days=1))

    def test_a_revoked_key_is_refused_at_once(self, in_north: DealerRef) -> None:
        key, secret = self.issue()
        operations.revoke_key(key_id=key.pk, now=NOW)
        with pytest.raises(KeyRefused):
            key_of(secret=secret, now=NOW)

    def test_its_use_is_noted_once_a_minute(self, in_north: DealerRef) -> None:
        _key, secret = self.issue()
        for seconds, noted in ((0, 0), (30, 0), (61, 61)):
            key_of(secret=secret, now=NOW + timedelta(seconds=seconds))
            assert ApiKey.objects.get().last_used_at == NOW + timedelta(seconds=noted)

    def test_what_only_people_may_do_is_no_scope(self, in_north: DealerRef) -> None:
        with pytest.raises(ScopeUnknown, match=r"users\.write"):
            self.issue(scopes=["users.write"])


class TestWhoMayDoWhat:
    @pytest.mark.parametrize(
        ("role", "action", "expected"),
        [
            (Role.COC_DIRECTOR, "customers.merge", True),
            (Role.SERVICE_ADVISOR, "customers.merge", False),
            (Role.SERVICE_ADVISOR, "customers.write", True),
            (Role.RELATIONS_SPECIALIST, "repair_orders.import", False),
            (Role.SERVICE_MANAGER, "complaints.close", True),
            (Role.SERVICE_SPECIALIST, "complaints.close", False),
            (Role.MANUFACTURER_ADMIN, "standards.write", True),
            (Role.MANUFACTURER_ANALYST, "standards.write", False),
            (Role.REGIONAL_MANAGER, "benchmark.read", True),
            (Role.MANUFACTURER_ADMIN, "customers.read", False),
            (Role.OPERATOR, "customers.read", False),
            ("", "customers.read", False),
        ],
    )
    def test_a_row(self, role: str, action: str, expected: bool) -> None:
        assert can(role, action) is expected

    def test_no_action_is_of_dealers_and_public_alike(self) -> None:
        for action, roles in ROLES_BY_ACTION.items():
            assert roles, action
            assert not (roles & DEALER_ROLES and roles & PUBLIC_ROLES), action

    def test_an_unknown_action_is_a_mistake(self) -> None:
        with pytest.raises(ActionUnknown):
            can(Role.COC_DIRECTOR, "customers.raed")
        with pytest.raises(ActionUnknown):
            key_can(["customers.raed"], "customers.raed")

    def test_a_key_may_what_it_was_given(self) -> None:
        assert set(ROLES_BY_ACTION) >= KEY_SCOPES
        assert key_can(["customers.read"], "customers.read")
        assert not key_can(["customers.read"], "customers.write")
        assert not key_can(["users.write"], "users.write")

    def test_every_role_may_do_something(self) -> None:
        for role in Role:
            assert actions_of(role), role


def test_the_audit_says_who_did_what(in_north: DealerRef, clara: User) -> None:
    operations.audit(
        action="customers.merge",
        actor_kind="USER",
        actor_id=clara.pk,
        at=NOW,
        subject_kind="customer",
        subject_id=5,
        before={"lifecycle": "ACTIVE"},
        after={"lifecycle": "LAPSED"},
        address="192.0.2.7",
    )

    entry = AuditEntry.objects.get()
    assert (entry.actor_id, entry.action, entry.subject_id, entry.address) == (
        clara.pk,
        "customers.merge",
        5,
        "192.0.2.7",
    )


class TestCommands:
    @pytest.fixture(autouse=True)
    def _typed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("sys.stdin", StringIO("a long enough password\n"))

    def test_a_dealers_user(self, north: DealerRef) -> None:
        call_command(
            "create_user",
            "Clara@north.example",
            *("--name", "Clara", "--role", "COC_DIRECTOR", "--dealer", "north"),
            stdout=StringIO(),
        )
        with dealer_scope(north):
            assert authenticate(HttpRequest(), username="clara@north.example", password="a long enough password")

    def test_a_manufacturers_user(self, north: DealerRef) -> None:
        of = ("--manufacturer", "marca", "--region", "East")
        call_command(
            "create_user",
            "doris@marca.example",
            *("--name", "Doris", "--role", "REGIONAL_MANAGER", *of),
            stdout=StringIO(),
        )
        with public_scope():
            user = User.objects.get()
        assert (user.manufacturer_id, user.region_id) == (north.manufacturer_id, north.region_id)

    @pytest.mark.parametrize(
        ("arguments", "complaint"),
        [
            (("--role", "COC_DIRECTOR"), "no place in the public schema"),
            (("--role", "OPERATOR", "--dealer", "north"), "no place in a dealer's schema"),
            (("--role", "OPERATOR", "--dealer", "nowhere"), "no dealer named"),
            (("--role", "MANUFACTURER_ADMIN", "--manufacturer", "nobody"), "no manufacturer"),
            (("--role", "REGIONAL_MANAGER", "--manufacturer", "marca", "--region", "Moon"), "no region"),
            (("--role", "MANUFACTURER_ADMIN"), "does not fit"),
        ],
    )
    def test_what_is_wrong_is_said(self, north: DealerRef, arguments: tuple[str, ...], complaint: str) -> None:
        with pytest.raises(CommandError, match=complaint):
            call_command("create_user", "a@b.example", "--name", "x", *arguments)

    @pytest.mark.parametrize("name", ["Cla\u202era", "\u200b", "\u3164"])
    def test_a_name_that_hides(self, north: DealerRef, name: str) -> None:
        with pytest.raises(CommandError, match="signs that nobody sees"):
            call_command("create_user", "a@b.example", "--name", name, "--role", "COC_DIRECTOR", "--dealer", "north")

    def test_a_password_too_short(self, north: DealerRef, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("sys.stdin", StringIO("short\n"))
        with pytest.raises(CommandError, match="too short"):
            call_command("create_user", "a@b.example", "--name", "x", "--role", "OPERATOR")

    def test_a_key(self, north: DealerRef) -> None:
        printed = StringIO()
        wanted = ("--dealer", "north", "--scope", "customers.read", "--days", "30")
        call_command("create_api_key", "DMS", *wanted, stdout=printed)
        with dealer_scope(north):
            key = key_of(secret=printed.getvalue().strip(), now=datetime.now(UTC))
        assert (key.name, key.scopes) == ("DMS", ["customers.read"])

"""Who am I: what the console's shell reads first, and what everybody chooses for themselves."""

from typing import Any

from django.conf import settings
from django.test import Client

from notifications.channels import operations as channels
from tenants import provisioning
from tenants.accounts import operations as accounts
from tenants.accounts.models import AuditEntry, User
from tenants.accounts.permissions import actions_of
from tenants.models import DEFAULT_ACCENT
from tenants.scope import DealerRef, dealer_scope
from tests.api.conftest import NORTH_HOST, NOW


def patch(client: Client, path: str = "me", **body: object) -> Any:
    return client.patch(f"/api/v1/{path}/", body, content_type="application/json")


def test_clara_reads_who_and_where_she_is(as_clara: Client, clara: User) -> None:
    said = as_clara.get("/api/v1/me/").json()

    assert said.pop("csrf_token")
    assert said == {
        "id": clara.pk,
        "name": "Clara",
        "email": "clara@north.example",
        "role": "COC_DIRECTOR",
        "language": "zh-hans",
        "dealer": "north",
        "dealer_shown_name": "North Motors",
        "timezone": "Asia/Shanghai",
        "country": "CN",
        "currency": "CNY",
        "accent": DEFAULT_ACCENT,
        "is_demo": False,
        "actions": actions_of(clara.role),
    }


def test_doris_reads_of_her_manufacturer(as_doris: Client) -> None:
    said = as_doris.get("/api/v1/me/").json()

    assert (said["dealer"], said["dealer_shown_name"], said["timezone"]) == (None, "Marca", "UTC")


def test_phones_are_offered_where_there_is_a_simulator(as_clara: Client, north: DealerRef) -> None:
    with dealer_scope(north):
        channels.open_account(kind="simulator", address="10690001", settings={}, now=NOW)

    assert as_clara.get("/api/v1/me/").json()["is_demo"] is True


def test_a_program_reads_what_it_may_do(north: DealerRef) -> None:
    with dealer_scope(north):
        _key, secret = accounts.issue_key(name="DMS", scopes=["customers.read"], created_by=None, now=NOW)
    program = Client(HTTP_HOST=NORTH_HOST, headers={"Authorization": f"Api-Key {secret}"})

    said = program.get("/api/v1/me/").json()

    assert (said["id"], said["name"], said["email"], said["actions"]) == (None, "DMS", "", ["customers.read"])
    assert patch(program, language="es").status_code == 403


def test_everybody_chooses_their_own_language_and_name(as_clara: Client, clara: User, north: DealerRef) -> None:
    said = patch(as_clara, language="es", name="Clara at the desk")

    assert (said.status_code, said.json()["language"], said.json()["name"]) == (200, "es", "Clara at the desk")
    assert as_clara.cookies[settings.LANGUAGE_COOKIE_NAME].value == "es"
    assert patch(as_clara, language="tlh").status_code == 400
    with dealer_scope(north):
        assert User.objects.get(pk=clara.pk).language == "es"
        assert AuditEntry.objects.get().after == {"name": "Clara at the desk", "language": "es"}


def test_nobody_chooses_their_own_post_this_way(as_clara: Client, clara: User, north: DealerRef) -> None:
    patch(as_clara, role="GENERAL_MANAGER")

    with dealer_scope(north):
        assert User.objects.get(pk=clara.pk).role == "COC_DIRECTOR"


def test_the_brands_colour_reaches_every_dealer_of_it(as_doris: Client, as_clara: Client) -> None:
    assert patch(as_doris, "manufacturer", accent="#AA3300").json() == {
        "name": "marca",
        "shown_name": "Marca",
        "accent": "#aa3300",
    }

    assert as_clara.get("/api/v1/me/").json()["accent"] == "#aa3300"
    assert as_doris.get("/api/v1/manufacturer/").json()["accent"] == "#aa3300"


def test_what_is_no_colour_is_refused(as_doris: Client) -> None:
    for wrong in ("red", "#12", "#12345g", "#000;}", "url(x)"):
        answer = patch(as_doris, "manufacturer", accent=wrong)
        assert (answer.status_code, answer.json()["code"]) == (422, "accent_unusable")


def test_another_manufacturers_colour_changes_nothing_here(as_clara: Client, north: DealerRef) -> None:
    provisioning.open_manufacturer(name="other", shown_name="Other", regions=(), accent="#ff0000")

    assert as_clara.get("/api/v1/me/").json()["accent"] == DEFAULT_ACCENT

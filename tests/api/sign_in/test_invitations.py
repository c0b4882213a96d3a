"""Inviting people: a link by mail that works once, for a week, at one dealer; accepting makes the person."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from tenants.accounts import operations as accounts
from tenants.accounts.models import AuditEntry, Invitation, User
from tenants.accounts.roles import Role
from tenants.scope import DealerRef, dealer_scope, public_scope
from tests.api.conftest import NORTH_HOST, NOW, PUBLIC_HOST, SOUTH_HOST, client_of, sign_in
from tests.api.sign_in.conftest import Mailed

NEW = {"email": "New@North.example", "name": "Anna", "role": "SERVICE_ADVISOR", "language": "es"}
STRONG = "a quiet green lorry"


def post(client: Client, path: str, **body: Any) -> Any:
    return client.post(f"/api/v1/{path}/", body, content_type="application/json")


def token_in(mail: Any) -> str:
    (token,) = re.findall(r"http://north\.localhost:8000/invitation#(\S+)", mail.body)
    return str(token)


@pytest.fixture
def invited(as_clara: Client, north: DealerRef, mailed: Mailed) -> tuple[dict[str, Any], str]:
    """The invitation, and the secret part of its link."""
    with mailed(dealer_scope(north)) as mails:
        answer = post(as_clara, "invitations", **NEW)
    assert answer.status_code == 201, answer.content
    return answer.json(), token_in(mails[0])


def actions(dealer: DealerRef) -> list[str]:
    with dealer_scope(dealer):
        return list(AuditEntry.objects.order_by("id").values_list("action", flat=True))


def test_a_director_invites_and_the_invited_comes_in(
    invited: tuple[dict[str, Any], str], as_clara: Client, nobody: Client, north: DealerRef
) -> None:
    shown, token = invited
    assert (shown["email"], shown["invited_by"], shown["is_expired"]) == ("new@north.example", "Clara", False)
    assert shown["allowed"] == ["resend", "withdraw"]

    looked = post(nobody, "invitation", token=token)
    accepted = post(nobody, "invitation/accept", token=token, password=STRONG, name="Anna at the desk")

    assert looked.json() == {
        "email": "new@north.example",
        "name": "Anna",
        "role": "SERVICE_ADVISOR",
        "language": "es",
        "place": "North Motors",
    }
    assert accepted.status_code == 200, accepted.content
    assert nobody.get("/api/v1/me/").json()["name"] == "Anna at the desk"
    assert sign_in(Client(HTTP_HOST=NORTH_HOST), "new@north.example", STRONG).status_code == 200
    assert as_clara.get("/api/v1/invitations/").json()["results"] == []
    assert actions(north) == ["user.invited", "user.accepted_invitation", "user.signed_in", "user.signed_in"]


def test_the_mail_is_in_the_language_of_the_invited(as_clara: Client, north: DealerRef, mailed: Mailed) -> None:
    subjects = {}
    for language in ("es", "en", "zh-hans"):
        with mailed(dealer_scope(north)) as mails:
            post(as_clara, "invitations", **{**NEW, "email": f"{language}@north.example", "language": language})
        subjects[language] = mails[0].subject
        assert mails[0].to == [f"Anna <{language}@north.example>"]

    assert subjects == {
        "es": "Su invitación · North Motors",
        "en": "Your invitation · North Motors",
        "zh-hans": "您的邀请 · North Motors",
    }


def test_a_name_is_text_in_the_mail(as_clara: Client, north: DealerRef, mailed: Mailed) -> None:
    with mailed(dealer_scope(north)) as mails:
        post(as_clara, "invitations", **{**NEW, "name": "<b>x</b>"})

    assert "<b>" not in str(mails[0].alternatives[0][0])


def test_a_name_of_two_lines_is_refused_and_nothing_leaves(as_clara: Client, north: DealerRef, mailed: Mailed) -> None:
    with mailed(dealer_scope(north)) as mails:
        answer = post(as_clara, "invitations", **{**NEW, "name": "x\r\nBcc: y@z.example"})

    assert (answer.status_code, mails) == (400, [])


def test_a_link_works_once(invited: tuple[dict[str, Any], str], nobody: Client) -> None:
    _shown, token = invited

    refused = post(nobody, "invitation/accept", token=token, password="short")
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "password")
    assert post(nobody, "invitation/accept", token=token, password=STRONG).status_code == 200
    again = post(Client(HTTP_HOST=NORTH_HOST), "invitation/accept", token=token, password=STRONG)
    assert (again.status_code, again.json()["code"]) == (410, "link_unusable")


def test_a_link_ends_after_a_week(invited: tuple[dict[str, Any], str], nobody: Client) -> None:
    _shown, token = invited

    with time_machine.travel(datetime.now(UTC) + timedelta(days=7, minutes=1)):
        assert post(nobody, "invitation", token=token).status_code == 410


def test_sending_again_ends_the_link_before(
    invited: tuple[dict[str, Any], str], as_clara: Client, nobody: Client, north: DealerRef, mailed: Mailed
) -> None:
    shown, token = invited
    with mailed(dealer_scope(north)) as mails:
        assert post(as_clara, f"invitations/{shown['id']}/resend").status_code == 200

    assert post(nobody, "invitation", token=token).status_code == 410
    assert post(nobody, "invitation", token=token_in(mails[0])).status_code == 200
    assert actions(north) == ["user.invited", "user.invited_again"]


def test_a_withdrawn_invitation_is_over(
    invited: tuple[dict[str, Any], str], as_clara: Client, nobody: Client, north: DealerRef
) -> None:
    shown, token = invited
    assert post(as_clara, f"invitations/{shown['id']}/withdraw").status_code == 204

    assert post(nobody, "invitation/accept", token=token, password=STRONG).status_code == 410
    assert post(as_clara, f"invitations/{shown['id']}/resend").status_code == 404
    assert actions(north) == ["user.invited", "user.invitation_withdrawn"]
    # The address is free again.
    assert post(as_clara, "invitations", **NEW).status_code == 201


@pytest.mark.parametrize("host", [SOUTH_HOST, PUBLIC_HOST])
def test_norths_link_opens_nothing_elsewhere(
    host: str, invited: tuple[dict[str, Any], str], in_south_as: Callable[[Role], Client], south: DealerRef
) -> None:
    """South even has an open invitation of the same number."""
    shown, token = invited
    other = in_south_as(Role.COC_DIRECTOR)
    assert post(other, "invitations", **NEW).status_code == 201
    with dealer_scope(south):
        Invitation.objects.update(id=shown["id"])

    assert post(Client(HTTP_HOST=host), "invitation", token=token).status_code == 410
    assert post(Client(HTTP_HOST=host), "invitation/accept", token=token, password=STRONG).status_code == 410


@pytest.mark.parametrize("token", ["", "x", "x" * 400, "a:b:c", "\x00", "W10:1abc:def"])
def test_nonsense_opens_nothing(token: str, nobody: Client, north: DealerRef) -> None:
    assert post(nobody, "invitation", token=token).status_code in {400, 410}


def test_an_address_is_invited_once_and_never_where_it_signs_in(
    invited: tuple[dict[str, Any], str], as_clara: Client, clara: User
) -> None:
    assert post(as_clara, "invitations", **NEW).json()["code"] == "address_taken"
    assert post(as_clara, "invitations", **{**NEW, "email": clara.email}).json()["code"] == "address_taken"


@pytest.mark.parametrize(
    ("role", "code"),
    [
        ("GENERAL_MANAGER", "role_too_high"),
        ("OPERATOR", "role_too_high"),
        ("MANUFACTURER_ADMIN", "role_out_of_place"),
        ("KING", "role_out_of_place"),
    ],
)
def test_a_director_invites_nobody_above(role: str, code: str, as_clara: Client) -> None:
    assert post(as_clara, "invitations", **{**NEW, "role": role}).json()["code"] == code


def test_a_director_neither_sends_nor_withdraws_a_managers_invitation(as_clara: Client, north: DealerRef) -> None:
    with dealer_scope(north):
        manager = accounts.create_user(
            email="gm@north.example", name="x", role=Role.GENERAL_MANAGER, password=None, language="en", now=NOW
        )
    as_manager = client_of(manager, host=NORTH_HOST, scope=dealer_scope(north))
    shown = post(as_manager, "invitations", **{**NEW, "role": "GENERAL_MANAGER"}).json()

    (seen,) = as_clara.get("/api/v1/invitations/").json()["results"]
    assert seen["allowed"] == []
    for verb in ("resend", "withdraw"):
        assert post(as_clara, f"invitations/{shown['id']}/{verb}").json()["code"] == "role_too_high"


def test_accepting_needs_the_token_of_our_page(invited: tuple[dict[str, Any], str]) -> None:
    _shown, token = invited
    client = Client(HTTP_HOST=NORTH_HOST, enforce_csrf_checks=True)

    assert post(client, "invitation/accept", token=token, password=STRONG).status_code == 403


def test_doris_invites_to_her_manufacturer_and_region(as_doris: Client, doris: User, mailed: Mailed) -> None:
    new = {"email": "r@marca.example", "name": "Anna", "language": "en", "role": "REGIONAL_MANAGER"}
    assert post(as_doris, "manufacturer-invitations", **new).json()["code"] == "place_does_not_fit"
    assert post(as_doris, "manufacturer-invitations", **new, region="Moon").status_code == 404
    with mailed(public_scope()) as mails:
        made = post(as_doris, "manufacturer-invitations", **new, region="East", manufacturer="somebody-else")
    (token,) = re.findall(r"http://localhost:8000/invitation#(\S+)", str(mails[0].body))

    assert made.status_code == 201
    assert post(Client(HTTP_HOST=PUBLIC_HOST), "invitation/accept", token=token, password=STRONG).status_code == 200
    with public_scope():
        user = User.objects.get(email="r@marca.example")
        assert (user.manufacturer_id, user.region_id is None) == (doris.manufacturer_id, False)


def test_an_operator_invites_to_a_manufacturer(doris: User) -> None:
    with public_scope():
        operator = accounts.create_user(
            email="o@x.example", name="x", role=Role.OPERATOR, password=None, language="en", now=NOW
        )
    client = client_of(operator, host=PUBLIC_HOST, scope=public_scope())
    new = {"email": "m@marca.example", "name": "Anna", "language": "en", "role": "MANUFACTURER_ADMIN"}

    assert post(client, "manufacturer-invitations", **new).json()["code"] == "place_does_not_fit"
    assert post(client, "manufacturer-invitations", **new, manufacturer="nobody").status_code == 404
    assert post(client, "manufacturer-invitations", **new, manufacturer="marca").status_code == 201
    assert len(client.get("/api/v1/manufacturer-invitations/").json()["results"]) == 1

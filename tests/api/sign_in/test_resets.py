"""Another password by mail: the same answer for everybody, a link that works once and on one host."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from api.access import CallerThrottle
from tenants import tasks
from tenants.accounts import operations as accounts
from tenants.accounts.models import AuditEntry, User
from tenants.scope import DealerRef, dealer_scope, public_scope
from tests.api.conftest import AT_THE_DOOR, NORTH_HOST, NOW, PUBLIC_HOST, SOUTH_HOST, allauth, sign_in
from tests.api.sign_in.conftest import CLARAS_PASSWORD, Mailed

STRONG = "a quiet green lorry"
LINK = re.compile(r"http://\S+/reset-password#(\S+)")


@pytest.fixture
def key(clara: User, nobody: Client, north: DealerRef, mailed: Mailed) -> str:
    """The secret part of the link that Clara was sent."""
    with mailed(dealer_scope(north)) as mails:
        assert allauth(nobody, "auth/password/request", email="Clara@north.example").status_code == 200
    (found,) = LINK.findall(str(mails[0].body))
    return str(found)


def reset(client: Client, key: str, password: str = STRONG) -> int:
    return int(allauth(client, "auth/password/reset", key=key, password=password).status_code)


def test_the_link_leads_to_the_dealers_own_host_whatever_the_caller_says(
    clara: User, north: DealerRef, mailed: Mailed
) -> None:
    liar = Client(
        HTTP_HOST=f"{NORTH_HOST}:6666", HTTP_X_FORWARDED_HOST="evil.example", HTTP_ORIGIN="http://evil.example"
    )

    with mailed(dealer_scope(north)) as mails:
        allauth(liar, "auth/password/request", email=clara.email)

    assert "http://north.localhost:8000/reset-password#" in mails[0].body
    assert "evil" not in mails[0].message().as_string()
    assert "6666" not in mails[0].body


def test_the_mail_speaks_the_persons_language(clara: User, nobody: Client, north: DealerRef, mailed: Mailed) -> None:
    with mailed(dealer_scope(north)) as mails:
        allauth(nobody, "auth/password/request", email=clara.email)

    (mail,) = mails
    assert mail.subject == "重设密码 · North Motors"
    assert mail.from_email == "North Motors <aftercare@localhost>"
    assert "重设密码" in str(mail.alternatives[0][0])
    assert 'lang="zh-hans"' in str(mail.alternatives[0][0])


def test_a_new_password_is_set_once_and_ends_every_session(
    signed_in: Client, key: str, clara: User, north: DealerRef
) -> None:
    client = Client(HTTP_HOST=NORTH_HOST)

    assert reset(client, key, "short") == 400
    assert reset(client, key) == 401  # set; signing in, with whatever second step, is left to the person
    assert signed_in.get("/api/v1/me/").status_code == 401
    assert sign_in(client, clara.email, CLARAS_PASSWORD).status_code == 400
    assert sign_in(client, clara.email, STRONG).status_code == 200
    assert reset(Client(HTTP_HOST=NORTH_HOST), key, "another quiet lorry") == 400
    with dealer_scope(north):
        assert AuditEntry.objects.exclude(action__in=AT_THE_DOOR).get().action == "user.password_reset"


@pytest.mark.parametrize("host", [SOUTH_HOST, PUBLIC_HOST])
def test_norths_link_is_none_elsewhere(host: str, key: str, clara: User, south: DealerRef) -> None:
    """There, too, somebody of Clara's number has Clara's very password."""
    for scope in (dealer_scope(south), public_scope()):
        with scope:
            role = "OPERATOR" if host == PUBLIC_HOST else "COC_DIRECTOR"
            try:
                other = accounts.create_user(
                    email=clara.email, name="x", role=role, password=None, language="en", now=NOW
                )
            except accounts.RoleOutOfPlace:
                continue
            User.objects.filter(pk=other.pk).update(id=clara.pk, password=clara.password)

    assert reset(Client(HTTP_HOST=host), key) == 400


def test_a_link_ends_after_two_hours_and_with_the_access(
    key: str, clara: User, nobody: Client, north: DealerRef
) -> None:
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=2, minutes=1)):
        assert reset(nobody, key) == 400
    with dealer_scope(north):
        User.objects.filter(pk=clara.pk).update(is_active=False)
    assert reset(nobody, key) == 400


def test_nobody_learns_who_is_here(clara: User, nobody: Client, north: DealerRef, mailed: Mailed) -> None:
    """The same answer and the same work: a task is sent in either case, and the one for nobody mails nothing."""
    answers, sent = [], []
    for email in (clara.email, "nobody@north.example"):
        with tasks.collected() as calls, mailed(dealer_scope(north)):
            answers.append(allauth(nobody, "auth/password/request", email=email))
        sent.append(calls)
    with mailed(dealer_scope(north)) as mails:
        allauth(nobody, "auth/password/request", email="nobody@north.example")

    assert answers[0].content == answers[1].content
    assert answers[0].status_code == answers[1].status_code == 200
    assert mails == []


def test_whoever_has_left_is_sent_nothing(clara: User, nobody: Client, north: DealerRef, mailed: Mailed) -> None:
    with dealer_scope(north):
        accounts.deactivate_user(user_id=clara.pk)

    with mailed(dealer_scope(north)) as mails:
        allauth(nobody, "auth/password/request", email=clara.email)

    assert mails == []


def test_asking_again_and_again_ends(clara: User, nobody: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CallerThrottle, "THROTTLE_RATES", dict.fromkeys(CallerThrottle.THROTTLE_RATES))
    codes = [allauth(nobody, "auth/password/request", email=clara.email).status_code for _ in range(6)]

    assert codes == [200] * 5 + [429]


def test_a_reset_lifts_the_lock(key: str, clara: User, nobody: Client) -> None:
    for _ in range(5):
        sign_in(nobody, clara.email, "wrong")
    assert reset(nobody, key) == 401

    assert sign_in(nobody, clara.email, STRONG).status_code == 200


def test_a_manufacturers_link_leads_to_the_public_host(doris: User, mailed: Mailed) -> None:
    public = Client(HTTP_HOST=PUBLIC_HOST)
    with mailed(public_scope()) as mails:
        allauth(public, "auth/password/request", email=doris.email)

    assert mails[0].subject == "Set another password · Marca"
    (found,) = re.findall(r"http://localhost:8000/reset-password#(\S+)", str(mails[0].body))
    assert reset(public, found) == 401
    assert sign_in(public, doris.email, STRONG).status_code == 200

"""The audit: asked for by person, action, subject and day; carried away only with a note; its words by index."""

import csv
import io
from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.events import operations as events
from core.models import ImportRun
from tenants.accounts import audited
from tenants.accounts import operations as accounts
from tenants.accounts.models import AuditEntry, User
from tenants.scope import DealerRef, dealer_scope
from tests.api.conftest import NOW, confirm

AUDIT = "/api/v1/audit/"


def note(action: str, *, by: User, at: datetime = NOW, subject: User | None = None) -> AuditEntry:
    return accounts.audit(
        action=action,
        actor_kind="user",
        actor_id=by.pk,
        at=at,
        subject_kind="user" if subject else "settings",
        subject_id=subject.pk if subject else None,
        before={"a": "=1+1"},
        after={"a": 2},
        address="192.0.2.7",
    )


@pytest.fixture
def other(north: DealerRef) -> User:
    with dealer_scope(north):
        return accounts.create_user(
            email="b@north.example", name="Boris", role="SERVICE_ADVISOR", password=None, language="en", now=NOW
        )


def test_it_is_asked_for_by_person_action_subject_and_day(
    as_clara: Client, clara: User, other: User, north: DealerRef
) -> None:
    with dealer_scope(north):
        note("user.changed", by=clara, subject=other, at=NOW - timedelta(days=2))
        note("settings.hours_changed", by=other)

    def found(**asked: str | int) -> list[str]:
        return [one["action"] for one in as_clara.get(AUDIT, asked).json()["results"]]

    assert found() == ["settings.hours_changed", "user.changed"]
    assert found(actor_kind="user", actor_id=other.pk) == ["settings.hours_changed"]
    assert found(action="user.changed") == ["user.changed"]
    assert found(subject_kind="user", subject_id=other.pk) == ["user.changed"]
    assert found(at__gte="2026-11-20T00:00:00Z", at__lt="2026-11-21T00:00:00Z") == ["settings.hours_changed"]


def test_people_are_named_in_as_many_queries_however_many(
    as_clara: Client, clara: User, other: User, north: DealerRef
) -> None:
    def counted() -> int:
        with CaptureQueriesContext(connection) as captured:
            as_clara.get(AUDIT, {"page_size": 500})
        return len(captured)

    with dealer_scope(north):
        note("user.changed", by=clara, subject=other)
    one = as_clara.get(AUDIT).json()["results"][0]
    few = counted()
    with dealer_scope(north):
        for _ in range(30):
            note("user.changed", by=other, subject=clara)

    assert (one["actor_name"], one["subject_name"], one["before"]) == ("Clara", "Boris", {"a": "=1+1"})
    assert counted() == few


def test_its_words_are_found_without_reading_it_all(clara: User, north: DealerRef, as_clara: Client) -> None:
    with dealer_scope(north):
        for action in ("b", "a", "b", "c", "a"):
            note(action, by=clara)
        assert audited.actions() == ["a", "b", "c"]

    assert as_clara.get(f"{AUDIT}words/").json() == {"actions": ["a", "b", "c"], "subject_kinds": ["settings"]}


def test_it_is_read_from_either_end(as_clara: Client, clara: User, north: DealerRef) -> None:
    with dealer_scope(north):
        for days in (2, 0, 1):
            note(f"of.{days}", by=clara, at=NOW - timedelta(days=days))

    def found(order: str) -> list[str]:
        return [one["action"] for one in as_clara.get(AUDIT, {"order": order}).json()["results"]]

    assert (found("when"), found("-when")) == (["of.2", "of.1", "of.0"], ["of.0", "of.1", "of.2"])


def test_an_empty_audit_has_no_words(in_north: DealerRef) -> None:
    assert (audited.actions(), audited.subject_kinds()) == ([], [])


def test_what_is_carried_away_is_noted_and_computes_nothing(as_clara: Client, clara: User, north: DealerRef) -> None:
    with dealer_scope(north):
        note("settings.hours_changed", by=clara)
        note("=cmd", by=clara)
    confirm(as_clara, password="clara's password")
    as_clara.cookies[settings.LANGUAGE_COOKIE_NAME] = "es"

    saved = as_clara.post(
        f"{AUDIT}export/?action=%3Dcmd", {}, content_type="application/json", headers={"Accept-Language": "es"}
    )

    rows = list(csv.reader(io.StringIO(saved.getvalue().decode("utf-8-sig"))))
    assert rows[0][:3] == ["Cuándo", "Quién", "Qué"]
    assert [row[1:3] for row in rows[1:]] == [["Clara", "'=cmd"]]
    newest = as_clara.get(AUDIT).json()["results"][0]
    assert (newest["action"], newest["subject_kind"]) == ("list.exported", "audit")
    assert (newest["after"]["asked"], newest["after"]["rows"]) == ({"action": "=cmd"}, 1)


def test_entries_are_never_changed(clara: User, north: DealerRef) -> None:
    with dealer_scope(north):
        entry = note("x", by=clara)
        for change in (lambda: AuditEntry.objects.update(action="y"), lambda: AuditEntry.objects.all().delete()):
            with pytest.raises(DatabaseError), transaction.atomic():
                change()
        entry.refresh_from_db()
        assert entry.action == "x"


def test_souths_audit_is_not_shown_at_north(as_clara: Client, clara: User, south: DealerRef) -> None:
    with dealer_scope(south):
        note("secret", by=clara)

    assert as_clara.get(AUDIT).json()["results"] == []
    assert as_clara.get(f"{AUDIT}words/").json()["actions"] == []
    confirm(as_clara, password="clara's password")
    assert "secret" not in as_clara.post(f"{AUDIT}export/", {}, content_type="application/json").getvalue().decode()


def test_an_import_is_named_by_its_file_and_by_who_started_it(as_clara: Client, clara: User, north: DealerRef) -> None:
    with dealer_scope(north):
        run = ImportRun.objects.create(file_name="november.csv", as_of_date=NOW.date(), started_at=NOW)
        for kind, number in (("user", clara.pk), ("system", None)):
            accounts.audit(
                action="import.started",
                actor_kind=kind,
                actor_id=number,
                at=NOW,
                subject_kind="import",
                subject_id=run.pk,
            )
        events.record("import.done", subject_kind="import_run", subject_id=run.pk, at=NOW, actor=f"user:{clara.pk}")

    audit = as_clara.get(AUDIT, {"subject_kind": "import"}).json()["results"]
    (event,) = as_clara.get("/api/v1/events/", {"subject_kind": "import_run"}).json()["results"]

    assert [(row["actor_name"], row["subject_name"]) for row in audit] == [
        ("", "november.csv"),
        ("Clara", "november.csv"),
    ]
    assert event["actor_name"] == "Clara"

"""One row of every resource, at a number: equal numbers in two dealers make equal ids, told apart by a marker."""

from datetime import UTC, datetime, timedelta
from typing import Any

from core.models import (
    Appointment,
    Bay,
    CalendarDay,
    ColumnMapping,
    Complaint,
    ComplaintEscalation,
    ComplaintStep,
    Consent,
    ContactPoint,
    Customer,
    Deputy,
    Document,
    Event,
    FieldChange,
    FileMerge,
    FollowUp,
    Household,
    ImportRow,
    ImportRun,
    ImportVerdict,
    MaintenanceSchedule,
    MergeSuggestion,
    Ownership,
    Questionnaire,
    RepairOrder,
    RepairOrderLine,
    ServiceAdvisor,
    Survey,
    SurveyAnswer,
    Task,
    Touch,
    Vehicle,
)
from notifications.flows import shelf
from notifications.models import (
    CannedAnswer,
    ChannelAccount,
    Conversation,
    Decision,
    Due,
    Expectation,
    FlowRun,
    FlowVersion,
    InboundEvent,
    Message,
    Note,
    ReadMark,
    Suppression,
)
from tenants import scope
from tenants.accounts.models import ApiKey, AuditEntry, Invitation, User
from tenants.models import BenchmarkFact, ChannelRoute

AT = datetime(2026, 11, 20, 4, tzinfo=UTC)
LANGUAGES = ("zh-hans", "es", "en")
TIMES = {"created_at": AT, "updated_at": AT}


def make_world(number: int, *, marker: str) -> None:
    """Write a row of every resource of the dealer in scope with the number as its id and the marker in its texts."""
    _file(number, marker)
    _visits(number, marker)
    _asked(number, marker)
    _grievance(number, marker)
    _said(number, marker)
    _house(number, marker)


def _file(number: int, marker: str) -> None:
    Household.objects.create(id=number, name=marker, created_at=AT)
    Customer.objects.create(id=number, name=marker, name_key=marker.casefold(), household_id=number, **TIMES)
    # A second one, which no test means, to be suggested with the first.
    Customer.objects.create(id=number + 500_000, name=marker, **TIMES)
    ContactPoint.objects.create(id=number, customer_id=number, kind="PHONE", value=f"{marker} {number}", **TIMES)
    Consent.objects.create(
        id=number, customer_id=number, is_granted=True, source="PERSON", wording=marker, at=AT, recorded_at=AT
    )
    FieldChange.objects.create(
        id=number, subject_kind="customer", subject_id=number, field="name", before=marker, source="PERSON", at=AT
    )
    MergeSuggestion.objects.create(
        id=number, first_id=number, second_id=number + 500_000, reason=marker[:20], created_at=AT
    )
    kept = Customer.objects.create(id=number + 600_000, name=marker, **TIMES)
    other = Customer.objects.create(id=number + 700_000, name=marker, merged_into=kept, **TIMES)
    FileMerge.objects.create(id=number, kept=kept, other=other, taken={"name": [marker, marker]}, actor="user:1", at=AT)
    Vehicle.objects.create(id=number, vin=f"LZWADAGA0{number:08}", plate=marker, model=marker, **TIMES)
    Ownership.objects.create(id=number, vehicle_id=number, customer_id=number, from_date=AT.date())
    MaintenanceSchedule.objects.create(id=number, model=f"{marker} {number}", interval_months=6, interval_km=5000)
    Touch.objects.create(
        id=number,
        customer_id=number,
        vehicle_id=number,
        kind="NOTE",
        subject=marker,
        at=AT,
        recorded_at=AT,
        actor="user:1",
    )
    Document.objects.create(
        id=number,
        customer_id=number,
        vehicle_id=number,
        name=f"{marker}.pdf",
        media_type="application/pdf",
        size_bytes=1,
        sha256=str(number),
        path=f"dealers/{scope.current_dealer().schema}/documents/{number}",
        added_at=AT,
        actor="user:1",
    )
    Event.objects.create(
        id=number,
        kind="file.updated",
        subject_kind="customer",
        subject_id=number,
        customer_id=number,
        vehicle_id=number,
        at=AT,
        recorded_at=AT,
        data={"text": marker},
    )


def _visits(number: int, marker: str) -> None:
    ServiceAdvisor.objects.create(id=number, name=f"{marker} {number}")
    RepairOrder.objects.create(
        id=number,
        number=f"{marker} {number}"[:40],
        opened_date=AT.date(),
        opened_at=AT,
        vehicle_id=number,
        customer_id=number,
        advisor_id=number,
        **TIMES,
    )
    RepairOrderLine.objects.create(id=number, repair_order_id=number, position=1, text=marker)
    ImportRun.objects.create(
        id=number,
        file_name=marker,
        file_path=f"imports/{marker}",
        head={"headers": [marker], "rows": [[marker]]},
        mapping={"vin": marker},
        as_of_date=AT.date(),
        started_at=AT,
        state="DONE",
    )
    ImportRow.objects.create(
        id=number, run_id=number, row_number=1, state="REFUSED", reason="vin", value=marker, cells={"vin": marker}
    )
    ImportVerdict.objects.create(id=number, run_id=number, row_number=1, kind="CREATE", order_number=marker)
    ColumnMapping.objects.create(id=number, header_key=f"{marker} {number}", updated_at=AT)
    Bay.objects.create(id=number, name=f"{marker} {number}"[:40])
    begins = AT + timedelta(days=40)
    Appointment.objects.create(
        id=number,
        customer_id=number,
        vehicle_id=number,
        bay_id=number,
        kind="MAINTENANCE",
        starts_at=begins,
        ends_at=begins + timedelta(hours=1),
        origin="INBOUND",
        note=marker,
        booked_at=AT,
    )
    CalendarDay.objects.create(id=number, date=AT.date() + timedelta(days=number), is_open=False, name=marker)


def _asked(number: int, marker: str) -> None:
    data = Questionnaire.objects.filter(key="after_sales").values_list("data", flat=True).first() or {}
    Questionnaire.objects.create(id=number, key=marker[:20], version=number, data=data, in_force_date=AT.date())
    FollowUp.objects.create(
        id=number,
        kind="AFTER_SALES",
        customer_id=number,
        vehicle_id=number,
        repair_order_id=number,
        occurrence=f"ro:{number}",
        from_at=AT,
        due_at=AT,
        expires_at=AT + timedelta(days=400),
        excluded_reason=marker[:40],
        created_at=AT,
    )
    Survey.objects.create(id=number, follow_up_id=number, customer_id=number, questionnaire_id=number, opened_at=AT)
    SurveyAnswer.objects.create(id=number, survey_id=number, item="suggestion", text=marker, at=AT)
    Task.objects.create(
        id=number,
        kind="CALL",
        key=f"call:{number}",
        role="GENERAL_MANAGER",
        customer_id=number,
        reason=marker[:60],
        due_at=AT,
        created_at=AT,
    )


def _grievance(number: int, marker: str) -> None:
    Complaint.objects.create(
        id=number,
        number=number,
        customer_id=number,
        vehicle_id=number,
        text=marker,
        opened_at=AT,
        to_manager_due_at=AT,
        first_answer_due_at=AT,
        solution_due_at=AT,
        step="REGISTERED",
    )
    ComplaintStep.objects.create(id=number, complaint_id=number, action="NOTE", text=marker, actor="user:1", at=AT)
    ComplaintEscalation.objects.create(id=number, complaint_id=number, from_level=1, to_level=2, reason="PERSON", at=AT)


def _said(number: int, marker: str) -> None:
    ChannelAccount.objects.create(
        id=number, kind="simulator", address=f"{marker} {number}", public_id=f"{marker}{number}"[:40], created_at=AT
    )
    ChannelRoute.objects.create(
        public_id=f"{marker}{number}"[:32],
        dealer_id=scope.current_dealer().id,
        account_id=number,
        kind="simulator",
        address=str(number),
    )
    Conversation.objects.create(
        id=number,
        account_id=number,
        address=f"{marker} {number}",
        customer_id=number,
        last_message_at=AT + timedelta(seconds=number),
        created_at=AT,
    )
    Note.objects.create(id=number, conversation_id=number, author_id=number, text=marker, at=AT)
    ReadMark.objects.create(id=number, conversation_id=number, user_id=number, message_id=number, at=AT)
    CannedAnswer.objects.create(id=number, language="en", shortcut=f"{marker}{number}"[:30], text=marker, updated_at=AT)
    Due.objects.create(
        id=number,
        rule="MAINTENANCE",
        subject_kind="vehicle",
        subject_id=number,
        occurrence=marker[:60],
        customer_id=number,
        planned_at=AT,
        due_at=AT,
        created_at=AT,
    )
    FlowVersion.objects.create(
        id=number, key=f"{marker}"[:40], version=number, definition=_flow(number, marker), created_at=AT
    )
    FlowRun.objects.create(
        id=number, flow_version_id=number, conversation_id=number, started_at=AT, state=_asking(number, marker)
    )
    Message.objects.create(
        id=number,
        direction="OUT",
        state="SENT",
        account_id=number,
        conversation_id=number,
        customer_id=number,
        address=f"{marker} {number}",
        text=marker,
        created_at=AT,
    )
    Decision.objects.create(
        id=number, due_id=number, purpose="REMINDER", action="SEND", rule=marker[:40], decided_at=AT
    )
    Suppression.objects.create(id=number, customer_id=number, reason="ASKED", source="PERSON", wording=marker, at=AT)
    Expectation.objects.create(
        id=number, conversation_id=number, run_id=number, grammar={"text": marker}, created_at=AT
    )
    InboundEvent.objects.create(
        id=number, account_id=number, provider_id=f"p{number}", kind="MESSAGE", raw=b"", error=marker, received_at=AT
    )


def _flow(number: int, marker: str) -> dict[str, Any]:
    """A flow that asks one thing, as an edition of the dealer's own would be kept."""
    return {**shelf.table("win_back"), "key": marker[:40], "version": number, "title": dict.fromkeys(LANGUAGES, marker)}


def _asking(number: int, marker: str) -> dict[str, Any]:
    """Where a run of it stands at its first question."""
    values = {"dealer": marker, "vehicle": marker, "vehicle_ids": []}
    kept: dict[str, dict[str, str]] = {"answers": {}, "codes": {}}
    asked = {"position": "opening", "language": "en", "zone": "UTC", "token": "t", "turn": 1, "attempts": 0}
    return {"flow": marker[:40], "version": number, **asked, **kept, "values": values}


def _house(number: int, marker: str) -> None:
    person = User.objects.create(
        id=number,
        email=f"p{number}@{scope.current_dealer().name}.example",
        name=marker,
        role="SERVICE_ADVISOR",
        created_at=AT,
    )
    Deputy.objects.create(
        id=number,
        away_id=number,
        deputy_id=number + 1,
        from_date=AT.date(),
        until_date=AT.date() + timedelta(days=36_500),
        named_by="user:1",
        named_at=AT,
    )
    ApiKey.objects.create(
        id=number, name=marker, prefix="p", secret_hash=f"{marker}{number}", created_by=person, created_at=AT
    )
    Invitation.objects.create(
        id=number,
        email=f"i{number}@{scope.current_dealer().name}.example",
        name=marker,
        role="SERVICE_ADVISOR",
        language="en",
        invited_by=person,
        created_at=AT,
        expires_at=AT + timedelta(days=7),
    )
    AuditEntry.objects.create(id=number, at=AT, actor_kind="user", action=marker[:60], subject_kind="user")
    BenchmarkFact.objects.create(**_fact(number))


def _fact(number: int) -> dict[str, Any]:
    dealer = scope.current_dealer()
    # The one table that dealers share has one row of ids: the dealer's own number keeps them apart.
    return {
        "dealer_id": dealer.id,
        "manufacturer_id": dealer.manufacturer_id,
        "day": AT.date() - timedelta(days=number % 20_000),
        "metric": "follow_up_coverage",
        "numerator": 700_000_000 + dealer.id,
        "denominator": 900_000_000,
        "computed_at": AT,
    }


def make_order(number: int, *, of: int) -> None:
    """Write one more order, with its line, of the customer and car of that number."""
    RepairOrder.objects.create(
        id=number,
        number=f"more {number}",
        opened_date=AT.date(),
        opened_at=AT,
        vehicle_id=of,
        customer_id=of,
        **TIMES,
    )
    RepairOrderLine.objects.create(id=number, repair_order_id=number, position=1, text="oil")


def say_more(number: int, *, of: int, marker: str) -> None:
    """Write one more of what a conversation may have many of."""
    said = {"conversation_id": of, "customer_id": of, "account_id": of, "address": "x", "created_at": AT}
    Message.objects.create(id=number + 1_000_000, direction="IN", state="RECEIVED", text=marker, **said)
    Note.objects.create(id=number + 1_000_000, conversation_id=of, author_id=of, text=marker, at=AT)
    due = Due.objects.create(
        id=number + 1_000_000,
        rule="MAINTENANCE",
        subject_kind="vehicle",
        subject_id=of,
        occurrence=f"more {number}",
        customer_id=of,
        vehicle_id=of,
        planned_at=AT,
        due_at=AT,
        created_at=AT,
    )
    Decision.objects.create(due=due, customer_id=of, purpose="REMINDER", action="DROP", rule="over", decided_at=AT)

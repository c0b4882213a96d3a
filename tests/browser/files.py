"""A file with something in every part of it, as months of work leave it."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from core.appointments import operations as appointments
from core.complaints import operations as complaints
from core.complaints.rules import Actor
from core.customers import addresses, merging
from core.customers import operations as customers
from core.documents import operations as documents
from core.followups import operations as surveys
from core.models import Complaint, ContactPoint, Customer, Ownership, Survey, Vehicle
from core.repair_orders.imports import runs as imports
from core.touches import operations as touches
from core.vehicles import operations as vehicles
from notifications.conversations import notes
from notifications.models import Conversation
from tests.browser.phones import ask_how_it_was
from tests.core.documents.samples import PDF
from tests.core.repair_orders import exports
from tests.stories.telling import Story

QUESTION = "How often may we ask how a visit was?"
# Days ago, the odometer, and the items of work in the cell of an export.
VISITS = ((500, "9870", "首保"), (310, "15420", "大保养；更换机油；检查制动片"), (12, "21761", "小保养；更换机油"))
STEPS = ("overall", "appointment", "reception", "diagnosis", "quality", "handover", "price")


def fill(story: Story, *, clara_id: int) -> None:
    """Let everything happen that a file can show; the last is the newest."""
    clara, now = f"user:{clara_id}", datetime.now(UTC)
    _car(story, actor=clara, now=now)
    _visits(story, now=now)
    _person(story, actor=clara, now=now)
    _said(story, clara_id=clara_id, now=now)
    _asked(story, now=now)
    _grievance(story, actor=clara, now=now)
    _ahead(story, actor=clara, now=now)


def _car(story: Story, *, actor: str, now: datetime) -> None:
    car = story.vehicle
    Vehicle.objects.filter(pk=car.pk).update(vin=exports.VIN_CHINA, model="宏光S")
    Customer.objects.filter(pk=story.customer.pk).update(name_key="anna")
    # Boris had it before.
    Ownership.objects.filter(vehicle=car).delete()
    boris = Customer.objects.create(name="Boris", created_at=now, updated_at=now)
    Ownership.objects.create(vehicle=car, customer=boris, from_date=date(2023, 5, 4))
    vehicles.hand_over(vehicle_id=car.pk, customer_id=story.customer.pk, on_date=date(2024, 1, 1), actor=actor, now=now)
    vehicles.correct_vehicle(car.pk, corrections={"purchase_date": "2023-05-04"}, actor=actor, now=now)


def _visits(story: Story, *, now: datetime) -> None:
    """Three visits of the last year and a half, as the dealer's system tells of them."""
    rows = []
    for number, (days, km, work) in enumerate(VISITS):
        opened = (now - timedelta(days=days)).replace(hour=1, tzinfo=None)
        rows.append(
            exports.row(
                number=f"RO{number}",
                plate=story.vehicle.plate,
                name="Anna",
                phone="13800000001",
                opened=opened,
                closed=opened + timedelta(hours=6),
                odometer=km,
                work=work,
            )
        )
    imports.start_import(
        exports.text_file(rows), file_name="orders.csv", as_of_date=now.date() + timedelta(days=1), now=now
    )


def _person(story: Story, *, actor: str, now: datetime) -> None:
    anna = story.customer.pk
    changes = {"address": "柳州市文昌路 18 号 3 栋 502", "is_member": True}
    customers.edit_customer(customer_id=anna, changes=changes, actor=actor, now=now)
    phone = ContactPoint.objects.filter(customer_id=anna, kind="PHONE").order_by("id")[0]
    addresses.mark_contact_point(contact_point_id=phone.pk, is_right=True, actor=actor, now=now)
    addresses.prefer_contact_point(contact_point_id=phone.pk, actor=actor, now=now)
    wrong = addresses.add_contact_point(customer_id=anna, kind="PHONE", value="07723820000", actor=actor, now=now)
    addresses.mark_contact_point(contact_point_id=wrong.pk, is_right=False, actor=actor, now=now)
    for purpose, is_granted in (("SURVEY", True), ("MARKETING", False)):
        said = customers.Answer(customer_id=anna, purpose=purpose, is_granted=is_granted, wording=QUESTION)
        customers.answer_consent(said, actor=actor, now=now)
    boris = Customer.objects.get(name="Boris")
    customers.form_household(name="文昌路", kind="HOUSEHOLD", customer_ids=[anna, boris.pk], actor=actor, now=now)
    double = Customer.objects.create(name="Anna", created_at=now, updated_at=now)
    merging.merge_customers(kept_id=anna, other_id=double.pk, by=merging.By(actor), now=now)


def _said(story: Story, *, clara_id: int, now: datetime) -> None:
    call = touches.NewTouch(
        customer_id=story.customer.pk,
        vehicle_id=story.vehicle.pk,
        kind="CALL",
        direction="IN",
        subject="Brakes squeak",
        said="在下雨天刹车有异响。",
        promise="We call back on Monday.",
        next_step="Ask the workshop",
        next_at=now + timedelta(days=2),
        at=now - timedelta(hours=3),
    )
    touches.note_touch(call, actor=f"user:{clara_id}", now=now)
    ask_how_it_was(story)
    talk = Conversation.objects.get(customer=story.customer)
    notes.add(conversation_id=talk.pk, text="先问清车型", author_id=clara_id, now=now)
    invoice = documents.NewDocument(
        "INVOICE", "结算单 2026-11.pdf", PDF, customer_id=story.customer.pk, vehicle_id=story.vehicle.pk
    )
    documents.add_document(invoice, by=documents.By(f"user:{clara_id}"), now=now)


def _asked(story: Story, *, now: datetime) -> None:
    survey = Survey.objects.filter(customer=story.customer).first() or surveys.start_survey(
        follow_up_id=story.customer.follow_ups.get().pk, channel="simulator", language="en", now=now
    )
    for item in STEPS:
        surveys.record_answer(survey_id=survey.pk, item=item, value="SATISFIED", now=now)
    surveys.record_answer(survey_id=survey.pk, item="waiting", value="DISSATISFIED", text="等了两个小时。", now=now)
    surveys.record_answer(survey_id=survey.pk, item="intention", value="PROBABLY", now=now)
    surveys.complete(survey_id=survey.pk, now=now)


def _grievance(story: Story, *, actor: str, now: datetime) -> None:
    opened = complaints.open_complaint(
        customer_id=story.customer.pk,
        vehicle_id=story.vehicle.pk,
        text="空调修了两次还是不凉。",
        category=Complaint.Category.REPAIR_QUALITY,
        channel="phone",
        now=now,
        actor=Actor(actor, "COC_DIRECTOR"),
    )
    complaints.note(complaint_id=opened.pk, text="Looked up.", actor=Actor(actor, "COC_DIRECTOR"), now=now)


def _ahead(story: Story, *, actor: str, now: datetime) -> None:
    (slot,) = appointments.free_slots(
        kind="MAINTENANCE", from_at=now + timedelta(days=1), until_at=now + timedelta(days=30), limit=1
    )
    appointments.book(
        customer_id=story.customer.pk,
        vehicle_id=story.vehicle.pk,
        kind="MAINTENANCE",
        slot=slot,
        origin="INBOUND",
        note="要代步车",
        actor=actor,
        now=now,
    )


def wall_time(moment: datetime, timezone: str) -> str:
    """Return a moment as the dealer's clock shows it, as a field for it takes it."""
    return moment.astimezone(ZoneInfo(timezone)).strftime("%Y-%m-%dT%H:%M")

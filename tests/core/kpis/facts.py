"""Makes the facts that figures are counted from, in the scope that holds."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from core.appointments.models import Appointment, Bay
from core.complaints.models import Complaint
from core.customers.models import ContactPoint, Customer
from core.followups.models import FollowUp, Questionnaire, Survey, SurveyAnswer
from core.repair_orders.models import ImportRun, RepairOrder
from core.vehicles.models import Vehicle
from tenants.scope import current_dealer

ONE_DAY = timedelta(days=1)


def at(day: date, hour: int = 10) -> datetime:
    """Return a wall-clock hour of the dealer in scope."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo(current_dealer().timezone))


def make_customer(name: str, *, day: date, phone: str = "") -> Customer:
    customer = Customer.objects.create(name=name, created_at=at(day), updated_at=at(day))
    if phone:
        ContactPoint.objects.create(
            customer=customer, kind="PHONE", value=phone, created_at=at(day), updated_at=at(day)
        )
    return customer


def make_vehicle(number: int, *, day: date) -> Vehicle:
    return Vehicle.objects.create(
        vin=f"LZZ00000000{number:06d}", plate=f"P{number}", model="Fjord", created_at=at(day), updated_at=at(day)
    )


def make_order(vehicle: Vehicle, customer: Customer, *, day: date, hour: int = 10) -> RepairOrder:
    return RepairOrder.objects.create(
        number=f"RO-{vehicle.pk}-{day}",
        opened_date=day,
        opened_at=at(day, hour),
        closed_at=at(day, hour + 1),
        vehicle=vehicle,
        customer=customer,
        odometer_km=10_000,
        may_contact=True,
        created_at=at(day, hour),
        updated_at=at(day, hour),
    )


def make_orders(customer: Customer, *, day: date, count: int, first: int = 0) -> list[RepairOrder]:
    """Make that many cars and an order of each on the day."""
    return [make_order(make_vehicle(first + number, day=day), customer, day=day) for number in range(count)]


def make_import(first: date, last: date) -> ImportRun:
    return ImportRun.objects.create(
        file_name="export.csv",
        state=ImportRun.State.DONE,
        as_of_date=last,
        first_date=first,
        last_date=last,
        started_at=at(last),
        finished_at=at(last),
    )


def make_follow_up(
    order: RepairOrder,
    *,
    due: date,
    carried_out: datetime | None = None,
    successful: datetime | None = None,
    excluded: str = "",
) -> FollowUp:
    return FollowUp.objects.create(
        kind=FollowUp.Kind.AFTER_SALES,
        customer=order.customer,
        vehicle=order.vehicle,
        repair_order=order,
        occurrence=f"ro:{order.pk}",
        from_at=order.opened_at,
        due_at=at(due, 18),
        expires_at=at(due + 4 * ONE_DAY, 18),
        state=FollowUp.State.EXCLUDED if excluded else FollowUp.State.DUE,
        excluded_reason=excluded,
        carried_out_at=carried_out,
        successful_at=successful,
        created_at=order.opened_at,
    )


def make_answer(
    follow_up: FollowUp, *, score: int | None, when: datetime, questionnaire: str = "after_sales"
) -> Survey:
    """Make a survey with its overall question answered."""
    asked, _ = Questionnaire.objects.get_or_create(
        key=questionnaire, version=99, defaults={"data": {}, "in_force_date": when.date()}
    )
    survey = Survey.objects.create(
        follow_up=follow_up,
        customer=follow_up.customer,
        questionnaire=asked,
        opened_at=when,
        completed_at=when,
        is_dissatisfied=score is not None and score <= 0,
    )
    SurveyAnswer.objects.create(survey=survey, item="overall", value="", score=score, at=when)
    return survey


def make_complaint(customer: Customer, *, number: int, opened: datetime, kept: bool) -> Complaint:
    done = opened if kept else None
    return Complaint.objects.create(
        number=number,
        customer=customer,
        text="",
        opened_at=opened,
        to_manager_due_at=opened + timedelta(hours=4),
        to_manager_at=done,
        first_answer_due_at=opened + timedelta(hours=6),
        first_answer_at=done,
        solution_due_at=opened + timedelta(days=2),
        solution_at=done,
    )


def make_visit(
    order: RepairOrder,
    *,
    starts: datetime,
    booked: datetime,
    arrived: datetime | None,
    state: str,
    origin: str = "INBOUND",
) -> Appointment:
    bay = Bay.objects.create(name=f"bay {Bay.objects.count() + 100}")
    return Appointment.objects.create(
        customer=order.customer,
        vehicle=order.vehicle,
        bay=bay,
        kind="MAINTENANCE",
        starts_at=starts,
        ends_at=starts + timedelta(hours=1),
        state=state,
        origin=origin,
        booked_at=booked,
        arrived_at=arrived,
    )

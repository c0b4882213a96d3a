"""Planning: who is due today among a dealer's vehicles."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cache

from django.db import connection, transaction

from core.customers.models import Consent, ContactPoint
from core.repair_orders.models import RepairOrder
from core.vehicles.models import MaintenanceSchedule, Ownership, Vehicle
from notifications.due.models import Due
from notifications.planning import operations as planning
from tenants.scope import DealerRef, dealer_scope
from tests.bench import dealers
from tests.bench.frame import Contender, Subject, Work
from tests.bench.subjects import importing

VISITS_PER_CAR = 2.8
LAPSED_DAYS = 180
NOTICE_DAYS = 10

# What planning cannot do without: each car with its present owner, visits, readings, consent and address.
READING = """
SELECT count(*) FROM (
    SELECT v.id, w.customer_id, max(o.opened_at), max(o.closed_at), max(o.odometer_km) - min(o.odometer_km),
           bool_or(o.kind = 'MAINTENANCE'),
           (SELECT c.is_granted FROM core_consent c WHERE c.customer_id = w.customer_id ORDER BY c.at DESC LIMIT 1),
           EXISTS (SELECT FROM core_contactpoint p WHERE p.customer_id = w.customer_id AND p.bounced_at IS NULL)
    FROM core_vehicle v
    JOIN core_ownership w ON w.vehicle_id = v.id AND w.to_date IS NULL
    JOIN core_repairorder o ON o.vehicle_id = v.id
    GROUP BY v.id, w.customer_id
) AS cars
"""


@cache
def _dealer(vehicles: int) -> DealerRef:
    """Return a dealer with about that many cars."""
    dealer = dealers.kept_open()
    with dealer_scope(dealer):
        importing.import_once(int(vehicles * VISITS_PER_CAR))
    return dealer


@contextmanager
def _undone(size: int) -> Iterator[DealerRef]:
    """Every run finds nothing planned yet."""
    dealer = _dealer(size)
    with dealer_scope(dealer), transaction.atomic():
        yield dealer
        transaction.set_rollback(True)


@contextmanager
def _ours(size: int) -> Iterator[Work]:
    with _undone(size):

        def work() -> int:
            planning.plan(planning.as_of_now(dealers.NOW))
            return size

        yield work


@contextmanager
def _loop(size: int) -> Iterator[Work]:
    with _undone(size):

        def work() -> int:
            for vehicle in Vehicle.objects.all():
                _look_at(vehicle)
            return size

        yield work


def _look_at(vehicle: Vehicle) -> None:
    """Plan one car as a loop over the ORM would: read what belongs to it, decide, write."""
    orders = list(RepairOrder.objects.filter(vehicle=vehicle).order_by("opened_at"))
    holding = Ownership.objects.filter(vehicle=vehicle, to_date=None).select_related("customer").first()
    if not orders or holding is None:
        return
    consent = Consent.objects.filter(customer=holding.customer).order_by("-at").first()
    is_reachable = ContactPoint.objects.filter(customer=holding.customer, bounced_at=None).exists()
    if consent is None or not consent.is_granted or not is_reachable:
        return
    for rule in _rules(orders):
        Due.objects.get_or_create(
            rule=rule,
            subject_kind="vehicle",
            subject_id=vehicle.pk,
            occurrence=str(orders[-1].pk),
            defaults={
                "customer": holding.customer,
                "vehicle": vehicle,
                "planned_at": dealers.NOW,
                "due_at": dealers.NOW,
                "created_at": dealers.NOW,
            },
        )


def _rules(orders: list[RepairOrder]) -> Iterator[str]:
    last = orders[-1]
    if last.closed_at and dealers.NOW - last.closed_at < timedelta(days=3):
        yield "AFTER_SALES"
    if dealers.NOW - last.opened_at > timedelta(days=LAPSED_DAYS):
        yield "LAPSED"
    elif _days_left(orders) <= NOTICE_DAYS:
        yield "MAINTENANCE"


def _days_left(orders: list[RepairOrder]) -> float:
    schedule = MaintenanceSchedule.objects.filter(model="").get()
    first, last = orders[0], orders[-1]
    since = (dealers.NOW - last.opened_at).days
    by_month = schedule.interval_months * 30 - since
    days = (last.opened_at - first.opened_at).days
    if not days or not first.odometer_km or not last.odometer_km:
        return by_month
    rate = max(1.0, (last.odometer_km - first.odometer_km) / days)
    return min(by_month, schedule.interval_km / rate - since)


@contextmanager
def _reading_alone(size: int) -> Iterator[Work]:
    with _undone(size):

        def work() -> int:
            with connection.cursor() as cursor:
                cursor.execute(READING)
            return size

        yield work


SUBJECT = Subject(
    key="plan",
    title="plan who is due today",
    unit="vehicles",
    aim=">= 50x peer, >= 0.5 of the SQL",
    sizes=(1_000, 5_000, 20_000),
    ours=Contender("plan, all kinds", _ours),
    peer=Contender("a loop over the ORM, three kinds", _loop, largest=5_000),
    limit=Contender("the statement that reads them", _reading_alone),
)

"""What time alone makes true, and when the dealer must be woken for it; what a new dealer starts with."""

from datetime import timedelta

from core import defaults, sweeps
from core.appointments.models import Appointment, Bay
from core.calendar.models import DealerSettings
from core.complaints import operations as complaints
from core.followups.models import FollowUp, Questionnaire
from core.vehicles.models import MaintenanceSchedule
from tenants.scope import DealerRef
from tests.core.appointments.test_operations import book, slot_at
from tests.core.making import NOW, local, make_customer

NOTHING = dict.fromkeys(
    ("visits_matched", "no_shows", "clocks_missed", "surveys_closed", "follow_ups_expired", "imports_looked_at"), 0
)


def test_an_idle_dealer_has_nothing_to_do(in_north: DealerRef) -> None:
    assert sweeps.next_at() is None
    assert sweeps.run(now=NOW) == NOTHING


def test_the_next_moment_is_the_earliest_of_all(in_north: DealerRef) -> None:
    FollowUp.objects.create(
        kind="AFTER_SALES",
        customer=make_customer(),
        occurrence="ro:1",
        from_at=NOW,
        due_at=NOW,
        expires_at=NOW + timedelta(days=7),
        created_at=NOW,
    )
    moments = [sweeps.next_at()]
    complaints.open_complaint(customer_id=None, vehicle_id=None, text="", category="PRICE", channel="phone", now=NOW)
    moments.append(sweeps.next_at())
    book(slot_at("2026-03-02 10:00"))
    moments.append(sweeps.next_at())

    assert moments == [NOW + timedelta(days=7), local("2026-03-02 13:45"), local("2026-03-02 10:30")]


def test_a_sweep_does_all_that_is_due_once(in_north: DealerRef) -> None:
    complaints.open_complaint(customer_id=None, vehicle_id=None, text="", category="PRICE", channel="phone", now=NOW)
    book(slot_at("2026-03-02 10:00"))
    later = local("2026-03-02 14:00")

    assert sweeps.run(now=later) == NOTHING | {"no_shows": 1, "clocks_missed": 1}
    assert sweeps.run(now=later) == NOTHING
    assert Appointment.objects.get().state == "NO_SHOW"


def test_a_new_dealer_can_work_at_once(in_north: DealerRef) -> None:
    settings = DealerSettings.objects.get()

    assert (settings.currency, settings.slot_minutes) == ("CNY", 30)
    assert Bay.objects.count() == 4
    assert MaintenanceSchedule.objects.filter(model="").exists()
    assert set(Questionnaire.objects.values_list("key", flat=True)) >= {"after_sales", "sales_delivery", "lapsed"}


def test_seeding_again_leaves_the_dealers_own_changes_alone(in_north: DealerRef) -> None:
    DealerSettings.objects.update(currency="USD")
    Bay.objects.filter(name="1").update(is_active=False)

    defaults.seed(now=NOW)

    assert DealerSettings.objects.get().currency == "USD"
    assert Bay.objects.filter(is_active=True).count() == 3

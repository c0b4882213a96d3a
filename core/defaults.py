"""What a newly opened dealer starts with. Called by the opening of a dealer; twice does no harm."""

from datetime import date, datetime

from core.appointments.models import Bay
from core.appointments.table import shipped as appointment_table
from core.calendar.models import DealerSettings
from core.followups.models import Questionnaire
from core.followups.table import shipped_rows
from core.tables import reading
from core.vehicles.models import MaintenanceSchedule
from tenants.scope import current_dealer

# A day before the dealer was opened can be replayed, and is asked about with the questions it opened with.
ALWAYS = date(1980, 1, 1)


def seed(*, now: datetime) -> None:
    """Write the defaults of the dealer in scope, leaving alone what is already there."""
    del now  # every hook gets it; what is seeded here was always so
    _settings()
    # Ignoring conflicts rather than asking first: a dealer's own changes always win.
    Bay.objects.bulk_create([Bay(name=name) for name in reading.read("defaults")["bays"]], ignore_conflicts=True)
    MaintenanceSchedule.objects.bulk_create(
        [MaintenanceSchedule(model="", **reading.read("defaults")["maintenance"])], ignore_conflicts=True
    )
    _questionnaires()


def _settings() -> None:
    data, table = reading.read("defaults"), appointment_table()
    row = DealerSettings(
        id=1,
        weekly_hours=data["weekly_hours"],
        slot_minutes=int(table.grid.total_seconds() // 60),
        walk_in_share=table.walk_in_share,
        currency=data["currency"].get(current_dealer().country, ""),
    )
    DealerSettings.objects.bulk_create([row], ignore_conflicts=True)


def _questionnaires() -> None:
    rows = [
        Questionnaire(key=row["key"], version=row["version"], data=row, in_force_date=ALWAYS) for row in shipped_rows()
    ]
    Questionnaire.objects.bulk_create(rows, ignore_conflicts=True)

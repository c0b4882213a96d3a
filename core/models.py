"""All models of core in one place, where Django looks for them; each lives with its subject."""

from core.appointments.models import Appointment, Bay
from core.calendar.models import CalendarDay, DealerSettings
from core.complaints.models import Complaint, ComplaintEscalation, ComplaintStep
from core.customers.models import (
    Consent,
    ContactPoint,
    Customer,
    FieldChange,
    FileMerge,
    Household,
    MergeSuggestion,
)
from core.deputies.models import Deputy
from core.documents.models import Document
from core.events.models import Event
from core.followups.models import FollowUp, Questionnaire, Survey, SurveyAnswer
from core.repair_orders.models import (
    ColumnMapping,
    ImportChange,
    ImportRow,
    ImportRun,
    ImportVerdict,
    RepairOrder,
    RepairOrderLine,
    ServiceAdvisor,
)
from core.tasks.models import Task
from core.touches.models import Touch
from core.vehicles.models import MaintenanceSchedule, Ownership, Vehicle

__all__ = [
    "Appointment",
    "Bay",
    "CalendarDay",
    "ColumnMapping",
    "Complaint",
    "ComplaintEscalation",
    "ComplaintStep",
    "Consent",
    "ContactPoint",
    "Customer",
    "DealerSettings",
    "Deputy",
    "Document",
    "Event",
    "FieldChange",
    "FileMerge",
    "FollowUp",
    "Household",
    "ImportChange",
    "ImportRow",
    "ImportRun",
    "ImportVerdict",
    "MaintenanceSchedule",
    "MergeSuggestion",
    "Ownership",
    "Questionnaire",
    "RepairOrder",
    "RepairOrderLine",
    "ServiceAdvisor",
    "Survey",
    "SurveyAnswer",
    "Task",
    "Touch",
    "Vehicle",
]

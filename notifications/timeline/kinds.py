"""Which facts stand on a timeline, and in which group a reader finds them again; one row a kind of the log."""

from collections.abc import Collection, Mapping
from enum import StrEnum

from core.events import kinds


class Group(StrEnum):
    """What a reader may ask for alone."""

    MESSAGES = "MESSAGES"
    CALLS = "CALLS"
    NOTES = "NOTES"
    VISITS = "VISITS"
    APPOINTMENTS = "APPOINTMENTS"
    SURVEYS = "SURVEYS"
    COMPLAINTS = "COMPLAINTS"
    DOCUMENTS = "DOCUMENTS"
    EDITS = "EDITS"
    CONSENTS = "CONSENTS"


# What an import changed is in the files' history and not in the log, which would be twice as long.
FILE_IMPORTED, CONSENT_IMPORTED = "file.imported", "consent.imported"

GROUPS: Mapping[str, Group] = {
    kinds.MESSAGE_SENT: Group.MESSAGES,
    kinds.MESSAGE_RECEIVED: Group.MESSAGES,
    kinds.MESSAGE_FAILED: Group.MESSAGES,
    kinds.MESSAGE_STOPPED: Group.MESSAGES,
    kinds.MESSAGE_EXPIRED: Group.MESSAGES,
    kinds.MESSAGE_CANCELLED: Group.MESSAGES,
    kinds.TASK_OPENED: Group.CALLS,
    kinds.TASK_DONE: Group.CALLS,
    kinds.TASK_POSTPONED: Group.CALLS,
    kinds.TASK_CANCELLED: Group.CALLS,
    kinds.TOUCH_NOTED: Group.CALLS,
    kinds.NOTE_WRITTEN: Group.NOTES,
    kinds.CONVERSATION_NOTED: Group.NOTES,
    kinds.REPAIR_ORDER_OPENED: Group.VISITS,
    kinds.REPAIR_ORDER_CLOSED: Group.VISITS,
    kinds.REPAIR_ORDER_CORRECTED: Group.VISITS,
    kinds.MAINTENANCE_DONE_ELSEWHERE: Group.VISITS,
    kinds.APPOINTMENT_BOOKED: Group.APPOINTMENTS,
    kinds.APPOINTMENT_CONFIRMED: Group.APPOINTMENTS,
    kinds.APPOINTMENT_MOVED: Group.APPOINTMENTS,
    kinds.APPOINTMENT_CANCELLED: Group.APPOINTMENTS,
    kinds.APPOINTMENT_ARRIVED: Group.APPOINTMENTS,
    kinds.APPOINTMENT_COMPLETED: Group.APPOINTMENTS,
    kinds.APPOINTMENT_NO_SHOW: Group.APPOINTMENTS,
    kinds.FOLLOW_UP_REFUSED: Group.SURVEYS,
    kinds.FOLLOW_UP_EXPIRED: Group.SURVEYS,
    kinds.FOLLOW_UP_EXCLUDED: Group.SURVEYS,
    kinds.SURVEY_OPENED: Group.SURVEYS,
    kinds.SURVEY_COMPLETED: Group.SURVEYS,
    kinds.SURVEY_DISSATISFIED: Group.SURVEYS,
    kinds.SURVEY_OWNER_ANSWERED: Group.SURVEYS,
    kinds.WIN_BACK_ANSWERED: Group.SURVEYS,
    kinds.COMPLAINT_OPENED: Group.COMPLAINTS,
    kinds.COMPLAINT_ACTED: Group.COMPLAINTS,
    kinds.COMPLAINT_ESCALATED: Group.COMPLAINTS,
    kinds.COMPLAINT_CLOSED: Group.COMPLAINTS,
    kinds.COMPLAINT_REOPENED: Group.COMPLAINTS,
    kinds.DOCUMENT_ADDED: Group.DOCUMENTS,
    kinds.DOCUMENT_REMOVED: Group.DOCUMENTS,
    kinds.FILE_UPDATED: Group.EDITS,
    kinds.FILE_KEPT: Group.EDITS,
    kinds.FILE_MERGED: Group.EDITS,
    kinds.FILE_PARTED: Group.EDITS,
    kinds.OWNERSHIP_BEGAN: Group.EDITS,
    kinds.OWNERSHIP_ENDED: Group.EDITS,
    FILE_IMPORTED: Group.EDITS,
    kinds.CONSENT_CHANGED: Group.CONSENTS,
    kinds.SUPPRESSION_CHANGED: Group.CONSENTS,
    CONSENT_IMPORTED: Group.CONSENTS,
}
# Said by another entry: a message shows how far it came, a survey its answers. Or of the inbox, or of nobody's file.
LEFT_OUT = frozenset(
    {
        kinds.MESSAGE_DELIVERED,
        kinds.MESSAGE_READ,
        kinds.SURVEY_ANSWERED,
        kinds.FOLLOW_UP_CARRIED_OUT,
        kinds.CONVERSATION_TAKEN_OVER,
        kinds.CONVERSATION_ASSIGNED,
        kinds.CONVERSATION_HANDED_BACK,
        kinds.CONVERSATION_CLOSED,
        kinds.DEPUTY_NAMED,
        kinds.DEPUTY_ENDED,
        kinds.IMPORT_DONE,
        kinds.IMPORT_ROLLED_BACK,
    }
)


def kinds_of(groups: Collection[str]) -> list[str]:
    """This function will return the kinds of these groups; of none named, all."""
    return [kind for kind, group in GROUPS.items() if not groups or group in groups]

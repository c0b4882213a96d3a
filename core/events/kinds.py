"""The words of the log. What each one's subject and data are is said by the operation that records it."""

REPAIR_ORDER_OPENED = "repair_order.opened"
REPAIR_ORDER_CLOSED = "repair_order.closed"
REPAIR_ORDER_CORRECTED = "repair_order.corrected"
IMPORT_DONE = "import.done"
IMPORT_ROLLED_BACK = "import.rolled_back"

APPOINTMENT_BOOKED = "appointment.booked"
APPOINTMENT_CONFIRMED = "appointment.confirmed"
APPOINTMENT_MOVED = "appointment.moved"
APPOINTMENT_CANCELLED = "appointment.cancelled"
APPOINTMENT_ARRIVED = "appointment.arrived"
APPOINTMENT_COMPLETED = "appointment.completed"
APPOINTMENT_NO_SHOW = "appointment.no_show"

COMPLAINT_OPENED = "complaint.opened"
COMPLAINT_ACTED = "complaint.acted"
COMPLAINT_ESCALATED = "complaint.escalated"
COMPLAINT_CLOSED = "complaint.closed"
COMPLAINT_REOPENED = "complaint.reopened"

FOLLOW_UP_CARRIED_OUT = "follow_up.carried_out"
FOLLOW_UP_REFUSED = "follow_up.refused"
FOLLOW_UP_EXPIRED = "follow_up.expired"
FOLLOW_UP_EXCLUDED = "follow_up.excluded"

SURVEY_OPENED = "survey.opened"
SURVEY_ANSWERED = "survey.answered"
SURVEY_COMPLETED = "survey.completed"
SURVEY_DISSATISFIED = "survey.dissatisfied"
SURVEY_OWNER_ANSWERED = "survey.owner_answered"

TASK_OPENED = "task.opened"
TASK_DONE = "task.done"
TASK_POSTPONED = "task.postponed"
TASK_CANCELLED = "task.cancelled"

# Somebody's open work moves to a colleague for some days; when the days are over nothing is recorded.
DEPUTY_NAMED = "deputy.named"
DEPUTY_ENDED = "deputy.ended"

# A person of the centre changed a file; what an import changes is in the run and in the files' history.
FILE_UPDATED = "file.updated"
# Somebody else looks after a file; who got a new one is told by its first call.
FILE_KEPT = "file.kept"
# Two files are one person's, or two again; of the file that was kept.
FILE_MERGED = "file.merged"
FILE_PARTED = "file.parted"
TOUCH_NOTED = "touch.noted"
NOTE_WRITTEN = "note.written"
DOCUMENT_ADDED = "document.added"
DOCUMENT_REMOVED = "document.removed"
CONSENT_CHANGED = "consent.changed"
# A person of the centre put up a wall, or took one down; an owner's own no is a consent.
SUPPRESSION_CHANGED = "suppression.changed"
MESSAGE_SENT = "message.sent"
MESSAGE_DELIVERED = "message.delivered"
MESSAGE_READ = "message.read"
MESSAGE_FAILED = "message.failed"
MESSAGE_STOPPED = "message.stopped"
MESSAGE_EXPIRED = "message.expired"
MESSAGE_CANCELLED = "message.cancelled"
MESSAGE_RECEIVED = "message.received"

# What owners say in dialogues, beside answers and visits.
MAINTENANCE_DONE_ELSEWHERE = "maintenance.done_elsewhere"
OWNERSHIP_BEGAN = "ownership.began"
OWNERSHIP_ENDED = "ownership.ended"
WIN_BACK_ANSWERED = "win_back.answered"

# What people of the centre do in a conversation; what owners and flows do there are messages.
CONVERSATION_TAKEN_OVER = "conversation.taken_over"
CONVERSATION_ASSIGNED = "conversation.assigned"
CONVERSATION_HANDED_BACK = "conversation.handed_back"
CONVERSATION_CLOSED = "conversation.closed"
CONVERSATION_NOTED = "conversation.noted"

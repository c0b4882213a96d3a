"""What other rooms may ask of the outbox; each operation lives in the module of its subject."""

from notifications.outbox.accounting import Accounting, accounting
from notifications.outbox.addresses import address_hash
from notifications.outbox.dispatching import Dispatched, dispatch_batch
from notifications.outbox.doubts import Settled, give_up, settle_doubts
from notifications.outbox.next import next_work_at
from notifications.outbox.queueing import Draft, cancel_messages, queue_message, queue_messages
from notifications.outbox.receipts import Applied, apply_receipts
from notifications.outbox.rules import OPT_OUT_CASE, TEST_CASE, Priority
from notifications.outbox.stopping import halt

__all__ = [
    "OPT_OUT_CASE",
    "TEST_CASE",
    "Accounting",
    "Applied",
    "Dispatched",
    "Draft",
    "Priority",
    "Settled",
    "accounting",
    "address_hash",
    "apply_receipts",
    "cancel_messages",
    "dispatch_batch",
    "give_up",
    "halt",
    "next_work_at",
    "queue_message",
    "queue_messages",
    "settle_doubts",
]

"""Which events a role hears of on its live line: by the first word of their kind, what they are about.

A kind in no row is heard by nobody: forgetting a row costs freshness, and tests name it; guessing would
tell people what they may not read.
"""

from functools import cache

from tenants.accounts.permissions import ROLES_BY_ACTION
from tenants.accounts.roles import DEALER_ROLES, Role

# What an event is about -> the action that reading it takes.
ACTIONS: dict[str, str] = {
    "repair_order": "repair_orders.read",
    "import": "imports.read",
    "appointment": "appointments.read",
    "complaint": "complaints.read",
    "follow_up": "followups.read",
    "survey": "followups.read",
    "win_back": "followups.read",
    "task": "tasks.read",
    "deputy": "tasks.read",
    "file": "customers.read",
    "customer": "customers.read",
    "consent": "customers.read",
    "document": "documents.read",
    "touch": "touches.read",
    "note": "touches.read",
    "suppression": "messages.read",
    "vehicle": "vehicles.read",
    "ownership": "vehicles.read",
    "maintenance": "vehicles.read",
    "conversation": "conversations.read",
    "settings": "settings.read",
    "audit": "audit.read",
    "message": "messages.read",
    "user": "users.read",
}


@cache
def roles_hearing(kind: str) -> frozenset[Role]:
    """Return the dealer's roles that hear of events of this kind; none for a kind in no row."""
    action = ACTIONS.get(kind.partition(".")[0])
    return frozenset() if action is None else ROLES_BY_ACTION[action] & DEALER_ROLES

"""Who may do what: one row an action, as data; and what an API key may be allowed."""

from collections.abc import Collection

from tenants.accounts.roles import Role

ANALYSTS = frozenset({Role.MANUFACTURER_ADMIN, Role.MANUFACTURER_ANALYST, Role.REGIONAL_MANAGER})
HEADS = frozenset({Role.GENERAL_MANAGER, Role.COC_DIRECTOR})
CENTRE = HEADS | {Role.SERVICE_SPECIALIST, Role.RELATIONS_SPECIALIST}
DEALER = CENTRE | {Role.SERVICE_MANAGER, Role.SERVICE_ADVISOR}
COMPLAINT_HANDLERS = CENTRE | {Role.SERVICE_MANAGER}

# An action is a subject and a verb. The dealer's actions happen in a dealer's scope, the
# manufacturer's in the public one; a role of the other kind is in neither list.
ROLES_BY_ACTION: dict[str, frozenset[Role]] = {
    "customers.read": DEALER,
    "customers.write": CENTRE | {Role.SERVICE_ADVISOR},
    "customers.merge": HEADS,
    "vehicles.read": DEALER,
    "vehicles.write": CENTRE | {Role.SERVICE_ADVISOR},
    "consents.write": CENTRE | {Role.SERVICE_ADVISOR},
    "touches.read": DEALER,
    "touches.write": DEALER,
    "documents.read": DEALER,
    "documents.write": DEALER,
    "documents.remove": HEADS,
    "repair_orders.read": DEALER,
    "repair_orders.import": HEADS | {Role.SERVICE_MANAGER},
    "imports.read": CENTRE | {Role.SERVICE_MANAGER},
    # Rows set aside are mended by whoever knows the owner.
    "imports.mend": CENTRE | {Role.SERVICE_MANAGER},
    "appointments.read": DEALER,
    "appointments.write": CENTRE | {Role.SERVICE_ADVISOR},
    "followups.read": DEALER,
    "followups.write": CENTRE,
    "questionnaires.write": HEADS,
    "complaints.read": DEALER,
    "complaints.open": DEALER,
    "complaints.write": COMPLAINT_HANDLERS,
    "complaints.close": HEADS | {Role.SERVICE_MANAGER},
    "tasks.read": DEALER,
    "tasks.write": DEALER,
    "conversations.read": CENTRE,
    "conversations.write": CENTRE,
    "canned_answers.read": CENTRE,
    "canned_answers.write": HEADS,
    "messages.read": CENTRE,
    "messages.send": CENTRE,
    "reminders.read": CENTRE,
    "reminders.write": HEADS,
    "channels.read": HEADS,
    "channels.write": HEADS,
    "figures.read": HEADS | {Role.SERVICE_MANAGER},
    "staffing.read": HEADS,
    "events.read": HEADS,
    "exports.create": HEADS,
    "settings.read": HEADS,
    "settings.write": HEADS,
    "users.read": HEADS,
    "users.write": HEADS,
    "api_keys.write": frozenset({Role.GENERAL_MANAGER}),
    "audit.read": HEADS,
    "simulator.use": CENTRE,
    "dealers.read": ANALYSTS | {Role.OPERATOR},
    "dealers.write": frozenset({Role.MANUFACTURER_ADMIN, Role.OPERATOR}),
    "benchmark.read": ANALYSTS,
    "standards.read": ANALYSTS,
    "standards.write": frozenset({Role.MANUFACTURER_ADMIN}),
    "manufacturer_users.write": frozenset({Role.MANUFACTURER_ADMIN, Role.OPERATOR}),
}

# Posts that only somebody in one of these posts gives or takes; every other is given by whoever may write users.
APPOINTERS: dict[str, frozenset[Role]] = {
    Role.GENERAL_MANAGER: frozenset({Role.GENERAL_MANAGER}),
    Role.OPERATOR: frozenset({Role.OPERATOR}),
}

# A key acts for a program, so nothing that people are answerable for: no keys, no users, no merging.
KEY_SCOPES = frozenset(
    {
        "customers.read",
        "customers.write",
        "vehicles.read",
        "vehicles.write",
        "consents.write",
        "repair_orders.read",
        "repair_orders.import",
        "imports.read",
        "imports.mend",
        "appointments.read",
        "appointments.write",
        "followups.read",
        "complaints.read",
        "complaints.open",
        "tasks.read",
        "messages.read",
        "messages.send",
        "figures.read",
        "staffing.read",
        "events.read",
        "benchmark.read",
        "dealers.read",
    }
)


class ActionUnknown(LookupError):
    """A view asked about an action that is in no row: a mistake, never a refusal."""


def can(role: str, action: str) -> bool:
    """Return whether people of this role may do this.

    Raises: ActionUnknown.
    """
    if action not in ROLES_BY_ACTION:
        raise ActionUnknown(action)
    return role in ROLES_BY_ACTION[action]


def can_appoint(role: str, post: str) -> bool:
    """Return whether people of this role give that post to others, or take it."""
    return post not in APPOINTERS or role in APPOINTERS[post]


def key_can(scopes: Collection[str], action: str) -> bool:
    """Return whether a key with these scopes may do this.

    Raises: ActionUnknown.
    """
    if action not in ROLES_BY_ACTION:
        raise ActionUnknown(action)
    return action in KEY_SCOPES and action in scopes


def actions_of(role: str) -> list[str]:
    """Return what people of this role may do, ordered by name."""
    return sorted(action for action in ROLES_BY_ACTION if can(role, action))

"""What can change about somebody's sign-in."""

from enum import StrEnum


class Change(StrEnum):
    """What changed, as the audit calls it."""

    PASSWORD_CHANGED = "password_changed"  # noqa: S105  # names of changes, no secrets
    PASSWORD_RESET = "password_reset"  # noqa: S105
    TOTP_ADDED = "totp_added"
    TOTP_REMOVED = "totp_removed"
    RECOVERY_CODES_MADE = "recovery_codes_made"
    PASSKEY_ADDED = "passkey_added"
    PASSKEY_REMOVED = "passkey_removed"

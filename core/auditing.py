"""Entries of the audit from operations that know an actor as events name them: "user:5", "key:2", "system"."""

from collections.abc import Mapping
from datetime import datetime

from tenants.accounts import operations as accounts


def note(
    action: str,
    *,
    actor: str,
    address: str | None,
    at: datetime,
    subject_kind: str,
    subject_id: int,
    after: Mapping[str, object] | None = None,
) -> None:
    """Add to the dealer's audit; call it in the transaction of what was done. No names, numbers or words of owners."""
    kind, _, number = actor.partition(":")
    accounts.audit(
        action=action,
        actor_kind=kind,
        actor_id=int(number) if number.isdecimal() else None,
        at=at,
        subject_kind=subject_kind,
        subject_id=subject_id,
        after=after,
        address=address,
    )

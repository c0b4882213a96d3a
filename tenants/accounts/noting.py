"""What the audit keeps of signing in: that somebody came in, and that wrong passwords locked them out."""

from datetime import datetime

from django.http import HttpRequest

from tenants.accounts import operations
from tenants.accounts.models import User
from tenants.addresses import client_address

SIGNED_IN, LOCKED = "user.signed_in", "user.locked"


def note_sign_in(user: User, *, request: HttpRequest, now: datetime) -> None:
    """Write down who came in, and from where."""
    _note(SIGNED_IN, user_id=user.pk, actor_id=user.pk, request=request, now=now)


def note_lock(email: str, *, request: HttpRequest, now: datetime) -> None:
    """Write down that somebody's sign-in is locked; of an address that is nobody's there is nothing to say."""
    user_id = User.objects.filter(email=email.strip().lower()).values_list("pk", flat=True).first()
    if user_id is not None:
        _note(LOCKED, user_id=user_id, actor_id=None, request=request, now=now)


def _note(action: str, *, user_id: int, actor_id: int | None, request: HttpRequest, now: datetime) -> None:
    operations.audit(
        action=action,
        actor_kind="system" if actor_id is None else "user",
        actor_id=actor_id,
        at=now,
        subject_kind="user",
        subject_id=user_id,
        address=client_address(request),
    )

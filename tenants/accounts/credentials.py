"""What changes about somebody's sign-in: written into the audit, and told to them by mail."""

from datetime import datetime

from django.db import transaction

from tenants.accounts import operations, tasks
from tenants.accounts.changes import Change
from tenants.accounts.models import User
from tenants.tasks import send_after_commit


def ask_for_reset(email: str) -> None:
    """Have a link mailed to whoever signs in with this address; where nobody does, the same work leads to nothing."""
    found = User.objects.filter(email=email.strip().lower(), is_active=True).values_list("pk", flat=True).first()
    send_after_commit(tasks.mail_reset, found or tasks.NOBODY)


@transaction.atomic
def set_password(user: User, password: str) -> None:
    """Give somebody another password; all their sessions and live lines end."""
    user.set_password(password)
    user.save(update_fields=["password"])
    operations.tell_lines(user.pk)


@transaction.atomic
def note(change: Change, *, user_id: int, address: str | None, now: datetime) -> None:
    """Write down what somebody changed about their sign-in, and tell them: if it was not them, they should know."""
    operations.audit(
        action=f"user.{change}",
        actor_kind="user",
        actor_id=user_id,
        at=now,
        subject_kind="user",
        subject_id=user_id,
        address=address,
    )
    send_after_commit(tasks.mail_change, user_id, change.value)

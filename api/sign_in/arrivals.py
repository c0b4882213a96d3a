"""Whoever comes in is written down. Heard of real sign-ins alone: Django's own signal comes with every session made."""

from datetime import UTC, datetime
from typing import Any

from allauth.account.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from tenants.accounts import noting
from tenants.accounts.models import User


@receiver(user_logged_in, dispatch_uid="audit")
def note(sender: object, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Have the audit keep who came in, and from where."""
    noting.note_sign_in(user, request=request, now=datetime.now(UTC))

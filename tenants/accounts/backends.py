"""Sign-in within the scope that holds: a dealer's staff at the dealer's host, a manufacturer's at the public one."""

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from tenants.accounts.models import User


class ScopedBackend(BaseBackend):
    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        """Return the active user of this schema with that address and password."""
        email = (username or kwargs.get("email") or "").strip().lower()
        user = User.objects.filter(email=email).first()
        if user is None:
            # The same work as for a wrong password, so that the time tells nothing.
            User().set_password(password)
            return None
        is_right = user.check_password(password or "")
        return user if is_right and user.is_active else None

    def get_user(self, user_id: int) -> User | None:
        return User.objects.filter(pk=user_id, is_active=True).first()

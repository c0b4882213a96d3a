"""What allauth asks its host about: who may, what things are called, and what happens besides."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from allauth.usersessions.models import UserSession
from django.http import HttpRequest
from django.http.request import split_domain_port

from tenants import places, sealing
from tenants.accounts import credentials, lockouts, sessions
from tenants.accounts import operations as accounts
from tenants.accounts.changes import Change
from tenants.accounts.models import User
from tenants.addresses import client_address

SEALED_FOR = "second-factors"
# What allauth calls a change, by the template of its mail.
CHANGES = {
    "mfa/email/totp_activated": Change.TOTP_ADDED,
    "mfa/email/totp_deactivated": Change.TOTP_REMOVED,
    "mfa/email/recovery_codes_generated": Change.RECOVERY_CODES_MADE,
    "mfa/email/webauthn_added": Change.PASSKEY_ADDED,
    "mfa/email/webauthn_removed": Change.PASSKEY_REMOVED,
    "account/email/password_reset": Change.PASSWORD_RESET,
}


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Signing in and out."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False: people are invited."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return where the request comes from, read as everywhere in this house."""
        return client_address(request) or "0.0.0.0"  # noqa: S104  # not listened to: the column needs an address

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Leave counting to the lock-outs, which count by dealer, e-mail and address."""

    def post_login(self, request: HttpRequest, user: User, **hints: Any) -> Any:  # noqa: ANN401  # allauth's answer
        """Keep the list of sessions short while we are at it: an idle dealer has nobody who signs in."""
        response = super().post_login(request, user, **hints)
        sessions.sweep(now=datetime.now(UTC))
        return response

    def set_password(self, user: User, password: str) -> None:
        """Take a password set by a link from our mail; whoever reads that mail is no longer locked out."""
        credentials.set_password(user, password)
        lockouts.lift(user.email)

    def send_notification_mail(
        self, template_prefix: str, user: User, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Note in the audit what changed about somebody's sign-in, and tell them."""
        credentials.note(
            CHANGES[template_prefix], user_id=user.pk, address=client_address(self.request), now=datetime.now(UTC)
        )


class SecondFactors(DefaultMFAAdapter):  # type: ignore[misc]  # allauth ships no types
    """Authenticator apps, recovery codes and passkeys."""

    def encrypt(self, text: str) -> str:
        """Seal a secret before it is stored."""
        return sealing.seal(text, purpose=SEALED_FOR)

    def decrypt(self, encrypted_text: str) -> str:
        """Open a stored secret."""
        return sealing.unseal(encrypted_text, purpose=SEALED_FOR)

    def get_totp_issuer(self) -> str:
        """Return what the entry in an authenticator app is called."""
        return _place_name()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return whose passkeys these are: this host's, so that one dealer's is none at another."""
        host, _port = split_domain_port(context.request.get_host())
        return {"id": host, "name": _place_name()}


class OpenSessions(DefaultUserSessionsAdapter):  # type: ignore[misc]  # allauth ships no types
    """The sessions a person has, by browser."""

    def end_sessions(self, ended: Iterable[UserSession]) -> None:
        """End them, and have their live lines hang up."""
        super().end_sessions(ended)
        accounts.tell_lines(context.request.user.pk)


def _place_name() -> str:
    manufacturer_id = getattr(context.request.user, "manufacturer_id", None)
    return places.place_of(manufacturer_id=manufacturer_id).shown_name

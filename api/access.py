"""Who is calling and whether they may: sessions of people, keys of programs, one table of roles."""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPMethod
from typing import TYPE_CHECKING

from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate, get_reauthentication_flows
from django.utils.translation import gettext_lazy as _
from redis.exceptions import RedisError
from rest_framework.authentication import BaseAuthentication, SessionAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from tenants.accounts import operations as accounts
from tenants.accounts import permissions, staff
from tenants.accounts.models import ApiKey, User
from tenants.addresses import client_address

if TYPE_CHECKING:
    # Only for types: rest_framework.views reads the settings that name this module, and would find it half made.
    from rest_framework.views import APIView

logger = logging.getLogger(__name__)

KEY_SCHEME = "Api-Key"
SAFE = frozenset({HTTPMethod.GET, HTTPMethod.HEAD, HTTPMethod.OPTIONS})


@dataclass(frozen=True)
class KeyUser:
    """A program behind a key, where a view asks for somebody."""

    key_id: int
    pk: None = None
    is_authenticated: bool = True
    is_anonymous: bool = False


class KeyAuthentication(BaseAuthentication):
    """`Authorization: Api-Key <secret>`, looked up in the schema of the host."""

    def authenticate(self, request: Request) -> tuple[KeyUser, ApiKey] | None:
        """Return the key's user; None when the header names another scheme.

        Raises: AuthenticationFailed.
        """
        words = get_authorization_header(request).split()
        if not words or words[0].decode("latin-1").lower() != KEY_SCHEME.lower():
            return None
        try:
            key = accounts.key_of(secret=b"".join(words[1:]).decode("latin-1"), now=datetime.now(UTC))
        except accounts.KeyRefused as error:
            raise AuthenticationFailed(_("This key is unknown here, or it has ended.")) from error
        return KeyUser(key_id=key.pk), key

    def authenticate_header(self, request: Request) -> str:
        """Name the scheme, so that nobody signed in gets 401 and not 403."""
        return KEY_SCHEME


class MayAct(BasePermission):
    """Asks the role table for the action that the view names."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        """Return whether the caller's role, or the key's scopes, include the action."""
        if not getattr(request.user, "is_authenticated", False):
            return False
        action = needed_action(view, request)
        if action is None:
            return True
        return _can(request, action)


def may(request: Request, action: str) -> bool:
    """Return whether the caller may do this, where an answer shows what can be done."""
    return _can(request, action)


def require(request: Request, *actions: str) -> None:
    """Ask for more than the view's own action, where an answer shows other subjects too. Raises: PermissionDenied."""
    if not all(_can(request, action) for action in actions):
        raise PermissionDenied


def _can(request: Request, action: str) -> bool:
    if isinstance(request.auth, ApiKey):
        return permissions.key_can(request.auth.scopes, action)
    return permissions.can(getattr(request.user, "role", ""), action)


def needed_action(view: "APIView", request: Request) -> str | None:
    """Return the action of the role table that this call is; None where it does nothing."""
    if request.method == HTTPMethod.OPTIONS or not _has(view, request):
        return None
    named = getattr(view, "verbs", {})
    step = getattr(view, "action", None) or (request.method or "").lower()
    if step in named:
        return str(named[step])
    if getattr(view, "action", step) is None:
        return None
    verb = "read" if request.method in SAFE else "write"
    return f"{getattr(view, 'subject')}.{verb}"  # noqa: B009  # a view without a subject is a mistake: let it raise


def _has(view: "APIView", request: Request) -> bool:
    """Return whether the view has such a method at all; a set of views says so by its action."""
    return hasattr(view, "action") or hasattr(view, (request.method or "").lower())


def actor_of(request: Request) -> str:
    """Return who acts, as events and audit name them: no names, only ids."""
    if isinstance(request.auth, ApiKey):
        return f"key:{request.auth.pk}"
    return f"user:{request.user.pk}"


def address_of(request: Request) -> str | None:
    """Return where the call came from, as the audit keeps it."""
    return client_address(request._request)


class ConfirmationNeeded(PermissionDenied):
    """A session left open is not enough for this."""

    default_code = "confirmation_needed"
    default_detail = _("Confirm that it is you, then repeat this.")


def require_confirmation(request: Request) -> None:
    """Let only somebody go on who has shown minutes ago, by password, code or passkey, that it is they.

    Raises: ConfirmationNeeded; PermissionDenied for a program.
    """
    if not isinstance(request.user, User):
        raise PermissionDenied
    # allauth calls it recent where somebody has nothing to confirm with; here such a person sets a password first.
    if not (get_reauthentication_flows(request.user) and did_recently_reauthenticate(request._request)):
        raise ConfirmationNeeded


def user_id_of(request: Request) -> int | None:
    """Return the acting person's id; None for a program."""
    return request.user.pk if isinstance(request.user, User) else None


def person_of(request: Request) -> int:
    """Return the acting person's id. Raises: PermissionDenied for a program: this is for people to do."""
    user_id = user_id_of(request)
    if user_id is None:
        raise PermissionDenied
    return user_id


def by(request: Request) -> staff.By:
    """Return the acting person and where they call from. Raises: PermissionDenied for a program."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return staff.By(user=request.user, address=address_of(request))


class CallerThrottle(SimpleRateThrottle):
    """Calls a minute, by person or key; nobody signed in is counted by address.

    A view that sends or books names a scarcer scope in `throttle_scope`.
    """

    def __init__(self) -> None:
        # The rate is known once the view is: see allow_request.
        self.scope = "calls"

    def allow_request(self, request: Request, view: "APIView") -> bool:
        """Count this call in the scope of the view; safe methods always in the general one."""
        is_scarce = request.method not in SAFE and hasattr(view, "throttle_scope")
        self.scope = str(getattr(view, "throttle_scope", "")) if is_scarce else "calls"
        self.rate = self.get_rate()
        self.num_requests, self.duration = self.parse_rate(self.rate)
        try:
            return super().allow_request(request, view)
        except (RedisError, OSError):
            # Counting protects the house from slips; without the counter the house still works.
            logger.exception("calls cannot be counted")
            return True

    def get_cache_key(self, request: Request, view: "APIView") -> str:
        """Return the counter's name; the cache adds the dealer."""
        is_known = getattr(request.user, "is_authenticated", False)
        caller = actor_of(request) if is_known else self.get_ident(request)
        return self.cache_format % {"scope": self.scope, "ident": caller}


class AddressThrottle(CallerThrottle):
    """Calls a minute from one address, for pages where nobody has signed in yet."""

    def get_cache_key(self, request: Request, view: object) -> str:
        """Return the counter's name; the cache adds the dealer."""
        return self.cache_format % {"scope": f"address.{self.scope}", "ident": self.get_ident(request)}


class TokenMissing(PermissionDenied):
    """A call by a session lacks its page's token, or comes from a page of another's."""

    default_code = "csrf_failed"
    default_detail = _("This call does not come from a page of ours that is open. Load the page again, and repeat.")


class Sessions(SessionAuthentication):
    """Sessions of the host's own users."""

    def enforce_csrf(self, request: Request) -> None:
        """Take calls from our own pages only. Raises: TokenMissing, without the library's reason, which is English."""
        try:
            super().enforce_csrf(request)
        except PermissionDenied as refusal:
            raise TokenMissing from refusal

"""Links in our mails: what they are signed with, and where they lead.

They are signed for one schema, so that a dealer's link opens nothing at another. The secret part stands behind the
`#`, which browsers keep to themselves: it reaches no access log.
"""

from datetime import timedelta

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core import signing
from django.utils.http import int_to_base36

from tenants import hosts, scope
from tenants.accounts.models import Invitation, User

INVITED_FOR = timedelta(days=7)
# Pages of the console.
INVITATION_PAGE = "/invitation"
RESET_PAGE = "/reset-password"


class LinkUnusable(Exception):
    """The link is too old, was used or withdrawn, or was never one of ours."""


class ResetTokens(PasswordResetTokenGenerator):
    """Django's tokens, which end with the password they were made for; each for one schema only."""

    def _make_hash_value(self, user: User, timestamp: int) -> str:
        return f"{scope.current_scope().key} {super()._make_hash_value(user, timestamp)} {user.is_active}"


def reset_link(user: User) -> str:
    """Return where this person sets another password, once."""
    return f"{hosts.address_here()}{RESET_PAGE}#{int_to_base36(user.pk)}-{ResetTokens().make_token(user)}"


def invitation_link(invitation: Invitation) -> str:
    """Return where this invitation is accepted."""
    token = _signer().sign_object([invitation.pk, invitation.issue])
    return f"{hosts.address_here()}{INVITATION_PAGE}#{token}"


def invitation_in(token: str) -> tuple[int, int]:
    """Return the invitation's id and issue from a link's secret part. Raises: LinkUnusable."""
    try:
        number, issue = _signer().unsign_object(token, max_age=INVITED_FOR)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise LinkUnusable from error
    return int(number), int(issue)


def _signer() -> signing.TimestampSigner:
    return signing.TimestampSigner(salt=f"tenants.accounts.invitation.{scope.current_scope().key}")

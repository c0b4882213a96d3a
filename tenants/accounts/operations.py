"""Making users and keys, and writing down what was done."""

import hashlib
import secrets
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from tenants import announcing, scope, signs
from tenants.accounts import sessions
from tenants.accounts.models import ApiKey, AuditEntry, User
from tenants.accounts.permissions import KEY_SCOPES
from tenants.accounts.roles import DEALER_ROLES, MANUFACTURER_ROLES, PUBLIC_ROLES, Role

# 32 bytes are past guessing, so a plain hash is right: slow ones protect what people can remember.
SECRET_BYTES = 32
PREFIX_LENGTH = 8
# Not of the log: the audit is its own.
AUDITED = "audit.added"
# The last use is kept to the minute: a busy key must not rewrite its row at every call.
LAST_USED_PRECISION = timedelta(minutes=1)


class RoleOutOfPlace(ValueError):
    """A dealer's role in the public schema, or a manufacturer's in a dealer's."""


class PlaceDoesNotFit(ValueError):
    """A manufacturer's role without a manufacturer, a regional manager without a region, or either of no use."""


class ScopeUnknown(ValueError):
    """A key was to be allowed something that no key may do."""


class KeyRefused(PermissionError):
    """The secret belongs to no key of this schema, or to one that has ended."""


def create_user(
    *,
    email: str,
    name: str,
    role: str,
    password: str | None,
    language: str,
    now: datetime,
    manufacturer_id: int | None = None,
    region_id: int | None = None,
) -> User:
    """Add a user to the schema in scope; without a password they can't sign in yet.

    Raises: RoleOutOfPlace; signs.Unseen, signs.NothingToRead for a name; IntegrityError if the address is taken.
    """
    check_role(role)
    signs.check_line(name)
    user = User(
        email=email.strip().lower(),
        name=name,
        role=role,
        language=language,
        manufacturer_id=manufacturer_id,
        region_id=region_id,
        created_at=now,
    )
    user.set_password(password)
    user.save(force_insert=True)
    return user


@transaction.atomic
def deactivate_user(*, user_id: int) -> None:
    """End a person's access at once: their sessions end, and open live lines are told to look again."""
    User.objects.filter(pk=user_id).update(is_active=False)
    sessions.end_all(user_id)
    tell_lines(user_id)


@transaction.atomic
def change_role(*, user_id: int, role: str) -> None:
    """Give a person another post of this schema; what is open is told to look again.

    Raises: RoleOutOfPlace.
    """
    check_role(role)
    User.objects.filter(pk=user_id).update(role=role)
    tell_lines(user_id)


def tell_lines(user_id: int) -> None:
    """Have a person's open live lines ask, after the commit, whether they still count.

    Only dealers' people have such lines; for others there is nothing to tell.
    """
    if scope.current_scope().dealer is not None:
        announcing.look_again(user_id=user_id)


def issue_key(
    *,
    name: str,
    scopes: Collection[str],
    created_by: User | None,
    now: datetime,
    expires_at: datetime | None = None,
) -> tuple[ApiKey, str]:
    """Make a key of the schema in scope; return it and its secret, which is not kept.

    Raises: ScopeUnknown.
    """
    if unknown := set(scopes) - KEY_SCOPES:
        raise ScopeUnknown(f"no key may do {', '.join(sorted(unknown))}")
    secret = secrets.token_urlsafe(SECRET_BYTES)
    key = ApiKey.objects.create(
        name=name,
        prefix=secret[:PREFIX_LENGTH],
        secret_hash=_hash(secret),
        scopes=sorted(scopes),
        created_by=created_by,
        created_at=now,
        expires_at=expires_at,
    )
    return key, secret


def key_of(*, secret: str, now: datetime) -> ApiKey:
    """Return the key this secret belongs to, and note that it was used.

    Raises: KeyRefused.
    """
    # Found by its hash: the comparison tells nothing about the secret itself.
    alive = Q(expires_at=None) | Q(expires_at__gt=now)
    key = ApiKey.objects.filter(alive, secret_hash=_hash(secret), revoked_at=None).first()
    if key is None:
        raise KeyRefused("this key is unknown here, or it has ended")
    if key.last_used_at is None or now - key.last_used_at >= LAST_USED_PRECISION:
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)
    return key


def revoke_key(*, key_id: int, now: datetime) -> None:
    """End a key at once; one that has ended already stays as it is."""
    ApiKey.objects.filter(pk=key_id, revoked_at=None).update(revoked_at=now)


def audit(
    *,
    action: str,
    actor_kind: str,
    actor_id: int | None,
    at: datetime,
    subject_kind: str = "",
    subject_id: int | None = None,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
    address: str | None = None,
) -> AuditEntry:
    """Add to the audit of the schema in scope; call it in the transaction of what was done."""
    with transaction.atomic():
        if scope.current_scope().dealer is not None:
            announcing.announce({AUDITED})
        return AuditEntry.objects.create(
            action=action,
            actor_kind=actor_kind,
            actor_id=actor_id,
            at=at,
            subject_kind=subject_kind,
            subject_id=subject_id,
            before=dict(before) if before is not None else None,
            after=dict(after) if after is not None else None,
            address=address,
        )


def roles_here() -> list[Role]:
    """Return the roles that people of the schema in scope can hold, in the order of their table."""
    here = DEALER_ROLES if _is_dealers() else PUBLIC_ROLES
    return [role for role in Role if role in here]


def check_role(role: str) -> None:
    """Let only roles of the schema in scope pass. Raises: RoleOutOfPlace."""
    if role not in roles_here():
        place = "a dealer's schema" if _is_dealers() else "the public schema"
        raise RoleOutOfPlace(f"{role} has no place in {place}; choose one of {', '.join(sorted(roles_here()))}")


def check_place(role: str, *, manufacturer_id: int | None, region_id: int | None) -> None:
    """Let pass whoever has what their role needs, and no more. Raises: PlaceDoesNotFit."""
    if (manufacturer_id is not None) != (role in MANUFACTURER_ROLES):
        raise PlaceDoesNotFit("a manufacturer belongs to the manufacturer's roles, and to no other")
    if (region_id is not None) != (role == Role.REGIONAL_MANAGER):
        raise PlaceDoesNotFit("a region belongs to a regional manager, and to nobody else")


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _is_dealers() -> bool:
    return scope.current_scope().schema != scope.PUBLIC_SCHEMA

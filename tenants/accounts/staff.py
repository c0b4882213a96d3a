"""What people do about who gets in: posts and access of others, their own password, keys of programs.

Each writes its audit entry in the transaction of the change, and open lines are told to look again.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from tenants import announcing, scope
from tenants.accounts import credentials, lockouts, operations
from tenants.accounts.changes import Change
from tenants.accounts.models import ApiKey, Invitation, User
from tenants.accounts.permissions import can_appoint
from tenants.accounts.roles import Role

# What may be changed of another person; the address is what they sign in with and stays.
CHANGEABLE = frozenset({"name", "role", "language", "ability"})

# Posts whose people may have a share of new files.
SHARING = frozenset({Role.RELATIONS_SPECIALIST, Role.SERVICE_SPECIALIST})

# How the audit calls what was acted upon.
SUBJECTS: Mapping[type, str] = {User: "user", Invitation: "invitation", ApiKey: "api_key"}


class AddressTaken(ValueError):
    """Somebody here signs in with this address already."""


class NotOneself(Exception):
    """Nobody changes their own post or ends their own access: the last head could lock the house."""


class RoleTooHigh(Exception):
    """Only somebody in such a post gives it, or changes who is in it."""


class FieldNotChangeable(ValueError):
    """Not a field that is changed of a person; the message names it."""


@dataclass(frozen=True)
class By:
    """Who acts, and from where."""

    user: User
    address: str | None = None


def change_person(user_id: int, *, changes: Mapping[str, Any], by: By, now: datetime) -> User:
    """Change name, post, language or share of new files; another post ends the person's sessions.

    Raises: FieldNotChangeable, NotOneself for one's own post, RoleOutOfPlace, RoleTooHigh, PlaceDoesNotFit;
    User.DoesNotExist.
    """
    if foreign := set(changes) - CHANGEABLE:
        raise FieldNotChangeable(", ".join(sorted(foreign)))
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=user_id)
        if user.pk != by.user.pk:
            check_appointment(by, user.role)
        changed = {field: value for field, value in changes.items() if getattr(user, field) != value}
        if "role" in changed:
            _check_other(user, by=by)
            check_appointment(by, changed["role"])
            operations.check_role(changed["role"])
            operations.check_place(changed["role"], manufacturer_id=user.manufacturer_id, region_id=user.region_id)
            operations.change_role(user_id=user_id, role=changed["role"])
        before = {field: getattr(user, field) for field in changed}
        User.objects.filter(pk=user_id).update(**changed)
        if changed:
            note("user.changed", user, by=by, now=now, before=before, after=changed)
        user.refresh_from_db()
        return user


def deactivate_person(user_id: int, *, by: By, now: datetime) -> User:
    """End somebody's access at once, sessions and open lines too; again changes nothing.

    Raises: NotOneself, RoleTooHigh; User.DoesNotExist.
    """
    return _switch(user_id, is_active=False, by=by, now=now)


def reactivate_person(user_id: int, *, by: By, now: datetime) -> User:
    """Let somebody in again, who then signs in anew; again changes nothing.

    Raises: NotOneself, RoleTooHigh; User.DoesNotExist.
    """
    return _switch(user_id, is_active=True, by=by, now=now)


def unlock_person(user_id: int, *, by: By, now: datetime) -> User:
    """Take this person's password again after too many wrong ones.

    Raises: NotOneself, RoleTooHigh; User.DoesNotExist.
    """
    with transaction.atomic():
        user = User.objects.get(pk=user_id)
        _check_other(user, by=by)
        note("user.unlocked", user, by=by, now=now)
        scope.on_commit(lambda: lockouts.lift(user.email))
        return user


def set_own_password(*, new: str, by: By, now: datetime) -> User:
    """Give oneself another password; all other sessions end. Raises: ValidationError for a weak one."""
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=by.user.pk)
        password_validation.validate_password(new, user)
        if user.check_password(new):
            raise ValidationError(_("This is the password you have."))
        credentials.set_password(user, new)
        credentials.note(Change.PASSWORD_CHANGED, user_id=user.pk, address=by.address, now=now)
        return user


def allowed(user: User, *, by: By, is_locked: bool) -> list[str]:
    """Return what `by`, who may write users, may do to this person: to themself and to those above nothing here."""
    if user.pk == by.user.pk or not can_appoint(by.user.role, user.role):
        return []
    unlock = ["unlock"] if is_locked and user.is_active else []
    share = ["share"] if user.is_active and user.role in SHARING else []
    return ["change_role", "deactivate" if user.is_active else "reactivate", *unlock, *share]


@transaction.atomic
def issue_key(
    *, name: str, scopes: Collection[str], expires_at: datetime | None, by: By, now: datetime
) -> tuple[ApiKey, str]:
    """Make a key in a person's name; return it and its secret, which is not kept. Raises: ScopeUnknown."""
    key, secret = operations.issue_key(name=name, scopes=scopes, created_by=by.user, expires_at=expires_at, now=now)
    note("api_key.issued", key, by=by, now=now, after={"scopes": key.scopes})
    return key, secret


@transaction.atomic
def revoke_key(key_id: int, *, by: By, now: datetime) -> None:
    """End a key at once; again changes nothing. Raises: ApiKey.DoesNotExist."""
    key = ApiKey.objects.select_for_update().get(pk=key_id)
    if key.revoked_at is None:
        operations.revoke_key(key_id=key_id, now=now)
        note("api_key.revoked", key, by=by, now=now)


def _switch(user_id: int, *, is_active: bool, by: By, now: datetime) -> User:
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=user_id)
        _check_other(user, by=by)
        if user.is_active == is_active:
            return user
        if is_active:
            User.objects.filter(pk=user_id).update(is_active=True)
        else:
            operations.deactivate_user(user_id=user_id)
        note("user.reactivated" if is_active else "user.deactivated", user, by=by, now=now)
        user.refresh_from_db()
        return user


def _check_other(user: User, *, by: By) -> None:
    if user.pk == by.user.pk:
        raise NotOneself
    if not can_appoint(by.user.role, user.role):
        raise RoleTooHigh


def check_appointment(by: By, role: str) -> None:
    """Let only those go on who may give or take this role. Raises: RoleTooHigh."""
    if not can_appoint(by.user.role, role):
        raise RoleTooHigh


def note(
    action: str,
    subject: User | Invitation | ApiKey,
    *,
    by: By,
    now: datetime,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> None:
    """Write into the audit what somebody did, in the transaction of what was done; who may read people hears of it."""
    operations.audit(
        action=action,
        actor_kind="user",
        actor_id=by.user.pk,
        at=now,
        subject_kind=SUBJECTS[type(subject)],
        subject_id=subject.pk,
        before=before,
        after=after,
        address=by.address,
    )
    # Only a dealer's people have live lines.
    if scope.current_scope().dealer is not None:
        announcing.announce({action})

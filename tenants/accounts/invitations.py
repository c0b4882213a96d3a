"""Inviting people: by mail, with a link that works once and not for ever. Accepting makes the person.

Each writes its audit entry in the transaction of the change.
"""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth import password_validation
from django.db import transaction
from django.db.models import QuerySet

from tenants.accounts import links, operations, tasks
from tenants.accounts.links import LinkUnusable
from tenants.accounts.models import Invitation, User
from tenants.accounts.permissions import can_appoint
from tenants.accounts.staff import AddressTaken, By, check_appointment, note
from tenants.tasks import send_after_commit


class InvitationOver(Exception):
    """It was accepted or withdrawn."""


@dataclass(frozen=True)
class Wish:
    """Who is invited to what."""

    email: str
    name: str
    role: str
    language: str
    # For a manufacturer's people: theirs, and a regional manager's region.
    manufacturer_id: int | None = None
    region_id: int | None = None


def invite(wish: Wish, *, by: By, now: datetime) -> Invitation:
    """Invite somebody to the schema in scope, and have the link mailed.

    Raises: AddressTaken, also where an invitation is open; RoleOutOfPlace, RoleTooHigh, PlaceDoesNotFit.
    """
    email = wish.email.strip().lower()
    check_appointment(by, wish.role)
    operations.check_role(wish.role)
    operations.check_place(wish.role, manufacturer_id=wish.manufacturer_id, region_id=wish.region_id)
    with transaction.atomic():
        # The unique indexes decide between two at once; this says it in a sentence.
        if User.objects.filter(email=email).exists() or open_invitations().filter(email=email).exists():
            raise AddressTaken
        invitation = Invitation.objects.create(
            email=email,
            name=wish.name,
            role=wish.role,
            language=wish.language,
            manufacturer_id=wish.manufacturer_id,
            region_id=wish.region_id,
            invited_by_id=by.user.pk,
            created_at=now,
            expires_at=now + links.INVITED_FOR,
        )
        note("user.invited", invitation, by=by, now=now, after={"role": invitation.role})
        send_after_commit(tasks.mail_invitation, invitation.pk)
        return invitation


def resend(invitation_id: int, *, by: By, now: datetime) -> Invitation:
    """Mail a new link, good for as long as the first was; the one before works no more.

    Raises: InvitationOver, RoleTooHigh; Invitation.DoesNotExist.
    """
    with transaction.atomic():
        invitation = _open_one(invitation_id, by=by)
        invitation.issue += 1
        invitation.expires_at = now + links.INVITED_FOR
        invitation.save(update_fields=["issue", "expires_at"])
        note("user.invited_again", invitation, by=by, now=now)
        send_after_commit(tasks.mail_invitation, invitation.pk)
        return invitation


def withdraw(invitation_id: int, *, by: By, now: datetime) -> Invitation:
    """Take an invitation back: its link works no more.

    Raises: InvitationOver, RoleTooHigh; Invitation.DoesNotExist.
    """
    with transaction.atomic():
        invitation = _open_one(invitation_id, by=by)
        invitation.withdrawn_at = now
        invitation.save(update_fields=["withdrawn_at"])
        note("user.invitation_withdrawn", invitation, by=by, now=now)
        return invitation


def behind(token: str, *, now: datetime) -> Invitation:
    """Return the open invitation that this link's secret part belongs to. Raises: LinkUnusable."""
    number, issue = links.invitation_in(token)
    invitation = open_invitations().filter(pk=number, issue=issue, expires_at__gt=now).first()
    if invitation is None:
        raise LinkUnusable
    return invitation


def accept(token: str, *, password: str, name: str | None, address: str | None, now: datetime) -> User:
    """Make the person who was invited, with a password of their own.

    Raises: LinkUnusable; AddressTaken where somebody was added meanwhile; ValidationError for a weak password.
    """
    invitation = behind(token, now=now)
    person = User(email=invitation.email, name=name or invitation.name)
    password_validation.validate_password(password, person)
    with transaction.atomic():
        # Claimed by a conditional UPDATE: of two who open the link at once, one comes in.
        if not open_invitations().filter(pk=invitation.pk, issue=invitation.issue).update(accepted_at=now):
            raise LinkUnusable
        if User.objects.filter(email=invitation.email).exists():
            raise AddressTaken
        user = _make_user(invitation, name=person.name, password=password, now=now)
        note("user.accepted_invitation", user, by=By(user=user, address=address), now=now, after={"role": user.role})
        return user


def open_invitations() -> QuerySet[Invitation]:
    """Return those neither accepted nor withdrawn, whether or not their links still work."""
    return Invitation.objects.filter(accepted_at=None, withdrawn_at=None)


def allowed(invitation: Invitation, *, by: By) -> list[str]:
    """Return what `by`, who may write users, may do with an open invitation."""
    return ["resend", "withdraw"] if can_appoint(by.user.role, invitation.role) else []


def _make_user(invitation: Invitation, *, name: str, password: str, now: datetime) -> User:
    return operations.create_user(
        email=invitation.email,
        name=name,
        role=invitation.role,
        password=password,
        language=invitation.language,
        manufacturer_id=invitation.manufacturer_id,
        region_id=invitation.region_id,
        now=now,
    )


def _open_one(invitation_id: int, *, by: By) -> Invitation:
    invitation = Invitation.objects.select_for_update().get(pk=invitation_id)
    check_appointment(by, invitation.role)
    if invitation.accepted_at or invitation.withdrawn_at:
        raise InvitationOver
    return invitation

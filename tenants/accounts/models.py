"""Who signs in, which programs hold a key, and what was done by whom.

These tables stand in the public schema for staff of manufacturers and of the platform,
and in each dealer's schema for that dealer's staff; ids of the two never meet.
"""

from typing import ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac

from tenants.accounts.roles import MANUFACTURER_ROLES, Role
from tenants.querysets import ScopedManager, ScopedQuerySet


class UserManager(BaseUserManager["User"]):
    """The users of the schema in scope."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())

    def get_queryset(self) -> ScopedQuerySet["User"]:
        return ScopedQuerySet(self.model, using=self._db)


class User(AbstractBaseUser):
    email = models.EmailField(max_length=254)
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=30, choices=Role.choices)
    # Their share of new files, in percent of a usual one; 0: none.
    ability = models.PositiveSmallIntegerField(default=100, db_default=100)
    language = models.CharField(max_length=10, default="en")
    # Plain ids: in a dealer's schema no foreign key points into the public one.
    manufacturer_id = models.BigIntegerField(null=True, blank=True)
    region_id = models.BigIntegerField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name", "role"]
    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        constraints = (
            # The name one signs in with.
            models.UniqueConstraint(fields=("email",), name="user_email_once"),
            # Unique in any spelling: only lowered addresses are kept.
            models.CheckConstraint(condition=Q(email=Lower("email")), name="user_email_is_lower"),
            # A manufacturer's role without a manufacturer would see either all or nothing.
            models.CheckConstraint(
                condition=Q(role__in=sorted(MANUFACTURER_ROLES), manufacturer_id__isnull=False)
                | (~Q(role__in=sorted(MANUFACTURER_ROLES)) & Q(manufacturer_id__isnull=True)),
                name="user_manufacturer_fits_role",
            ),
        )

    def __str__(self) -> str:
        return f"{self.role} {self.pk}"

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        # Django's own knows the password only: with the post in it, another post ends the sessions too.
        return salted_hmac(
            "tenants.accounts.session", f"{self.password}:{self.role}", secret=secret, algorithm="sha256"
        ).hexdigest()


def shown_name(user: User) -> str:
    """Return what a person is called on screens that show themselves."""
    return user.name


class Invitation(models.Model):
    """Somebody asked to join, and the link they were sent; accepting makes the User."""

    email = models.EmailField(max_length=254)
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=30, choices=Role.choices)
    language = models.CharField(max_length=10)
    manufacturer_id = models.BigIntegerField(null=True, blank=True)
    region_id = models.BigIntegerField(null=True, blank=True)
    # How often the link was made; only the last one works.
    issue = models.PositiveSmallIntegerField(default=1)
    invited_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[ScopedManager[Self]] = ScopedManager()

    class Meta:
        constraints = (
            # One open link an address: of two at once, the second is refused.
            models.UniqueConstraint(
                fields=("email",),
                condition=Q(accepted_at__isnull=True, withdrawn_at__isnull=True),
                name="invitation_open_once",
            ),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="invitation_email_is_lower"),
        )
        indexes = (
            # The pending list, newest first; the closed ones grow, the open ones stay few.
            models.Index(
                fields=("-id",),
                condition=Q(accepted_at__isnull=True, withdrawn_at__isnull=True),
                name="invitation_open",
            ),
        )

    def __str__(self) -> str:
        return f"invitation {self.pk}"


class ApiKey(models.Model):
    """A program's way in: the secret is shown once and kept as its hash."""

    name = models.CharField(max_length=120)
    prefix = models.CharField(max_length=12)
    secret_hash = models.CharField(max_length=64)
    scopes = models.JSONField(default=list)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[ScopedManager[Self]] = ScopedManager()

    class Meta:
        constraints = (
            # Looked up by hash at every call of the API.
            models.UniqueConstraint(fields=("secret_hash",), name="api_key_secret_once"),
        )

    def __str__(self) -> str:
        return f"{self.prefix}..."


class AuditEntry(models.Model):
    """What somebody changed: added, never altered; a trigger holds that."""

    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True, blank=True)
    actor_kind = models.CharField(max_length=20)
    action = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=40, blank=True)
    subject_id = models.BigIntegerField(null=True, blank=True)
    before = models.JSONField(null=True, blank=True)
    after = models.JSONField(null=True, blank=True)
    address = models.GenericIPAddressField(null=True, blank=True)

    objects: ClassVar[ScopedManager[Self]] = ScopedManager()

    class Meta:
        indexes = (
            # What happened to one thing, newest first.
            models.Index(fields=("subject_kind", "subject_id", "-at"), name="audit_by_subject"),
            # Everything, or a day of it; what one person did; where something of a kind was done.
            models.Index(fields=("-at", "-id"), name="audit_by_time"),
            models.Index(fields=("actor_kind", "actor_id", "-at", "-id"), name="audit_by_actor"),
            models.Index(fields=("action", "-at", "-id"), name="audit_by_action"),
        )

    def __str__(self) -> str:
        return f"{self.action} at {self.at}"

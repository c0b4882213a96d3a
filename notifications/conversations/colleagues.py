"""Who may have a conversation: the dealer's active people whose post answers owners."""

from django.db.models import QuerySet

from tenants.accounts.models import User
from tenants.accounts.permissions import ROLES_BY_ACTION

ANSWERS = "messages.send"


class NoColleague(LookupError):
    """Nobody of this number answers owners here: unknown, gone, or in another post."""


def answering() -> QuerySet[User]:
    """This function will return the people of the dealer who may answer owners."""
    return User.objects.filter(is_active=True, role__in=sorted(ROLES_BY_ACTION[ANSWERS]))


def not_answering() -> QuerySet[User]:
    """This function will return the dealer's people who have left, or whose post does not answer owners."""
    return User.objects.exclude(is_active=True, role__in=sorted(ROLES_BY_ACTION[ANSWERS]))


def require(user_id: int) -> None:
    """This function will let only those pass who may answer. Raises: NoColleague."""
    if not answering().filter(pk=user_id).exists():
        raise NoColleague(str(user_id))


def names() -> dict[int, str]:
    """This function will return the names of all the dealer's people, by id: dozens, read at once for any list."""
    return dict(User.objects.values_list("id", "name"))


def name_of(user_id: int) -> str:
    """This function will return the name of whoever may answer; empty for those who have left."""
    return answering().filter(pk=user_id).values_list("name", flat=True).first() or ""

"""Making links, finding what one leads to, giving tokens to what leaves; see Note [A token is nowhere stored]."""

import hashlib
import hmac
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from core.customers.models import ContactPoint
from notifications.links import rules
from notifications.links.models import OwnerLink
from notifications.links.rules import Purpose
from tenants.hosts import page_address
from tenants.scope import current_dealer

# Rows of one INSERT.
ROWS_AT_ONCE = 500


class LinkUnknown(LookupError):
    """No link of this dealer has that token."""


class LinkOver(Exception):
    """The link was good once: it has expired, what it was about is over, or it went to a wrong number."""


@dataclass(frozen=True, kw_only=True)
class NewLink:
    """A link as the message that will carry it wants it.

    stops: of an unsubscribe link, the purpose whose messages it ends.
    """

    purpose: Purpose
    conversation_id: int
    language: str
    customer_id: int | None
    run_id: int | None = None
    case_kind: str = ""
    case_id: int | None = None
    stops: str = ""


@dataclass(frozen=True)
class Marked:
    """A link as a stored message names it: its number, and its address with the mark for the token."""

    id: int
    address: str


def issue(wanted: Sequence[NewLink], *, now: datetime) -> list[Marked]:
    """This function will make links, in the order asked and in one statement."""
    if not wanted:
        return []
    rows = OwnerLink.objects.bulk_create([_row(one, now=now) for one in wanted], batch_size=ROWS_AT_ONCE)
    begin = page_address(current_dealer())
    return [Marked(row.pk, begin + rules.path_of(rules.mark_of(row.pk))) for row in rows]


def found(token: str) -> OwnerLink:
    """This function will return the link of a token, with what it is about. Raises: LinkUnknown.

    Another dealer's token takes the same way to the same answer as one that never was.
    """
    hashed = rules.hash_of(token, key=_key())
    links = OwnerLink.objects.select_related("customer__merged_into", "conversation__account", "run__flow_version")
    link = links.filter(token_hash=hashed).first()
    if link is None:
        raise LinkUnknown
    return link


def check_open(link: OwnerLink, *, now: datetime) -> None:
    """This function will return if the link may still be used, as far as the link itself goes. Raises: LinkOver."""
    if link.expires_at <= now:
        raise LinkOver("EXPIRED")
    strangers = ContactPoint.objects.filter(value=link.conversation.address, blocked_at__isnull=False)
    if link.customer is not None and strangers.filter(customer=link.customer).exists():
        raise LinkOver("WRONG_NUMBER")


def person_of(link: OwnerLink) -> int | None:
    """This function will return the file of the link's owner, also where files have been merged since."""
    return (link.customer.merged_into_id or link.customer.pk) if link.customer else None


def note_use(link: OwnerLink, *, now: datetime) -> None:
    """This function will note that something was done by the link."""
    OwnerLink.objects.filter(pk=link.pk).update(used_at=now)
    link.used_at = now


def tokens_of(link_ids: Collection[int]) -> dict[int, str]:
    """This function will return the tokens of links by their numbers, in one query, none where nothing is asked."""
    if not link_ids:
        return {}
    key = _key()
    salts = OwnerLink.objects.filter(pk__in=link_ids).values_list("pk", "salt")
    return {pk: rules.token_of(bytes(salt), key=key) for pk, salt in salts}


def address_of(token: str) -> str:
    """This function will return the whole address of a token's page."""
    return page_address(current_dealer()) + rules.path_of(token)


def _row(wanted: NewLink, *, now: datetime) -> OwnerLink:
    salt, key = secrets.token_bytes(rules.TOKEN_BYTES), _key()
    return OwnerLink(
        purpose=wanted.purpose.value,
        salt=salt,
        token_hash=rules.hash_of(rules.token_of(salt, key=key), key=key),
        customer_id=wanted.customer_id,
        conversation_id=wanted.conversation_id,
        run_id=wanted.run_id,
        case_kind=wanted.case_kind,
        case_id=wanted.case_id,
        stops=wanted.stops,
        language=wanted.language,
        created_at=now,
        expires_at=now + rules.LASTS[wanted.purpose],
    )


def _key() -> bytes:
    """A key for each dealer, so that one's token is nothing at another's."""
    dealer = f"owner-links:{current_dealer().schema}"
    return hmac.digest(settings.SECRET_KEY.encode(), dealer.encode(), hashlib.sha256)

"""An owner's own list of what they may be sent: as it stands, and as they change it on their page, with the proof."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q

from channels_app import registry
from core.calendar.rules import local_date
from core.customers.models import Consent as ConsentRow
from core.customers.models import ContactPoint, Customer
from core.events import kinds
from core.events import operations as events
from core.transactions import waking
from core.vehicles.models import Ownership, Vehicle
from notifications.due import looking
from notifications.outbox import operations as outbox
from notifications.policy.facts import CALL, Consent, Purpose
from notifications.policy.models import Suppression
from notifications.policy.operations import standard_in_force
from notifications.preferences import rules
from notifications.preferences.rules import CHOSEN, Change, Key, Known, Wall
from tenants.scope import current_dealer

# More cars than this are a fleet's, whose list is kept with a person.
MOST_CARS = 6
# Walls that a tick takes down: the owner's own, and those people put up because the owner asked them to.
LIFTED_HERE = (Suppression.Source.REPLY, Suppression.Source.PAGE, Suppression.Source.PERSON)
REASON = "PREFERENCE"


@dataclass(frozen=True)
class Way:
    """A way to reach the owner: the kind of channel, and what kind of address it goes to; a call is one too."""

    channel: str
    address_kind: str


@dataclass(frozen=True)
class Box:
    """One box of the list and whether it is ticked; a fixed one cannot be changed here."""

    key: Key
    is_on: bool
    is_fixed: bool


@dataclass(frozen=True)
class Preferences:
    """An owner's list with what names its boxes."""

    customer: Customer
    ways: tuple[Way, ...]
    cars: tuple[Vehicle, ...]
    boxes: tuple[Box, ...]


def preferences(customer_id: int, *, now: datetime) -> Preferences:
    """This function will return what an owner may be sent. Raises: Customer.DoesNotExist."""
    customer = Customer.objects.get(pk=customer_id)
    files = _files(customer)
    points = list(ContactPoint.objects.filter(customer__in=files, blocked_at__isnull=True).order_by("id"))
    ways, cars = _ways(points), _cars(files)
    known = _known(files, points, now=now)
    twins = _twins()
    boxes = tuple(_box(key, _same(key, twins), known) for key in _keys(ways, cars))
    return Preferences(customer, ways, cars, boxes)


def change(customer_id: int, *, wanted: Mapping[Key, bool], wording: Mapping[Key, str], now: datetime) -> Change:
    """This function will make an owner's list as wanted, and return what was written.

    A no commits by itself and first, and nothing of it leaves from then on; see suppressing. wording: what stood
    beside each box, as the proof. Raises: Customer.DoesNotExist.
    """
    with transaction.atomic():
        # The owner's row is the lock: a form sent twice is written once.
        customer = Customer.objects.select_for_update().get(pk=customer_id)
        files = _files(customer)
        points = list(ContactPoint.objects.filter(customer__in=files).order_by("id"))
        known, twins = _known(files, points, now=now), _twins()
        meant = {one: is_on for key, is_on in wanted.items() for one in _same(key, twins)}
        wording = {one: said for key, said in wording.items() for one in _same(key, twins)}
        asked = rules.change(meant, known, unseen=_unseen(meant))
        _refuse(customer, asked.noes, wording, points, now=now)
    if asked.yeses:
        with waking(now=now):
            _allow(customer, asked, wording, now=now)
    return asked


def _files(customer: Customer) -> list[int]:
    """The person's file and those merged into it: each has its own word, and the strictest counts."""
    return list(Customer.objects.filter(Q(pk=customer.pk) | Q(merged_into=customer)).values_list("pk", flat=True))


def _ways(points: Iterable[ContactPoint]) -> tuple[Way, ...]:
    has = {(point.kind, point.chat_channel) for point in points}
    found: dict[str, Way] = {}
    for account in looking.accounts():
        kind = registry.get(account.kind).capabilities.address_kind
        chat = account.kind if kind == ContactPoint.Kind.CHAT else ""
        if (kind, chat) in has:
            # Two providers of texts are one way to the owner, who knows neither.
            found.setdefault(chat or kind, Way(account.kind, kind))
    if any(kind == ContactPoint.Kind.PHONE for kind, _ in has):
        found[CALL] = Way(CALL, CALL)
    return tuple(found.values())


def _twins() -> Mapping[str, tuple[str, ...]]:
    """The kinds of account behind each way: all that text, or all that mail, are one to the owner; a chat is itself."""
    kinds = dict.fromkeys(account.kind for account in looking.accounts())
    of_kind = {kind: registry.get(kind).capabilities.address_kind for kind in kinds}
    return {
        kind: tuple(other for other in kinds if of_kind[other] == address)
        for kind, address in of_kind.items()
        if address != ContactPoint.Kind.CHAT
    }


def _same(key: Key, twins: Mapping[str, tuple[str, ...]]) -> list[Key]:
    return [replace(key, channel=kind) for kind in twins.get(key.channel, (key.channel,))]


def _box(key: Key, same: Iterable[Key], known: Known) -> Box:
    """A box is ticked where every account behind it may send."""
    alike = list(same)
    return Box(
        key,
        is_on=all(rules.is_on(one, known) for one in alike),
        is_fixed=any(rules.is_fixed(one, known) for one in alike),
    )


def _cars(files: list[int]) -> tuple[Vehicle, ...]:
    """The cars, where there are several to choose among and few enough to list."""
    held = Ownership.objects.filter(customer__in=files, to_date__isnull=True).select_related("vehicle").order_by("id")
    cars = [one.vehicle for one in held[: MOST_CARS + 1]]
    return tuple(cars) if 1 < len(cars) <= MOST_CARS else ()


def _keys(ways: Iterable[Way], cars: Iterable[Vehicle]) -> list[Key]:
    listed = list(cars)
    return [
        key
        for purpose in CHOSEN
        for key in (
            *(Key(purpose, channel=way.channel) for way in ways),
            *(Key(purpose, vehicle_id=car.pk) for car in listed),
        )
    ]


def _unseen(wanted: Mapping[Key, bool]) -> list[Key]:
    """Channels that the dealer has and the owner's list does not show, for want of an address."""
    channels = {account.kind for account in looking.accounts()} | {CALL}
    return [key for purpose in CHOSEN for channel in sorted(channels) if (key := Key(purpose, channel)) not in wanted]


def _known(files: list[int], points: Iterable[ContactPoint], *, now: datetime) -> Known:
    today = local_date(now, timezone=ZoneInfo(current_dealer().timezone))
    purposes = standard_in_force(today=today).purposes
    return Known(
        consents=tuple(consent for _, consent in looking.consents(files)),
        walls=tuple(_walls(files, points)),
        need_consent=frozenset(name for name, rule in purposes.items() if rule.needs_consent),
    )


def _walls(files: list[int], points: Iterable[ContactPoint]) -> Iterable[Wall]:
    hashes = {outbox.address_hash(point.value) for point in points}
    standing = Suppression.objects.filter(Q(customer__in=files) | Q(address_hash__in=hashes), lifted_at__isnull=True)
    named = {account.kind: registry.names_of(account.kind) for account in looking.accounts()}
    for row in standing.order_by("id"):
        for channel in looking.closed_by(row.channel, named):
            yield Wall(
                id=row.pk,
                is_owners=row.source in LIFTED_HERE,
                purpose=Purpose(row.purpose) if row.purpose else None,
                channel=channel,
                vehicle_id=row.vehicle_id,
            )


def _refuse(
    customer: Customer,
    noes: Iterable[Key],
    wording: Mapping[Key, str],
    points: Iterable[ContactPoint],
    *,
    now: datetime,
) -> None:
    """Walls and consents, then what is on its way. Nobody is woken, see outbox.stopping."""
    refused = list(noes)
    if not refused:
        return
    Suppression.objects.bulk_create(
        Suppression(
            customer=customer,
            vehicle_id=key.vehicle_id,
            purpose=key.purpose.value,
            channel=key.channel,
            reason=REASON,
            source=Suppression.Source.PAGE,
            wording=wording.get(key, "")[:300],
            at=now,
        )
        for key in refused
    )
    for key in refused:
        _say(customer.pk, key, is_granted=False, wording=wording.get(key, ""), now=now)
    for point in points:
        outbox.halt(point.value, now=now)


def _allow(customer: Customer, asked: Change, wording: Mapping[Key, str], *, now: datetime) -> None:
    Suppression.objects.filter(pk__in=asked.walls, lifted_at__isnull=True).update(lifted_at=now, lifted_reason="OPT_IN")
    for key in asked.yeses:
        _say(customer.pk, key, is_granted=True, wording=wording.get(key, ""), now=now)
    ticked = "; ".join(wording.get(key, "") for key in asked.yeses)
    said = {(customer.pk, key.purpose, key.channel or None, key.vehicle_id) for key in asked.yeses}
    for consent in asked.lifted:
        if (consent.customer_id, consent.purpose, consent.channel, consent.vehicle_id) not in said:
            _lift(consent, wording=ticked, now=now)


def _lift(consent: Consent, *, wording: str, now: datetime) -> None:
    """A no to all stands beside a yes to one: it is answered by its own yes, in the file where it stands."""
    _write(
        consent.customer_id,
        purpose=consent.purpose.value if consent.purpose else "",
        channel=consent.channel or "",
        vehicle_id=consent.vehicle_id,
        is_granted=True,
        wording=wording,
        now=now,
    )


def _say(customer_id: int, key: Key, *, is_granted: bool, wording: str, now: datetime) -> None:
    _write(
        customer_id,
        purpose=key.purpose.value,
        channel=key.channel,
        vehicle_id=key.vehicle_id,
        is_granted=is_granted,
        wording=wording,
        now=now,
    )


def _write(
    customer_id: int,
    *,
    purpose: str,
    channel: str,
    vehicle_id: int | None,
    is_granted: bool,
    wording: str,
    now: datetime,
) -> None:
    row = ConsentRow.objects.create(
        customer_id=customer_id,
        vehicle_id=vehicle_id,
        purpose=purpose,
        channel=channel,
        is_granted=is_granted,
        source=ConsentRow.Source.PAGE,
        wording=wording[:300],
        at=now,
        recorded_at=now,
        actor="owner",
    )
    events.record(
        kinds.CONSENT_CHANGED,
        subject_kind="consent",
        subject_id=row.pk,
        at=now,
        customer_id=customer_id,
        vehicle_id=vehicle_id,
        data={"is_granted": is_granted, "purpose": purpose, "channel": channel, "source": "PAGE"},
        actor="owner",
    )

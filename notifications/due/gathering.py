"""What the policy must know of a whole batch, read in a constant number of statements."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from core.calendar.operations import calendar_of
from core.calendar.rules import WorkCalendar
from core.customers.models import ContactPoint, Customer
from notifications.channels.models import ChannelAccount
from notifications.due import looking, ways
from notifications.due.claiming import Circle
from notifications.due.models import Due
from notifications.due.ways import Needed, Ways
from notifications.outbox.addresses import address_hash
from notifications.planning.kinds import ReminderKind, shipped
from notifications.policy.facts import Consent, Contact, Facts, Purpose, Route, Suppression, Topic, Vehicle, Window
from notifications.policy.standard import PolicyStandard
from tenants.scope import DealerRef, current_dealer

FAR_OFF = timedelta(days=3650)
"""Due work without an expiry stays worth doing."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """One message to be judged: the due work it stands for, whom it would go to, and the facts."""

    kind: ReminderKind
    dues: tuple[Due, ...]
    customer: Customer
    circle: str
    facts: Facts

    @property
    def lead(self) -> Due:
        """The due row that the message is kept with."""
        return self.dues[0]

    @property
    def due_ids(self) -> tuple[int, ...]:
        """All the due rows that it stands for."""
        return tuple(due.pk for due in self.dues)


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Everything read for the batch; the questions are in the order in which they may use up a cap.

    upcoming: circle -> due id -> the message that is still to come.
    """

    questions: tuple[Question, ...]
    upcoming: Mapping[str, dict[int, Contact]]
    accounts: Mapping[str, int]
    addresses: Mapping[int, ContactPoint]


def gather(dues: Sequence[Due], circle: Circle, standard: PolicyStandard, *, dealer: DealerRef, now: datetime) -> Batch:
    """This function will read the facts of all messages that the due rows make; call it after `hold`."""
    known = known_of(dues, circle, standard, dealer=dealer, now=now)
    questions = [_question(group, known) for group in _merged(dues, circle, now=now)]
    questions.sort(key=lambda question: (standard.topics[question.kind.topic].rank, question.lead.due_at))
    return Batch(
        questions=tuple(questions),
        upcoming=looking.upcoming(sorted(circle.circle_of), circle, now=now, standard=standard),
        accounts={account.kind: account.pk for account in reversed(known.accounts)},
        addresses={point.pk: point for points in known.points.values() for point in points},
    )


def known_of(
    dues: Sequence[Due],
    circle: Circle,
    standard: PolicyStandard,
    *,
    dealer: DealerRef,
    now: datetime,
    but: Sequence[int] = (),
) -> "Known":
    """This function will read what is known of everybody in the circle; `but` names messages that count for nothing."""
    files = sorted(circle.circle_of)
    points = list(ContactPoint.objects.filter(customer_id__in=files).order_by("id"))
    accounts = looking.accounts()
    return Known(
        circle=circle,
        customers=Customer.objects.in_bulk(files),
        consents=_by_person(circle, looking.consents(files)),
        walls=looking.walls(files, points, kinds=[account.kind for account in accounts], now=now),
        points=_by_person(circle, ((point.customer_id, point) for point in points)),
        accounts=accounts,
        sent=looking.sent(files, circle, standard, now=now, but=but),
        complaining=looking.complaining(files, circle),
        standing=looking.standing(dues, now=now),
        calendar=calendar_of(dealer, now=now),
        timezone=ZoneInfo(dealer.timezone),
        ways=ways.ways_of(accounts, points, [shipped().kinds[due.rule] for due in dues], now=now),
    )


def person_facts(
    person: int, known: "Known", *, topic: Topic, purpose: Purpose, expires_at: datetime, needed: Needed
) -> Facts:
    """This function will give what the policy must know of the person; needed: what a template must be approved for."""
    customer = known.customers[person]
    files = [file for file, own in known.circle.person_of.items() if own == person]
    return Facts(
        topic=topic,
        purpose=purpose,
        expires_at=expires_at,
        timezone=ZoneInfo(customer.timezone) if customer.timezone else known.timezone,
        has_open_complaint=person in known.complaining,
        consents=tuple(known.consents[person]),
        suppressions=tuple(_suppressions(files, known, person)),
        routes=tuple(_routes(customer, known, needed)),
        preferred_windows=_preferred(customer),
        calendar=known.calendar,
        sent=tuple(known.sent[known.circle.circle_of[person]]),
    )


@dataclass(frozen=True, kw_only=True)
class Known:
    """The rows of a batch, each by the person or circle they belong to."""

    circle: Circle
    customers: Mapping[int, Customer]
    consents: Mapping[int, list[Consent]]
    walls: Sequence[tuple[int | None, str, Suppression]]
    points: Mapping[int, list[ContactPoint]]
    accounts: Sequence[ChannelAccount]
    sent: Mapping[str, list[Contact]]
    complaining: frozenset[int]
    standing: Mapping[int, dict[str, bool]]
    calendar: WorkCalendar
    timezone: ZoneInfo
    ways: Ways


def _question(dues: list[Due], known: Known) -> Question:
    kind = shipped().kinds[dues[0].rule]
    person = known.circle.person_of[dues[0].customer_id or 0]
    expires_at = max(due.expires_at or due.due_at + FAR_OFF for due in dues)
    language = known.customers[person].language or current_dealer().language
    needed = ways.openings(kind, known.ways, language=language)
    facts = replace(
        person_facts(person, known, topic=kind.topic, purpose=kind.purpose, expires_at=expires_at, needed=needed),
        is_proactive=kind.is_proactive,
        vehicles=vehicles_of(dues, known),
        is_over=all(known.standing[due.pk]["is_over"] for due in dues),
        is_call=bool(dues[0].data.get("is_call")) or not kind.flow,
    )
    circle = known.circle.circle_of[person]
    return Question(kind=kind, dues=tuple(dues), customer=known.customers[person], circle=circle, facts=facts)


def vehicles_of(dues: Sequence[Due], known: Known) -> tuple[Vehicle, ...]:
    """This function will give the cars that due work speaks of, as things stand now."""
    return tuple({due.vehicle_id: _vehicle(due, known) for due in dues if due.vehicle_id}.values())


def _merged(dues: Sequence[Due], circle: Circle, *, now: datetime) -> list[list[Due]]:
    """The due rows that make one message, the longest due first; what has expired goes with nobody."""
    groups: dict[tuple[object, ...], list[Due]] = defaultdict(list)
    for due in sorted(dues, key=lambda due: (due.due_at, due.pk)):
        kind = shipped().kinds[due.rule]
        is_alone = not kind.is_merged or (due.expires_at is not None and due.expires_at <= now)
        own = due.pk if is_alone else circle.circle_of[due.customer_id or 0]
        groups[own, due.rule, bool(due.data.get("is_call"))].append(due)
    return list(groups.values())


def _vehicle(due: Due, known: Known) -> Vehicle:
    standing = known.standing[due.pk]
    return Vehicle(
        id=due.vehicle_id or 0,
        is_booked=standing["is_booked"],
        is_serviced=standing["is_serviced"],
        is_sold=standing["is_sold"],
    )


def _by_person(circle: Circle, owned: Iterable[tuple[int, Any]]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for customer, thing in owned:
        found[circle.person_of[customer]].append(thing)
    return found


def _suppressions(files: Sequence[int], known: Known, person: int) -> Iterable[Suppression]:
    """Those of the person bind everywhere, those of an address bind there; as the outbox reads them."""
    for customer_id, hashed, order in known.walls:
        if customer_id in files:
            yield order
        for point in known.points[person]:
            if hashed and hashed == address_hash(point.value):
                yield replace(order, address_id=point.pk)


def _routes(customer: Customer, known: Known, needed: Needed) -> Iterable[Route]:
    # Messages leave by the first account of a kind.
    accounts = {account.kind: account for account in reversed(known.accounts)}.values()
    for point in known.points[customer.pk]:
        for account in sorted(accounts, key=lambda one: (one.rank, one.pk)):
            if _fits(account, point):
                yield Route(
                    address_id=point.pk,
                    channel=account.kind,
                    family=ways.can_of(account).address_kind,
                    is_verified=point.verified_at is not None,
                    is_bounced=point.bounced_at is not None,
                    is_blocked=point.blocked_at is not None,
                    is_landline=point.is_landline,
                    is_preferred=point.is_preferred or account.kind == customer.preferred_channel,
                    cost_minor=account.rank,
                    closed=ways.closed(account, point, known.ways, needed),
                )


def _fits(account: ChannelAccount, point: ContactPoint) -> bool:
    if ways.can_of(account).address_kind != point.kind:
        return False
    return point.kind != ContactPoint.Kind.CHAT or point.chat_channel == account.kind


def _preferred(customer: Customer) -> tuple[Window, ...]:
    if customer.preferred_from is None or customer.preferred_until is None:
        return ()
    return (Window(from_time=customer.preferred_from, until_time=customer.preferred_until),)

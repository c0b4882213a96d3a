"""What must be true of a replayed day, each with the figures that say so.

Read from the files, the log's tables and the provider's book rather than from what planning and the outbox report.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q

from core.calendar.rules import at_local, local_date
from core.customers.models import Consent, Customer
from core.followups.models import FollowUp
from core.repair_orders.models import RepairOrder
from deploy.replay.day import Played
from notifications.due.models import Due
from notifications.outbox import hours
from notifications.outbox import operations as outbox
from notifications.outbox.models import Message
from notifications.outbox.rules import REACHED
from notifications.policy.models import Suppression
from notifications.policy.operations import standard_in_force
from tenants import scope

ASKED_ABOUT = timedelta(days=3)
RULE = "AFTER_SALES"
# Who writes at night is answered at night: such a message follows an owner's own within this.
ANSWERED_WITHIN = timedelta(minutes=5)
# Why a consenting owner may rightly stay unasked. Anything else would be somebody forgotten.
LAWFUL = frozenset({"no_address", "suppressed", "no_consent", "complaint_open", "too_many_contacts"})


@dataclass(frozen=True)
class Check:
    """One sentence about the day, whether it holds, and its figures."""

    name: str
    holds: bool
    figures: Mapping[str, Any]


@dataclass(frozen=True)
class Sent:
    """A message that left on the day, as the provider saw it go."""

    id: int
    at: datetime
    person: int | None
    zone: str
    row: Message


def prove(played: Played) -> list[Check]:
    """Return every check of the day."""
    sent = _sent(played)
    return [
        _each_asked_once(played),
        _nobody_twice(sent),
        _none_in_quiet_hours(played, sent),
        _none_after_opt_out(sent),
        _one_proactive_a_day(sent),
        _books_balance(played, sent),
    ]


def _sent(played: Played) -> list[Sent]:
    """Those of this replay at the provider's moment, those of an earlier one of the same day as they were written."""
    seen = {left.message_id: left.at for left in played.phones.left}
    on_day = Q(sent_at__gte=played.start, sent_at__lt=played.end) | Q(id__in=seen)
    rows = Message.objects.filter(on_day, direction=Message.Direction.OUT).order_by("id")
    dealer = scope.current_dealer()
    people = {one.pk: one for one in Customer.objects.filter(id__in={row.customer_id for row in rows})}
    return [
        Sent(
            id=row.pk,
            at=seen.get(row.pk, row.sent_at or played.start),
            person=_person(people.get(row.customer_id or 0)),
            zone=getattr(people.get(row.customer_id or 0), "timezone", "") or dealer.timezone,
            row=row,
        )
        for row in rows
    ]


def _person(customer: Customer | None) -> int | None:
    return (customer.merged_into_id or customer.pk) if customer else None


def _each_asked_once(played: Played) -> Check:
    """Every consenting owner of an order closed in the last days stands in the plan once, or is left out by rule."""
    orders = _closed_lately(played)
    consenting = [order for order in orders if order["may_contact"]]
    owners = {order["person"] for order in consenting}
    planned = _planned([order["id"] for order in orders])
    times = Counter(planned[person] for person in owners)
    left_out = _left_out(owners - planned.keys(), until=played.end)
    twice = sum(count for often, count in times.items() if often > 1)
    forgotten = sum(count for reason, count in left_out.items() if reason not in LAWFUL)
    unasked = len(set(planned) - {order["person"] for order in orders if order["may_contact"] is not False})
    figures = {
        "orders": len(orders),
        "consenting_orders": len(consenting),
        "owners": len(owners),
        "planned_once": times[1],
        "planned_twice": twice,
        "left_out": left_out,
        "planned_without_consent": unasked,
    }
    return Check("each consenting owner planned once", twice == forgotten == unasked == 0, figures)


def _closed_lately(played: Played) -> list[dict[str, Any]]:
    zone = ZoneInfo(scope.current_dealer().timezone)
    since = at_local(played.wish.day - ASKED_ABOUT, time(0), timezone=zone)
    orders = RepairOrder.objects.filter(closed_at__gte=since, closed_at__lt=played.end, customer__isnull=False)
    rows = orders.values_list("id", "may_contact", "customer_id", "customer__merged_into_id")
    return [{"id": pk, "may_contact": may, "person": merged or own} for pk, may, own, merged in rows]


def _planned(order_ids: Iterable[int]) -> Counter[int]:
    """How often each person stands in the plan for these orders."""
    dues = Due.objects.filter(rule=RULE, subject_kind="repair_order", subject_id__in=list(order_ids))
    people = dues.values_list("customer_id", "customer__merged_into_id")
    return Counter(merged or own for own, merged in people if own)


def _left_out(people: set[int], *, until: datetime) -> dict[str, int]:
    """Why each of these is not in the plan, as the list of follow-ups says; a later no is looked up itself."""
    listed = FollowUp.objects.filter(kind=RULE, customer_id__in=people, created_at__lte=until).exclude(
        excluded_reason=""
    )
    reasons = dict(listed.order_by("id").values_list("customer_id", "excluded_reason"))
    said_no = set(
        Consent.objects.filter(customer_id__in=people, is_granted=False).values_list("customer_id", flat=True)
    )
    by_reason = Counter(_reason(reasons.get(person, "forgotten"), person in said_no) for person in people)
    return dict(sorted(by_reason.items()))


def _reason(listed: str, has_said_no: bool) -> str:
    """No consent is a reason where the owner has said no at some time; else somebody was misread."""
    return "consent_misread" if listed == "no_consent" and not has_said_no else listed


def _nobody_twice(sent: list[Sent]) -> Check:
    by_due = Counter(one.row.due_id for one in sent if one.row.due_id and one.row.is_proactive)
    surveys = Counter(one.person for one in sent if one.row.is_proactive and one.row.purpose == "SURVEY")
    figures = {
        "proactive_messages": sum(one.row.is_proactive for one in sent),
        "asked_about_a_visit": len(surveys),
        "due_work_sent_twice": _more_than_once(by_due),
        "people_asked_twice": _more_than_once(surveys),
    }
    return Check("nobody asked twice", not figures["due_work_sent_twice"] + figures["people_asked_twice"], figures)


def _more_than_once(counts: Counter[Any]) -> int:
    return sum(count > 1 for count in counts.values())


def _none_in_quiet_hours(played: Played, sent: list[Sent]) -> Check:
    standard = standard_in_force(today=played.wish.day)
    at_night = [
        one
        for one in sent
        if hours.quiet_until(one.at, zone=ZoneInfo(one.zone), standard=standard, purpose=one.row.purpose)
    ]
    answers = [one for one in at_night if not one.row.is_proactive and _answers_somebody(one)]
    figures = {
        "messages": len(sent),
        "in_quiet_hours": len(at_night) - len(answers),
        "answers_to_who_wrote_then": len(answers),
    }
    return Check("none in quiet hours", figures["in_quiet_hours"] == 0, figures)


def _answers_somebody(one: Sent) -> bool:
    return Message.objects.filter(
        direction=Message.Direction.IN,
        conversation_id=one.row.conversation_id,
        created_at__gte=one.at - ANSWERED_WITHIN,
        created_at__lte=one.at,
    ).exists()


def _none_after_opt_out(sent: list[Sent]) -> Check:
    """The one word that confirms an opt-out is all that may follow it."""
    walls = list(Suppression.objects.filter(channel__in=["", "simulator"]))
    followed = [
        one for one in sent if one.row.case_kind != outbox.OPT_OUT_CASE and any(_is_behind(one, wall) for wall in walls)
    ]
    return Check("none to who opted out", not followed, {"opt_outs": len(walls), "messages_after": len(followed)})


def _is_behind(one: Sent, wall: Suppression) -> bool:
    is_theirs = wall.address_hash == one.row.address_hash or (
        wall.customer_id is not None and wall.customer_id == one.row.customer_id
    )
    is_meant = wall.purpose in ("", one.row.purpose) and wall.vehicle_id in (None, one.row.vehicle_id)
    return is_theirs and is_meant and wall.at <= one.at and (wall.lifted_at is None or wall.lifted_at > one.at)


def _one_proactive_a_day(sent: list[Sent]) -> Check:
    """At most so many a local day of the person's as the policy in force says."""
    a_day = Counter(
        (one.person or one.row.address, local_date(one.at, timezone=ZoneInfo(one.zone)))
        for one in sent
        if one.row.is_proactive
    )
    figures = {"people": len({person for person, _day in a_day}), "most_a_person_a_day": max(a_day.values(), default=0)}
    return Check("one proactive message a person a day", figures["most_a_person_a_day"] <= 1, figures)


def _books_balance(played: Played, sent: list[Sent]) -> Check:
    """Our books against the provider's: every message in one column, and each that left is there once."""
    books = outbox.accounting(from_at=played.start, until_at=played.end)
    took = Counter(left.message_id for left in played.phones.left)
    reached = {one.id for one in sent if one.row.state in REACHED} - played.left_before
    figures = {
        "provider_took": sum(took.values()),
        "lost": len(reached - took.keys()),
        "sent_twice": sum(count - 1 for count in took.values()),
        "unknown_to_us": len(took.keys() - {one.id for one in sent}),
        "unconfirmed": len(books.unconfirmed),
    }
    is_clean = not any(figures[name] for name in ("lost", "sent_twice", "unknown_to_us", "unconfirmed"))
    return Check("the books balance", books.is_balanced and is_clean, figures)

"""The policy asked once more about a message that did not arrive: everything applies anew, but the channels tried."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Q

from core.calendar.rules import local_date
from core.customers.models import ContactPoint
from notifications.due import claiming, gathering, looking, ways
from notifications.due.claiming import Circle
from notifications.due.gathering import FAR_OFF, Known
from notifications.due.models import Due
from notifications.flows.models import FlowRun
from notifications.outbox import replacing
from notifications.outbox.models import Message
from notifications.planning.kinds import shipped
from notifications.policy.facts import Contact, Facts, Purpose, Vehicle, Verdict
from notifications.policy.operations import standard_in_force
from notifications.policy.rules import decide
from notifications.policy.standard import PolicyStandard
from notifications.rerouting import rules
from notifications.runs.pages import ON_PAGE
from tenants import scope


@dataclass(frozen=True)
class Judged:
    """A verdict with the account and the address that it names; None where it names none."""

    verdict: Verdict
    account_id: int | None
    address: str


def judge(message: Message, *, now: datetime) -> Judged:
    """This function will ask the policy about a message; its owners are locked before their facts are read."""
    dealer = scope.current_dealer()
    standard = standard_in_force(today=local_date(now, timezone=ZoneInfo(dealer.timezone)))
    circle = claiming.hold([message.customer_id or 0])
    dues = _dues(message)
    known = gathering.known_of(dues, circle, standard, dealer=dealer, now=now, but=[message.pk])
    verdict = decide(_facts(message, dues, known, standard, now=now), standard, now=now)
    accounts = {account.kind: account.pk for account in reversed(known.accounts)}
    address = ContactPoint.objects.filter(pk=verdict.address_id or 0).values_list("value", flat=True).first()
    return Judged(verdict, accounts.get(verdict.channel), address or "")


def _dues(message: Message) -> list[Due]:
    """The due work it was said for, with what was merged into it."""
    if message.due_id is None:
        return []
    merged = Q(data__merged_into=message.due_id, customer_id=message.customer_id)
    found = Due.objects.filter(Q(pk=message.due_id) | merged).order_by("id")
    return [due for due in found if due.rule in shipped().kinds]


def _facts(message: Message, dues: Sequence[Due], known: Known, standard: PolicyStandard, *, now: datetime) -> Facts:
    person = known.circle.person_of[message.customer_id or 0]
    purpose = Purpose(message.purpose)
    topic = shipped().kinds[dues[0].rule].topic if dues else rules.topic_of(purpose, case_kind=message.case_kind)
    expires_at = message.expires_at or message.created_at + FAR_OFF
    needed = ways.said_as(message.template, language=message.language)
    return replace(
        gathering.person_facts(person, known, topic=topic, purpose=purpose, expires_at=expires_at, needed=needed),
        is_proactive=message.is_proactive,
        vehicles=gathering.vehicles_of(dues, known) or _vehicles(message),
        is_over=_is_over(message, dues, known),
        tried_channels=replacing.tried_channels(message),
        upcoming=tuple(_upcoming(known.circle, person, standard, now=now)),
    )


def _vehicles(message: Message) -> tuple[Vehicle, ...]:
    return (Vehicle(id=message.vehicle_id),) if message.vehicle_id else ()


def _is_over(message: Message, dues: Sequence[Due], known: Known) -> bool:
    """A visit that was moved, a dialogue that was ended; that a survey was begun does not make it over."""
    visits = [due for due in dues if due.subject_kind == "appointment"]
    if visits and all(known.standing[due.pk]["is_over"] for due in visits):
        return True
    run = message.run
    return run is not None and (run.status == FlowRun.Status.CANCELLED or run.outcome == ON_PAGE)


def _upcoming(circle: Circle, person: int, standard: PolicyStandard, *, now: datetime) -> Iterable[Contact]:
    ahead = looking.upcoming(sorted(circle.circle_of), circle, now=now, standard=standard)
    return ahead[circle.circle_of[person]].values()

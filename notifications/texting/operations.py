"""Keeps texting within its caps and countries, inside the transaction that claims what is to leave."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import phonenumbers
from django.db import transaction
from django.db.models import F

from channels_app import registry
from core.calendar import changing
from core.calendar.models import DealerSettings
from core.customers.standing import today_of
from core.tasks import operations as tasks
from core.tasks.models import Task
from notifications.outbox.addresses import address_hash
from notifications.outbox.models import Message
from notifications.policy.facts import Action
from notifications.policy.models import Decision
from notifications.policy.operations import standard_in_force
from notifications.texting import rules
from notifications.texting.models import TextTally
from notifications.texting.rules import Caps, Rule, Text
from tenants.accounts.staff import By
from tenants.scope import current_dealer

# Tallies of days gone say nothing any more.
KEPT = timedelta(days=2)
# An alarm is looked at the same working day.
ALARM_WITHIN = timedelta(hours=1)


class CountryUnknown(ValueError):
    """No country has these two letters; the message names them."""


@dataclass(frozen=True)
class Leaving:
    """What a claim would let leave."""

    id: int
    address: str


def stopped(leaving: Sequence[Leaving], *, kind: str, account_id: int, now: datetime) -> dict[int, Rule]:
    """This function will say which texts may not leave now and by which rule, and count the others.

    Call it in the claim's transaction: the dealer's tally is its lock, so that two workers never spend one rest twice.
    """
    if not leaving or not registry.get(kind).capabilities.is_sms:
        return {}
    countries = countries_open()
    refusals = {one.id: rules.refusal(one.address, countries=countries) for one in leaving}
    today = today_of(now)
    hour = now.astimezone(ZoneInfo(current_dealer().timezone)).hour
    texts = _texts([one for one in leaving if not refusals[one.id]], today=today)
    tallies = _locked_tallies(texts, account_id=account_id, hour=hour, today=today)
    judged = rules.judge(texts, tallies, caps_in_force(today=today), account_id=account_id, hour=hour)
    _count(judged.growth, today=today)
    allowed = [text.id for text in texts if text.id not in judged.stopped]
    Message.objects.filter(id__in=allowed).update(counted_date=today)
    return {pk: rule for pk, rule in refusals.items() if rule} | judged.stopped


def caps_in_force(*, today: date) -> Caps:
    """This function will return the caps that bind the current dealer."""
    return standard_in_force(today=today).texting


def countries_open() -> frozenset[str]:
    """This function will list where the current dealer texts to: its own list, else its own country."""
    own = DealerSettings.objects.filter(id=1).values_list("texting_countries", flat=True).first()
    return frozenset(own or [current_dealer().country])


def refusal_of(address: str, *, kind: str) -> Rule | None:
    """This function will say why nothing is ever sent from an account of this kind to an address; None if it may be."""
    if not registry.get(kind).capabilities.is_sms:
        return None
    return rules.refusal(address, countries=countries_open())


@transaction.atomic
def open_countries(countries: Sequence[str], *, by: By, now: datetime) -> None:
    """This function will keep where the dealer texts to; none is its own country alone.

    Raises: CountryUnknown; DealerNotSetUp.
    """
    for one in countries:
        if one not in phonenumbers.SUPPORTED_REGIONS:
            raise CountryUnknown(one)
    row = changing.locked_settings()
    before = {"texting_countries": row.texting_countries}
    row.texting_countries = sorted(set(countries))
    row.save(update_fields=["texting_countries"])
    after = {"texting_countries": row.texting_countries}
    changing.note("settings.texting_countries_changed", before=before, after=after, by=by, now=now)


def keep_decisions(found: Mapping[int, Rule], held: Mapping[int, datetime], *, now: datetime) -> None:
    """This function will keep why texts did not leave, and have a person look where more than one owner's are kept."""
    messages = Message.objects.filter(id__in=found).order_by("id")
    Decision.objects.bulk_create(
        Decision(
            message=one,
            customer_id=one.customer_id,
            purpose=one.purpose,
            action=Action.DEFER if one.pk in held else Action.DROP,
            rule=found[one.pk],
            not_before_at=held.get(one.pk),
            facts={"channel": "SMS"},
            decided_at=now,
        )
        for one in messages
    )
    alarms = sorted({rule for rule in found.values() if rule in rules.ALARMING})
    tasks.open_tasks([_alarm(rule, now=now) for rule in alarms], now=now)


def _alarm(rule: Rule, *, now: datetime) -> tasks.NewTask:
    """One a day and rule: what it kept back is in the list of messages."""
    return tasks.NewTask(
        kind=Task.Kind.OTHER,
        key=f"texting:{rule}:{today_of(now)}",
        reason="text_pumping",
        due_at=now + ALARM_WITHIN,
        data={"rule": rule.value},
    )


def _texts(leaving: Sequence[Leaving], *, today: date) -> list[Text]:
    counted = set(
        Message.objects.filter(id__in=[one.id for one in leaving], counted_date=today).values_list("id", flat=True)
    )
    return [
        Text(
            one.id,
            number=address_hash(one.address),
            block=address_hash(rules.block_of(one.address)),
            is_counted=one.id in counted,
        )
        for one in leaving
    ]


def _locked_tallies(texts: Sequence[Text], *, account_id: int, hour: int, today: date) -> dict[str, int]:
    rows = TextTally.objects.filter(date=today)
    TextTally.objects.bulk_create([TextTally(date=today, key=rules.DEALER)], ignore_conflicts=True)
    # Whoever holds the dealer's row counts alone; the others are read after it, so they say what was spent before.
    rows.select_for_update().get(key=rules.DEALER)
    keys = {key for text in texts for key in rules.keys_of(text, account_id=account_id, hour=hour).values()}
    return dict(rows.filter(key__in=keys).values_list("key", "count"))


def _count(growth: Mapping[str, int], *, today: date) -> None:
    TextTally.objects.filter(date__lt=today - KEPT).delete()
    known = set(TextTally.objects.filter(date=today, key__in=growth).values_list("key", flat=True))
    TextTally.objects.bulk_create(
        TextTally(date=today, key=key, count=count) for key, count in growth.items() if key not in known
    )
    # Few amounts, so few statements: most keys grow by one.
    for count in set(growth.values()):
        keys = [key for key in known if growth[key] == count]
        TextTally.objects.filter(date=today, key__in=keys).update(count=F("count") + count)

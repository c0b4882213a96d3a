"""Opens the demo: manufacturer, dealers, people, files, plan. Run again, it only adds what is new."""

import tomllib
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from core.calendar import operations as calendars
from core.kpis import rollup
from core.repair_orders.imports import runs
from core.repair_orders.models import ImportRun
from deploy.demo import dealers, files, generator
from deploy.demo.dealers import DemoDealer
from notifications.channels import operations as channels
from notifications.costs.models import MessagePrice
from notifications.planning import operations as planning
from notifications.policy import standard
from tenants import provisioning
from tenants.accounts import operations as accounts
from tenants.accounts.models import User
from tenants.accounts.roles import MANUFACTURER_ROLES, Role
from tenants.models import Dealer, Manufacturer, Region, Standard
from tenants.scope import DealerRef, current_dealer, dealer_scope, operator_scope, public_scope

Say = Callable[[str], object]
FIGURES_DAYS = 30
# The policy cannot be read without quiet hours, so the demo's are one minute that nobody misses.
QUIET_MINUTE = {"from": "04:00", "until": "04:01", "source": "demo: messages flow whenever somebody looks"}


class DealerNotOurs(Exception):
    """A dealer of the demo's name is there and is not the demo's: it gets no invented files."""


def is_open() -> bool:
    """Return whether every dealer of the demo is there."""
    with public_scope():
        names = [dealer.name for dealer in dealers.DEALERS]
        return Dealer.objects.filter(name__in=names).count() == len(names)


def open_demo(*, now: datetime, say: Say) -> None:
    """Bring the demo to this moment: open what is missing, import what is new, plan the day.

    Raises: DealerNotOurs.
    """
    manufacturer = _manufacturer(now=now)
    with public_scope():
        _people(dealers.MANUFACTURER, now=now, manufacturer=manufacturer)
    for dealer in dealers.DEALERS:
        _open_dealer(dealer, now=now, say=say)


def _manufacturer(*, now: datetime) -> Manufacturer:
    with operator_scope():
        manufacturer, _ = Manufacturer.objects.get_or_create(
            name=dealers.MANUFACTURER, defaults={"shown_name": dealers.MANUFACTURER_NAME}
        )
        for dealer in dealers.DEALERS:
            Region.objects.get_or_create(manufacturer=manufacturer, name=dealer.region)
        Standard.objects.get_or_create(
            manufacturer=manufacturer,
            version=1,
            defaults={"in_force_from": date(2026, 1, 1), "data": {"contact_policy": contact_policy()}},
        )
    return manufacturer


def contact_policy() -> dict[str, Any]:
    """Return the shipped contact policy as a manufacturer would publish it who never sleeps."""
    policy = tomllib.loads(standard.SHIPPED.read_text(encoding="utf-8"))
    awake = [{**row, "keeps_rest_days": False, "keeps_preferred_time": False} for row in policy["purpose"]]
    return {**policy, "version": "demo", "quiet_hours": QUIET_MINUTE, "purpose": awake}


def _open_dealer(demo: DemoDealer, *, now: datetime, say: Say) -> None:
    with operator_scope():
        known = Dealer.objects.filter(name=demo.name).select_related("manufacturer").first()
    if known and (known.manufacturer is None or known.manufacturer.name != dealers.MANUFACTURER):
        raise DealerNotOurs(f"there is a dealer {demo.name!r} that does not belong to the demo; it was left alone")
    dealer = known or provisioning.open_dealer(
        name=demo.name,
        shown_name=demo.shown_name,
        country=demo.country,
        language=demo.language,
        manufacturer=dealers.MANUFACTURER,
        region=demo.region,
        now=now,
    )
    with dealer_scope(dealer) as ref:
        _people(demo.name, now=now, manufacturer=None)
        channels.open_account(kind="simulator", address=demo.sender, settings={}, now=now)
        _price(demo, now=now)
        _import(demo, ref=ref, opened_at=dealer.opened_at, now=now, say=say)
        planned = sum(kind.planned for kind in planning.plan(planning.as_of_now(now)))
    today = now.astimezone(ZoneInfo(ref.timezone)).date()
    rollup.rollup(ref, from_date=today - timedelta(days=FIGURES_DAYS), until_date=today + timedelta(days=1), now=now)
    say(f"{demo.name}: open; {planned} pieces of work planned")


def _price(demo: DemoDealer, *, now: datetime) -> None:
    """Give a dealer without prices invented ones, dearer since a while and abroad."""
    if MessagePrice.objects.exists():
        return
    today = now.astimezone(ZoneInfo(current_dealer().timezone)).date()
    currency, since = calendars.currency(), today - timedelta(days=FIGURES_DAYS)
    rises = today - timedelta(days=FIGURES_DAYS // 2)
    MessagePrice.objects.bulk_create(
        MessagePrice(kind="simulator", price_minor=minor, currency=currency, from_date=from_date, country=country)
        for minor, from_date, country in (
            (demo.price_minor, since, demo.country),
            (demo.price_minor + 1, rises, demo.country),
            (demo.price_minor * 3, since, ""),
        )
    )


def _people(place: str, *, now: datetime, manufacturer: Manufacturer | None) -> None:
    """Give the schema in scope its users, those that are missing."""
    for role, name, email in dealers.PEOPLE[place]:
        if User.objects.filter(email=email).exists():
            continue
        accounts.create_user(
            email=email,
            name=name,
            role=role,
            password=dealers.PASSWORD,
            language=_language(place),
            manufacturer_id=manufacturer.pk if manufacturer and role in MANUFACTURER_ROLES else None,
            region_id=_region(manufacturer) if role == Role.REGIONAL_MANAGER else None,
            now=now,
        )


def _region(manufacturer: Manufacturer | None) -> int | None:
    return Region.objects.filter(manufacturer=manufacturer).order_by("id").values_list("id", flat=True).first()


def _language(place: str) -> str:
    return next((dealer.language for dealer in dealers.DEALERS if dealer.name == place), "en")


def _import(demo: DemoDealer, *, ref: DealerRef, opened_at: datetime, now: datetime, say: Say) -> None:
    """Write today's exports and read them in; a day that was read is left alone."""
    zone = ZoneInfo(ref.timezone)
    here = now.astimezone(zone).replace(tzinfo=None)
    if ImportRun.objects.filter(state=ImportRun.State.DONE, as_of_date=here.date()).exists():
        return
    since = opened_at.astimezone(zone).date() - timedelta(days=generator.HISTORY_DAYS)
    world = generator.invent(dialect=demo.dialect, vehicles=demo.vehicles, as_of=here, seed=demo.seed, since=since)
    written = files.write(world, folder=Path(settings.VAR_DIR) / "demo" / demo.name)
    for path in (written.main, written.daily):
        with path.open("rb") as stream:
            outcome = runs.start_import(stream, file_name=path.name, as_of_date=here.date(), now=now)
        say(f"{demo.name}: {outcome.counts.repair_orders:,} repair orders read from {path.name}")

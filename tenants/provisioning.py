"""Opening, suspending and closing dealers.

A new dealer's schema is a copy of the template, which migrations keep current; see
tenants.snapshot for why it is written down rather than migrated or cloned by LIKE.
"""

import re
import zoneinfo
from collections.abc import Collection
from datetime import datetime
from importlib import import_module

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from psycopg import sql

from tenants import announcing, countries, leftovers, migrating, roles
from tenants.migrating import TEMPLATE
from tenants.models import Dealer, Domain, Leftover, Manufacturer, Region, Wakeup
from tenants.scope import DealerRef, dealer_scope, operator_scope, public_scope
from tenants.snapshot import snapshot

# Part of host names and, without its hyphens, of the schema's name.
NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
LONGEST_NAME = 30
ACCENT = re.compile(r"#[0-9a-f]{6}")


class DealerNameUnusable(ValueError):
    """A dealer's name must be a short word of lower-case letters, digits and hyphens."""


class DealerExists(ValueError):
    """There is a dealer of that name, or its host is taken."""


class DealerLeaving(DealerExists):
    """A dealer of that name was closed, and its files are not all deleted."""


class TimezoneUnknown(ValueError):
    """Not the name of a time zone."""


class LanguageUnknown(ValueError):
    """Not one of the languages we speak."""


class ManufacturerUnknown(ValueError):
    """There is no manufacturer, or no region of it, of that name."""


class AccentUnusable(ValueError):
    """A brand's colour is written #rrggbb."""


class DealerStillOpen(RuntimeError):
    """A dealer in service can't be deleted: a worker may be in the middle of something."""


class ShownNameMissing(ValueError):
    """Owners and staff would read nothing where a name belongs."""


class TemplateMissing(RuntimeError):
    """There is nothing to copy a new dealer from: `manage.py migrate` has not run."""


def open_manufacturer(
    *, name: str, shown_name: str, regions: Collection[str], accent: str | None = None
) -> Manufacturer:
    """Open a manufacturer, or give one that is open its missing regions and another colour; its shown name stays.

    Raises: DealerNameUnusable, whose rule holds for manufacturers as well; ShownNameMissing; AccentUnusable.
    """
    _check_name(name)
    _check_shown_name(shown_name)
    with operator_scope(), transaction.atomic():
        maker, _is_new = Manufacturer.objects.get_or_create(name=name, defaults={"shown_name": shown_name})
        if accent is not None:
            maker = set_accent(maker.pk, accent=accent)
        for region in regions:
            Region.objects.get_or_create(manufacturer=maker, name=region)
        return maker


def set_accent(manufacturer_id: int, *, accent: str) -> Manufacturer:
    """Give a manufacturer the colour of its screens. Raises: AccentUnusable; Manufacturer.DoesNotExist."""
    if not ACCENT.fullmatch(accent.lower()):
        raise AccentUnusable(f"{accent!r} is no colour: write it #rrggbb, such as #2f6f9f")
    with public_scope(), transaction.atomic():
        maker = Manufacturer.objects.select_for_update().get(pk=manufacturer_id)
        maker.accent = accent.lower()
        maker.save(update_fields=["accent"])
        return maker


def open_dealer(
    *,
    name: str,
    shown_name: str,
    country: str,
    timezone: str | None = None,
    language: str | None = None,
    manufacturer: str | None = None,
    region: str | None = None,
    now: datetime,
) -> Dealer:
    """Open a dealer: its schema, role, host, wake-up and defaults, all or nothing.

    Raises: DealerNameUnusable, ShownNameMissing, DealerExists, DealerLeaving, CountryUnknown, TimezoneUnknown,
    LanguageUnknown, ManufacturerUnknown, TemplateMissing.
    """
    _check_name(name)
    _check_shown_name(shown_name)
    country = country.upper()
    dealer = Dealer(
        name=name,
        shown_name=shown_name,
        schema=f"d_{name.replace('-', '')}",
        country=country,
        timezone=_checked_timezone(timezone or countries.timezone_of(country)),
        language=_checked_language(language or countries.language_of(country)),
        opened_at=now,
    )
    countries.timezone_of(country)
    with operator_scope(), transaction.atomic():
        migrating.keep_template_still()
        _place(dealer, manufacturer=manufacturer, region=region)
        _save(dealer)
        _copy_template(dealer.schema)
        roles.grant_own_schema(dealer.schema)
        seed_defaults(dealer.ref, now=now)
    return dealer


def suspend_dealer(*, name: str, now: datetime) -> Dealer:
    """Stop all work for a dealer and close its people's lines; its data stay. Raises: Dealer.DoesNotExist."""
    with operator_scope(), transaction.atomic():
        dealer = Dealer.objects.select_for_update().get(name=name)
        dealer.suspended_at = dealer.suspended_at or now
        dealer.save(update_fields=["suspended_at"])
        with dealer_scope(dealer.ref):
            announcing.look_again()
        return dealer


def resume_dealer(*, name: str, now: datetime) -> Dealer:
    """Take up a suspended dealer's work again, at once. Raises: Dealer.DoesNotExist."""
    with operator_scope(), transaction.atomic():
        dealer = Dealer.objects.select_for_update().get(name=name)
        dealer.suspended_at = None
        dealer.save(update_fields=["suspended_at"])
        Wakeup.objects.filter(dealer=dealer).update(next_due_at=now)
        return dealer


def close_dealer(*, name: str) -> None:
    """Delete a dealer with all its data, for ever: its schema first, then its files; again goes on with the files.

    Raises: Dealer.DoesNotExist; DealerStillOpen unless the dealer was suspended before; FilesLeft.
    """
    try:
        _drop(name)
    except Dealer.DoesNotExist:
        if not leftovers.clear(name=name):
            raise
        return
    leftovers.clear(name=name)


def seed_defaults(dealer: DealerRef, *, now: datetime) -> None:
    """Let the apps above put their defaults into a dealer just opened; settings name them."""
    with dealer_scope(dealer):
        for path in settings.DEALER_HOOKS:
            module, _, name = path.rpartition(".")
            getattr(import_module(module), name)(now=now)


def host_of(dealer: Dealer) -> str:
    """Return the host that every dealer has: its name under the house's own."""
    return f"{dealer.name}.{settings.PUBLIC_HOST}"


def _check_shown_name(shown_name: str) -> None:
    if not shown_name.strip():
        raise ShownNameMissing("give a name to show to people")


def _drop(name: str) -> None:
    with operator_scope(), transaction.atomic():
        dealer = Dealer.objects.select_for_update().get(name=name)
        if dealer.suspended_at is None:
            raise DealerStillOpen(f"suspend {name} first")
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(dealer.schema)))
        roles.drop(dealer.schema)
        Leftover.objects.create(name=dealer.name, schema=dealer.schema)
        dealer.delete()


def _check_name(name: str) -> None:
    if len(name) > LONGEST_NAME or not NAME.fullmatch(name):
        raise DealerNameUnusable(
            f"{name!r} cannot name a dealer: up to {LONGEST_NAME} lower-case letters, digits and"
            " single hyphens, a letter first"
        )


def _checked_timezone(timezone: str) -> str:
    if timezone not in zoneinfo.available_timezones():
        raise TimezoneUnknown(f"{timezone!r} is no time zone, such as Asia/Shanghai")
    return timezone


def _checked_language(language: str) -> str:
    known = [code for code, _shown in settings.LANGUAGES]
    if language not in known:
        raise LanguageUnknown(f"{language!r} is none of our languages: {', '.join(known)}")
    return language


def _place(dealer: Dealer, *, manufacturer: str | None, region: str | None) -> None:
    if manufacturer is None:
        if region is not None:
            raise ManufacturerUnknown("a region needs its manufacturer")
        return
    dealer.manufacturer = Manufacturer.objects.filter(name=manufacturer).first()
    if dealer.manufacturer is None:
        raise ManufacturerUnknown(f"there is no manufacturer named {manufacturer!r}")
    if region is not None:
        dealer.region = Region.objects.filter(manufacturer=dealer.manufacturer, name=region).first()
        if dealer.region is None:
            raise ManufacturerUnknown(f"{manufacturer} has no region {region!r}")


def _save(dealer: Dealer) -> None:
    dealer.migrated_state = migrating.state_of(TEMPLATE)
    if not dealer.migrated_state:
        raise TemplateMissing("run `manage.py migrate` before opening a dealer")
    try:
        with transaction.atomic():
            dealer.save(force_insert=True)
            Domain.objects.create(host=host_of(dealer), dealer=dealer)
            Wakeup.objects.create(dealer=dealer, next_due_at=None)
    except IntegrityError as error:
        raise DealerExists(f"a dealer {dealer.name!r} exists already, or one that differs by hyphens only") from error
    # Asked behind the row, which waits for a closing that is under way.
    if Leftover.objects.filter(schema=dealer.schema).exists():
        raise DealerLeaving(f"files of a closed dealer {dealer.name!r} are left: run close_dealer for it again")


def _copy_template(schema: str) -> None:
    text = snapshot(TEMPLATE)
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))
    with operator_scope(schema), connection.cursor() as cursor:
        cursor.execute(text)

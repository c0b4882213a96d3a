"""What the commands about people and keys share: where they work, and how a password comes in."""

import sys
from contextlib import AbstractContextManager
from getpass import getpass

from django.core.management.base import CommandError, CommandParser

from tenants import directory
from tenants.models import Manufacturer, Region
from tenants.scope import dealer_scope, public_scope


def add_dealer(parser: CommandParser) -> None:
    """Add the option that chooses the schema."""
    parser.add_argument("--dealer", help="the dealer's name; left out, the public schema is meant")


def chosen(dealer: str | None) -> AbstractContextManager[object]:
    """Return the scope a command was asked to work in.

    Raises: CommandError.
    """
    if dealer is None:
        return public_scope()
    try:
        return dealer_scope(directory.dealer_named(dealer))
    except directory.DealerUnknown as unknown:
        raise CommandError(str(unknown)) from unknown


def manufacturer_and_region(*, manufacturer: str | None, region: str | None) -> tuple[int | None, int | None]:
    """Return the ids behind the names, None for what was left out.

    Raises: CommandError.
    """
    with public_scope():
        maker = Manufacturer.objects.filter(name=manufacturer).first()
        if manufacturer and maker is None:
            raise CommandError(f"there is no manufacturer named {manufacturer!r}")
        part = Region.objects.filter(manufacturer=maker, name=region).first()
        if region and part is None:
            raise CommandError(f"there is no region {region!r} of that manufacturer")
    return maker.pk if maker else None, part.pk if part else None


def password() -> str:
    """Read a password: asked for at a terminal, else one line of standard input; never an argument."""
    if sys.stdin.isatty():
        return getpass("Password: ")
    return sys.stdin.readline().rstrip("\n")

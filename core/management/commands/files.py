"""Lists from a dealer's files: files --dealer north lapsed|closed|owners|intake [--as-of DAY] [--days N] [--json]."""

import json
from argparse import ArgumentTypeError
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from core.repair_orders import listing
from tenants.directory import DealerUnknown
from tenants.scope import dealer_scope


def _days(text: str) -> int:
    days = int(text)
    if days < 0:
        raise ArgumentTypeError("days count back from the day, so they are not negative")
    return days


class Command(BaseCommand):
    help = "Print which cars have lapsed, which orders were closed lately, the present owners' phones, the intake"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("list", choices=sorted(listing.LISTS))
        parser.add_argument("--dealer", required=True, help="the dealer's name, such as north")
        parser.add_argument("--as-of", type=date.fromisoformat, help="the day to look from (today)")
        parser.add_argument("--days", type=_days, help="how far back (each list has its own default)")
        parser.add_argument("--json", action="store_true", help="print one object")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with dealer_scope(options["dealer"]) as dealer:
                today = timezone.now().astimezone(ZoneInfo(dealer.timezone)).date()
                found = listing.listed(options["list"], as_of_date=options["as_of"] or today, days=options["days"])
        except DealerUnknown as error:
            raise CommandError(str(error)) from error
        self.stdout.write(json.dumps(found, default=str) if options["json"] else listing.table(found))

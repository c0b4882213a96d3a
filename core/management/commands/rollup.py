"""`manage.py rollup`: counts dealers' days anew and writes the counts for the benchmark."""

from argparse import ArgumentParser
from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from core.kpis import rollup
from tenants import directory


class Command(BaseCommand):
    help = "Count a dealer's days into the figures that its manufacturer compares."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dealer", metavar="NAME", help="one dealer; else all that are open")
        parser.add_argument("--from", dest="first", type=date.fromisoformat, required=True, metavar="DATE")
        parser.add_argument(
            "--to", dest="last", type=date.fromisoformat, required=True, metavar="DATE", help="last day"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        until = options["last"] + timedelta(days=1)
        try:
            named = options["dealer"]
            for dealer in [directory.dealer_named(named)] if named else directory.open_dealers():
                count = rollup.rollup(dealer, from_date=options["first"], until_date=until, now=timezone.now())
                self.stdout.write(f"{dealer.name}: {count} figures")
        except (directory.DealerUnknown, rollup.PeriodEmpty) as problem:
            raise CommandError(str(problem)) from problem

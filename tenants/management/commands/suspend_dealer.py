"""Stops all work for a dealer, or takes it up again; the data stay."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from tenants import provisioning
from tenants.models import Dealer


class Command(BaseCommand):
    help = "Suspend a dealer: nobody signs in, nothing is sent. --resume takes the work up again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("dealer", metavar="NAME")
        parser.add_argument("--resume", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        change = provisioning.resume_dealer if options["resume"] else provisioning.suspend_dealer
        try:
            change(name=options["dealer"], now=timezone.now())
        except Dealer.DoesNotExist as unknown:
            raise CommandError(f"there is no dealer named {options['dealer']!r}") from unknown
        state = "open" if options["resume"] else "suspended"
        self.stdout.write(f"{options['dealer']} is {state}.")

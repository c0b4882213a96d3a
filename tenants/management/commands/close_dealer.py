"""Deletes a suspended dealer and all its data, for ever."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tenants import leftovers, provisioning
from tenants.models import Dealer


class Command(BaseCommand):
    help = "Delete a dealer with all its data; it must be suspended, and its name given twice."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("dealer", metavar="NAME")
        parser.add_argument("--delete-all-data-of", required=True, metavar="NAME", help="the same name again")

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["dealer"]
        if options["delete_all_data_of"] != name:
            raise CommandError("the two names differ")
        try:
            provisioning.close_dealer(name=name)
        except Dealer.DoesNotExist as unknown:
            raise CommandError(f"there is no dealer named {name!r}") from unknown
        except (provisioning.DealerStillOpen, leftovers.FilesLeft) as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{name} is gone.")

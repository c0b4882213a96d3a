"""Opens a dealer: its schema, host, role and defaults."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from tenants import provisioning
from tenants.countries import CountryUnknown

REFUSALS = (
    provisioning.DealerNameUnusable,
    provisioning.ShownNameMissing,
    provisioning.DealerExists,
    provisioning.TimezoneUnknown,
    provisioning.LanguageUnknown,
    provisioning.ManufacturerUnknown,
    provisioning.TemplateMissing,
    CountryUnknown,
)


class Command(BaseCommand):
    help = "Open a dealer, such as: open_dealer north --name 'North Motors' --country CN"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("dealer", metavar="NAME", help="lower-case letters, digits, hyphens")
        parser.add_argument("--name", required=True, help="the name to show")
        parser.add_argument("--country", required=True, help="two letters, such as CN or ES")
        parser.add_argument("--timezone", help="default: the country's")
        known = ", ".join(dict(settings.LANGUAGES))
        parser.add_argument("--language", help=f"{known}; default: the country's")
        parser.add_argument("--manufacturer", help="its name")
        parser.add_argument("--region", help="one of the manufacturer's regions")

    def handle(self, *args: Any, **options: Any) -> None:
        choices = ("country", "timezone", "language", "manufacturer", "region")
        chosen = {choice: options[choice] for choice in choices}
        name, shown_name = options["dealer"], options["name"]
        try:
            dealer = provisioning.open_dealer(name=name, shown_name=shown_name, now=timezone.now(), **chosen)
        except REFUSALS as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Opened {dealer.name} at {provisioning.host_of(dealer)}.")

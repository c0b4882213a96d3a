"""Opens a manufacturer and its regions, or adds regions to one that is there; sets its colour."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tenants import provisioning

REFUSALS = (provisioning.DealerNameUnusable, provisioning.ShownNameMissing, provisioning.AccentUnusable)


class Command(BaseCommand):
    help = "Open a manufacturer, such as: open_manufacturer marca --name Marca --region East"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("manufacturer", metavar="NAME", help="lower-case letters, digits, hyphens")
        parser.add_argument("--name", required=True, help="the name to show")
        parser.add_argument("--region", action="append", default=[], help="may be repeated")
        parser.add_argument("--accent", help="the brand's colour on screens, #rrggbb")

    def handle(self, *args: Any, **options: Any) -> None:
        name, shown_name = options["manufacturer"], options["name"]
        try:
            maker = provisioning.open_manufacturer(
                name=name, shown_name=shown_name, regions=options["region"], accent=options["accent"]
            )
        except REFUSALS as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"Manufacturer {maker.name} is open; its colour is {maker.accent}.")

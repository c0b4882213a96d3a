"""Makes a key for a program, and prints its secret once."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from tenants.accounts import operations
from tenants.management import places


class Command(BaseCommand):
    help = "Make a key, such as: create_api_key 'DMS' --dealer north --scope customers.read"

    def add_arguments(self, parser: CommandParser) -> None:
        places.add_dealer(parser)
        parser.add_argument("name", help="what the key is for")
        parser.add_argument("--scope", action="append", required=True, help="may be repeated")
        parser.add_argument("--days", type=int, help="end it after so many days")

    def handle(self, *args: Any, **options: Any) -> None:
        now, days = timezone.now(), options["days"]
        wanted = {"name": options["name"], "scopes": options["scope"], "created_by": None}
        try:
            with places.chosen(options["dealer"]):
                _key, secret = operations.issue_key(
                    **wanted, now=now, expires_at=now + timedelta(days=days) if days else None
                )
        except operations.ScopeUnknown as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(secret)

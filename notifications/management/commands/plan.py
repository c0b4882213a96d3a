"""manage.py plan: what is due to whom as of a day, per kind."""

import json
from datetime import UTC, date, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from notifications.planning import operations, report
from tenants.directory import DealerUnknown
from tenants.scope import dealer_scope


class Command(BaseCommand):
    help = "Plan follow-ups, reminders and notices as of a day; planning a day twice plans it once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dealer", required=True, metavar="NAME")
        parser.add_argument("--as-of", type=date.fromisoformat, metavar="YYYY-MM-DD", help="today if left out")
        parser.add_argument("--dry-run", action="store_true", help="count, and write nothing")
        parser.add_argument("--json", action="store_true", dest="as_json", help="print one object")

    def handle(self, **options: Any) -> None:
        now = datetime.now(tz=UTC)
        is_dry_run = options["dry_run"]
        try:
            with dealer_scope(options["dealer"]):
                day = options["as_of"] or operations.as_of_now(now).today
                as_of = operations.as_of_day(day, now=now, is_dry_run=is_dry_run)
                plans = operations.plan(as_of, is_dry_run=is_dry_run)
        except (DealerUnknown, operations.AsOfInFuture) as error:
            raise CommandError(str(error)) from error
        told = report.as_object(plans, dealer=options["dealer"], as_of=as_of, is_dry_run=is_dry_run)
        print(json.dumps(told, indent=1) if options["as_json"] else report.as_text(told))

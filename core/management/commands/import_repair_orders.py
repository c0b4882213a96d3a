"""Imports a DMS export: import_repair_orders --dealer north FILE [--as-of 2026-11-20] [--dry-run] [--json]."""

import json
import sys
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from core.repair_orders.imports import runs, showing
from core.repair_orders.imports.faults import FileUnreadable
from core.repair_orders.imports.stages import ImportStopped
from core.repair_orders.imports.turns import ImportRunning
from tenants.directory import DealerUnknown
from tenants.scope import dealer_scope


class Command(BaseCommand):
    help = "Read an export of repair orders (CSV or XLSX) into a dealer's files"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dealer", required=True, help="the dealer's name, such as north")
        parser.add_argument("--as-of", type=date.fromisoformat, help="the last day an order may be opened (today)")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, write nothing")
        parser.add_argument("--json", action="store_true", help="print one object and nothing else")

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"]
        tell = None if options["json"] else lambda progress: print(showing.progress_line(progress), file=sys.stderr)
        read = runs.try_import if options["dry_run"] else runs.start_import
        now = timezone.now()
        try:
            with dealer_scope(options["dealer"]) as dealer, file.open("rb") as stream:
                as_of_date = options["as_of"] or now.astimezone(ZoneInfo(dealer.timezone)).date()
                outcome = read(stream, file_name=file.name, as_of_date=as_of_date, now=now, on_progress=tell)
        except (OSError, DealerUnknown, FileUnreadable, ImportRunning, ImportStopped) as error:
            raise CommandError(f"{file}: {error}") from error
        self.stdout.write(json.dumps(outcome.counts.as_dict()) if options["json"] else showing.table(outcome))

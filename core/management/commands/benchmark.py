"""`manage.py benchmark`: compares a manufacturer's dealers over a period."""

import json
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.kpis import benchmark, report


class Command(BaseCommand):
    help = "Compare a manufacturer's dealers by what they rolled up, with intervals and places."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--manufacturer", required=True, metavar="NAME")
        parser.add_argument("--from", dest="first", type=date.fromisoformat, required=True, metavar="DATE")
        parser.add_argument(
            "--to", dest="last", type=date.fromisoformat, required=True, metavar="DATE", help="last day"
        )
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = benchmark.benchmark(
                manufacturer=options["manufacturer"], first=options["first"], last=options["last"]
            )
        except (benchmark.ManufacturerUnknown, benchmark.PeriodEmpty) as problem:
            raise CommandError(str(problem)) from problem
        as_json = options["json"]
        self.stdout.write(json.dumps(report.as_json(found), ensure_ascii=False) if as_json else report.as_text(found))

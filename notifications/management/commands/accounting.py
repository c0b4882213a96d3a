"""Print a dealer's books of messages: what was accepted, and what became of it."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from notifications.outbox import operations
from tenants.directory import DealerUnknown
from tenants.scope import dealer_scope


class Command(BaseCommand):
    """accounting --dealer NAME [--json]"""

    help = "Print what was accepted for sending and what became of it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dealer", required=True, help="the dealer's name")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with dealer_scope(options["dealer"]):
                books = operations.accounting()
        except DealerUnknown as problem:
            raise CommandError(str(problem)) from problem
        figures = {**asdict(books), "balanced": books.is_balanced}
        if options["json"]:
            self.stdout.write(json.dumps(figures, default=str))
            return
        for name, figure in figures.items():
            self.stdout.write(f"{name:20} {figure}")

"""Play a flow in the terminal."""

import sys
from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from notifications.flows import languages, shelf, terminal


class Command(BaseCommand):
    """Read answers from standard input, one a line ("..." is silence), and show what would be said and done."""

    help = "Play a flow in the terminal: nothing is stored, nothing is sent. --list names the flows."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the flow, the language and where to begin."""
        parser.add_argument("flow", nargs="?", help="a name from --list, or a part of one")
        parser.add_argument("--lang", choices=languages.codes(), default="en")
        parser.add_argument("--entry", default="start", help="where to begin, such as day_before")
        parser.add_argument("--list", action="store_true", help="name the shipped flows and their entries")

    def handle(self, *args: Any, **options: Any) -> None:
        flows = [shelf.shipped(key) for key in shelf.names()]
        if options["list"] or options["flow"] is None:
            for flow in flows:
                self.stdout.write(f"{flow.key} ({', '.join(flow.entries)}): {flow.title[options['lang']]}")
            return
        meant = [flow for flow in flows if options["flow"] in flow.key and options["entry"] in flow.entries]
        if len(meant) != 1:
            raise CommandError("There is no such flow or entry, or more than one; --list names them.")
        lines = (line.rstrip("\n") for line in sys.stdin)
        language, entry = options["lang"], options["entry"]
        for shown in terminal.play(meant[0], language=language, entry=entry, lines=lines, now=datetime.now(UTC)):
            self.stdout.write(shown)
            self.stdout.flush()

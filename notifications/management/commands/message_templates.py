"""Print the texts that a provider must approve before a dealer's messages may go as templates."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from channels_app import registry
from notifications.approvals import queries
from notifications.approvals.queries import Needed
from notifications.flows import languages
from tenants.directory import DealerUnknown
from tenants.scope import dealer_scope


class Command(BaseCommand):
    """message_templates --dealer NAME --kind KIND [--lang CODE] [--shared] [--openings] [--json]"""

    help = "Print the templates to submit at a provider, in its own writing; those that begin dialogues come first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dealer", required=True, help="the dealer's name, which stands in the texts")
        parser.add_argument("--kind", required=True, choices=[kind for kind, _ in registry.kinds()])
        parser.add_argument("--lang", choices=languages.codes(), help="all languages, if left out")
        parser.add_argument("--shared", action="store_true", help="for a sender of the brand: the name is a place")
        parser.add_argument("--openings", action="store_true", help="only those that dialogues begin with")
        parser.add_argument("--json", action="store_true", help="print one JSON object a line")

    def handle(self, *args: Any, **options: Any) -> None:
        spoken = [options["lang"]] if options["lang"] else []
        try:
            with dealer_scope(options["dealer"]):
                found = queries.needed(options["kind"], {}, spoken=spoken, is_shared=options["shared"])
        except DealerUnknown as problem:
            raise CommandError(str(problem)) from problem
        if not found:
            self.stderr.write("this channel takes free words at any time")
        for one in found:
            if one.is_opening or not options["openings"]:
                self.stdout.write(json.dumps(_row(one), ensure_ascii=False) if options["json"] else _shown(one))


def _row(needed: Needed) -> dict[str, object]:
    return {name: value for name, value in asdict(needed).items() if name != "code"}


def _shown(needed: Needed) -> str:
    places = " ".join(needed.places)
    return f"# {needed.name} {needed.language}  {places}".rstrip() + f"\n{needed.text}\n"

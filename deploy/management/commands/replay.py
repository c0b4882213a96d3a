"""`manage.py replay`: plays one day of a dealer by a clock of its own, and proves what must be true of it."""

import json
import time
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from deploy.replay import day, proof, report
from tenants.directory import DealerUnknown
from tenants.scope import dealer_scope


class Command(BaseCommand):
    help = "Replay a dealer's day: loop, simulated provider, owners who answer; exit 1 if a check fails."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dealer", required=True, metavar="NAME")
        parser.add_argument("--as-of", type=date.fromisoformat, required=True, metavar="YYYY-MM-DD")
        parser.add_argument("--answers", type=float, default=0.4, metavar="SHARE", help="of the owners; 0.4")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--json", action="store_true", dest="as_json", help="print one object")

    def handle(self, **options: Any) -> None:
        wish = day.Wish(day=options["as_of"], share=options["answers"], seed=options["seed"])
        started = time.monotonic()
        try:
            with dealer_scope(options["dealer"]):
                played = day.play(wish, now=timezone.now(), say=self.stderr.write)
                checks = proof.prove(played)
                told = report.as_object(played, checks, seconds=time.monotonic() - started)
        except (DealerUnknown, day.RealChannel, day.StillRunning, day.DayToCome) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(json.dumps(told, indent=1) if options["as_json"] else report.as_text(told))
        failed = [check.name for check in checks if not check.holds]
        if failed:
            raise CommandError(f"does not hold: {'; '.join(failed)}")

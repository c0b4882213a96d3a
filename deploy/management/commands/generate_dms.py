"""`manage.py generate_dms`: writes an invented dealer's exports, with the truth beside them."""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from deploy.demo import files, generator
from deploy.demo.dialects import DIALECTS

# The workshop's doors are shut by then, in the dealer's own wall time.
EVENING = time(20)
FEWEST = 100


def _vehicles(text: str) -> int:
    vehicles = int(text)
    if vehicles < FEWEST:
        raise ArgumentTypeError(f"at least {FEWEST}: fewer do not hold every kind of fault")
    return vehicles


class Command(BaseCommand):
    help = "Write an invented dealer's main and daily export, and what a faultless reader finds in them."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dialect", required=True, choices=sorted(DIALECTS))
        parser.add_argument("--vehicles", type=_vehicles, default=2000)
        parser.add_argument("--as-of", type=date.fromisoformat, required=True, metavar="DATE")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--out", type=Path, required=True, metavar="DIR")

    def handle(self, *args: Any, **options: Any) -> None:
        world = generator.invent(
            dialect=options["dialect"],
            vehicles=options["vehicles"],
            as_of=datetime.combine(options["as_of"], EVENING),
            seed=options["seed"],
        )
        written = files.write(world, folder=options["out"])
        for path in (written.main, written.daily, written.truth):
            self.stdout.write(str(path))

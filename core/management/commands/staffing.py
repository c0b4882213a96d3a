"""`manage.py staffing`: the staff a centre needs, by the standard's table and by the work."""

import json
from argparse import ArgumentParser, ArgumentTypeError
from fractions import Fraction
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from core.staffing import operations, report, rules


def number(text: str) -> Fraction:
    """Read an intake: 85, 79.5 or 239/3."""
    try:
        return Fraction(text)
    except (ValueError, ZeroDivisionError) as problem:
        raise ArgumentTypeError(f"not a number of cars: {text!r}") from problem


class Command(BaseCommand):
    help = "Say what staff a customer operation centre needs for its daily intake."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dealer", metavar="NAME", help="count the intake of this dealer's repair orders")
        parser.add_argument("--intake", type=number, metavar="Q", help="repair orders opened a day, instead")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            answer = operations.staffing(dealer=options["dealer"], intake=options["intake"], now=timezone.now())
        except (operations.NothingToGoBy, rules.IntakeUnknown, rules.IntakeNegative, LookupError) as problem:
            raise CommandError(str(problem)) from problem
        as_json = json.dumps(report.as_json(answer), ensure_ascii=False)
        self.stdout.write(as_json if options["json"] else report.as_text(answer))

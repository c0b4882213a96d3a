"""`manage.py demo`: opens the demo's dealers, or prints their day's figures."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from deploy.demo import figures, logins, opening


class Command(BaseCommand):
    help = "Open the demo's two dealers from invented files; with --figures, print what their day came to."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--figures", action="store_true", help="the day's figures as a table")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        if not options["figures"] or not opening.is_open():
            try:
                opening.open_demo(now=now, say=self.stdout.write)
            except opening.DealerNotOurs as problem:
                raise CommandError(str(problem)) from problem
        if options["figures"]:
            self.stdout.write(figures.day_figures(now=now))
            return
        for line in logins.lines():
            self.stdout.write(line)

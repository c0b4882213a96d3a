"""Seal senders' settings with the present SECRET_KEY; can be stopped and run again."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from notifications.channels import resealing
from notifications.shared.models import SharedSender
from tenants import directory
from tenants.scope import dealer_scope, public_scope


class Command(BaseCommand):
    """reseal_channels [--dealer NAME]"""

    help = "After SECRET_KEY changed: seal senders' settings anew, so that SECRET_KEY_FALLBACKS is not needed for them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dealer", metavar="NAME", help="one dealer; else all, suspended ones too")

    def handle(self, *args: Any, **options: Any) -> None:
        named, broken = options["dealer"], 0
        try:
            dealers = [directory.dealer_named(named)] if named else directory.all_dealers()
        except directory.DealerUnknown as problem:
            raise CommandError(str(problem)) from problem
        for place, dealer in enumerate(dealers, start=1):
            with dealer_scope(dealer):
                done = list(resealing.reseal())
            broken += sum(one.is_broken for one in done)
            self.stdout.write(f"{place}/{len(dealers)} {dealer.name}: {sum(not one.is_broken for one in done)} sealed")
            for one in done:
                if one.is_broken:
                    self.stderr.write(f"{dealer.name}: account {one.account_id} opens with none of our keys")
        if not named:
            broken += self._reseal_shared()
        if broken:
            raise CommandError(
                f"{broken} accounts stay closed: add the key before to SECRET_KEY_FALLBACKS, run it again"
            )

    def _reseal_shared(self) -> int:
        """Seal what manufacturers' senders are told, and say how many opened with no key."""
        with public_scope():
            done = list(resealing.reseal(SharedSender))
        self.stdout.write(f"shared senders: {sum(not one.is_broken for one in done)} sealed")
        for one in done:
            if one.is_broken:
                self.stderr.write(f"shared sender {one.account_id} opens with none of our keys")
        return sum(one.is_broken for one in done)

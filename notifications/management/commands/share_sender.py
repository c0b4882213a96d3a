"""Open a sender that dealers of a manufacturer share, say who writes from it, and list how they stand."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from channels_app.errors import ChannelUnknown
from notifications.channels import forms
from notifications.shared import operations, queries
from notifications.shared.models import SharedSender
from notifications.shared.operations import Changes
from notifications.shared.queries import Seen
from tenants.models import Dealer, Manufacturer
from tenants.scope import public_scope

REFUSALS = {
    ChannelUnknown: "there is no such channel",
    forms.AddressUnfit: "no sender of this channel has such an address",
    operations.SenderExists: "there is such a sender already",
    operations.ForeignDealer: "the dealer is of another manufacturer",
    operations.AddressOwned: "the dealer has an account of its own at this address: it must be closed first",
    operations.NotSharing: "the dealer does not write from this sender",
    Manufacturer.DoesNotExist: "there is no such manufacturer",
    Dealer.DoesNotExist: "there is no such dealer",
    SharedSender.DoesNotExist: "there is no such sender",
}


class Command(BaseCommand):
    """share_sender list | open | add | remove | default | on | off"""

    help = "Senders that several dealers of a manufacturer write from; settings are read as JSON from standard input."

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        opening = acts.add_parser("open", help="open a sender; its settings as a JSON object on standard input")
        for name in ("--manufacturer", "--kind", "--address"):
            opening.add_argument(name, required=True)
        acts.add_parser("list", help="list all senders: dealers, what is nobody's, questions in doubt, webhook")
        for act in ("add", "remove", "default"):
            one = acts.add_parser(act, help=f"{act} a dealer")
            one.add_argument("sender", type=int)
            one.add_argument("--dealer", required=act != "default", default="", help="the dealer's name")
        for act in ("on", "off"):
            acts.add_parser(act, help=f"switch a sender {act} for all its dealers").add_argument("sender", type=int)

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        try:
            with public_scope():
                said = ACTS[options["act"]](options, now)
        except forms.SettingsRefused as refusal:
            told = ", ".join(f"{name}: {fault}" for name, fault in sorted(refusal.faults.items()))
            raise CommandError(f"these settings cannot be taken: {told}") from refusal
        except tuple(REFUSALS) as refusal:
            raise CommandError(REFUSALS[type(refusal)]) from refusal
        self.stdout.write(said)


def _open(options: dict[str, Any], now: datetime) -> str:
    maker = Manufacturer.objects.get(name=options["manufacturer"])
    sender = operations.open_sender(
        manufacturer_id=maker.pk,
        kind=options["kind"],
        address=options["address"],
        settings=_settings(),
        by=None,
        now=now,
    )
    return f"Sender {sender.pk} is open; nobody writes from it yet."


def _settings() -> dict[str, str]:
    """Never from the command line, which every process of the machine can read."""
    try:
        told = json.loads(sys.stdin.read() or "{}")
        return {str(name): str(value) for name, value in told.items()}
    except (ValueError, AttributeError) as error:
        raise CommandError("give the settings as a JSON object on standard input") from error


def _list(options: dict[str, Any], now: datetime) -> str:
    return "\n".join(_line(one) for one in queries.seen()) or "no shared sender"


def _line(one: Seen) -> str:
    told = {
        "id": one.sender.pk,
        "manufacturer": one.sender.manufacturer.name,
        "kind": one.sender.kind,
        "address": one.sender.address,
        "on": one.sender.is_active,
        "dealers": ",".join(one.dealers),
        "unclaimed": one.unclaimed,
        "asking": one.asking,
        "unconfirmed": one.unconfirmed,
        "webhook_url": one.webhook_url,
    }
    return "  ".join(f"{name}={value}" for name, value in told.items() if value not in ("", None))


def _add(options: dict[str, Any], now: datetime) -> str:
    operations.share(sender_id=options["sender"], dealer_id=_dealer(options), by=None, now=now)
    return f"{options['dealer']} writes from sender {options['sender']}."


def _remove(options: dict[str, Any], now: datetime) -> str:
    operations.unshare(sender_id=options["sender"], dealer_id=_dealer(options), by=None, now=now)
    return f"{options['dealer']} no longer writes from sender {options['sender']}."


def _default(options: dict[str, Any], now: datetime) -> str:
    changes = Changes(default_dealer_id=_dealer(options) if options["dealer"] else 0)
    operations.change_sender(sender_id=options["sender"], changes=changes, by=None, now=now)
    return f"Words of strangers go to {options['dealer'] or 'nobody'}."


def _switch(options: dict[str, Any], now: datetime) -> str:
    changes = Changes(is_active=options["act"] == "on")
    operations.change_sender(sender_id=options["sender"], changes=changes, by=None, now=now)
    return f"Sender {options['sender']} is {options['act']}."


def _dealer(options: dict[str, Any]) -> int:
    return Dealer.objects.get(name=options["dealer"]).pk


ACTS: dict[str, Callable[[dict[str, Any], datetime], str]] = {
    "open": _open,
    "list": _list,
    "add": _add,
    "remove": _remove,
    "default": _default,
    "on": _switch,
    "off": _switch,
}

"""List a dealer's senders and how each stands; nothing secret."""

import json
from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from notifications.channels import health
from notifications.channels.health import Health
from notifications.channels.models import ChannelAccount
from notifications.outbox.accounts import webhook_of
from tenants.directory import DealerUnknown
from tenants.scope import dealer_scope


class Command(BaseCommand):
    """channel_accounts --dealer NAME [--json]"""

    help = "List a dealer's senders in their order: state, queue, last receipt and error of the last day, webhook."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dealer", required=True, help="the dealer's name")
        parser.add_argument("--json", action="store_true", help="print one JSON object a line")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with dealer_scope(options["dealer"]):
                rows = _rows()
        except DealerUnknown as problem:
            raise CommandError(str(problem)) from problem
        if not rows:
            self.stderr.write("no sender")
        for row in rows:
            self.stdout.write(json.dumps(row) if options["json"] else _line(row))


def _rows() -> list[dict[str, object]]:
    now = timezone.now()
    known = health.health_of_all(now=now)
    # What is sealed stays sealed: a wrong key must not keep the operator from looking.
    accounts = ChannelAccount.objects.defer("settings").order_by("rank", "id")
    return [_row(account, known.get(account.pk, Health()), now=now) for account in accounts]


def _row(account: ChannelAccount, known: Health, *, now: datetime) -> dict[str, object]:
    return {
        "id": account.pk,
        "kind": account.kind,
        "address": account.address,
        "rank": account.rank,
        "standing": health.standing_of(account, known, now=now).value,
        "throttled_until": _moment(account.throttled_until),
        "queued": known.queued,
        "last_receipt_at": _moment(known.last_receipt_at),
        "last_error": known.last_error,
        "last_error_at": _moment(known.last_error_at),
        "webhook_url": webhook_of(account),
    }


def _line(row: dict[str, object]) -> str:
    return "  ".join(f"{name}={value}" for name, value in row.items() if value not in ("", None))


def _moment(at: datetime | None) -> str:
    return at.isoformat(timespec="seconds") if at else ""

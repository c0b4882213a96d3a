"""What providers say that messages cost, kept beside our own estimate; where there is both, theirs counts."""

import json
import logging
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from django.db import connection

from channels_app import registry
from channels_app.contract import Charge, Charging
from channels_app.errors import ChannelError
from notifications.channels.models import ChannelAccount
from notifications.outbox.accounts import account_of
from notifications.outbox.models import Message

logger = logging.getLogger(__name__)

# Providers price within a day of sending; asked for twice, what was late the first time is there the second.
# Source: Twilio's support, "Understanding SMS message fees".
DAYS = (1, 2)
AT_ONCE = 1000

# Whoever says "nothing" need not say in which currency.
NOTE = """
UPDATE notifications_message m
SET charged_minor = t.minor, charged_currency = coalesce(nullif(t.currency, ''), m.currency)
FROM jsonb_to_recordset(%(rows)s) AS t (id bigint, minor numeric, currency text)
WHERE m.id = t.id AND m.direction = 'OUT'
"""


def note_charges(charges: Mapping[int, Charge]) -> None:
    """This function will keep what these messages cost, by their numbers; said again, the later word holds."""
    if not charges:
        return
    rows = [
        {"id": pk, "minor": str(charge.minor), "currency": charge.currency} for pk, charge in sorted(charges.items())
    ]
    with connection.cursor() as cursor:
        cursor.execute(NOTE, {"rows": json.dumps(rows)})


def ask_providers(*, now: datetime) -> None:
    """This function will ask the providers that say so afterwards what the last days' messages cost.

    Call it outside a transaction. One that does not answer now is asked again tomorrow, for these days but one.
    """
    for row in ChannelAccount.objects.filter(is_active=True).order_by("id"):
        try:
            channel = registry.get(row.kind)
            if isinstance(channel, Charging):
                _ask(channel, row, now=now)
        except ChannelError as error:
            logger.warning("charges not known", extra={"kind": row.kind, "error": type(error).__name__})


def _ask(channel: Charging, row: ChannelAccount, *, now: datetime) -> None:
    account = account_of(row)
    for ago in DAYS:
        charged = channel.charges(account, day=(now.astimezone(UTC) - timedelta(days=ago)).date())
        ids = sorted(charged)
        for at in range(0, len(ids), AT_ONCE):
            mine = Message.objects.filter(account=row, provider_id__in=ids[at : at + AT_ONCE])
            note_charges({pk: charged[sid] for pk, sid in mine.values_list("id", "provider_id")})

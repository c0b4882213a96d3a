"""What came to a shared sender, given to the dealer whose it is: by way of that dealer's own inbox.

Of a call that speaks of owners of several dealers each gets its own part alone.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime

from channels_app.contract import Receipt
from notifications.channels.models import ChannelAccount
from notifications.inbound import bodies, storing
from notifications.shared.models import Sharing
from notifications.shared.sealing import Kept
from tenants.scope import dealer_scope


@contextmanager
def account_at(sharing: Sharing) -> Iterator[ChannelAccount]:
    """Enter the scope of a dealer that writes from a sender, with its account."""
    with dealer_scope(sharing.dealer.ref):
        yield ChannelAccount.objects.get(pk=sharing.account_id)


def give_words(
    sharing: Sharing, kept: Kept, *, now: datetime, received_at: datetime | None = None, is_for_people: bool = False
) -> None:
    """This function will put an owner's words into a dealer's inbox, and have them worked on there."""
    with account_at(sharing) as row:
        storing.store_messages(
            row,
            [kept.said],
            raw=kept.raw,
            content_type=kept.content_type,
            now=now,
            received_at=received_at,
            is_for_people=is_for_people,
        )


def give_receipts(sharing: Sharing, receipts: Sequence[Receipt], *, now: datetime) -> None:
    """This function will apply receipts at a dealer; what is kept of the call there is these alone."""
    body = json.dumps([asdict(one) for one in receipts], default=str).encode()
    with account_at(sharing) as row:
        bodies.take_receipts(row, receipts, body=body, now=now)

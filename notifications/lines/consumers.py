"""What comes over a line that a channel keeps open; it goes the way of a webhook's call."""

from collections.abc import Mapping
from datetime import UTC, datetime

from django.db import close_old_connections

from channels_app.contract import RawRequest
from notifications.inbound import operations as inbound


def take(account_id: str, *, headers: Mapping[str, str], body: bytes) -> None:
    """This function will store what came, in the thread that brings it.

    Raises: AccountUnknown; Forged; what the database raises. Each of them has the provider bring it again.
    """
    now = datetime.now(UTC)
    request = RawRequest(method="POST", path="", headers=headers, body=body, received_at=now)
    # No request or task of Django's begins or ends here, so that nobody else lets go of a broken connection.
    close_old_connections()
    try:
        inbound.accept(account_ref=account_id, request=request, now=now)
    finally:
        close_old_connections()

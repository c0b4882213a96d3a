"""The channel that needs no provider: messages go to a Valkey stream which plays one.

What the provider does with them, and how it misbehaves, lives in simulator_provider. The house itself gives its
accounts url (of the Valkey) and secret (signs its calls); how it misbehaves is declared below.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

from redis.exceptions import RedisError

from channels_app import simulator_provider as provider
from channels_app.contract import (
    Account,
    AddressKind,
    Capabilities,
    Inbound,
    NotSent,
    Outcome,
    Outgoing,
    RawRequest,
    Receipt,
    ReceiptStatus,
    Sent,
)
from channels_app.errors import (
    ChannelError,
    Forged,
    Misconfigured,
    Rejected,
    Unavailable,
    Uncertain,
    Unreadable,
)
from channels_app.form import PHONE, Form, Setting

TIMESTAMP_HEADER = "X-Simulator-Timestamp"
SIGNATURE_HEADER = "X-Simulator-Signature"

# Long enough for a slow network and unequal clocks, short enough that a stolen request is soon
# worthless; what repeats within it is folded by its event id.
REPLAY_WINDOW = timedelta(minutes=5)

STATUSES: frozenset[ReceiptStatus] = frozenset(get_args(ReceiptStatus))
ADDRESS_KIND: AddressKind = "PHONE"


class Simulator:
    """A phone network of our own, for trying the product and for faults on purpose."""

    kind = "simulator"
    capabilities = Capabilities(
        address_kind=ADDRESS_KIND,
        buttons=True,
        receipts=True,
        lookup=True,
        max_length=1600,  # what the longest of real SMS interfaces take, so that texts fit them too
        per_second=2000,
        recipient_per_second=5,
        batch_size=500,
    )
    form = Form(
        address_pattern=PHONE,
        address_example="10690001",
        settings=(
            Setting("misbehave"),
            Setting("misbehave_times", input="number"),
            Setting("retry_after_seconds", input="number"),
            Setting("receipts"),
        ),
    )

    def send(self, account: Account, batch: Sequence[Outgoing]) -> list[Outcome]:
        """This function will hand the batch to the simulated provider in one call."""
        _require(account, "url", "secret")
        refusals = {message.message_id: error for message in batch if (error := self._refusal(message))}
        try:
            provider.ping(account)
        except RedisError as error:
            raise Unavailable("the simulator's Valkey does not answer") from error
        fitting = [message for message in batch if message.message_id not in refusals]
        answers = self._offer(account, fitting)
        return [_outcome(message, refusals.get(message.message_id) or answers[message.message_id]) for message in batch]

    def lookup(self, account: Account, message_ids: Sequence[str]) -> list[Receipt]:
        """This function will ask the provider's book which of these it accepted."""
        _require(account, "url")
        try:
            known = provider.find(account, message_ids)
        except RedisError as error:
            raise Unavailable("the simulator's Valkey does not answer") from error
        return [
            Receipt(
                provider_id=provider_id,
                message_id=message_id,
                status="sent",
                event_id=f"lookup-{provider_id}",
            )
            for message_id, provider_id in known.items()
        ]

    def verify(self, account: Account, request: RawRequest) -> None:
        """This function will compare the signature of timestamp and body, and refuse old ones."""
        _require(account, "secret")
        timestamp = request.header(TIMESTAMP_HEADER)
        expected = signature(account, timestamp=timestamp, body=request.body)
        given = request.header(SIGNATURE_HEADER)
        # Compared as bytes, since compare_digest refuses text that is not ASCII with a TypeError.
        if not hmac.compare_digest(expected.encode(), given.encode()):
            raise Forged
        if not _is_fresh(timestamp, request.received_at):
            raise Forged

    def parse(self, account: Account, request: RawRequest) -> list[Inbound | Receipt]:
        """This function will read the events of a body: receipts and what owners wrote."""
        events = (_read_event(event) for event in _events_of(request.body))
        return [event for event in events if event is not None]

    def _refusal(self, message: Outgoing) -> ChannelError | None:
        if len(message.text) > self.capabilities.max_length:
            return Rejected("TOO_LONG")
        if not message.to:
            return Rejected("NO_ADDRESS")
        return None

    def _offer(self, account: Account, batch: Sequence[Outgoing]) -> dict[str, str | ChannelError]:
        try:
            return provider.accept(account, batch)
        except RedisError:
            # The request had left when this broke, so the provider may have taken it.
            return {message.message_id: Uncertain("no readable answer") for message in batch}


def signature(account: Account, *, timestamp: str, body: bytes) -> str:
    """This function will sign a timestamp and the raw bytes of a body with the account's secret."""
    secret = account.settings["secret"].encode()
    return hmac.new(secret, timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def signed_request(account: Account, events: Sequence[Mapping[str, object]], *, now: datetime) -> RawRequest:
    """This function will build the call which the provider makes to us with these events."""
    body = json.dumps({"events": list(events)}, ensure_ascii=False).encode()
    timestamp = str(int(now.timestamp()))
    headers = {
        "Content-Type": "application/json",
        TIMESTAMP_HEADER: timestamp,
        SIGNATURE_HEADER: signature(account, timestamp=timestamp, body=body),
    }
    return RawRequest(method="POST", path="", headers=headers, body=body, received_at=now)


def _require(account: Account, *names: str) -> None:
    missing = [name for name in names if not account.settings.get(name)]
    if missing:
        raise Misconfigured(f"the simulator account lacks {', '.join(missing)}")


def _is_fresh(timestamp: str, received_at: datetime) -> bool:
    try:
        signed_at = datetime.fromtimestamp(int(timestamp), tz=UTC)
    except (ValueError, OverflowError, OSError):
        return False
    return abs(received_at - signed_at) <= REPLAY_WINDOW


def _outcome(message: Outgoing, answer: str | ChannelError) -> Outcome:
    if isinstance(answer, ChannelError):
        return NotSent(message_id=message.message_id, error=answer)
    return Sent(message_id=message.message_id, provider_id=answer)


def _events_of(body: bytes) -> list[Mapping[str, Any]]:
    try:
        events = json.loads(body)["events"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Unreadable("the body is not a list of events") from error
    if not isinstance(events, list) or not all(isinstance(event, dict) for event in events):
        raise Unreadable("the body is not a list of events")
    return events


def _read_event(event: Mapping[str, Any]) -> Inbound | Receipt | None:
    reader = READERS.get(str(event.get("kind")))
    if reader is None:
        return None
    try:
        return reader(event)
    except (KeyError, ValueError, TypeError) as error:
        raise Unreadable("an event lacks a field") from error


def _read_receipt(event: Mapping[str, Any]) -> Receipt | None:
    status = event["status"]
    if status not in STATUSES:
        return None
    return Receipt(
        provider_id=str(event["provider_id"]),
        message_id=str(event.get("message_id", "")),
        status=status,
        event_id=str(event["event_id"]),
        detail=str(event.get("detail", "")),
    )


def _read_inbound(event: Mapping[str, Any]) -> Inbound:
    at = event.get("at")
    return Inbound(
        provider_id=str(event["provider_id"]),
        sender=str(event["sender"]),
        text=str(event["text"]),
        payload=str(event.get("payload", "")),
        reply_to=str(event.get("reply_to", "")),
        at=datetime.fromisoformat(at) if at else None,
        is_automatic=bool(event.get("is_automatic", False)),
        sender_name=str(event.get("sender_name", "")),
        is_edit=bool(event.get("is_edit", False)),
        is_parting=bool(event.get("is_parting", False)),
    )


READERS = {"receipt": _read_receipt, "inbound": _read_inbound}

"""The provider that the simulator channel speaks to: a book of accepted messages, kept in Valkey.

It folds nothing, so that a message sent twice is seen twice, and misbehaves when told to. The
scripted owners and the phone page read here what arrived and make the receipts and replies. Our own
side never imports this to learn what became of a message.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from random import Random
from typing import cast

from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from channels_app.contract import Account, Button, Outgoing
from channels_app.errors import ChannelError, OptedOut, Rejected, Throttled, Unavailable, Uncertain

TIMEOUT_SECONDS = 10
# A provider's book is not kept for ever; two days outlive every look-up.
KEPT_SECONDS = 2 * 24 * 3600
# Enough for a day's fault run of 100,000 messages; the stream is trimmed roughly to it.
KEPT_MESSAGES = 200_000
# How long late receipts stay away: past the 15 minutes after which we look up.
LATE = timedelta(minutes=20)

# One call accepts the whole batch: the stream's entry id becomes the provider's id.
ACCEPT_SCRIPT = """
local ids = {}
for i = 1, #ARGV, 2 do
    local id = redis.call('XADD', KEYS[1], 'MAXLEN', '~', KEPT_MESSAGES, '*', 'message', ARGV[i+1])
    redis.call('SET', KEYS[1] .. ':' .. ARGV[i], id, 'EX', KEPT_SECONDS)
    ids[#ids + 1] = id
end
return ids
""".replace("KEPT_MESSAGES", str(KEPT_MESSAGES)).replace("KEPT_SECONDS", str(KEPT_SECONDS))


@dataclass(frozen=True)
class Accepted:
    """A message as the provider got it."""

    provider_id: str
    at: datetime
    message: Outgoing


@dataclass(frozen=True)
class Misbehaviour:
    """Whether the provider takes the message in spite of what we are told, and what we are told."""

    accepts: bool
    error: Callable[[Account], ChannelError]


MISBEHAVIOURS: dict[str, Misbehaviour] = {
    "fail": Misbehaviour(accepts=False, error=lambda _: Unavailable("503")),
    "throttle": Misbehaviour(
        accepts=False,
        error=lambda account: Throttled(
            "429", retry_after_seconds=float(account.settings.get("retry_after_seconds", "30"))
        ),
    ),
    "reject": Misbehaviour(accepts=False, error=lambda _: Rejected("BAD_NUMBER")),
    "opted-out": Misbehaviour(accepts=False, error=lambda _: OptedOut("on the provider's list")),
    "timeout": Misbehaviour(accepts=False, error=lambda _: Uncertain("timed out")),
    "timeout-after-accept": Misbehaviour(accepts=True, error=lambda _: Uncertain("timed out")),
    "garbage": Misbehaviour(accepts=True, error=lambda _: Uncertain("no readable answer")),
}

# Numbers that always misbehave, for the demo and for single messages in a batch.
SUFFIXES = {
    "00000901": "reject",
    "00000902": "opted-out",
    "00000903": "timeout-after-accept",
    "00000904": "fail",
    "00000905": "throttle",
    "00000906": "timeout",
}
SUFFIX_LENGTH = 8


@lru_cache(maxsize=16)
def _client(url: str) -> Redis:
    # No retry: the client's own would repeat an append whose answer was lost, and so send twice.
    return Redis.from_url(
        url, decode_responses=True, protocol=2, socket_timeout=TIMEOUT_SECONDS, retry=Retry(NoBackoff(), retries=0)
    )


def _valkey(account: Account) -> Redis:
    return _client(account.settings["url"])


def _stream(account: Account) -> str:
    return f"simulator:{account.id}:accepted"


def ping(account: Account) -> None:
    """This function will raise redis' own error when the provider cannot be reached."""
    _valkey(account).ping()


def accept(account: Account, batch: Sequence[Outgoing]) -> dict[str, str | ChannelError]:
    """This function will answer for each of our ids the provider's, or what it pretends."""
    errors = _misbehaviours(account, batch)
    taken = [m for m in batch if m.message_id not in errors or errors[m.message_id].accepts]
    answers: dict[str, str | ChannelError] = dict(_append(account, taken))
    answers.update({message_id: wrong.error(account) for message_id, wrong in errors.items()})
    return answers


def find(account: Account, message_ids: Sequence[str]) -> dict[str, str]:
    """This function will give the provider's id of each of our ids that was accepted."""
    if not message_ids:
        return {}
    keys = [f"{_stream(account)}:{message_id}" for message_id in message_ids]
    found = cast("list[str | None]", _valkey(account).mget(keys))
    return {message_id: entry for message_id, entry in zip(message_ids, found, strict=True) if entry}


def accepted_messages(
    account: Account, *, after: str = "0-0", limit: int = 1000, wait_seconds: float = 0
) -> list[Accepted]:
    """This function will list what was accepted after a provider id, oldest first.

    wait_seconds is how long it waits for the first one.
    """
    block = int(wait_seconds * 1000) or None
    answer = cast(
        "list[tuple[str, list[tuple[str, dict[str, str]]]]]",
        _valkey(account).xread({_stream(account): after}, count=limit, block=block),
    )
    return [_read(entry_id, fields) for _, entries in answer for entry_id, fields in entries]


def last_id(account: Account) -> str:
    """This function will give the provider's id of the newest message it took."""
    newest = cast("list[tuple[str, dict[str, str]]]", _valkey(account).xrevrange(_stream(account), count=1))
    return newest[0][0] if newest else "0-0"


def tries(account: Account) -> int:
    """This function will count the attempts at a provider that misbehaves a number of times."""
    counts = cast("list[str]", _valkey(account).hvals(f"simulator:{account.id}:tries"))
    return sum(int(count) for count in counts)


def forget(account: Account) -> None:
    """This function will empty the provider's book of an account."""
    client = _valkey(account)
    for key in client.scan_iter(match=f"simulator:{account.id}:*", count=1000):
        client.delete(key)


def receipt_event(accepted: Accepted, status: str, *, detail: str = "") -> dict[str, object]:
    """This function will make the provider's word about one message; repeated, it is the same."""
    return {
        "kind": "receipt",
        "event_id": f"{accepted.provider_id}-{status}",
        "provider_id": accepted.provider_id,
        "message_id": accepted.message.message_id,
        "status": status,
        "detail": detail,
    }


def inbound_event(
    *,
    provider_id: str,
    sender: str,
    text: str,
    at: datetime,
    payload: str = "",
    reply_to: str = "",
    is_automatic: bool = False,
    sender_name: str = "",
) -> dict[str, object]:
    """This function will make the event of an owner who writes a text or taps a button."""
    return {
        "kind": "inbound",
        "provider_id": provider_id,
        "sender": sender,
        "text": text,
        "at": at.isoformat(),
        "payload": payload,
        "reply_to": reply_to,
        "is_automatic": is_automatic,
        "sender_name": sender_name,
    }


def receipt_events(
    account: Account, accepted: Sequence[Accepted], *, now: datetime, chance: Random
) -> list[dict[str, object]]:
    """This function will make the receipts due by now, in the manner the account's settings name.

    receipts = "" (sent, then delivered), "none", "late", "twice", "shuffled", or several by comma.
    """
    manners = set(filter(None, account.settings.get("receipts", "").split(",")))
    if "none" in manners:
        return []
    due = [one for one in accepted if "late" not in manners or one.at + LATE <= now]
    events = [receipt_event(one, status) for one in due for status in ("sent", "delivered")]
    if "twice" in manners:
        events = events + events
    if "shuffled" in manners:
        chance.shuffle(events)
    return events


def _append(account: Account, batch: Sequence[Outgoing]) -> dict[str, str]:
    if not batch:
        return {}
    # A phone shows no files.
    # Escaped: a lone surrogate in one text would otherwise break the encoding of the whole batch.
    arguments = [part for m in batch for part in (m.message_id, json.dumps(asdict(replace(m, attachments=()))))]
    script = _valkey(account).register_script(ACCEPT_SCRIPT)
    ids = cast("list[str]", script(keys=[_stream(account)], args=arguments))
    return {message.message_id: entry for message, entry in zip(batch, ids, strict=True)}


def _misbehaviours(account: Account, batch: Sequence[Outgoing]) -> dict[str, Misbehaviour]:
    named = {m.message_id: _misbehaviour_name(account, m) for m in batch}
    wrong = {message_id: MISBEHAVIOURS[name] for message_id, name in named.items() if name}
    times = int(account.settings.get("misbehave_times", "0"))
    if not times or not wrong:
        return wrong
    tries = _count_tries(account, list(wrong))
    return {message_id: wrong[message_id] for message_id in wrong if tries[message_id] <= times}


def _misbehaviour_name(account: Account, message: Outgoing) -> str:
    return SUFFIXES.get(message.to[-SUFFIX_LENGTH:], "") or account.settings.get("misbehave", "")


def _count_tries(account: Account, message_ids: Sequence[str]) -> dict[str, int]:
    with _valkey(account).pipeline(transaction=False) as pipe:
        for message_id in message_ids:
            pipe.hincrby(f"simulator:{account.id}:tries", message_id, 1)
        return dict(zip(message_ids, cast("list[int]", pipe.execute()), strict=True))


def _read(entry_id: str, fields: Mapping[str, str]) -> Accepted:
    content = json.loads(fields["message"])
    content["buttons"] = tuple(Button(**button) for button in content["buttons"])
    content["attachments"] = ()
    at = datetime.fromtimestamp(int(entry_id.split("-")[0]) / 1000, tz=UTC)
    return Accepted(provider_id=entry_id, at=at, message=Outgoing(**content))

"""How fast an account and a recipient may be written to, counted in Valkey for all workers together.

A bucket holds tokens; it refills with time and never above its size. Losing Valkey's data means full
buckets, which costs at most one burst: what a provider then refuses comes back as Throttled.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import cast

from django.conf import settings
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from tenants.scope import current_dealer, current_scope

# For each bucket: how many of the wanted tokens there are, taken away at once. A clock that was set back
# neither refills a bucket nor stops it for the hour it lost.
TAKE = """
local now, rate, size, wanted = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local granted = {}
for i, key in ipairs(KEYS) do
    local kept = redis.call('HMGET', key, 'tokens', 'at')
    local tokens, at = tonumber(kept[1]) or size, tonumber(kept[2]) or now
    tokens = math.min(size, tokens + math.max(0, now - at) / 1000 * rate)
    granted[i] = math.min(wanted, math.floor(tokens))
    redis.call('HSET', key, 'tokens', tokens - granted[i], 'at', now)
    redis.call('PEXPIRE', key, math.ceil(size / rate * 1000) + 60000)
end
return granted
"""
# Giving back is taking a negative number: the size still bounds it at the next refill.
GIVE_BACK = "if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('HINCRBYFLOAT', KEYS[1], 'tokens', ARGV[1]) end"

# A sender's one bucket, and of it a fair part for each of those who asked for tokens lately: who comes for the first
# time finds others held to their part from then on, and waits for the next refill at most.
TAKE_SHARE = """
local now, rate, size, wanted = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
redis.call('ZADD', KEYS[3], now, ARGV[5])
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', now - tonumber(ARGV[6]))
redis.call('PEXPIRE', KEYS[3], 60000)
local part = 1 / math.max(1, redis.call('ZCARD', KEYS[3]))
local limits, granted = {{size, rate}, {math.max(size * part, 1), rate * part}}, wanted
local left = {}
for i, limit in ipairs(limits) do
    local kept = redis.call('HMGET', KEYS[i], 'tokens', 'at')
    local tokens, at = tonumber(kept[1]) or limit[1], tonumber(kept[2]) or now
    left[i] = math.min(limit[1], tokens + math.max(0, now - at) / 1000 * limit[2])
    granted = math.max(0, math.min(granted, math.floor(left[i])))
end
for i, limit in ipairs(limits) do
    redis.call('HSET', KEYS[i], 'tokens', left[i] - granted, 'at', now)
    redis.call('PEXPIRE', KEYS[i], math.ceil(limit[1] / limit[2] * 1000) + 60000)
end
return granted
"""
# Who has asked for nothing for so long has no part kept for them.
ASKED_LATELY = timedelta(seconds=5)

TIMEOUT_SECONDS = 5


def take(name: str, *, rate: float, size: float, wanted: int, now: datetime) -> int:
    """This function will take up to so many tokens from one bucket and say how many there were.

    rate is in tokens a second, size is the largest burst.
    """
    return _take([_key(name)], rate=rate, size=size, wanted=wanted, now=now)[0]


def take_one_each(names: Sequence[str], *, rate: float, size: float, now: datetime, sender: str = "") -> list[bool]:
    """This function will take one token from each bucket and say of each whether there was one.

    sender: the name of one that several dealers share, whose the buckets are; empty: they are this dealer's.
    """
    if not names:
        return []
    keys = [_shared_key(sender, name) if sender else _key(name) for name in names]
    return [granted == 1 for granted in _take(keys, rate=rate, size=size, wanted=1, now=now)]


def take_share(sender: str, *, rate: float, size: float, wanted: int, now: datetime) -> int:
    """This function will take up to so many tokens of a shared sender for who is in scope, and say how many there were.

    Nobody gets more than their fair part while others want tokens too.
    """
    script = _valkey(settings.VALKEY_URL).register_script(TAKE_SHARE)
    late = int(ASKED_LATELY.total_seconds() * 1000)
    args: list[str | float] = [int(now.timestamp() * 1000), rate, size, wanted, current_scope().key, late]
    return cast("int", script(keys=_share_keys(sender), args=args))


def give_back_share(sender: str, *, count: int) -> None:
    """This function will return tokens of a shared sender that were not used."""
    for key in _share_keys(sender)[:2] if count else ():
        _valkey(settings.VALKEY_URL).eval(GIVE_BACK, 1, key, count)


def give_back(name: str, *, count: int) -> None:
    """This function will return tokens that were not used."""
    if count:
        _valkey(settings.VALKEY_URL).eval(GIVE_BACK, 1, _key(name), count)


def take_permit(name: str, *, lasting: timedelta) -> bool:
    """This function will take a permit of which there is one, unless somebody holds it."""
    return bool(_valkey(settings.VALKEY_URL).set(_key(name), 1, nx=True, px=lasting))


def forget(name: str) -> None:
    """This function will empty the memory of a bucket, which is then full again."""
    _valkey(settings.VALKEY_URL).delete(_key(name))


def _take(keys: Sequence[str], *, rate: float, size: float, wanted: int, now: datetime) -> list[int]:
    script = _valkey(settings.VALKEY_URL).register_script(TAKE)
    now_milliseconds = int(now.timestamp() * 1000)
    return cast("list[int]", script(keys=list(keys), args=[now_milliseconds, rate, size, wanted]))


def _key(name: str) -> str:
    # The braces keep a dealer's buckets on one node of a cluster, as a script with several keys needs.
    return f"rate:{{{current_dealer().schema}}}:{name}"


def _share_keys(sender: str) -> list[str]:
    """The sender's bucket, that of who is in scope, and who asked lately."""
    return [
        _shared_key(sender, "all"),
        _shared_key(sender, f"of:{current_scope().key}"),
        _shared_key(sender, "asking"),
    ]


def _shared_key(sender: str, name: str) -> str:
    return f"rate:{{shared:{sender}}}:{name}"


@lru_cache(maxsize=4)
def _valkey(url: str) -> Redis:
    # No retry: a repeated script would take tokens twice.
    return Redis.from_url(url, protocol=2, socket_timeout=TIMEOUT_SECONDS, retry=Retry(NoBackoff(), retries=0))

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

from tenants.scope import current_dealer

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

TIMEOUT_SECONDS = 5


def take(name: str, *, rate: float, size: float, wanted: int, now: datetime) -> int:
    """This function will take up to so many tokens from one bucket and say how many there were.

    rate is in tokens a second, size is the largest burst.
    """
    return _take([name], rate=rate, size=size, wanted=wanted, now=now)[0]


def take_one_each(names: Sequence[str], *, rate: float, size: float, now: datetime) -> list[bool]:
    """This function will take one token from each bucket and say of each whether there was one."""
    return [granted == 1 for granted in _take(names, rate=rate, size=size, wanted=1, now=now)] if names else []


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


def _take(names: Sequence[str], *, rate: float, size: float, wanted: int, now: datetime) -> list[int]:
    script = _valkey(settings.VALKEY_URL).register_script(TAKE)
    now_milliseconds = int(now.timestamp() * 1000)
    return cast("list[int]", script(keys=[_key(one) for one in names], args=[now_milliseconds, rate, size, wanted]))


def _key(name: str) -> str:
    # The braces keep a dealer's buckets on one node of a cluster, as a script with several keys needs.
    return f"rate:{{{current_dealer().schema}}}:{name}"


@lru_cache(maxsize=4)
def _valkey(url: str) -> Redis:
    # No retry: a repeated script would take tokens twice.
    return Redis.from_url(url, protocol=2, socket_timeout=TIMEOUT_SECONDS, retry=Retry(NoBackoff(), retries=0))

"""How often a link, and an address, may knock at the owners' pages; counted by the minute in the shared cache."""

import logging
from datetime import datetime

from django.core.cache import cache
from django.http import HttpRequest
from redis.exceptions import RedisError

from tenants.addresses import client_address

logger = logging.getLogger(__name__)

# Pages a minute. An owner opens a few; many owners may stand behind one address of a mobile network, but not many of
# them with links that never were.
BY_LINK = 30
BY_ADDRESS = 300
UNKNOWN_BY_ADDRESS = 30
WINDOW_SECONDS = 60


def is_too_often(request: HttpRequest, *, link_id: int | None, now: datetime) -> bool:
    """Count this call for its address and its link, and say whether one of them has had enough for this minute."""
    window, address = int(now.timestamp()) // WINDOW_SECONDS, client_address(request)
    name, most = (f"link:{link_id}", BY_LINK) if link_id else (f"unknown:{address}", UNKNOWN_BY_ADDRESS)
    try:
        return _count(f"address:{address}", window) > BY_ADDRESS or _count(name, window) > most
    except (RedisError, OSError):
        # Counting protects the house; without the counter the owners are still served.
        logger.exception("owners' pages cannot be counted")
        return False


def _count(name: str, window: int) -> int:
    key = f"owners:{name}:{window}"
    cache.add(key, 0, timeout=2 * WINDOW_SECONDS)
    return int(cache.incr(key))

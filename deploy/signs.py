"""Signs of life: each process leaves its name in Valkey for a short while, and the health page looks for it."""

import functools
import logging

import redis
from django.conf import settings

logger = logging.getLogger(__name__)

LIFETIME_SECONDS = 15  # several missed signs, not one
CONNECT_SECONDS = 2.0


@functools.cache
def valkey() -> redis.Redis:
    """Return this process's own connection, outside Django's cache: signs belong to no dealer."""
    return redis.Redis.from_url(
        settings.VALKEY_URL, socket_timeout=CONNECT_SECONDS, socket_connect_timeout=CONNECT_SECONDS
    )


def leave(role: str) -> None:
    """Leave a sign for the role; a Valkey that is away is the health page's matter, not the worker's."""
    try:
        valkey().set(f"{settings.LIVE_PREFIX}:sign:{role}", 1, ex=LIFETIME_SECONDS)
    except redis.RedisError:
        logger.warning("sign of life not left", extra={"role": role})


def is_seen(role: str) -> bool:
    """Return whether a process of that role was alive within the lifetime of a sign."""
    return bool(valkey().exists(f"{settings.LIVE_PREFIX}:sign:{role}"))

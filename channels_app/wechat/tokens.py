"""The token that each call carries: fetched once, kept while it is good, and shared by all calls of a process.

The "stable" kind is asked for, which gives every process the same one; the older kind ends the token of whoever asked
before.
"""

import asyncio
import hashlib
from collections.abc import MutableMapping
from dataclasses import dataclass, field
from time import monotonic
from weakref import WeakKeyDictionary

import aiohttp

from channels_app import shapes, wire
from channels_app.contract import Account
from channels_app.errors import ChannelError, Misconfigured, Rejected, Unavailable, Uncertain, Unreadable
from channels_app.wechat import refusals

# WeChat gives out the next one this long before the end, and both are good meanwhile.
RENEWED_BEFORE_SECONDS = 300
LEAST_SECONDS = 30


@dataclass
class _Kept:
    """One app's token and until when it is believed; the lock has one call fetch it while the others wait."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    token: str = field(default="", repr=False)
    until: float = 0.0


_kept: MutableMapping[asyncio.AbstractEventLoop, dict[tuple[str, str, str], _Kept]] = WeakKeyDictionary()


async def token_of(session: aiohttp.ClientSession, account: Account, *, url: str, refused: str = "") -> str:
    """This function will give a token that is not the refused one, if WeChat has another.

    Raises: ChannelError; nothing has been sent by then.
    """
    kept = _kept_of(account, url)
    async with kept.lock:
        if not kept.token or kept.token == refused or kept.until <= monotonic():
            kept.token, seconds = await _fetched(session, account, url=url)
            kept.until = monotonic() + max(seconds - RENEWED_BEFORE_SECONDS, LEAST_SECONDS)
        return kept.token


def _kept_of(account: Account, url: str) -> _Kept:
    secret = hashlib.sha256(account.settings["app_secret"].encode()).hexdigest()
    of_loop = _kept.setdefault(asyncio.get_running_loop(), {})
    return of_loop.setdefault((url, account.settings["app_id"], secret), _Kept())


async def _fetched(session: aiohttp.ClientSession, account: Account, *, url: str) -> tuple[str, int]:
    asked = {
        "grant_type": "client_credential",
        "appid": account.settings["app_id"],
        "secret": account.settings["app_secret"],
    }
    try:
        said, code = refusals.answer_of(await wire.call(session, "POST", f"{url}/cgi-bin/stable_token", json=asked))
        if not code:
            return shapes.word(said, "access_token"), shapes.number(said, "expires_in")
    except (Uncertain, Unreadable) as error:
        # Whatever became of this call, the message has not left.
        raise Unavailable("no token") from error
    raise _of_account(refusals.refusal(code))


def _of_account(error: ChannelError) -> ChannelError:
    return Misconfigured(error.detail) if isinstance(error, Rejected) else error

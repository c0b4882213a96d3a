"""Calls of SendGrid's API, and why it took nothing."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import aiohttp

from channels_app import wire
from channels_app.contract import Account
from channels_app.errors import ChannelError, Misconfigured, Rejected, Unavailable, Uncertain

URL = "https://api.sendgrid.com"
# Why the API took nothing, where that concerns more than the one call.
REFUSALS: Mapping[int, type[ChannelError]] = {
    HTTPStatus.UNAUTHORIZED: Misconfigured,  # the key
    HTTPStatus.FORBIDDEN: Misconfigured,  # the key's rights, or a sender that was not verified
    HTTPStatus.NOT_FOUND: Misconfigured,  # the address of the API
    HTTPStatus.SERVICE_UNAVAILABLE: Unavailable,
}


async def call(
    session: aiohttp.ClientSession, account: Account, method: str, path: str, body: object = None
) -> wire.Answer:
    """Make one call; what it answers is whole and not judged."""
    url = account.settings.get("url") or URL
    headers = {"Authorization": f"Bearer {account.settings['api_key']}"}
    return await wire.call(session, method, url + path, json=body, headers=headers)


async def ask(session: aiohttp.ClientSession, account: Account, path: str) -> Mapping[str, Any]:
    """Return what stands at an address. Raises: ChannelError."""
    answer = await call(session, account, "GET", path)
    if answer.status != HTTPStatus.OK:
        raise refusal(answer)
    return said(answer)


def said(answer: wire.Answer) -> Mapping[str, Any]:
    """Return the object that an answer is. Raises: Uncertain."""
    try:
        read = json.loads(answer.body)
    except (ValueError, RecursionError) as error:
        raise Uncertain("no readable answer") from error
    if not isinstance(read, dict):
        raise Uncertain("no readable answer")
    return read


def refusal(answer: wire.Answer) -> ChannelError:
    """Return why nothing was taken; what cannot be read may have been."""
    kind = REFUSALS.get(answer.status)
    if kind is None and (answer.status >= wire.SERVER_ERROR or answer.status < HTTPStatus.BAD_REQUEST):
        kind = Uncertain
    return (kind or Rejected)(str(answer.status))

"""Erasure of what SendGrid knows of people."""

from collections.abc import Sequence
from http import HTTPStatus

import aiohttp

from channels_app import wire
from channels_app.contract import Account
from channels_app.errors import ChannelError
from channels_app.mail import building
from channels_app.sendgrid import calls

# Source: SendGrid's Recipients' Data Erasure API.
MOST_ERASED = 5000


def erase(account: Account, addresses: Sequence[str]) -> None:
    """Have SendGrid forget what it knows of these recipients. Raises: ChannelError; repeating it does no harm."""
    building.require(account, ("api_key",))
    parts = [list(addresses[at : at + MOST_ERASED]) for at in range(0, len(addresses), MOST_ERASED)]

    async def call(session: aiohttp.ClientSession, part: list[str]) -> None:
        answer = await calls.call(session, account, "POST", "/v3/recipients/erasejob", {"email_addresses": part})
        if answer.status != HTTPStatus.ACCEPTED:
            raise calls.refusal(answer)

    for said in wire.call_each(parts, call, at_once=1):
        if isinstance(said, ChannelError):
            raise said

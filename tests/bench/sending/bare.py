"""Each channel's bare client, which does the unavoidable: the same calls, and no book kept of anything."""

import asyncio
import json
import smtplib
import threading
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any

import aiohttp
import smpplib.client
import telegram as ptb
from telegram.request import HTTPXRequest
from yarl import URL

from channels_app.aliyun import signing
from tests.bench.sending.provider import Standing
from tests.doubles import aliyun, sendgrid, smpp, telegram, twilio, wechat, whatsapp

TEXT = "Your car is ready."
WEBHOOK = "https://aftercare.example/api/webhooks/abc/"
MAILS_A_CALL, TEXTS_A_CALL = 500, 30
SUBMIT_STATUS_OK = 0

Call = Mapping[str, Any]
# Sends that many messages to these addresses, so many at once.
Bare = Callable[[Standing, Sequence[str], int], int]


def _over_http(calls_of: Callable[[Standing, Sequence[str]], list[Call]]) -> Bare:
    def send(at: Standing, addresses: Sequence[str], at_once: int) -> int:
        calls = calls_of(at, addresses)
        asyncio.run(_all(calls, at_once=at_once))
        return len(addresses)

    return send


async def _all(calls: Sequence[Call], *, at_once: int) -> None:
    connector = aiohttp.TCPConnector(limit=at_once)
    async with aiohttp.ClientSession(connector=connector) as session:

        async def make(call: Call) -> None:
            async with session.request("POST", **call) as response:
                await response.read()
                response.raise_for_status()

        await _side_by_side([partial(make, call) for call in calls], at_once=at_once)


async def _side_by_side(work: Sequence[Callable[[], Awaitable[None]]], *, at_once: int) -> None:
    gate = asyncio.Semaphore(at_once)

    async def one(begin: Callable[[], Awaitable[None]]) -> None:
        async with gate:
            await begin()

    await asyncio.gather(*map(one, work))


def _twilio(at: Standing, addresses: Sequence[str]) -> list[Call]:
    headers = {"Authorization": aiohttp.encode_basic_auth(twilio.ACCOUNT, twilio.TOKEN)}
    return [
        {
            "url": f"{at.url}/2010-04-01/Accounts/{twilio.ACCOUNT}/Messages.json",
            "headers": headers,
            "data": {"To": to, "From": twilio.NUMBER, "Body": TEXT, "StatusCallback": f"{WEBHOOK}?ours=1-{number}"},
        }
        for number, to in enumerate(addresses)
    ]


def _aliyun(at: Standing, addresses: Sequence[str]) -> list[Call]:
    found: list[Call] = []
    for first in range(0, len(addresses), TEXTS_A_CALL):
        some = addresses[first : first + TEXTS_A_CALL]
        query = signing.query_of(
            {
                "TemplateCode": aliyun.TEMPLATE,
                "OutId": f"1-{first}",
                "PhoneNumberJson": json.dumps([one.removeprefix("+86") for one in some]),
                "SignNameJson": json.dumps([aliyun.SIGN_NAME] * len(some)),
                "TemplateParamJson": json.dumps([{"name": "Anna", "time": "10:30"}] * len(some)),
            }
        )
        headers = signing.signed_headers(
            url=at.url, action="SendBatchSms", query=query, key_id=aliyun.KEY_ID, key_secret=aliyun.KEY_SECRET
        )
        found.append({"url": URL(f"{at.url}/?{query}", encoded=True), "headers": headers})
    return found


def _sendgrid(at: Standing, addresses: Sequence[str]) -> list[Call]:
    headers = {"Authorization": f"Bearer {sendgrid.KEY}"}
    content = [{"type": "text/plain", "value": "-text-"}, {"type": "text/html", "value": "-html-"}]
    return [
        {
            "url": f"{at.url}/v3/mail/send",
            "headers": headers,
            "json": {
                "personalizations": [_personal(to) for to in addresses[first : first + MAILS_A_CALL]],
                "from": {"email": "service@north.example"},
                "content": content,
            },
        }
        for first in range(0, len(addresses), MAILS_A_CALL)
    ]


def _personal(to: str) -> dict[str, Any]:
    return {
        "to": [{"email": to}],
        "subject": "Your car",
        "headers": {"Message-ID": f"<{to}>"},
        "custom_args": {"ours": to},
        "substitutions": {"-text-": TEXT, "-html-": f"<p>{TEXT}</p>" * 10},
    }


def _whatsapp(at: Standing, addresses: Sequence[str]) -> list[Call]:
    return [
        {
            "url": f"{at.url}/v23.0/{whatsapp.NUMBER_ID}/messages",
            "headers": {"Authorization": f"Bearer {whatsapp.TOKEN}"},
            "json": {
                "messaging_product": "whatsapp",
                "to": to.removeprefix("+"),
                "type": "text",
                "text": {"body": TEXT},
                "biz_opaque_callback_data": f"1-{number}",
            },
        }
        for number, to in enumerate(addresses)
    ]


def _wechat(at: Standing, addresses: Sequence[str]) -> list[Call]:
    token = asyncio.run(_wechat_token(at))
    data = {key: {"value": "Anna"} for key in ("thing1", "time2")}
    return [
        {
            "url": f"{at.url}/cgi-bin/message/template/send?access_token={token}",
            "json": {"touser": to, "template_id": wechat.TEMPLATE, "data": data, "client_msg_id": f"1-{number}"},
        }
        for number, to in enumerate(addresses)
    ]


async def _wechat_token(at: Standing) -> str:
    asked = {"grant_type": "client_credential", "appid": wechat.APP_ID, "secret": wechat.APP_SECRET}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{at.url}/cgi-bin/stable_token", json=asked) as response,
    ):
        return str((await response.json())["access_token"])


def _telegram(at: Standing, addresses: Sequence[str], at_once: int) -> int:
    async def send() -> None:
        request = HTTPXRequest(connection_pool_size=at_once, pool_timeout=60)
        bot = ptb.Bot(telegram.TOKEN, base_url=f"{at.url}/bot", request=request, get_updates_request=request)
        await request.initialize()

        async def one(chat: str) -> None:
            await bot.send_message(chat, TEXT)

        await _side_by_side([partial(one, chat) for chat in addresses], at_once=at_once)
        await request.shutdown()

    asyncio.run(send())
    return len(addresses)


def _smtp(at: Standing, addresses: Sequence[str], at_once: int) -> int:
    def send(some: Sequence[str]) -> None:
        with smtplib.SMTP("127.0.0.1", int(at.port), local_hostname="north.example") as server:
            for to in some:
                mail = f"From: service@north.example\r\nTo: {to}\r\nMessage-ID: <{to}>\r\nSubject: x\r\n\r\n{TEXT}\r\n"
                server.sendmail("service@north.example", [to], mail)

    return _shared_out(send, addresses, at_once)


def _smpp(at: Standing, addresses: Sequence[str], at_once: int) -> int:
    """One line for all, with as many under way as its window holds."""
    client = smpplib.client.Client("127.0.0.1", int(at.port), allow_unknown_opt_params=True)
    client.connect()
    client.bind_transceiver(system_id=smpp.SYSTEM_ID, password=smpp.PASSWORD)
    under_way = 0
    for to in addresses:
        if under_way == at_once:
            client.read_once()
            under_way -= 1
        client.send_message(
            source_addr="34600999999",
            dest_addr_ton=1,
            dest_addr_npi=1,
            destination_addr=to.removeprefix("+"),
            short_message=TEXT.encode(),
            registered_delivery=1,
            user_message_reference=1,
        )
        under_way += 1
    for _ in range(under_way):
        client.read_once()
    client.unbind()
    client.disconnect()
    return len(addresses)


def _shared_out(send: Callable[[Sequence[str]], None], addresses: Sequence[str], shares: int) -> int:
    threads = [threading.Thread(target=send, args=(addresses[share::shares],)) for share in range(shares)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(addresses)


BARE: Mapping[str, Bare] = {
    "twilio": _over_http(_twilio),
    "smpp": _smpp,
    "aliyun": _over_http(_aliyun),
    "sendgrid": _over_http(_sendgrid),
    "smtp": _smtp,
    "telegram": _telegram,
    "whatsapp": _over_http(_whatsapp),
    "wechat": _over_http(_wechat),
}

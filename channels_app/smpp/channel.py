"""SMS by a carrier's own line, SMPP 3.4. What an account is told is declared in settings.py.

What a carrier brings comes over the line that a process of ours opened, and goes the way of a webhook's call from
there. The public webhook of such an account proves nothing to anybody, so that whatever comes there is refused.
"""

import asyncio
from collections.abc import Mapping, Sequence

import aiohttp

from channels_app import lines, wire
from channels_app.contract import (
    Account,
    Capabilities,
    HandOver,
    Inbound,
    Line,
    Outcome,
    Outgoing,
    Probed,
    RawRequest,
    Receipt,
    short_reference,
)
from channels_app.errors import (
    ChannelError,
    Forged,
    Misconfigured,
    OptedOut,
    Rejected,
    Throttled,
    Unavailable,
    Uncertain,
    Unreadable,
)
from channels_app.smpp import events, pool, proving, settings, texts
from channels_app.smpp.pdus import RESPONSE, Command, Pdu
from channels_app.smpp.session import OK, Session, opened
from channels_app.smpp.settings import TRANSCEIVER, Setup
from channels_app.smpp.texts import Leaving

# What a carrier says to a submission; every other refusal concerns the one message. Source: SMPP 3.4, 5.1.3.
ERRORS: Mapping[int, type[ChannelError]] = {
    0x04: Unavailable,  # not bound for this
    0x08: Unavailable,  # system error
    0x0A: Misconfigured,  # source address
    0x0E: Misconfigured,  # password
    0x0F: Misconfigured,  # system id
    0x14: Throttled,  # its queue is full
    0x15: Misconfigured,  # service type
    0x48: Misconfigured,  # kind of source address
    0x49: Misconfigured,  # plan of source address
    0x53: Misconfigured,  # system type
    0x58: Throttled,  # too many from us
    0x64: Unavailable,  # a failure that passes
}
# A receipt of what became of it at last, in either case. Source: SMPP 3.4, 5.2.17.
FINAL_RECEIPT, NO_RECEIPT = 1, 0
# How often a later part is offered again to a carrier that is busy, since the first ones are with it already.
PART_TRIES, PART_PAUSE_SECONDS = 5, 1.0
# A carrier that is busy does not say for how long; its limits are for each second.
PAUSE_SECONDS = 2.0
# More parts than this are no SMS any more; it fits the longest text.
MOST_PARTS = 30


class Smpp:
    """A carrier's SMS centre."""

    kind = "smpp"
    capabilities = Capabilities(
        address_kind="PHONE",
        buttons=False,
        receipts=True,
        lookup=False,  # query_sm asks by the carrier's id, which is what is missing when one asks
        max_length=1600,
        per_second=50,
        recipient_per_second=1,
        batch_size=100,
        is_sms=True,
    )
    form = settings.FORM

    def send(self, account: Account, batch: Sequence[Outgoing]) -> list[Outcome]:
        """Submit each message over this process's line to the carrier, as many at once as its window holds."""
        setup = settings.setup_of(account)
        line = _OneLine(account, setup)

        async def call(_http: aiohttp.ClientSession, message: Outgoing) -> str:
            if len(message.text) > self.capabilities.max_length:
                raise Rejected("TOO_LONG")
            return await _submit(await line.session(), account, setup, message)

        return wire.send_each(batch, call, at_once=setup.window)

    def lookup(self, account: Account, message_ids: Sequence[str]) -> list[Receipt]:
        """Refuse: a carrier cannot be asked by an id of ours."""
        raise Misconfigured("a carrier cannot be asked by our ids")

    def verify(self, account: Account, request: RawRequest) -> None:
        """Believe only what came over a line of this very process."""
        if not proving.is_proven(account, request.body, request.header(proving.HEADER)):
            raise Forged

    def parse(self, account: Account, request: RawRequest) -> list[Inbound | Receipt]:
        """Read a delivery."""
        return events.events_of(account, request.body)

    def join(self, account: Account, bodies: Sequence[bytes]) -> Inbound:
        """Read the parts of a message as one."""
        [whole] = events.events_of(account, b"".join(bodies))
        if not isinstance(whole, Inbound):
            raise Unreadable("no parts of a message")
        return whole

    def listen(self, account: Account, hand_over: HandOver) -> Line:
        """Keep a line open for what the carrier brings."""
        return pool.Listening(account, settings.setup_of(account), hand_over)

    def probe(self, account: Account) -> Probed:
        """Open a line of its own, ask whether the carrier is there, and hang up."""
        setup = settings.setup_of(account)

        async def ask() -> str:
            how = TRANSCEIVER if setup.bind == TRANSCEIVER else "transmitter"
            session = await opened(setup, how=how, bring=pool.bringing(account, lines.take))
            try:
                await session.enquire()
            finally:
                await session.close()
            return session.name

        return Probed(name=wire.run(ask()), detail=setup.system_id)


class _OneLine:
    """The line that one batch leaves by: should it break, the rest of the batch does not wait for another."""

    def __init__(self, account: Account, setup: Setup) -> None:
        self._account, self._setup = account, setup
        self._opening: asyncio.Task[Session] | None = None

    async def session(self) -> Session:
        """Return it, opened by whoever asks first. Raises: Misconfigured; Unavailable."""
        if self._opening is None:
            self._opening = asyncio.create_task(pool.sending(self._account, self._setup))
        return await self._opening


async def _submit(session: Session, account: Account, setup: Setup, message: Outgoing) -> str:
    """Submit a text, part after part, and return the id of the last, whose receipt is the message's own."""
    parts = texts.leaving(message, setup)
    if len(parts) > MOST_PARTS:
        raise Rejected("TOO_LONG")
    provider_id = ""
    for number, part in enumerate(parts, start=1):
        fields = _fields(account, message, part, is_last=number == len(parts))
        provider_id = await _submit_part(session, account, setup, fields, is_first=number == 1)
    return provider_id


async def _submit_part(
    session: Session, account: Account, setup: Setup, fields: Mapping[str, object], *, is_first: bool
) -> str:
    """Submit one part. Behind the first, no error is a certain one any more: some of the text is on its way."""
    try:
        return await _offered(session, account, setup, fields, tries=1 if is_first else PART_TRIES)
    except ChannelError as error:
        if is_first:
            raise
        raise Uncertain("only a part was taken") from error


async def _offered(
    session: Session, account: Account, setup: Setup, fields: Mapping[str, object], *, tries: int
) -> str:
    while True:
        tries -= 1
        try:
            return _id_in(await session.submit(**fields), account, setup)
        except Throttled:
            if not tries:
                raise
            await asyncio.sleep(PART_PAUSE_SECONDS)


def _fields(account: Account, message: Outgoing, part: Leaving, *, is_last: bool) -> dict[str, object]:
    return {
        **texts.source(account),
        **texts.destination(message.to),
        **part.fields(),
        "registered_delivery": FINAL_RECEIPT if is_last else NO_RECEIPT,
        "user_message_reference": short_reference(message.message_id),
    }


def _id_in(answer: Pdu, account: Account, setup: Setup) -> str:
    """Return the carrier's id of what it took. Raises: what its refusal means; Uncertain."""
    if answer.status != OK:
        raise _refusal(answer.status, account)
    named = answer.first_text
    if answer.command != Command.SUBMIT_SM | RESPONSE or not named.strip():
        raise Uncertain("no id came back")
    return events.plain_id(named, setup.ids, is_receipt=False)


def _refusal(status: int, account: Account) -> ChannelError:
    detail = f"{status:#06x}"
    if str(status) in settings.codes(account, "opted_out_codes"):
        return OptedOut(detail)
    kind = ERRORS.get(status, Rejected)
    if kind is Throttled:
        return Throttled(detail, retry_after_seconds=PAUSE_SECONDS)
    return kind(detail)

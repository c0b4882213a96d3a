"""An SMS centre on loopback that speaks SMPP 3.4 as its specification has it, by a codec of its own."""

import asyncio
import ssl
import struct
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from smpplib.gsm import GSM_CHARACTER_TABLE

from tests.doubles.server import NEVER_SECONDS, Double, Taken

SYSTEM_ID, PASSWORD = "service", "a pass"
NAME = "CARRIER"
ANSWER_SECONDS, ENDING_SECONDS = 10, 0.05
RESPONSE = 0x8000_0000
GENERIC_NACK, BIND_RECEIVER, BIND_TRANSMITTER, SUBMIT_SM, DELIVER_SM = RESPONSE, 0x01, 0x02, 0x04, 0x05
UNBIND, BIND_TRANSCEIVER, ENQUIRE_LINK, ALERT, DATA_SM = 0x06, 0x09, 0x15, 0x102, 0x103
BINDS = {BIND_RECEIVER: "receiver", BIND_TRANSMITTER: "transmitter", BIND_TRANSCEIVER: "transceiver"}
RECEIVING = ("receiver", "transceiver")

# What it answers a submission with instead of taking it.
REFUSALS: Mapping[str, int] = {
    "throttle": 0x58,
    "queue-full": 0x14,
    "fail": 0x08,
    "later": 0x64,
    "reject": 0x0B,
    "too-long": 0x01,
    "opted-out": 0x401,
    "misconfigured": 0x0A,
    "unheard-of": 0x4FF,
}
# And a bind.
NOT_LET_IN: Mapping[str, int] = {"password": 0x0E, "bind-failed": 0x0D, "already": 0x05}

MORE = struct.pack(">HH5sHHB", 0x001D, 5, b"fine\0", 0x1401, 1, 1)

Result = TypeVar("Result")


@dataclass
class Peer:
    """A line as the centre sees it."""

    writer: asyncio.StreamWriter
    how: str = ""
    enquiries: int = 0


@dataclass(frozen=True)
class Submission:
    """One submit_sm."""

    provider_id: str
    source: tuple[int, int, str]
    to: tuple[int, int, str]
    esm_class: int
    registered: int
    coding: int
    body: bytes
    tlvs: Mapping[int, bytes]


@dataclass
class Smsc(Double):
    """One centre; a message of several parts is taken with its last one, under that one's id."""

    tls: ssl.SSLContext | None = None
    peers: list[Peer] = field(default_factory=list)
    submissions: list[Submission] = field(default_factory=list)
    # How often it misbehaves, and how many submissions it takes before.
    times: int = 1_000_000
    after: int = 0
    most_at_once: int = 0
    good_byes: int = 0
    delay: float = 0.0
    ids: str = "{:08d}"
    # An answer may hold more than the specification says, as many a carrier's does.
    more: bytes = MORE

    def __post_init__(self) -> None:
        self._under_way = 0
        self._sequence = 0
        self._answers: dict[int, tuple[Peer, asyncio.Future[int]]] = {}
        self._parts: dict[tuple[str, int], dict[int, bytes]] = {}

    @property
    def port(self) -> str:
        """Where it listens."""
        return self.url.rpartition(":")[2]

    @property
    def lines(self) -> list[str]:
        """How those who are there now have bound."""
        return [peer.how for peer in self.peers if peer.how]

    def bring(self, octets: bytes, *, command: int = DELIVER_SM) -> int:
        """Bring this to whoever receives; return the answer's status, once it came."""
        return self._do(self._bring(octets, command))

    def bring_all(self, bodies: Sequence[bytes]) -> list[int | None]:
        """Bring these side by side; return the status of each answer, None for what nobody was there to take."""
        return self._do(self._bring_all(bodies), seconds=len(bodies) * ANSWER_SECONDS)

    def say(self, octets: bytes) -> None:
        """Say something to everybody and wait for no answer."""
        self._do(self._say(octets))

    def unbind(self) -> None:
        """End all lines as the protocol has it."""
        self.say(unit(UNBIND, 9_999))

    def drop(self) -> None:
        """End all lines without a word."""
        self._do(self._drop())

    async def _begin(self) -> None:
        listening = await asyncio.start_server(self._serve_peer, "127.0.0.1", 0, ssl=self.tls)
        self._runner = _Listening(listening, self.peers)  # type: ignore[assignment]  # it is cleaned up like aiohttp's
        self.url = f"smpp://127.0.0.1:{listening.sockets[0].getsockname()[1]}"

    def _do(self, work: Coroutine[Any, Any, Result], *, seconds: float = ANSWER_SECONDS) -> Result:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(seconds)

    async def _say(self, octets: bytes) -> None:
        for peer in self.peers:
            peer.writer.write(octets)

    async def _drop(self) -> None:
        for peer in list(self.peers):
            peer.writer.transport.abort()

    async def _bring_all(self, bodies: Sequence[bytes]) -> list[int | None]:
        async def brought(body: bytes) -> int | None:
            if not any(one.how in RECEIVING for one in self.peers):
                return None
            try:
                return await self._bring(body, DELIVER_SM)
            except EOFError:
                return None

        return list(await asyncio.gather(*map(brought, bodies)))

    async def _bring(self, octets: bytes, command: int) -> int:
        peer = next(one for one in reversed(self.peers) if one.how in RECEIVING)
        self._sequence += 1
        future: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._answers[self._sequence] = (peer, future)
        peer.writer.write(unit(command, self._sequence, octets))
        return await future

    async def _serve_peer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer = Peer(writer)
        self.peers.append(peer)
        try:
            while True:
                length, command, status, sequence = struct.unpack(">LLLL", await reader.readexactly(16))
                body = await reader.readexactly(length - 16)
                asyncio.ensure_future(self._answer(peer, command, status, sequence, body))  # noqa: RUF006
        except (EOFError, OSError):
            pass
        finally:
            self.peers.remove(peer)
            writer.close()
            for sequence in [number for number, (whose, _) in self._answers.items() if whose is peer]:
                self._answers.pop(sequence)[1].set_exception(EOFError())

    async def _answer(self, peer: Peer, command: int, status: int, sequence: int, body: bytes) -> None:
        if command & RESPONSE:
            if waiting := self._answers.pop(sequence, None):
                waiting[1].set_result(status)
        elif command in BINDS:
            refusal = NOT_LET_IN.get(self.how) or (0 if body.startswith(_said(SYSTEM_ID, PASSWORD)) else 0x0E)
            peer.how = "" if refusal else BINDS[command]
            peer.writer.write(unit(command | RESPONSE, sequence, b"" if refusal else _said(NAME), status=refusal))
        elif command == ENQUIRE_LINK:
            peer.enquiries += 1
            if self.how != "deaf":
                peer.writer.write(unit(ENQUIRE_LINK | RESPONSE, sequence))
        elif command == UNBIND:
            self.good_byes += 1
            peer.writer.write(unit(UNBIND | RESPONSE, sequence))
            peer.writer.close()
        elif command == SUBMIT_SM:
            self._under_way += 1
            self.most_at_once = max(self.most_at_once, self._under_way)
            await asyncio.sleep(self.delay)
            self._under_way -= 1
            await self._submitted(peer, sequence, body)

    async def _submitted(self, peer: Peer, sequence: int, body: bytes) -> None:
        how = self._mood()
        if how in REFUSALS:
            peer.writer.write(unit(SUBMIT_SM | RESPONSE, sequence, status=REFUSALS[how]))
            return
        if how == "nack":
            peer.writer.write(unit(GENERIC_NACK, sequence, status=0x02))
            return
        if how == "timeout":
            await asyncio.sleep(NEVER_SECONDS)
        named = self._take(body)
        await self.after_taking()
        if how == "timeout-after-accept":
            await asyncio.sleep(NEVER_SECONDS)
        if how == "reset":
            peer.writer.transport.abort()
        if how == "garbage":
            peer.writer.write(b"HTTP/1.1 200 OK\r\nIt works!\r\n")
        said = _said("" if how == "no-id" else named)
        peer.writer.write(unit(SUBMIT_SM | RESPONSE, sequence, said + self.more))

    def _mood(self) -> str:
        if self.after > 0:
            self.after -= 1
            return ""
        self.times -= 1
        return self.how if self.times >= 0 else ""

    def _take(self, body: bytes) -> str:
        named = self.ids.format(len(self.submissions) + 1)
        one = _submission(named, body)
        self.submissions.append(one)
        text, reference = one.body, int.from_bytes(one.tlvs.get(0x0204, b"\xff\xff"))
        if one.esm_class & 0x40:
            _length, _kind, _size, group, total, number = one.body[:6]
            parts = self._parts.setdefault((one.to[2], group), {})
            parts[number] = one.body[6:]
            if len(parts) < total:
                return named
            text = b"".join(parts[key] for key in sorted(parts))
        words = text.decode("utf-16-be") if one.coding == 8 else gsm(text)
        self.taken.append(Taken(named, f"+{one.to[2]}", words, str(reference)))
        return named


class _Listening:
    def __init__(self, server: asyncio.Server, peers: list[Peer]) -> None:
        self.server, self.peers = server, peers

    async def cleanup(self) -> None:
        self.server.close()
        # Streams' own tasks complain of being cancelled; at the end of a line they end by themselves.
        for peer in list(self.peers):
            peer.writer.transport.abort()
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        if rest:
            await asyncio.wait(rest, timeout=ENDING_SECONDS)
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)


def unit(command: int, sequence: int, body: bytes = b"", *, status: int = 0) -> bytes:
    """Write a whole unit."""
    return struct.pack(">LLLL", 16 + len(body), command, status, sequence) + body


def delivery(
    sender: str,
    body: bytes,
    *,
    coding: int = 0,
    esm_class: int = 0,
    ton: int = 1,
    tlvs: Mapping[int, bytes] | None = None,
    as_payload: bool = False,
) -> bytes:
    """Write the body of a deliver_sm."""
    short, more = (b"", {0x0424: body}) if as_payload else (body, {})
    return (
        b"\0"
        + bytes([ton, 1])
        + _said(sender)
        + bytes([1, 1])
        + _said("34600999999")
        + bytes([esm_class, 0, 0])
        + b"\0\0"
        + bytes([0, 0, coding, 0, len(short)])
        + short
        + b"".join(_tlv(tag, value) for tag, value in {**more, **(tlvs or {})}.items())
    )


def data_delivery(sender: str, body: bytes, *, coding: int = 0) -> bytes:
    """Write the body of a data_sm, which has no text but its payload."""
    head = b"\0" + bytes([1, 1]) + _said(sender) + bytes([1, 1]) + _said("34600999999")
    return head + bytes([0, 0, coding]) + _tlv(0x0424, body)


def words(sender: str, text: str, *, named: str = "", ton: int = 1) -> bytes:
    """Write what brings an owner's text, in the coding that it needs; not every carrier names it."""
    tlvs = {0x001E: named.encode() + b"\0"} if named else {}
    if text.isascii():
        return delivery(sender, text.encode(), tlvs=tlvs, ton=ton)
    return delivery(sender, text.encode("utf-16-be"), coding=8, tlvs=tlvs, ton=ton)


def part(reference: int, number: int, total: int, octets: bytes, *, wide: bool = False) -> bytes:
    """Put before a part what a phone puts there."""
    if wide:
        return b"\x06\x08\x04" + struct.pack(">HBB", reference, total, number) + octets
    return bytes([5, 0, 3, reference, total, number]) + octets


# Words of the network, and their numbers.
STATES: Mapping[str, int] = {"ENROUTE": 1, "DELIVRD": 2, "EXPIRED": 3, "DELETED": 4, "UNDELIV": 5, "ACCEPTD": 6}
STATES_TOO: Mapping[str, int] = {"UNKNOWN": 7, "REJECTD": 8}


def receipt(taken: Taken, word: str, *, how: str = "both", error: str = "000", named: str = "") -> bytes:
    """Write what became of a message: in words, in parameters, or in both."""
    named = named or taken.provider_id
    text = f"id:{named} sub:001 dlvrd:001 submit date:2611221000 done date:2611221001 stat:{word} err:{error} text:Your"
    tlvs = {0x001E: named.encode() + b"\0", 0x0427: bytes([{**STATES, **STATES_TOO}[word]])}
    tlvs |= {0x0204: int(taken.ours).to_bytes(2)}
    return delivery(
        taken.to.removeprefix("+"),
        b"" if how == "parameters" else text.encode(),
        esm_class=0x04,
        tlvs={} if how == "words" else tlvs,
    )


def gsm(octets: bytes) -> str:
    """Read the default alphabet by smpplib's table, which is not ours."""
    text, is_escaped = "", False
    for octet in octets:
        if octet == 0x1B:
            is_escaped = True
            continue
        text += GSM_CHARACTER_TABLE[octet + 0x80 if is_escaped else octet]
        is_escaped = False
    return text


def _submission(named: str, body: bytes) -> Submission:
    fields = _Fields(body)
    fields.text()
    source = (fields.octet(), fields.octet(), fields.text())
    to = (fields.octet(), fields.octet(), fields.text())
    esm_class, _protocol, _priority = fields.octet(), fields.octet(), fields.octet()
    fields.text(), fields.text()
    registered, _replace, coding, _canned = fields.octet(), fields.octet(), fields.octet(), fields.octet()
    short, tlvs = fields.some(fields.octet()), fields.tlvs()
    return Submission(named, source, to, esm_class, registered, coding, short or tlvs.get(0x0424, b""), tlvs)


class _Fields:
    def __init__(self, octets: bytes) -> None:
        self.rest = octets

    def some(self, count: int) -> bytes:
        found, self.rest = self.rest[:count], self.rest[count:]
        assert len(found) == count
        return found

    def octet(self) -> int:
        return self.some(1)[0]

    def text(self) -> str:
        found, end, self.rest = self.rest.partition(b"\0")
        assert end
        return found.decode("latin-1")

    def tlvs(self) -> dict[int, bytes]:
        found = {}
        while self.rest:
            tag, length = struct.unpack(">HH", self.some(4))
            found[tag] = self.some(length)
        return found


def _said(*texts: str) -> bytes:
    return b"".join(text.encode() + b"\0" for text in texts)


def _tlv(tag: int, value: bytes) -> bytes:
    return struct.pack(">HH", tag, len(value)) + value

"""SMPP 3.4 as bytes: what we say, and what we are told, read once into plain values.

smpplib codes the mandatory part. Optional parameters are read here: smpplib gives up on those it does not list for a
command, and carriers add theirs to any.
"""

import asyncio
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from smpplib import command, smpp
from smpplib.exceptions import UnknownCommandError

HEADER = struct.Struct(">LLLL")
TLV = struct.Struct(">HH")
# message_payload holds 64 KiB; whoever announces more speaks something else.
LONGEST = 70_000
RESPONSE = 0x8000_0000


class Command(IntEnum):
    """The commands we know. Source: SMPP 3.4, 5.1.2.1."""

    GENERIC_NACK = 0x8000_0000
    SUBMIT_SM = 0x04
    DELIVER_SM = 0x05
    UNBIND = 0x06
    ENQUIRE_LINK = 0x15
    ALERT_NOTIFICATION = 0x102
    DATA_SM = 0x103


class Tag(IntEnum):
    """The optional parameters we read. Source: SMPP 3.4, 5.3.2."""

    RECEIPTED_MESSAGE_ID = 0x001E
    USER_MESSAGE_REFERENCE = 0x0204
    SAR_REFERENCE = 0x020C
    SAR_TOTAL = 0x020E
    SAR_NUMBER = 0x020F
    NETWORK_ERROR_CODE = 0x0423
    MESSAGE_PAYLOAD = 0x0424
    MESSAGE_STATE = 0x0427


class Broken(Exception):
    """What came is no SMPP."""


@dataclass(frozen=True)
class Pdu:
    """One unit of the protocol; its bytes hold numbers and texts of people and never show in a representation."""

    command: int
    status: int
    sequence: int
    raw: bytes = field(repr=False)

    @property
    def is_response(self) -> bool:
        """Whether it answers one of ours."""
        return bool(self.command & RESPONSE)

    @property
    def unnumbered(self) -> bytes:
        """The bytes without the number that the line gave them, so that a repeat is the same bytes."""
        return self.raw[:12] + bytes(4) + self.raw[16:]

    @property
    def first_text(self) -> str:
        """The text that begins the body of a response: the provider's id of a message, or its own name."""
        return self.raw[HEADER.size :].partition(b"\0")[0].decode("latin-1")


@dataclass(frozen=True)
class Delivered:
    """What the provider brings: a person's text, or what became of one of ours."""

    sender: str
    sender_ton: int
    esm_class: int
    data_coding: int
    body: bytes = field(repr=False)
    tlvs: Mapping[int, bytes] = field(repr=False)

    def number(self, tag: Tag) -> int | None:
        """Return an optional number, None where it is absent."""
        return int.from_bytes(self.tlvs[tag]) if tag in self.tlvs else None

    def word(self, tag: Tag) -> str:
        """Return an optional text, empty where it is absent."""
        return self.tlvs.get(tag, b"").partition(b"\0")[0].decode("latin-1").strip()


def written(name: str, sequence: int, *, status: int = 0, **fields: object) -> bytes:
    """This function will write a command of this name with these fields."""
    made = smpp.make_pdu(name, sequence=sequence, status=status, **fields)
    made.sequence = sequence  # smpplib takes it in the call only to leave its own counter alone
    return bytes(made.generate())


def answer_to(pdu: Pdu, *, status: int = 0) -> bytes:
    """This function will write the response to a command that we know, or refuse one that we do not."""
    names = {
        Command.DELIVER_SM: "deliver_sm_resp",
        Command.DATA_SM: "data_sm_resp",
        Command.UNBIND: "unbind_resp",
        Command.ENQUIRE_LINK: "enquire_link_resp",
    }
    return written(names[Command(pdu.command)], pdu.sequence, status=status)


async def read(reader: asyncio.StreamReader) -> Pdu:
    """This function will read the next unit of a line. Raises: Broken; what the stream raises when it ends."""
    head = await reader.readexactly(HEADER.size)
    length, code, status, sequence = HEADER.unpack(head)
    if not HEADER.size <= length <= LONGEST:
        raise Broken("a length that cannot be")
    return Pdu(code, status, sequence, head + await reader.readexactly(length - HEADER.size))


def units_of(octets: bytes) -> list[Pdu]:
    """This function will read units that stand one behind the other, at least one. Raises: Broken."""
    units: list[Pdu] = []
    while octets or not units:
        if len(octets) < HEADER.size:
            raise Broken("a header that ends early")
        length, code, status, sequence = HEADER.unpack(octets[: HEADER.size])
        if not HEADER.size <= length <= len(octets):
            raise Broken("a length that cannot be")
        units.append(Pdu(code, status, sequence, octets[:length]))
        octets = octets[length:]
    return units


def delivered(pdu: Pdu) -> Delivered:
    """This function will read what a provider brings. Raises: Broken."""
    try:
        read_as = READERS[pdu.command]()
        read_as.parse(pdu.raw)
        text = getattr(read_as, "short_message", None) or b""
        if len(text) != getattr(read_as, "sm_length", 0):
            raise Broken("a text that ends early")
        return Delivered(
            sender=read_as.source_addr.decode("latin-1"),
            sender_ton=read_as.source_addr_ton,
            esm_class=read_as.esm_class,
            data_coding=read_as.data_coding,
            body=text or read_as.tlvs.get(Tag.MESSAGE_PAYLOAD, b""),
            tlvs=read_as.tlvs,
        )
    except (struct.error, UnknownCommandError, LookupError, ValueError, AttributeError, TypeError) as error:
        raise Broken("not as the protocol has it") from error


class _Reading:
    """What smpplib's reading lacks: a text must end, and parameters it does not know are no failure."""

    def __init__(self, name: str) -> None:
        super().__init__(name, sequence=0)  # type: ignore[call-arg]  # the command it is mixed into takes both
        self.tlvs: dict[int, bytes] = {}

    def _parse_string(self, name: str, data: bytes, pos: int, length: int | None = None) -> tuple[bytes, int]:
        if data.find(b"\0", pos) < 0:
            raise Broken("a text without an end")
        found: tuple[bytes, int] = super()._parse_string(name, data, pos, length)  # type: ignore[misc]
        return found

    def parse_optional_params(self, data: bytes) -> None:
        """Keep each parameter as it stands."""
        while data:
            tag, length = TLV.unpack(data[: TLV.size])
            value, data = data[TLV.size : TLV.size + length], data[TLV.size + length :]
            if len(value) != length:
                raise Broken("a parameter that ends early")
            self.tlvs[tag] = value


class _DeliverSm(_Reading, command.DeliverSM):  # type: ignore[misc]  # smpplib ships no types
    def __init__(self) -> None:
        super().__init__("deliver_sm")
        self.sm_length = None  # smpplib says nought of what it did not find


class _DataSm(_Reading, command.DataSM):  # type: ignore[misc]
    def __init__(self) -> None:
        super().__init__("data_sm")


READERS: Mapping[int, Callable[[], Any]] = {Command.DELIVER_SM: _DeliverSm, Command.DATA_SM: _DataSm}

"""Texts and addresses as SMPP carries them, both ways."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from channels_app import segments
from channels_app.contract import Account, Outgoing, short_reference
from channels_app.smpp import settings
from channels_app.smpp.pdus import Broken, Delivered, Tag
from channels_app.smpp.settings import Setup

# Source: SMPP 3.4, 5.2.19; what a coding says of the class of a message beside it is left out of it.
DEFAULT, UCS_2 = 0, 8
CHARSETS: Mapping[int, str] = {1: "ascii", 3: "latin-1", 6: "iso8859-5", 7: "iso8859-8", UCS_2: "utf-16-be"}
# Groups of codings that say a class as well: their upper half, and the charset by two of their bits.
WITH_CLASS = (0x10, 0x30)
GSM_WITH_CLASS, EIGHT_BITS, CHARSET_BITS = 0xF0, 0x04, 0x0C

HAS_HEADER = 0x40
# Elements of a header that say which part this is: with a reference of one octet, and of two.
# Source: 3GPP TS 23.040, 9.2.3.24.1 and 9.2.3.24.8.
CONCATENATED: Mapping[int, int] = {0x00: 1, 0x08: 2}
PART_HEADER = b"\x05\x00\x03"
# What short_message holds.
LONGEST_SHORT = 254

UNKNOWN, INTERNATIONAL, NATIONAL, NETWORK, ALPHANUMERIC = 0, 1, 2, 3, 5
E164, NO_PLAN = 1, 0
# Shorter than any whole number.
SHORT_CODE = 8


@dataclass(frozen=True)
class Leaving:
    """One submission: a text, or one part of it."""

    body: bytes = field(repr=False)
    data_coding: int
    esm_class: int = 0
    is_payload: bool = False

    def fields(self) -> dict[str, object]:
        """Return them as the protocol names them."""
        holder = "message_payload" if self.is_payload else "short_message"
        return {"data_coding": self.data_coding, "esm_class": self.esm_class, holder: self.body}


@dataclass(frozen=True)
class Place:
    """Which part of which message of a sender this is."""

    reference: str
    number: int
    total: int


def leaving(message: Outgoing, setup: Setup) -> list[Leaving]:
    """This function will write a message's text in the parts in which it leaves."""
    # Half a surrogate is no text; a question mark shows that something was there.
    text = message.text.encode("utf-16-be", "replace").decode("utf-16-be")
    coding, encoding = _coding(text, setup)
    if setup.long == settings.PAYLOAD and len(whole := _encoded(text, encoding)) > LONGEST_SHORT:
        return [Leaving(whole, coding, is_payload=True)]
    parts = segments.measure(text).parts
    if len(parts) == 1 or setup.long == settings.PAYLOAD:
        return [Leaving(_encoded(text, encoding), coding)]
    head = PART_HEADER + bytes([short_reference(message.message_id) & 0xFF, len(parts)])
    return [
        Leaving(head + bytes([number]) + _encoded(part, encoding), coding, HAS_HEADER)
        for number, part in enumerate(parts, start=1)
    ]


def _coding(text: str, setup: Setup) -> tuple[int, str]:
    """Return the coding, and the name of the charset, empty for the default alphabet."""
    if not segments.is_gsm(text):
        return UCS_2, CHARSETS[UCS_2]
    if setup.alphabet == settings.GSM:
        return DEFAULT, ""
    try:
        text.encode("latin-1")
    except UnicodeError:
        return UCS_2, CHARSETS[UCS_2]
    return DEFAULT, "latin-1"


def _encoded(text: str, encoding: str) -> bytes:
    return text.encode(encoding) if encoding else segments.gsm_encoded(text)


def without_header(one: Delivered) -> tuple[bytes, Place | None]:
    """This function will part what a phone wrote from what says where it belongs. Raises: Broken."""
    if not one.esm_class & HAS_HEADER:
        return one.body, _place_by_parameters(one)
    if not one.body or len(one.body) <= one.body[0]:
        raise Broken("a header that ends early")
    return one.body[one.body[0] + 1 :], _place_by_header(one.body[1 : one.body[0] + 1])


def _place_by_header(header: bytes) -> Place | None:
    while len(header) >= 2:
        kind, length = header[0], header[1]
        value, header = header[2 : 2 + length], header[2 + length :]
        width = CONCATENATED.get(kind, 0)
        if width and len(value) == width + 2:
            return _place(value[:width].hex(), value[width + 1], value[width])
    return None


def _place_by_parameters(one: Delivered) -> Place | None:
    number, total = one.number(Tag.SAR_NUMBER), one.number(Tag.SAR_TOTAL)
    if number is None or total is None:
        return None
    return _place(str(one.number(Tag.SAR_REFERENCE)), number, total)


def _place(reference: str, number: int, total: int) -> Place | None:
    return Place(reference, number, total) if 1 <= number <= total and total > 1 else None


def text_of(octets: bytes, data_coding: int, alphabet: str) -> str:
    """This function will read what a phone wrote. Raises: Broken, where its coding is no text."""
    coding = _plain_coding(data_coding)
    if coding == DEFAULT:
        return segments.gsm_decoded(octets) if alphabet == settings.GSM else octets.decode("latin-1")
    if coding not in CHARSETS:
        raise Broken("a coding that is no text")
    return octets.decode(CHARSETS[coding], "replace")


def _plain_coding(data_coding: int) -> int:
    """Leave out what a coding says of the class of a message; minus one for eight bits that are no text."""
    group = data_coding & 0xF0
    if group in WITH_CLASS:
        return data_coding & CHARSET_BITS
    if group == GSM_WITH_CLASS:
        return -1 if data_coding & EIGHT_BITS else DEFAULT
    return data_coding


def source(account: Account) -> dict[str, object]:
    """This function will write the sender's address as the protocol has it: a number, a short code, or a name."""
    address = account.address
    if address.startswith("+"):
        ton, plan, address = INTERNATIONAL, E164, address[1:]
    elif address.isascii() and address.isdigit():
        ton, plan = (NETWORK, NO_PLAN) if len(address) < SHORT_CODE else (UNKNOWN, E164)
    else:
        ton, plan = ALPHANUMERIC, NO_PLAN
    said = account.settings
    return {
        "source_addr": address,
        "source_addr_ton": int(said.get("source_ton") or ton),
        "source_addr_npi": int(said.get("source_npi") or plan),
    }


def destination(address: str) -> dict[str, object]:
    """This function will write an owner's number as the protocol has it."""
    return {"destination_addr": address.removeprefix("+"), "dest_addr_ton": INTERNATIONAL, "dest_addr_npi": E164}


def number_of(one: Delivered, country_code: str) -> str:
    """This function will give who sent something as we know people: by the whole number, where it is one.

    Carriers are careless with the kind of a number; one long enough, of a carrier that gives no country code, is whole.
    """
    digits = one.sender.removeprefix("+")
    if not (digits.isascii() and digits.isdigit()) or one.sender_ton in (NETWORK, ALPHANUMERIC):
        return one.sender
    if digits.startswith("00"):
        return f"+{digits[2:]}"
    is_national = one.sender_ton == NATIONAL or (one.sender_ton == UNKNOWN and not digits.startswith(country_code))
    if country_code and is_national and not one.sender.startswith("+"):
        return f"+{country_code}{digits.lstrip('0')}"
    return f"+{digits}" if one.sender_ton == INTERNATIONAL or len(digits) >= SHORT_CODE else one.sender

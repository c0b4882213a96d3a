"""What a carrier brings, as events: an owner's words, a part of them, or what became of a message of ours."""

import re
from collections.abc import Mapping, Sequence

from channels_app.contract import Account, Inbound, Part, Receipt, ReceiptStatus
from channels_app.errors import Unreadable
from channels_app.smpp import pdus, settings, texts
from channels_app.smpp.pdus import Broken, Delivered, Tag

# Bits of esm_class that say what a delivery is about: of the network's word, and of one that is not its last.
# Source: SMPP 3.4, 5.2.12.
ABOUT, RECEIPT, INTERMEDIATE = 0x3C, 0x04, 0x20

# Source: SMPP 3.4, 5.2.28 and appendix B; unknown says nothing.
STATES: Mapping[int, ReceiptStatus] = {
    1: "sent",  # enroute
    2: "delivered",
    3: "failed",  # expired
    4: "failed",  # deleted
    5: "failed",  # undeliverable: of the message, which says little of the number
    6: "sent",  # accepted
    8: "failed",  # rejected
    9: "failed",  # skipped
}
WORDS: Mapping[str, ReceiptStatus] = {
    "ENROUTE": "sent",
    "ACCEPTD": "sent",
    "ACCEPTED": "sent",
    "BUFFRED": "sent",
    "DELIVRD": "delivered",
    "DELIVERED": "delivered",
    "EXPIRED": "failed",
    "DELETED": "failed",
    "UNDELIV": "failed",
    "UNDELIVERABLE": "failed",
    "REJECTD": "failed",
    "REJECTED": "failed",
    "FAILED": "failed",
    "SKIPPED": "failed",
}
# What GSM networks say of a number that nobody has: unknown, unidentified, or illegal subscriber.
# Source: 3GPP TS 29.002, 17.6.6; SMPP 3.4, 5.3.2.31 for the kind of network before the code.
GSM_NETWORK, NO_SUCH_NUMBER = 3, frozenset({1, 5, 9})
TEXT = re.compile(r"\bid:\s*(?P<id>\S+).*?\bstat:\s*(?P<stat>[A-Za-z]+)(?:.*?\berr:\s*(?P<err>\w+))?", re.DOTALL | re.I)


def events_of(account: Account, octets: bytes) -> list[Inbound | Receipt]:
    """This function will read one delivery, or the parts of a message one behind the other. Raises: Unreadable."""
    try:
        brought = [pdus.delivered(unit) for unit in pdus.units_of(octets)]
        if _is_receipt(brought[0]):
            receipt = _receipt(account, brought[0])
            return [receipt] if receipt else []
        return [_inbound(account, brought)]
    except Broken as error:
        raise Unreadable(str(error)) from error


def plain_id(text: str, form: str, *, is_receipt: bool) -> str:
    """This function will write a carrier's id one way, though it says it in hexadecimal here and decimal there."""
    said = text.strip()
    if form == settings.AS_GIVEN:
        return said
    is_hex = (form == settings.HEX_FIRST) != is_receipt
    try:
        return str(int(said, 16 if is_hex else 10))
    except ValueError:
        return said


def _is_receipt(one: Delivered) -> bool:
    # By its mark or its parameters only: the words of a receipt, anybody may write.
    return one.esm_class & ABOUT in (RECEIPT, INTERMEDIATE) or Tag.MESSAGE_STATE in one.tlvs


def _receipt(account: Account, one: Delivered) -> Receipt | None:
    said = TEXT.search(one.body.decode("latin-1"))
    word, code = (said["stat"].upper(), said["err"] or "") if said else ("", "")
    named = one.word(Tag.RECEIPTED_MESSAGE_ID) or (said["id"] if said else "")
    if not named:
        raise Broken("a receipt of nothing")
    state = one.number(Tag.MESSAGE_STATE)
    status = STATES.get(state or 0) or WORDS.get(word)
    if status is None:
        return None
    if status == "failed":
        status = _reason(account, one, code)
    provider_id = plain_id(named, account.settings.get("ids") or settings.AS_GIVEN, is_receipt=True)
    return Receipt(
        provider_id=provider_id,
        message_id="",
        status=status,
        event_id=f"{provider_id}-{word or state}",
        detail=code,
        reference=one.number(Tag.USER_MESSAGE_REFERENCE),
        address=texts.number_of(one, account.settings.get("country_code", "")),
    )


def _reason(account: Account, one: Delivered, code: str) -> ReceiptStatus:
    """Return why it was not delivered, where that says more than that it failed."""
    plain = settings.plain_code(code)
    if plain in settings.codes(account, "opted_out_codes"):
        return "opted_out"
    network = one.tlvs.get(Tag.NETWORK_ERROR_CODE, b"")
    is_nobodys = len(network) == 3 and network[0] == GSM_NETWORK and int.from_bytes(network[1:]) in NO_SUCH_NUMBER
    return "undeliverable" if is_nobodys or plain in settings.codes(account, "undeliverable_codes") else "failed"


def _inbound(account: Account, brought: Sequence[Delivered]) -> Inbound:
    first = brought[0]
    found = [texts.without_header(one) for one in brought]
    place = found[0][1]
    # Joined before they are read: a phone may cut a character in two.
    octets = b"".join(octets for octets, _ in found)
    sender = texts.number_of(first, account.settings.get("country_code", ""))
    part = Part(place.reference, place.number, place.total) if place and len(brought) == 1 else None
    return Inbound(
        # Not every carrier names what it brings; without a name, the inbox tells a repeat by sender and text.
        provider_id=first.word(Tag.RECEIPTED_MESSAGE_ID),
        sender=sender,
        text=texts.text_of(octets, first.data_coding, account.settings.get("alphabet") or settings.GSM),
        part=part,
    )

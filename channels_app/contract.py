"""What every channel gets and gives: addresses and content in, ids or named errors out.

Nothing here knows a dealer, a model or a provider. One file in this package is one channel.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Literal, Protocol, runtime_checkable
from zlib import crc32

from channels_app.errors import ChannelError
from channels_app.media import Media, Refused

if TYPE_CHECKING:
    # Only for types: a form speaks of accounts, which are defined here.
    from channels_app.form import Form

AddressKind = Literal["PHONE", "EMAIL", "CHAT"]
ReceiptStatus = Literal["sent", "delivered", "read", "failed", "undeliverable", "opted_out"]

# Larger than any batch of receipts or messages; what owners attach in chats is not in their calls.
LARGEST_CALL = 2 * 1024 * 1024

# What an opt-out that a provider holds may be bound to, where it is not bound to everything.
MARKETING = ("MARKETING",)
# Whoever calls a mail spam wants nothing more that comes unasked; the notice of their own visit they asked for.
UNASKED = ("MARKETING", "REMINDER", "SURVEY")

# The media that several channels share.
SMS, EMAIL = "sms", "email"

# Begins the payload of an owner who came by a link of ours that opens a chat; the rest is the link's one-time token.
DEEP_LINK = "start:"


@dataclass(frozen=True)
class Button:
    """A choice the owner can tap; payload comes back to us, label is what they see."""

    label: str
    payload: str


@dataclass(frozen=True)
class Template:
    """A text that the provider has approved, in one language, and what fills its places in their order.

    places names them likewise, where they have names.
    """

    name: str
    language: str
    parameters: tuple[str, ...] = ()
    places: tuple[str, ...] = ()

    def value(self, place: str) -> str:
        """This function will give what fills a place, or an empty string where there is none of that name."""
        return dict(zip(self.places, self.parameters, strict=False)).get(place, "")


@dataclass(frozen=True)
class Attachment:
    """A file that goes or comes with a message; what is in it never shows in a representation."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Outgoing:
    """One message for one person; message_id is ours and goes to the provider and back.

    html says the same as text where a channel can show it; empty, such a channel makes it of the text.
    unsubscribe_url goes into List-Unsubscribe, with List-Unsubscribe-Post beside it, where the channel is e-mail:
    a POST to it ends such messages at once (RFC 8058). Empty where there is nothing to unsubscribe from.
    reply_to is the provider's id of the owner's message that this one is shown under, where the channel can.
    template goes in place of text and says the same, where a provider takes nothing else now; buttons are then those
    that were approved with it.
    """

    message_id: str
    to: str
    text: str
    subject: str = ""
    buttons: tuple[Button, ...] = ()
    language: str = "en"
    unsubscribe_url: str = ""
    reply_to: str = ""
    template: Template | None = None
    html: str = ""
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True)
class Account:
    """A sender at a provider: its address and what is needed to speak for it.

    The settings hold secrets, so they never show in a representation. webhook_url is where its provider calls us,
    from our configuration: what a request says of its own address is nobody's word.
    """

    id: str
    kind: str
    address: str
    settings: Mapping[str, str] = field(repr=False)
    webhook_url: str = ""


@dataclass(frozen=True)
class Sent:
    """The provider took the message and named it."""

    message_id: str
    provider_id: str


@dataclass(frozen=True)
class NotSent:
    """The provider did not take the message, or we cannot know: the error says which."""

    message_id: str
    error: ChannelError


Outcome = Sent | NotSent


@dataclass(frozen=True)
class RawRequest:
    """A provider's call exactly as it reached our edge; body is the bytes that were signed.

    received_at is when the edge took it, so that a channel can refuse a stale signature
    without reading a clock.
    """

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    received_at: datetime
    query: str = ""

    def header(self, name: str) -> str:
        """This function will give a header's value in any case of its name, or an empty string."""
        wanted = name.lower()
        return next((value for key, value in self.headers.items() if key.lower() == wanted), "")


@dataclass(frozen=True)
class Answer:
    """What a provider wants to read back to a call of its own."""

    body: bytes = b""
    content_type: str = "text/plain; charset=utf-8"


@dataclass(frozen=True)
class Part:
    """Where a part belongs: to which of its sender's messages, as which of how many; references are used again."""

    reference: str
    number: int
    total: int


@dataclass(frozen=True)
class Inbound:
    """Something an owner wrote or tapped; provider_id is unique within the account.

    reply_to is the provider's id of our message that was answered or whose button was tapped.
    is_edit: the owner rewrote an earlier message, which was an event of its own.
    is_parting: they ended the connection at the provider itself (stopped following, blocked): an opt-out from this
    channel without a word, which nothing can answer. The text then says so to staff.
    attachments are those of a size and type that we take, refused says of the others why not; media are at the
    provider still, see media.
    part says that this is one part of a message; only a channel that is Joining has such.
    """

    provider_id: str
    sender: str
    text: str
    payload: str = ""
    reply_to: str = ""
    at: datetime | None = None
    is_automatic: bool = False
    sender_name: str = ""
    is_edit: bool = False
    is_parting: bool = False
    attachments: tuple[Attachment, ...] = ()
    refused: tuple[Refused, ...] = ()
    media: tuple[Media, ...] = ()
    part: Part | None = None


@dataclass(frozen=True)
class Charge:
    """What a provider says that one message cost, in hundredths of a currency; nothing needs no currency."""

    minor: Decimal
    currency: str = ""


@dataclass(frozen=True)
class Receipt:
    """What the provider says became of a message; message_id is ours, empty if not given back.

    reference is what came back of it where a provider has room for sixteen bits only (see short_reference); with the
    owner's address it tells a message of which we know no more.

    sent: handed to the network. delivered: reached the device. read: opened.
    failed: given up, may work later. undeliverable: the address does not work.
    opted_out: the provider itself holds an opt-out for the address, of these purposes alone where it names any.
    charge: what the message cost, where the receipt says so.
    """

    provider_id: str
    message_id: str
    status: ReceiptStatus
    event_id: str
    detail: str = ""
    purposes: tuple[str, ...] = ()
    reference: int | None = None
    address: str = ""
    charge: Charge | None = None


def short_reference(message_id: str) -> int:
    """This function will give sixteen bits of our id: the same for one message in 65,536 of a dealer."""
    number = message_id.rpartition("-")[2]
    return int(number) & 0xFFFF if number.isascii() and number.isdigit() else crc32(message_id.encode()) & 0xFFFF


@dataclass(frozen=True)
class Capabilities:
    """What a channel can do; per_second is for an account, recipient_per_second for an address.

    lookup says that the provider can be asked by our message id what became of a message.
    max_length counts characters of text. batch_size is how many one send() takes at most.
    is_sms says that texts travel as SMS and are paid by segment, see segments. is_wide: a segment holds 70 or 67
    characters, whatever the letters. signature is what the provider puts before a text and counts with it, with the
    account's address in its braces.
    window_hours is how long after an owner's word free texts may go; 0: never, templates alone; None: at any time.
    links says that a text may hold an address of a page; a provider's approved templates may not.
    largest_call is how many bytes its provider may send us in one call.
    """

    address_kind: AddressKind
    buttons: bool
    receipts: bool
    lookup: bool
    max_length: int
    per_second: float
    recipient_per_second: float
    batch_size: int
    links: bool = True
    largest_call: int = LARGEST_CALL
    is_sms: bool = False

    @property
    def medium(self) -> str:
        """What owners take for one and the same, whoever carries it: texts, mails; empty where a channel is alone."""
        if self.is_sms:
            return SMS
        return EMAIL if self.address_kind == "EMAIL" else ""

    is_wide: bool = False
    signature: str = ""
    window_hours: int | None = None

    def counted(self, text: str, *, address: str) -> str:
        """This function will give what of a text is counted and paid from an account of this address."""
        return self.signature.format(address) + text


class Channel(Protocol):
    """A way to reach owners; implementations keep no state between calls."""

    @property
    def kind(self) -> str: ...

    @property
    def capabilities(self) -> Capabilities: ...

    @property
    def form(self) -> "Form":
        """What its accounts are told, as data: see form."""
        ...

    def send(self, account: Account, batch: Sequence[Outgoing]) -> list[Outcome]:
        """This function will hand the batch over and answer one outcome per message, in order.

        It returns within 60 seconds and does not retry.
        Raises: Misconfigured, Unavailable or Throttled when certainly nothing of the batch left.
        """
        ...

    def lookup(self, account: Account, message_ids: Sequence[str]) -> list[Receipt]:
        """This function will ask the provider about messages; one it does not list, it never got.

        Raises: ChannelError when the provider cannot be asked now, Misconfigured when it never can.
        """
        ...

    def verify(self, account: Account, request: RawRequest) -> None:
        """This function will return when the provider signed exactly these bytes a short while ago.

        Raises: Forged otherwise, without saying why.
        """
        ...

    def parse(self, account: Account, request: RawRequest) -> list[Inbound | Receipt]:
        """This function will read a verified request; events of kinds we do not know are left out.

        Raises: Unreadable when the body is not what the provider documents.
        """
        ...


@runtime_checkable
class Answering(Protocol):
    """A channel whose provider reads more of our answer than that it came."""

    def answer(self, account: Account, request: RawRequest) -> Answer | None:
        """This function will give what a verified request is answered with; None where the status is all.

        A GET that is answered is a handshake and nothing else.
        """
        ...


@runtime_checkable
class Opening(Protocol):
    """A channel whose chats an owner can open by a link that says who they are."""

    def chat_address(self, account: Account, token: str) -> str:
        """This function will give the address that opens a chat; its first message brings DEEP_LINK and the token."""
        ...


@runtime_checkable
class Approving(Protocol):
    """A channel whose provider approves texts before they may go."""

    def submission(self, text: str, *, name: str, language: str, buttons: Sequence[str]) -> str:
        """This function will write a text, its places in braces, as it is to be submitted at the provider."""
        ...


@dataclass(frozen=True)
class Probed:
    """An account as its provider knows it: the name that owners see there, and what else a person should know."""

    name: str
    detail: str = ""


@runtime_checkable
class Probing(Protocol):
    """A channel that can be tried without a message to anybody."""

    def probe(self, account: Account) -> Probed:
        """This function will ask the provider whose account this is. Raises: ChannelError."""
        ...


@runtime_checkable
class Registering(Protocol):
    """A channel whose provider is told by a call where to call us."""

    def register(self, account: Account) -> None:
        """This function will name the account's webhook to the provider; again does no harm. Raises: ChannelError."""
        ...


@runtime_checkable
class Charging(Protocol):
    """A channel whose provider says afterwards what messages cost."""

    def charges(self, account: Account, *, day: date) -> Mapping[str, Charge]:
        """This function will list what messages of a day (of UTC) cost, by the provider's ids; what has no price yet
        is left out. Raises: ChannelError."""
        ...


@runtime_checkable
class Joining(Protocol):
    """A channel that brings an owner's long message in parts."""

    def join(self, account: Account, bodies: Sequence[bytes]) -> Inbound:
        """This function will read the stored parts of one message, in their order, as one. Raises: Unreadable."""
        ...


class HandOver(Protocol):
    """Who takes what came over a line, as the webhook's view takes a provider's call."""

    def __call__(self, account_id: str, *, headers: Mapping[str, str], body: bytes) -> None:
        """This function will store it before it returns; whatever it raises has the provider bring it again."""
        ...


class Line(Protocol):
    """A line to a provider that is kept open, and opened again when it breaks, until it is closed."""

    def close(self) -> None:
        """This function will say good-bye and hang up, within five seconds."""
        ...


@runtime_checkable
class Listening(Protocol):
    """A channel whose provider calls no webhook: it speaks on a line that we open."""

    def listen(self, account: Account, hand_over: HandOver) -> Line:
        """This function will open a line in the background and hand over what comes. Raises: Misconfigured."""
        ...

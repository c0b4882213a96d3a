"""The closed vocabulary of what can go wrong at our border; the class carries the retry policy.

Two questions are answered by every error: is it certain that nothing was sent, and is it final?
"""

from typing import ClassVar


class ChannelError(Exception):
    """A message did not provably reach the provider.

    code is a short constant for the message's record; detail may be shown to staff and never
    holds an address or a text.
    """

    code: ClassVar[str] = "CHANNEL_ERROR"
    is_certain_not_sent: ClassVar[bool] = False
    is_final: ClassVar[bool] = False

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail)
        self.detail = detail


class Misconfigured(ChannelError):
    """The account cannot send at all: wrong key, missing setting; kept until a person mends it."""

    code = "MISCONFIGURED"
    is_certain_not_sent = True


class Unavailable(ChannelError):
    """The provider could not be reached or said it took nothing: safe to try again."""

    code = "UNAVAILABLE"
    is_certain_not_sent = True


class Throttled(ChannelError):
    """The provider asks the whole account to wait, or is_of_one: with this address alone."""

    code = "THROTTLED"
    is_certain_not_sent = True

    def __init__(self, detail: str = "", *, retry_after_seconds: float, is_of_one: bool = False) -> None:
        super().__init__(detail)
        self.retry_after_seconds = retry_after_seconds
        self.is_of_one = is_of_one


class Rejected(ChannelError):
    """The provider refuses this message for good: bad number, too long, forbidden content."""

    code = "REJECTED"
    is_certain_not_sent = True
    is_final = True


class Undeliverable(Rejected):
    """There is nobody at this address: no such number, no such mail box."""

    code = "UNDELIVERABLE"


class OptedOut(ChannelError):
    """The provider holds an opt-out for this address; we must hold one too.

    purposes: those that it binds, as in contract; empty means all.
    """

    code = "OPTED_OUT"
    is_certain_not_sent = True
    is_final = True

    def __init__(self, detail: str = "", *, purposes: tuple[str, ...] = ()) -> None:
        super().__init__(detail)
        self.purposes = purposes


class Uncertain(ChannelError):
    """It may have been sent: a time-out after the request left, an answer nobody can read.

    Never retried blindly.
    """

    code = "UNCERTAIN"


class Forged(Exception):
    """A request does not carry its provider's signature, or carries an old one."""


class Unreadable(Exception):
    """A genuine request holds something its provider does not document."""


class ChannelUnknown(LookupError):
    """No channel of this kind is registered."""

"""Why WeChat's API took nothing, in our words. Source: WeChat, global return codes."""

from collections.abc import Mapping

from channels_app import shapes, wire
from channels_app.errors import (
    ChannelError,
    Misconfigured,
    OptedOut,
    Rejected,
    Throttled,
    Unavailable,
    Uncertain,
    Unreadable,
)
from channels_app.shapes import Shape

# The token we hold is none, or none any more: another is fetched once.
STALE = frozenset({40001, 40014, 42001})

# Every other refusal concerns the one message.
ERRORS: Mapping[int, type[ChannelError]] = {
    -1: Unavailable,  # busy: "try again later"
    40001: Misconfigured,  # the secret, or a fresh token that is refused as well
    40002: Misconfigured,
    40013: Misconfigured,  # no such app
    40014: Misconfigured,
    40125: Misconfigured,  # the app's secret
    40164: Misconfigured,  # our address is not on the account's list
    40243: Misconfigured,  # the app's secret is frozen
    41002: Misconfigured,
    41004: Misconfigured,
    42001: Misconfigured,
    43004: OptedOut,  # they do not follow any more: an id is only known of who once did
    48001: Misconfigured,  # the account may not use this call
    48004: Misconfigured,  # the call is closed to it, as a sanction
    50002: Misconfigured,  # the account is limited
    50005: OptedOut,  # they do not follow
    61024: Misconfigured,
    89503: Misconfigured,  # calls from this address wait for a person's consent
}
# Who asks to wait, and how many seconds, since it never says: calls of a day, of a minute.
WAITS: Mapping[int, float] = {45009: 3600, 45011: 60}
# What is kept in place of a number. An owner has not written for 48 hours, or has been sent all that one message of
# theirs allows (which is no matter of the account): a template mends both.
WINDOW_CLOSED = "WINDOW_CLOSED"
WORDS: Mapping[int, str] = {
    40003: "NO_SUCH_OWNER",
    40037: "TEMPLATE_UNKNOWN",
    40200: "MENUS_NOT_ALLOWED",
    43019: "BLACKLISTED",
    43101: "TEMPLATE_REFUSED",  # they switched this template off, and no other
    45002: "TOO_LONG",
    45015: WINDOW_CLOSED,
    45047: WINDOW_CLOSED,
    47003: "TEMPLATE_PARAMETERS",
}


def answer_of(answer: wire.Answer) -> tuple[Shape, int]:
    """This function will read an answer and its code, 0 where all is well. Raises: Unavailable; Uncertain."""
    if answer.status == wire.UNAVAILABLE:
        raise Unavailable("503")
    try:
        said = shapes.json_object(answer.body)
        code = shapes.number(said, "errcode") if "errcode" in said else 0
    except Unreadable:
        raise Uncertain(f"{answer.status}, not readable") from None
    if answer.status >= wire.SERVER_ERROR:
        raise Uncertain(str(answer.status))
    return said, code


def refusal(code: int) -> ChannelError:
    """This function will give our error for one of WeChat's codes."""
    word = WORDS.get(code, str(code))
    if code in WAITS:
        return Throttled(word, retry_after_seconds=WAITS[code])
    return ERRORS.get(code, Rejected)(word)

"""Links to owners: what they are for, how long they work, and how a token is made and known. Pure.

Note [A token is nowhere stored]: a link's row holds random salt; its token is a keyed hash of the salt, and the row
is found by another keyed hash, of the token. A message in the outbox holds the link's number where the token will
stand, and gets the token as it leaves. Whoever reads the tables, a colleague in the inbox included, cannot open an
owner's page; a second try sends the same link as the first.
"""

import hashlib
import hmac
import re
from base64 import urlsafe_b64encode
from collections.abc import Collection, Mapping
from datetime import timedelta
from enum import StrEnum


class Purpose(StrEnum):
    """The one thing that a link is good for."""

    SURVEY = "SURVEY"
    # Pick a time, or move and cancel the visit that came of it.
    VISIT = "VISIT"
    PREFERENCES = "PREFERENCES"
    UNSUBSCRIBE = "UNSUBSCRIBE"
    COMPLAINT = "COMPLAINT"
    # Opens no page but a chat: whoever comes by it is the link's owner.
    CHAT = "CHAT"


# The house's figures; no document gives any. A visit may be booked 60 days ahead, an unsubscribe link must work for
# 30 days at least (US CAN-SPAM Act, section 5(a)(3)(A)). What a link is about may be over sooner.
LASTS: Mapping[Purpose, timedelta] = {
    Purpose.SURVEY: timedelta(days=14),
    Purpose.VISIT: timedelta(days=75),
    Purpose.PREFERENCES: timedelta(days=30),
    Purpose.UNSUBSCRIBE: timedelta(days=90),
    Purpose.COMPLAINT: timedelta(days=90),
    # Used at once, from the page or the screen that shows it; it says who somebody is, so it is short-lived.
    Purpose.CHAT: timedelta(days=1),
}

# 128 bits, past guessing, as 22 characters.
TOKEN_BYTES = 16
TOKEN_LENGTH = 22
TOKEN = re.compile(rf"[A-Za-z0-9_-]{{{TOKEN_LENGTH}}}")
PATH = "/o/"


def token_of(salt: bytes, *, key: bytes) -> str:
    """Return the token of a link's salt under a dealer's key."""
    digest = hmac.digest(key, b"owner-link:" + salt, hashlib.sha256)
    return urlsafe_b64encode(digest[:TOKEN_BYTES]).rstrip(b"=").decode()


def hash_of(token: str, *, key: bytes) -> str:
    """Return what a link is found by."""
    return hmac.new(key, b"owner-link-hash:" + token.encode(errors="surrogatepass"), hashlib.sha256).hexdigest()


def mark_of(link_id: int) -> str:
    """Return what stands for a token in a stored message: the link's number, as long as a token."""
    return str(link_id).rjust(TOKEN_LENGTH, ".")


def path_of(token: str) -> str:
    """Return the short path of a token, or of its mark."""
    return f"{PATH}{token}/"


def revealed(text: str, *, link_ids: Collection[int], tokens: Mapping[int, str]) -> str:
    """Return a message's text with the tokens of its own links in the places of their marks.

    A mark of another link, that somebody may have written or imported, stays what it is.
    """
    for link_id in link_ids:
        if link_id in tokens:
            text = text.replace(path_of(mark_of(link_id)), path_of(tokens[link_id]))
    return text

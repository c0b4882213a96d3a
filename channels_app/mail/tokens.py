"""Which of our messages a mail belongs to: a signed token in its Message-ID, in the address for replies and bounces.

Of the settings declared below, reply_address is the one whose mail comes to our webhook; its local part takes "+" and a
token.
"""

import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass

from channels_app import rotation
from channels_app.contract import Account
from channels_app.form import EMAIL, Setting

# What every account of e-mail is told of it.
SETTINGS = (
    Setting("secret", is_secret=True, is_required=True, is_made=True, signs=True),
    Setting("reply_address", pattern=EMAIL),
)
# Our id, and who says so: without the latter, anybody could report any message as bounced, or answer for somebody.
TOKEN = re.compile(r"(?<![0-9a-z])([0-9a-z-]{1,40})\.([0-9a-f]{16})(?![0-9a-f])")
SIGNATURE_LENGTH = 16
# Of hostile headers no more is looked at.
LONGEST_LOOK, MOST_TOKENS = 20_000, 50
# A provider's id has its place in our records; nobody's mail needs more of a domain to be told apart.
LONGEST_DOMAIN = 60


@dataclass(frozen=True)
class Ours:
    """A message of ours that was named with a good signature."""

    message_id: str
    provider_id: str


def token_of(account: Account, message_id: str) -> str:
    """Return the token of a message; the same for each try."""
    return f"{message_id}.{_signature(account.settings.get('secret', ''), message_id)}"


def provider_id_of(account: Account, token: str) -> str:
    """Return the Message-ID of the mail with this token: what a reply names, so it is the provider's id as well."""
    return f"<{token}@{domain_of(account.address)[-LONGEST_DOMAIN:].lstrip('.-')}>"


def reply_address(account: Account, token: str) -> str:
    """Return where replies to one message go, or an empty string where no address of the account takes tokens."""
    address = account.settings.get("reply_address", "")
    local, at, domain = address.rpartition("@")
    return f"{local}+{token}@{domain}" if at else ""


def ours_in(account: Account, texts: Iterable[str]) -> Ours | None:
    """Return the first message that these texts name with a good signature."""
    for text in texts:
        for found in list(TOKEN.finditer(text[:LONGEST_LOOK].lower()))[:MOST_TOKENS]:
            if _is_signed(account, found[1], found[2]):
                return Ours(found[1], provider_id_of(account, found[0]))
    return None


def domain_of(address: str) -> str:
    """Return what stands behind the last @."""
    return address.rpartition("@")[2]


def _is_signed(account: Account, message_id: str, signature: str) -> bool:
    secrets = rotation.secrets_of(account, "secret")
    return any(hmac.compare_digest(_signature(secret, message_id), signature) for secret in secrets)


def _signature(secret: str, message_id: str) -> str:
    return hmac.new(secret.encode(), f"mail:{message_id}".encode(), hashlib.sha256).hexdigest()[:SIGNATURE_LENGTH]

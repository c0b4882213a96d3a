"""How WeChat wraps what it says: signed with a token, sealed with a key, written as XML.

Source: WeChat, access guide and message encryption of service accounts. The signature of a call in plain words does not
cover them, so that such a call is nobody's here.
"""

import base64
import hashlib
import hmac
from binascii import Error as NotBase64
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from xml.parsers import expat

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from channels_app import rotation
from channels_app.contract import Account
from channels_app.errors import Forged, Unreadable

# A call is repeated within fifteen seconds at most; more is for clocks that differ.
REPLAY_WINDOW = timedelta(minutes=10)
KEY_BYTES, BLOCK_BYTES, PADDED_TO = 32, 16, 32
# Sixteen random bytes and the length of what follows stand before it, the app's id behind it.
RANDOM_BYTES, LENGTH_BYTES = 16, 4


def check(account: Account, given: str, timestamp: str, *signed: str, at: datetime) -> None:
    """This function will return when one of the account's tokens signed these a short while ago. Raises: Forged."""
    if not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > len(str(10**12)):
        raise Forged
    if abs(at.timestamp() - int(timestamp)) > REPLAY_WINDOW.total_seconds():
        raise Forged
    expected = [signature(token, timestamp, *signed) for token in rotation.secrets_of(account, "token")]
    good = [hmac.compare_digest(one.encode(), given.encode("utf-8", "replace")) for one in expected]
    if not any(good):
        raise Forged


def signature(token: str, *signed: str) -> str:
    """This function will sign texts as WeChat does."""
    text = "".join(sorted((token, *signed))).encode("utf-8", "replace")
    return hashlib.sha1(text, usedforsecurity=False).hexdigest()  # theirs to choose; the seal is what proves the body


def opened(account: Account, sealed: str) -> bytes:
    """This function will open what was sealed for this account's app with one of its keys. Raises: Forged."""
    app_id = account.settings.get("app_id", "").encode()
    found = [_opened(key, sealed) for key in _keys(rotation.secrets_of(account, "aes_key"))]
    mine = [content for one in found if one is not None for content, sealed_for in [one] if sealed_for == app_id]
    if not mine or not app_id:
        raise Forged
    return mine[0]


def fields_of(body: bytes) -> Mapping[str, str]:
    """This function will read the fields that stand right below the root; those within them are left out.

    A document that declares a type could name entities, which grow without end or fetch files: it is refused.
    Raises: Unreadable.
    """
    reader = _Reader()
    try:
        reader.parser.Parse(body, True)
    except expat.ExpatError as error:
        raise Unreadable("the body is no XML") from error
    return reader.fields


class _Reader:
    """Gathers the texts of the second level."""

    def __init__(self) -> None:
        self.fields: dict[str, str] = {}
        self._open: list[str] = []
        self.parser = expat.ParserCreate("utf-8")
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.StartElementHandler = self._begin
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text

    def _refuse(self, *_declared: object) -> None:
        raise Unreadable("the body declares a type")

    def _begin(self, name: str, _attributes: object) -> None:
        self._open.append(name)
        if len(self._open) == len(("xml", name)):
            self.fields[name] = ""

    def _end(self, _name: str) -> None:
        self._open.pop()

    def _text(self, text: str) -> None:
        if len(self._open) == len(("xml", "field")):
            self.fields[self._open[-1]] += text


def _keys(encoded: Iterable[str]) -> list[bytes]:
    keys = []
    for one in encoded:
        try:
            keys.append(base64.b64decode(f"{one}=", validate=True))
        except (NotBase64, ValueError):
            continue
    return [key for key in keys if len(key) == KEY_BYTES]


def _opened(key: bytes, sealed: str) -> tuple[bytes, bytes] | None:
    """What was sealed, and for whom; None where it was not with this key."""
    try:
        cipher = base64.b64decode(sealed, validate=True)
    except (NotBase64, ValueError):
        return None
    if not cipher or len(cipher) % BLOCK_BYTES:
        return None
    decryptor = Cipher(algorithms.AES(key), modes.CBC(key[:BLOCK_BYTES])).decryptor()
    padded = decryptor.update(cipher) + decryptor.finalize()
    padding = padded[-1]
    if not 1 <= padding <= PADDED_TO or padded[-padding:] != bytes([padding]) * padding:
        return None
    plain = padded[RANDOM_BYTES:-padding]
    end = LENGTH_BYTES + int.from_bytes(plain[:LENGTH_BYTES], "big")
    return (plain[LENGTH_BYTES:end], plain[end:]) if len(plain) > end else None

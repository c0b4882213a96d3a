"""The proof that something came over a line of ours: only this process can make it, so no call from outside has it."""

import hashlib
import hmac
import json
import secrets

from channels_app.contract import Account

HEADER = "X-Aftercare-Line-Signature"
# Never stored, never sent: a line's deliveries are taken by the process that holds the line.
_KEY = secrets.token_bytes(32)


def proof(account: Account, body: bytes) -> str:
    """This function will sign what came for an account that is let in by this name and password."""
    whose = json.dumps([account.id, *(account.settings.get(name) for name in ("system_id", "password"))]).encode()
    return hmac.new(_KEY, hashlib.sha256(whose).digest() + body, hashlib.sha256).hexdigest()


def is_proven(account: Account, body: bytes, given: str) -> bool:
    """This function will say whether this process signed exactly that."""
    return hmac.compare_digest(proof(account, body).encode(), given.encode())

"""Secrets of people at rest: sealed with a key of the house, so that a copy of the database alone gives nothing away.

A key is derived from SECRET_KEY; after a change of it, SECRET_KEY_FALLBACKS still open what was sealed before.
"""

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class SealBroken(ValueError):
    """Sealed with a key that is not ours, or changed since."""


def seal(text: str, *, purpose: str) -> str:
    """Return the text sealed; another purpose cannot open it."""
    return _box(purpose).encrypt(text.encode()).decode()


def unseal(sealed: str, *, purpose: str) -> str:
    """Return what was sealed. Raises: SealBroken."""
    try:
        return _box(purpose).decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise SealBroken("the seal does not open with any of our keys") from error


def is_sealed_anew(sealed: str, *, purpose: str) -> bool:
    """Return whether the present key alone opens it, so that no key of before is needed."""
    try:
        Fernet(_key(settings.SECRET_KEY, purpose)).decrypt(sealed.encode())
    except InvalidToken:
        return False
    return True


def _box(purpose: str) -> MultiFernet:
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return MultiFernet([Fernet(_key(secret, purpose)) for secret in secrets])


def _key(secret: str, purpose: str) -> bytes:
    digest = hmac.digest(secret.encode(), f"aftercare.sealing.{purpose}".encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest)

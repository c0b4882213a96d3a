"""Opaque names: what may stand in a URL or a log without telling anything."""

import secrets

# 16 bytes: 128 bits, past guessing.
OPAQUE_BYTES = 16


def opaque_id() -> str:
    """Return a new random identifier of 22 URL-safe characters."""
    return secrets.token_urlsafe(OPAQUE_BYTES)

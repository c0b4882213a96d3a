"""A passkey in software: makes a key, signs what a page asks for, and lies where a test wants it to."""

import hashlib
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.cose import ES256

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass
class Passkey:
    """One key, as a phone or a stick would keep it."""

    origin: str
    secret: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    number: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    user: str = ""

    def made_for(self, options: dict[str, Any]) -> dict[str, Any]:
        """Answer a page that asks for a new key."""
        asked = options["publicKey"]
        self.user = asked["user"]["id"]
        public = dict(ES256.from_cryptography_key(self.secret.public_key()))  # type: ignore[no-untyped-call]  # the library's
        attested = bytes(16) + len(self.number).to_bytes(2, "big") + self.number + cbor.encode(public)
        data = self._data(asked["rp"]["id"], PRESENT | VERIFIED | ATTESTED) + attested
        attestation = cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
        response = {
            "clientDataJSON": packed(self._client("webauthn.create", asked)),
            "attestationObject": packed(attestation),
        }
        return self._credential(response) | {"clientExtensionResults": {"credProps": {"rk": True}}}

    def signed_for(self, options: dict[str, Any]) -> dict[str, Any]:
        """Answer a page that asks who is there."""
        asked = options["publicKey"]
        data, client = self._data(asked["rpId"], PRESENT | VERIFIED), self._client("webauthn.get", asked)
        signature = self.secret.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        response = {
            "clientDataJSON": packed(client),
            "authenticatorData": packed(data),
            "signature": packed(signature),
            "userHandle": self.user,
        }
        return self._credential(response)

    def _data(self, host: str, flags: int) -> bytes:
        return hashlib.sha256(host.encode()).digest() + bytes([flags]) + bytes(4)

    def _client(self, kind: str, asked: dict[str, Any]) -> bytes:
        return json.dumps({"type": kind, "challenge": asked["challenge"], "origin": self.origin}).encode()

    def _credential(self, response: dict[str, str]) -> dict[str, Any]:
        number = packed(self.number)
        return {"id": number, "rawId": number, "type": "public-key", "response": response, "clientExtensionResults": {}}


def packed(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def unpacked(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))

"""How an address, or a provider's name of a message, is known at a sender without being kept."""

import hashlib
import hmac

from django.conf import settings


def address_hash(sender_id: int, address: str) -> str:
    """This function will hash an address under the house's secret, differently for each sender.

    Neither two senders' rows nor a sender's and a dealer's can therefore be laid over each other.
    """
    return _hash(sender_id, "address", address.strip().casefold())


def name_hash(sender_id: int, name: str) -> str:
    """This function will hash a provider's name of a message, or what stands for one, likewise."""
    return _hash(sender_id, "name", name)


def _hash(sender_id: int, kind: str, text: str) -> str:
    told = f"shared:{sender_id}:{kind}:{text}".encode(errors="surrogatepass")
    return hmac.new(settings.SECRET_KEY.encode(), told, hashlib.sha256).hexdigest()

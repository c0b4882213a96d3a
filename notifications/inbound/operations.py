"""What other rooms may ask of the inbox; each operation lives in the module of its subject."""

from notifications.inbound.accepting import AccountUnknown, accept, largest_call
from notifications.inbound.handling import handle
from notifications.inbound.leftovers import handle_left, next_left_at

__all__ = ["AccountUnknown", "accept", "handle", "handle_left", "largest_call", "next_left_at"]

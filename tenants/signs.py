"""Signs that no name holds: controls, and marks that turn the writing round for whoever reads on. Pure."""

import re

# C0 and C1 controls with DEL; embeddings, overrides and isolates of the writing's direction, by which one name is read
# as another. Source: Unicode 16, sections 23.1 and 23.2; UAX #9. Joiners (U+200C, U+200D) are letters' business.
UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def has_unseen(text: str) -> bool:
    """Return whether a text holds a sign that cannot be seen and does not belong into a name."""
    return UNSEEN.search(text) is not None

"""Yes and no in three languages; a message that says both, or anything else, is neither."""

from notifications.flows.grammar import lexicon, normal, spotting
from notifications.flows.grammar.choices import Strength


def read(text: str) -> tuple[str, Strength] | None:
    """Return "YES" or "NO" if the message says just one of them, else None."""
    heard = normal.words(text)
    if len(heard) > _LONGEST:
        return None
    found = spotting.spots(heard, _KNOWN)
    if len({spot.meaning for spot in found}) != 1:
        return None
    if spotting.rest_after(heard, found):
        return _leading(heard, found)
    return found[0].meaning, Strength.WHOLE


def _leading(heard: str, found: list[spotting.Spot]) -> tuple[str, Strength] | None:
    """ "Yes, see you tomorrow" is a yes; a yes word in the middle of a sentence may be anything."""
    opens = spotting.without_fillers(heard[: found[0].start]) == ""
    clear = found[0].until - found[0].start > 1 and len(heard) <= _LEADING
    return (found[0].meaning, Strength.PART) if opens and clear else None


_KNOWN = {**lexicon.meaning("YES", "yes"), **lexicon.meaning("NO", "no")}

# A longer text is a story: its first "no" seldom answers the question.
_LONGEST = 80
_LEADING = 40

"""Words in free text that must not wait: signs of danger, a complaint, the wish for a person. Tables, no guessing."""

from notifications.flows.grammar import lexicon, normal, spotting

# These are named in harmless questions every day; injury and fire never are.
PARTS = frozenset({"AIRBAG", "SEAT_BELT", "BRAKES", "STEERING"})


def dangers(text: str) -> tuple[str, ...]:
    """Return the kinds of danger a text speaks of, in the order of the table.

    A part of the car is dangerous only where the text says that something is wrong with it.
    """
    heard = normal.words(text)
    found = {spot.meaning for spot in spotting.spots(heard, _DANGER_WORDS)}
    if not spotting.spots(heard, _FAILURE_WORDS):
        found -= PARTS
    return tuple(kind for kind in lexicon.kinds("danger") if kind in found)


def is_complaint(text: str) -> bool:
    """Say whether a text is worded as a complaint."""
    return bool(spotting.spots(normal.words(text), _COMPLAINT_WORDS)) or bool(dangers(text))


def wants_a_person(text: str) -> bool:
    """Say whether the message asks, and asks for nothing but, to be put through to a person."""
    heard = normal.words(text)
    found = spotting.spots(heard, _PERSON_WORDS)
    return bool(found) and not spotting.rest_after(heard, found)


_FAILURE_WORDS = lexicon.meaning("FAILURE", "failure")
_DANGER_WORDS = lexicon.grouped("danger")
_COMPLAINT_WORDS = lexicon.meaning("COMPLAINT", "complaint")
_PERSON_WORDS = lexicon.meaning("PERSON", "person")

"""What a flow may ask the house to do: each effect's arguments, outcomes and the values it gives back.

The functions behind the names are `notifications.effects`; a flow is checked against this table alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

OK: Final = "OK"

# The owner's pages a step may lead to, and the standing phrase that does so.
LINKS: Final[Mapping[str, str]] = {
    "SURVEY": "link_survey",
    # Pick a time; and then the visit that is booked.
    "SLOTS": "link_slots",
    "VISIT": "link_visit",
    "PREFERENCES": "link_preferences",
    "COMPLAINT": "link_complaint",
}

# Outcomes after which an effect has given back nothing.
FAILURES: Final = ("NONE", "SLOT_TAKEN", "GONE")


@dataclass(frozen=True)
class Shape:
    """One effect as a flow sees it; `gives` maps a value's name to its type (text, date, datetime, slots)."""

    needs: frozenset[str] = frozenset()
    takes: frozenset[str] = frozenset()
    outcomes: tuple[str, ...] = (OK,)
    gives: dict[str, str] = field(default_factory=dict)


def _shape(*, needs: str = "", takes: str = "", outcomes: str = OK, gives: dict[str, str] | None = None) -> Shape:
    return Shape(frozenset(needs.split()), frozenset(takes.split()), tuple(outcomes.split()), gives or {})


EFFECTS: Final[dict[str, Shape]] = {
    # The next free slots, within `window` where the owner named one; NONE if there are none.
    "offer_slots": _shape(takes="kind window", outcomes="OK NONE", gives={"slots": "slots"}),
    "book": _shape(needs="slot", takes="kind", outcomes="OK SLOT_TAKEN", gives={"appointment_at": "datetime"}),
    # GONE: the visit was moved, cancelled or done in the meantime.
    "move": _shape(needs="slot", outcomes="OK SLOT_TAKEN GONE", gives={"appointment_at": "datetime"}),
    "cancel_visit": _shape(outcomes="OK GONE"),
    "confirm_visit": _shape(outcomes="OK GONE"),
    # DANGER: the text itself spoke of it, and the complaint stands at the highest level.
    "open_complaint": _shape(needs="text", outcomes="OK DANGER", gives={"complaint_number": "text"}),
    "classify_complaint": _shape(needs="category"),
    "raise_danger": _shape(),
    "phone_task": _shape(needs="reason", takes="window"),
    "record_answer": _shape(needs="item", takes="value code text"),
    # DISSATISFIED: the clocks of an unhappy owner have been started.
    "complete_survey": _shape(needs="how", outcomes="OK DISSATISFIED"),
    "record_reason": _shape(needs="reason", takes="text"),
    "remind_later": _shape(needs="days"),
    "mark_done_elsewhere": _shape(takes="window"),
    "mark_sold": _shape(),
    "set_preference": _shape(needs="name value"),
    "opt_out": _shape(needs="purpose"),
}

"""Numbers shown to people who need not call them now. Pure."""

# Enough to tell two numbers of one person apart, too little to call.
SHOWN_FIRST, SHOWN_LAST = 3, 3
HIDDEN = "•"


def masked(number: str) -> str:
    """Return a number with its middle hidden; of a short one everything but the last digit."""
    if len(number) <= SHOWN_FIRST + SHOWN_LAST + 1:
        return HIDDEN * (len(number) - 1) + number[-1:]
    return number[:SHOWN_FIRST] + HIDDEN * (len(number) - SHOWN_FIRST - SHOWN_LAST) + number[-SHOWN_LAST:]

"""What may be done about an import in each of its states; pure."""

from collections.abc import Mapping
from enum import StrEnum


class Step(StrEnum):
    """What a person may ask for."""

    NAME_COLUMNS = "name_columns"
    CHECK = "check"
    START = "start"
    STOP = "stop"
    DISCARD = "discard"
    FIX_ROWS = "fix_rows"
    ROLL_BACK = "roll_back"


class RowStep(StrEnum):
    """What a person may ask for about a row that was set aside."""

    CORRECT = "correct"
    RETRY = "retry"
    DISMISS = "dismiss"


# Of a file that lies here and is not being worked on.
AT_REST = frozenset({Step.NAME_COLUMNS, Step.CHECK, Step.START, Step.DISCARD})
UNDER_WAY = frozenset({Step.STOP})

STEPS: Mapping[str, frozenset[Step]] = {
    "DRAFT": AT_REST,
    "CHECKING": UNDER_WAY,
    "CHECKED": AT_REST,
    "QUEUED": UNDER_WAY,
    "READING": UNDER_WAY,
    "MERGING": UNDER_WAY,
    "STOPPED": AT_REST,
    "FAILED": AT_REST,
    "DONE": frozenset({Step.FIX_ROWS, Step.ROLL_BACK}),
    "ROLLED_BACK": frozenset(),
    "DISCARDED": frozenset(),
}
# Without these the file must still lie here.
WITHOUT_FILE = frozenset({Step.STOP, Step.FIX_ROWS, Step.ROLL_BACK})
# These need to know which column is which.
WITH_COLUMNS = frozenset({Step.CHECK, Step.START})


def allowed(state: str, *, has_file: bool, has_columns: bool) -> tuple[Step, ...]:
    """Return what may be done now, in the order of Step."""
    return tuple(
        step
        for step in Step
        if step in STEPS[state] and (has_file or step in WITHOUT_FILE) and (has_columns or step not in WITH_COLUMNS)
    )

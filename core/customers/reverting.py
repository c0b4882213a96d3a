"""Taking a change of a file back, whichever kind of file it was made in."""

from collections.abc import Callable, Mapping
from datetime import datetime

from core.customers import history, operations
from core.customers.models import FieldChange
from core.vehicles import operations as vehicles

_BY_SUBJECT: Mapping[str, Callable[..., object]] = {
    history.CUSTOMER: operations.revert_change,
    history.VEHICLE: vehicles.revert_correction,
}


def revert(change_id: int, *, actor: str, now: datetime) -> None:
    """Put back what stood in a field before a change.

    Raises: operations.ChangeNotRevertible; vehicles.CorrectionNotRevertible; FieldChange.DoesNotExist.
    """
    change = FieldChange.objects.get(pk=change_id)
    take_back = _BY_SUBJECT.get(change.subject_kind)
    if take_back is None:
        raise operations.ChangeNotRevertible(change.field)
    take_back(change_id, actor=actor, now=now)

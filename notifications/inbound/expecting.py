"""How surely an open question of the current dealer takes somebody's words for its answer, before they are its own."""

from datetime import datetime

from django.db.models import Q

from notifications.flows.grammar import answers
from notifications.flows.grammar.choices import Strength
from notifications.flows.models import Expectation, FlowRun


def strength_of(*, account_id: int, address: str, text: str, payload: str, now: datetime) -> Strength | None:
    """This function will give the surest reading of an open question at an address; None where none understands.

    A button says whose it is by its mark, whether its question is still open or not.
    """
    here = Expectation.objects.filter(conversation__account_id=account_id, conversation__address=address)
    token = payload.rpartition("|")[0]
    if token:
        return Strength.TAPPED if here.filter(grammar__token=token).exists() else None
    fresh = Q(expires_at__isnull=True) | Q(expires_at__gt=now)
    live = here.filter(fresh, state=Expectation.State.OPEN, run__status=FlowRun.Status.RUNNING)
    read = (answers.read(one.grammar, text=text, now=now) for one in live)
    return max((one.strength for one in read if one), default=None)

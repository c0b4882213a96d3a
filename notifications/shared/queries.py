"""What people of a manufacturer may see of its shared senders: names and counts, nothing of anybody's words."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from channels_app import registry
from channels_app.contract import Listening
from notifications.shared.accounts import webhook_of
from notifications.shared.models import Arrival, Question, SharedSender, Sharing


@dataclass(frozen=True)
class Seen:
    """A sender with its dealers' names and how many words nobody could claim, are asked about, or are in doubt."""

    sender: SharedSender
    dealers: tuple[str, ...]
    unclaimed: int
    unreadable: int
    asking: int
    unconfirmed: int

    @property
    def webhook_url(self) -> str:
        """The address for the provider; none where it speaks on a line that we open."""
        kind = self.sender.kind
        listens = kind in registry.CHANNELS and isinstance(registry.get(kind), Listening)
        return "" if listens else webhook_of(self.sender)


def seen(senders: QuerySet[SharedSender] | None = None) -> list[Seen]:
    """This function will list senders by id, in four queries however many there are; in the public scope."""
    rows = SharedSender.objects.all() if senders is None else senders
    found = list(rows.select_related("manufacturer", "default_dealer").order_by("id"))
    ids = [one.pk for one in found]
    names: dict[int, list[str]] = {}
    sharings = Sharing.objects.filter(sender__in=ids).order_by("dealer__name")
    for sender_id, name in sharings.values_list("sender_id", "dealer__name"):
        names.setdefault(sender_id, []).append(name)
    came, asked = _came(ids), _asked(ids)
    return [
        Seen(one, tuple(names.get(one.pk, ())), *came.get(one.pk, (0, 0)), *asked.get(one.pk, (0, 0))) for one in found
    ]


def _came(ids: list[int]) -> Mapping[int, tuple[int, int]]:
    left = (Arrival.State.UNCLAIMED, Arrival.State.UNREADABLE)
    counts = [Count("id", filter=Q(state=state)) for state in left]
    rows = Arrival.objects.filter(sender__in=ids, state__in=left).order_by()
    return {
        pk: (first, second) for pk, first, second in rows.values_list("sender_id").annotate(a=counts[0], b=counts[1])
    }


def _asked(ids: list[int]) -> Mapping[int, tuple[int, int]]:
    rows = Question.objects.filter(sender__in=ids, ended_at__isnull=True).order_by()
    in_doubt = Count("id", filter=Q(state=Question.State.UNCONFIRMED))
    return {
        pk: (every, doubt) for pk, every, doubt in rows.values_list("sender_id").annotate(a=Count("id"), b=in_doubt)
    }

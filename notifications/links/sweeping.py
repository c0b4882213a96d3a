"""Links that were over long ago go: nobody follows them any more, and each names an owner."""

from datetime import datetime, timedelta

from notifications.links.models import OwnerLink

# An owner who finds an old message is told that its link is no longer in use, and not that we never knew it. The
# house's figure: as long again as the longest link works.
KEPT_AFTER = timedelta(days=90)
# Rows of one turn's statement; a thousand messages a day leave fewer.
SWEPT_AT_ONCE = 1_000


def sweep(*, now: datetime) -> int:
    """This function will delete links that ended long ago, and say how many; SWEPT_AT_ONCE where more may be left.

    Nothing wakes a dealer for it: it is done in turns that have other work, of which each dealer has one a day.
    """
    ended = OwnerLink.objects.filter(expires_at__lte=now - KEPT_AFTER).order_by("expires_at")
    oldest = list(ended.values_list("pk", flat=True)[:SWEPT_AT_ONCE])
    # Asked first: a turn with nothing to sweep is one look into an index and writes nothing.
    return OwnerLink.objects.filter(pk__in=oldest).delete()[0] if oldest else 0

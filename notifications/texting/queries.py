"""How many texts caps and closed countries kept back: counts by rule, nobody's number in them."""

from datetime import date, time
from zoneinfo import ZoneInfo

from django.db.models import Count

from core.calendar import rules as calendar
from notifications.policy.models import TEXTING_RULES, Decision
from tenants.scope import current_dealer


def stopped_by_rule(*, from_date: date, until_date: date) -> dict[str, int]:
    """This function will count the texts that each rule kept back on the dealer's days [from_date, until_date).

    One that a cap held and that left the next morning counts, once however often it was held.
    """
    zone = ZoneInfo(current_dealer().timezone)
    kept_back = Decision.objects.filter(
        TEXTING_RULES,
        decided_at__gte=calendar.at_local(from_date, time(), timezone=zone),
        decided_at__lt=calendar.at_local(until_date, time(), timezone=zone),
    )
    return dict(kept_back.values_list("rule").annotate(texts=Count("message_id", distinct=True)).order_by("rule"))

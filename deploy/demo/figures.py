"""The day's figures of the demo's dealers side by side: what went out, what came back, what it comes to."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Q

from core.appointments.models import Appointment
from core.complaints.models import Complaint
from core.followups.models import Survey
from core.kpis import rollup, rules, table
from core.kpis.report import shown
from core.repair_orders.models import RepairOrder
from core.tasks.models import Task
from core.vehicles.models import Vehicle
from deploy.demo import dealers
from notifications.conversations.models import Conversation
from notifications.outbox.models import Message
from notifications.policy.models import Suppression
from tenants.scope import DealerRef, dealer_scope

Column = Mapping[str, str]


def day_figures(*, now: datetime) -> str:
    """Return the table: one line a figure, one column a dealer.

    Raises: DealerUnknown where the demo was never opened.
    """
    columns = {}
    for demo in dealers.DEALERS:
        with dealer_scope(demo.name) as ref:
            columns[demo.name] = {**_counts(now=now, ref=ref), **_messages(), **_metrics(ref, now=now)}
    return _table(columns)


def _counts(*, now: datetime, ref: DealerRef) -> Column:
    midnight = now.astimezone(ZoneInfo(ref.timezone)).replace(hour=0, minute=0, second=0, microsecond=0)
    today = {"gte": midnight, "lt": midnight + timedelta(days=1)}

    def on_day(field: str) -> Q:
        return Q(**{f"{field}__{end}": at for end, at in today.items()})

    counted = {
        "repair orders on file": RepairOrder.objects.count(),
        "vehicles on file": Vehicle.objects.count(),
        "conversations": Conversation.objects.count(),
        "surveys answered to the end": Survey.objects.filter(on_day("completed_at")).count(),
        "visits booked": Appointment.objects.filter(on_day("booked_at")).count(),
        "complaints opened": Complaint.objects.filter(on_day("opened_at")).count(),
        "opt-outs": Suppression.objects.filter(on_day("at")).count(),
        "open tasks for people": Task.objects.filter(state=Task.State.OPEN).count(),
    }
    return {name: f"{count:,}" for name, count in counted.items()}


def _messages() -> Column:
    """Return how many messages stand in which state, out and in."""
    by_state = dict(Message.objects.values_list("state").annotate(count=Count("id")).order_by("state"))
    return {f"messages {state.value.lower()}": f"{by_state[state]:,}" for state in Message.State if by_state.get(state)}


def _metrics(ref: DealerRef, *, now: datetime) -> Column:
    today = now.astimezone(ZoneInfo(ref.timezone)).date()
    counted = rollup.count_days(ref, from_date=today, until_date=today + timedelta(days=1)).counts
    return {
        metric.name["en"]: _figure(counted.get((today, metric.key), rollup.DayCount()), metric=metric)
        for metric in table.metrics()
    }


def _figure(count: rollup.DayCount, *, metric: rules.Metric) -> str:
    """Return the figure as the dealer itself may see it: small samples too, with their counts beside them."""
    counts = rules.Counts(count.numerator, count.denominator, days_expected=1, days_covered=1)
    if not counts.denominator:
        return "-"
    figure = rules.Figure(
        rules.value_of(counts, metric=metric), counts.denominator, rules.interval_of(counts, metric=metric), ""
    )
    return f"{shown(figure, metric=metric)} {counts.numerator}/{counts.denominator}"


def _table(columns: Mapping[str, Column]) -> str:
    names = list(dict.fromkeys(name for column in columns.values() for name in column))
    rows = [("today", *columns), *((name, *(column.get(name, "-") for column in columns.values())) for name in names)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(columns) + 1)]
    return "\n".join(_line(row, widths=widths) for row in rows)


def _line(cells: Sequence[str], *, widths: Sequence[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()

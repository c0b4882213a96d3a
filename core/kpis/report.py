"""The benchmark as plain values for JSON, and as lines for a terminal. Decides nothing: see core.kpis.rules."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from core.kpis import rules, table
from core.kpis.benchmark import Benchmark, DealerLine

Json = dict[str, Any]
PLACES = 6


def as_json(found: Benchmark) -> Json:
    """Return every metric with its definition and each dealer's figure, place, and peers."""
    return {
        "manufacturer": found.manufacturer,
        "from": found.first.isoformat(),
        "to": found.last.isoformat(),
        "days": found.days,
        "dealers": [dealer.name for dealer in found.dealers],
        "metrics": [_metric(metric, found=found) for metric in table.metrics()],
    }


def _metric(metric: rules.Metric, *, found: Benchmark) -> Json:
    counts = found.counts_of(metric.key)
    ranks = rules.ranks(counts, metric=metric)
    prior = rules.prior_of(list(counts.values())) if metric.scale == "SHARE" else None
    return {
        "metric": metric.key,
        "name": dict(metric.name),
        "numerator": metric.numerator,
        "denominator": metric.denominator,
        "exclusions": dict(metric.exclusions),
        "scale": metric.scale,
        "measure": metric.measure,
        "direction": metric.direction,
        "per": metric.per,
        "raw_scale": [metric.low, metric.high] if metric.scale == "MEAN" else None,
        "all": _figure(rules.pooled(list(counts.values()), metric=metric)),
        "by_class": _groups(found, metric=metric, group=lambda dealer: dealer.class_name),
        "by_region": _groups(found, metric=metric, group=lambda dealer: dealer.region),
        "dealers": [
            _dealer(dealer, metric=metric, found=found, rank=ranks[dealer.name], prior=prior)
            for dealer in found.dealers
        ],
    }


def _dealer(
    dealer: DealerLine, *, metric: rules.Metric, found: Benchmark, rank: rules.Rank, prior: rules.Prior | None
) -> Json:
    line = found.line(dealer.name, metric=metric.key)
    figure = rules.figure_of(line.counts, metric=metric)
    is_shrunk = metric.scale == "SHARE" and not figure.hidden
    return {
        "dealer": dealer.name,
        "shown_name": dealer.shown_name,
        "class": dealer.class_name or None,
        "region": dealer.region or None,
        **_figure(figure),
        "numerator": None if figure.hidden else line.counts.numerator,
        "shrunk": _rounded(rules.shrunk(line.counts, prior=prior)) if is_shrunk else None,
        "exclusions": {reason: rules.cell_or_none(count) for reason, count in line.exclusions.items()},
        "rank": rank.place,
        "rank_range": None if rank.place is None else [rank.best, rank.worst],
        "unranked_because": rank.why or None,
        "is_incomplete": line.counts.is_incomplete,
        "days_covered": line.counts.days_covered,
    }


def _groups(found: Benchmark, *, metric: rules.Metric, group: Callable[[DealerLine], str]) -> Json:
    """Return one figure a group, by its name; dealers without one are in no group."""
    members: dict[str, list[rules.Counts]] = defaultdict(list)
    for dealer in found.dealers:
        members[group(dealer)].append(found.line(dealer.name, metric=metric.key).counts)
    return {name: _figure(rules.pooled(counts, metric=metric)) for name, counts in sorted(members.items()) if name}


def _figure(figure: rules.Figure) -> Json:
    interval = figure.interval
    return {
        "value": None if figure.value is None else _rounded(figure.value),
        "n": figure.n,
        "interval": None if interval is None else [_rounded(interval.low), _rounded(interval.high)],
        "hidden_because": figure.hidden or None,
    }


def _rounded(number: float) -> float:
    return round(number, PLACES)


def as_text(found: Benchmark) -> str:
    """Return a table a person reads: one block a metric, one line a dealer."""
    head = f"{found.manufacturer}: {found.first} to {found.last}, {len(found.dealers)} dealers"
    return "\n".join([head, *(_block(metric, found=found) for metric in table.metrics())])


def _block(metric: rules.Metric, *, found: Benchmark) -> str:
    counts = found.counts_of(metric.key)
    ranks = rules.ranks(counts, metric=metric)
    title = f"\n{metric.name['en']} ({metric.scale.lower()})"
    return "\n".join([title, *(_text_line(name, counts[name], rank=ranks[name], metric=metric) for name in counts)])


def _text_line(name: str, counts: rules.Counts, *, rank: rules.Rank, metric: rules.Metric) -> str:
    figure = rules.figure_of(counts, metric=metric)
    place = f"{rank.place} ({rank.best}-{rank.worst})" if rank.place else rank.why.lower()
    note = f"  incomplete: {counts.days_covered}/{counts.days_expected} days" if counts.is_incomplete else ""
    return f"  {name:<20} {shown(figure, metric=metric):<32} n {figure.n:<8} {place}{note}"


def shown(figure: rules.Figure, *, metric: rules.Metric) -> str:
    """Return a figure with its interval as a person reads it, or why there is none."""
    if figure.value is None or figure.interval is None:
        return figure.hidden.lower()
    ends = (figure.value, figure.interval.low, figure.interval.high)
    if metric.scale == "SHARE":
        value, low, high = (f"{end:.1%}" for end in ends)
    else:
        value, low, high = (f"{end:.2f}" for end in ends)
    return f"{value} ({low} - {high})"

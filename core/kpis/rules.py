"""What a figure may be said to be: intervals, smallest samples, rank ranges, hidden cells.

Pure, over plain counts. Counting is core.kpis.rollup's work, the metrics themselves
are the rows of core/tables/metrics.toml.
"""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Scale = Literal["COUNT", "SHARE", "RATE", "MEAN"]
Measure = Literal["FLOW", "STOCK"]
Direction = Literal["HIGHER", "LOWER", "NEUTRAL"]

# Source: two-sided 95 % of the normal distribution.
Z95 = 1.959963984540054
# Source: the project's design: under 30 nothing is ranked, under 10 nothing is shown.
SMALLEST_RANKED = 30
SMALLEST_SHOWN = 10
# Source: the usual threshold of official statistics against singling people out.
SMALLEST_CELL = 5


@dataclass(frozen=True)
class Metric:
    """One row of the table of metrics.

    `low` and `high` are the ends of a MEAN's raw scale; `per` is what a RATE counts by
    (1,000 orders). A STOCK is read on the last day of a period, a FLOW summed over it.
    `singles_out` says that a small cell could be pinned on a person.
    """

    key: str
    name: Mapping[str, str]
    numerator: str
    denominator: str
    exclusions: Mapping[str, str]
    direction: Direction
    scale: Scale
    measure: Measure
    singles_out: bool
    smallest_ranked: int
    low: int
    high: int
    per: int
    sql: str


@dataclass(frozen=True)
class Counts:
    """What one dealer counted for one metric over a period."""

    numerator: int
    denominator: int
    days_expected: int
    days_covered: int

    @property
    def is_incomplete(self) -> bool:
        return self.days_covered < self.days_expected


@dataclass(frozen=True)
class Interval:
    low: float
    high: float


@dataclass(frozen=True)
class Figure:
    """A value with its interval, or none of both and why.

    `hidden` is "" (shown), NOTHING_TO_COUNT, SAMPLE_TOO_SMALL or CELL_TOO_SMALL.
    """

    value: float | None
    n: int
    interval: Interval | None
    hidden: str


@dataclass(frozen=True)
class Rank:
    """A place with the range that chance leaves it, or none and why.

    `why` is "" (ranked), INCOMPLETE, SAMPLE_TOO_SMALL, CELL_TOO_SMALL, NOTHING_TO_COUNT or NOT_RANKED.
    """

    place: int | None
    best: int | None
    worst: int | None
    why: str


@dataclass(frozen=True)
class Prior:
    """A beta distribution that a group of peers speaks for."""

    successes: float
    failures: float


def wilson(successes: float, *, n: int, z: float = Z95) -> Interval:
    """Return Wilson's score interval of a share.

    Source: Wilson, Journal of the American Statistical Association 22 (1927), 209-212.
    """
    share = successes / n
    spread = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    centre = share + z * z / (2 * n)
    scale = 1 + z * z / n
    return Interval(max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale))


def byar(events: int, *, z: float = Z95) -> Interval:
    """Return Byar's interval of a Poisson count.

    Source: Breslow and Day, Statistical Methods in Cancer Research II (1987), 69.
    """
    low = events * (1 - 1 / (9 * events) - z / (3 * math.sqrt(events))) ** 3 if events else 0.0
    above = events + 1
    high = above * (1 - 1 / (9 * above) + z / (3 * math.sqrt(above))) ** 3
    return Interval(max(0.0, low), high)


def value_of(counts: Counts, *, metric: Metric) -> float:
    """Return the figure on the metric's own scale; there must be something to count."""
    return counts.numerator / counts.denominator * metric.per


def interval_of(counts: Counts, *, metric: Metric) -> Interval:
    """Return the 95 % interval on the metric's own scale."""
    if metric.scale == "SHARE":
        return wilson(counts.numerator, n=counts.denominator)
    if metric.scale == "MEAN":
        return _mean_interval(counts, metric=metric)
    events = byar(counts.numerator)
    scale = metric.per / counts.denominator
    return Interval(events.low * scale, events.high * scale)


def _mean_interval(counts: Counts, *, metric: Metric) -> Interval:
    # No answer on a bounded scale can vary more than answers at its two ends would, and
    # those are a share: Wilson's interval of the share reached is never too narrow.
    # Bootstrapping would need every single answer to leave the dealer's schema.
    width = metric.high - metric.low
    reached = (counts.numerator - metric.low * counts.denominator) / width
    share = wilson(reached, n=counts.denominator)
    return Interval(metric.low + share.low * width, metric.low + share.high * width)


def figure_of(counts: Counts, *, metric: Metric) -> Figure:
    """Return what may be shown of a dealer's counts to somebody outside the dealer."""
    why = hidden_because(counts, metric=metric)
    if why:
        return Figure(None, counts.denominator, None, why)
    interval = interval_of(counts, metric=metric)
    return Figure(value_of(counts, metric=metric), counts.denominator, interval, "")


def hidden_because(counts: Counts, *, metric: Metric) -> str:
    """Return why a figure is not shown, or "" where it is."""
    if counts.denominator <= 0:
        return "NOTHING_TO_COUNT"
    if metric.scale != "COUNT" and counts.denominator < SMALLEST_SHOWN:
        return "SAMPLE_TOO_SMALL"
    return "CELL_TOO_SMALL" if _has_small_cell(counts, metric=metric) else ""


def _has_small_cell(counts: Counts, *, metric: Metric) -> bool:
    if not metric.singles_out:
        return False
    cells = [counts.numerator]
    if metric.scale == "SHARE":
        # The rest gives the same people away as the cell itself.
        cells.append(counts.denominator - counts.numerator)
    if metric.scale == "MEAN":
        return False
    return any(cell_or_none(cell) is None for cell in cells)


def cell_or_none(count: int) -> int | None:
    """Return a count of people, or None where it is small enough to point at them."""
    return None if 0 < count < SMALLEST_CELL else count


def pooled(group: Sequence[Counts], *, metric: Metric) -> Figure:
    """Return what may be shown of a group taken together.

    Where one dealer alone is hidden for its small cell, the sum is hidden too: the
    others' figures would leave exactly that cell.
    """
    hidden = [hidden_because(counts, metric=metric) == "CELL_TOO_SMALL" for counts in group]
    together = Counts(
        sum(counts.numerator for counts in group),
        sum(counts.denominator for counts in group),
        days_expected=sum(counts.days_expected for counts in group),
        days_covered=sum(counts.days_covered for counts in group),
    )
    if sum(hidden) == 1:
        return Figure(None, together.denominator, None, "CELL_TOO_SMALL")
    return figure_of(together, metric=metric)


def unranked_because(counts: Counts, *, metric: Metric) -> str:
    """Return why a dealer has no place, or "" where it has one."""
    if metric.direction == "NEUTRAL":
        return "NOT_RANKED"
    if counts.is_incomplete:
        # A dealer that leaves its bad days out must not lead the table by it.
        return "INCOMPLETE"
    if hidden := hidden_because(counts, metric=metric):
        return hidden
    return "SAMPLE_TOO_SMALL" if counts.denominator < metric.smallest_ranked else ""


def ranks(dealers: Mapping[str, Counts], *, metric: Metric) -> dict[str, Rank]:
    """Return each dealer's place among those that can be compared, by name.

    The range counts as better only who is better beyond both intervals.
    """
    reasons = {name: unranked_because(counts, metric=metric) for name, counts in dealers.items()}
    ranked = {name: counts for name, counts in dealers.items() if not reasons[name]}
    sign = -1.0 if metric.direction == "LOWER" else 1.0
    standings = {name: _standing(counts, metric=metric, sign=sign) for name, counts in ranked.items()}
    board = _Board(standings.values())
    return {name: Rank(None, None, None, why) if why else board.rank(standings[name]) for name, why in reasons.items()}


@dataclass(frozen=True)
class _Standing:
    """A value with its interval's ends, turned so that more is better."""

    value: float
    low: float
    high: float


def _standing(counts: Counts, *, metric: Metric, sign: float) -> _Standing:
    interval = interval_of(counts, metric=metric)
    low, high = sorted((sign * interval.low, sign * interval.high))
    return _Standing(sign * value_of(counts, metric=metric), low, high)


class _Board:
    """All standings in order, so that a place is looked up and not compared with every other."""

    def __init__(self, standings: Collection[_Standing]) -> None:
        self._values = sorted(one.value for one in standings)
        self._lows = sorted(one.low for one in standings)
        self._highs = sorted(one.high for one in standings)

    def rank(self, mine: _Standing) -> Rank:
        size = len(self._values)
        better = size - bisect_right(self._values, mine.value)
        surely_better = size - bisect_right(self._lows, mine.high)
        surely_worse = bisect_left(self._highs, mine.low)
        return Rank(1 + better, 1 + surely_better, size - surely_worse, "")


def prior_of(peers: Sequence[Counts]) -> Prior | None:
    """Return the beta prior that peers' shares speak for, or None where they do not differ.

    Method of moments over the pooled share; two peers are the least that can differ.
    Source: Kleinman, Journal of the American Statistical Association 68 (1973), 46-54.
    """
    known = [peer for peer in peers if peer.denominator > 0]
    total = sum(peer.denominator for peer in known)
    if len(known) < 2 or total == 0:
        return None
    pooled = sum(peer.numerator for peer in known) / total
    strength = _strength(known, pooled=pooled, total=total)
    if strength is None:
        return None
    return Prior(pooled * strength, (1 - pooled) * strength)


def _strength(peers: Sequence[Counts], *, pooled: float, total: int) -> float | None:
    """Return alpha + beta; None where the peers vary no more than chance alone would."""
    chance = pooled * (1 - pooled)
    between = sum(peer.denominator * (peer.numerator / peer.denominator - pooled) ** 2 for peer in peers)
    expected = chance * (len(peers) - 1)
    spread = total - sum(peer.denominator**2 for peer in peers) / total
    excess = between - expected
    if chance == 0 or excess <= 0 or spread <= 0:
        return None
    share_between = excess / (chance * spread)
    return max(0.0, 1 / share_between - 1)


def shrunk(counts: Counts, *, prior: Prior | None) -> float:
    """Return the share drawn toward the peers, the more the smaller the dealer."""
    if prior is None:
        return counts.numerator / counts.denominator
    weight = prior.successes + prior.failures
    return (counts.numerator + prior.successes) / (counts.denominator + weight)

import math
from dataclasses import replace

import pytest

from core.kpis import rules

SHARE = rules.Metric(
    key="show_rate",
    name={"en": "Show rate"},
    numerator="visits kept",
    denominator="visits due",
    exclusions={},
    direction="HIGHER",
    scale="SHARE",
    measure="FLOW",
    singles_out=False,
    smallest_ranked=rules.SMALLEST_RANKED,
    low=0,
    high=1,
    per=1,
    sql="",
)
PERSONAL = replace(SHARE, singles_out=True)
MEAN = replace(SHARE, scale="MEAN", low=-4, high=12)
RATE = replace(SHARE, scale="RATE", direction="LOWER", per=1000)


def counts(numerator: int, denominator: int, *, covered: int = 30) -> rules.Counts:
    return rules.Counts(numerator, denominator, days_expected=30, days_covered=covered)


# Reference values: R's binom package, method "wilson".
WILSON = [
    ("none_of_ten", 0, 10, 0.0, 0.2775),
    ("half_of_ten", 5, 10, 0.2366, 0.7634),
    ("all_of_ten", 10, 10, 0.7225, 1.0),
    ("most_of_hundred", 81, 100, 0.7222, 0.8749),
]


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [row[1:] for row in WILSON],
    ids=[row[0] for row in WILSON],
)
def test_a_share_has_wilsons_interval(successes: int, n: int, low: float, high: float) -> None:
    interval = rules.wilson(successes, n=n)

    assert interval.low == pytest.approx(low, abs=5e-5)
    assert interval.high == pytest.approx(high, abs=5e-5)


# Reference values: exact Poisson limits, which Byar's formula meets within 2 % above five events.
BYAR = [
    ("none", 0, 0.0, 3.69),
    ("ten", 10, 4.80, 18.39),
    ("hundred", 100, 81.36, 121.63),
]


@pytest.mark.parametrize(("events", "low", "high"), [row[1:] for row in BYAR], ids=[row[0] for row in BYAR])
def test_a_count_has_a_poisson_interval(events: int, low: float, high: float) -> None:
    interval = rules.byar(events)

    assert interval.low == pytest.approx(low, rel=0.02)
    assert interval.high == pytest.approx(high, rel=0.03)


def test_a_mean_keeps_its_raw_scale() -> None:
    figure = rules.figure_of(counts(400, 40), metric=MEAN)

    assert figure.value == 10
    assert figure.interval is not None
    assert -4 <= figure.interval.low < 10 < figure.interval.high <= 12


def test_a_rate_is_said_by_its_own_thousand() -> None:
    figure = rules.figure_of(counts(12, 3000), metric=RATE)

    assert figure.value == pytest.approx(4.0)
    assert figure.interval is not None
    assert figure.interval.low < 4.0 < figure.interval.high


SHOWN = [
    ("nothing", SHARE, 0, 0, "NOTHING_TO_COUNT"),
    ("nine", SHARE, 5, 9, "SAMPLE_TOO_SMALL"),
    ("ten", SHARE, 5, 10, ""),
    ("four_people", PERSONAL, 4, 40, "CELL_TOO_SMALL"),
    ("all_but_four_people", PERSONAL, 36, 40, "CELL_TOO_SMALL"),
    ("five_people", PERSONAL, 5, 40, ""),
    ("nobody", PERSONAL, 0, 40, ""),
    ("four_bookings", SHARE, 4, 40, ""),
]


@pytest.mark.parametrize(
    ("metric", "numerator", "denominator", "why"),
    [row[1:] for row in SHOWN],
    ids=[row[0] for row in SHOWN],
)
def test_small_samples_and_small_cells_are_hidden(
    metric: rules.Metric, numerator: int, denominator: int, why: str
) -> None:
    figure = rules.figure_of(counts(numerator, denominator), metric=metric)

    assert figure.hidden == why
    assert (figure.value is None) == bool(why)
    assert (figure.interval is None) == bool(why)


def test_one_hidden_dealer_hides_the_sum_that_would_give_it_away() -> None:
    shown, hidden = counts(20, 40), counts(3, 40)

    assert rules.pooled([shown, hidden, shown], metric=PERSONAL).hidden == "CELL_TOO_SMALL"
    assert rules.pooled([hidden, hidden, shown], metric=PERSONAL).value == 26 / 120
    assert rules.pooled([shown, shown], metric=PERSONAL).value == 0.5


def test_nobody_is_ranked_under_thirty() -> None:
    found = rules.ranks({"north": counts(29, 29), "south": counts(15, 30)}, metric=SHARE)

    assert found["north"] == rules.Rank(None, None, None, "SAMPLE_TOO_SMALL")
    assert found["south"].place == 1


def test_a_dealer_with_missing_imports_is_never_first() -> None:
    found = rules.ranks({"north": counts(100, 100, covered=29), "south": counts(50, 100)}, metric=SHARE)

    assert found["north"].why == "INCOMPLETE"
    assert found["south"].place == 1


def test_a_rank_comes_with_the_range_that_chance_leaves_it() -> None:
    found = rules.ranks(
        {
            "a": counts(900, 1000),
            "b": counts(52, 100),
            "c": counts(50, 100),
            "d": counts(5, 100),
        },
        metric=SHARE,
    )

    assert (found["a"].place, found["a"].best, found["a"].worst) == (1, 1, 1)
    assert (found["b"].place, found["b"].best, found["b"].worst) == (2, 2, 3)
    assert (found["c"].place, found["c"].best, found["c"].worst) == (3, 2, 3)
    assert (found["d"].place, found["d"].best, found["d"].worst) == (4, 4, 4)


def test_equal_dealers_share_a_place() -> None:
    found = rules.ranks({"a": counts(50, 100), "b": counts(50, 100)}, metric=SHARE)

    assert {rank.place for rank in found.values()} == {1}


def test_fewer_complaints_rank_higher() -> None:
    found = rules.ranks({"a": counts(100, 1000), "b": counts(10, 1000)}, metric=RATE)

    assert found["b"].place == 1
    assert found["a"].place == 2


def test_a_metric_without_a_better_side_has_no_ranks() -> None:
    found = rules.ranks({"a": counts(50, 100)}, metric=replace(SHARE, direction="NEUTRAL"))

    assert found["a"].why == "NOT_RANKED"


def test_a_small_dealer_is_drawn_further_toward_its_peers() -> None:
    peers = [counts(500, 1000), counts(700, 1000), counts(300, 1000), counts(10, 10)]

    prior = rules.prior_of(peers)

    assert prior is not None
    assert rules.shrunk(counts(10, 10), prior=prior) < 0.85
    assert rules.shrunk(counts(1000, 1000), prior=prior) > 0.98


def test_peers_that_vary_no_more_than_chance_shrink_nothing() -> None:
    assert rules.prior_of([counts(50, 100), counts(50, 100)]) is None
    assert rules.shrunk(counts(5, 10), prior=None) == 0.5


def test_wilson_never_leaves_the_unit_interval() -> None:
    for n in (1, 3, 1000):
        for successes in {0, n // 2, n}:
            interval = rules.wilson(successes, n=n)
            assert 0 <= interval.low <= interval.high <= 1
            assert not math.isnan(interval.low)

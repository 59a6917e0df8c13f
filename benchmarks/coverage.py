"""How often the intervals that tscbench prints hold the truth, by simulation.

    python benchmarks/coverage.py

writes coverage.csv beside this file: of each kind of interval and situation, the share of
simulated studies whose 95 % interval holds what is true there, with its standard error. Classifiers
are fitted to drawn data, so that splits share rows as they do in a run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from tscbench.analysis.fieller import ratio_of_means
from tscbench.analysis.intervals import intervals_of_means
from tscbench.analysis.refused import Refused
from tscbench.analysis.resampled_t import resampled_t

STUDIES = 1_000
FEATURES, SIGNAL = 12, 0.45
HERE = Path(__file__).with_name("coverage.csv")


def scores(
    rng: np.random.Generator, n: int, n_train: int, splits: int, signal: float
) -> np.ndarray:
    """Accuracies, `(splits, 2)`, of two linear discriminants on splits of one data set of n rows:
    one sees all features, the other every second. n_train rows are learnt from, three in ten of n
    are tested on."""
    y = rng.integers(0, 2, n)
    x = rng.standard_normal((n, FEATURES)) + signal / 2 * (2 * y[:, None] - 1)
    n_test = int(round(0.3 * n))
    found = np.empty((splits, 2))
    for split in range(splits):
        order = rng.permutation(n)
        test, train = order[:n_test], order[n_test : n_test + n_train]
        for which, columns in enumerate((slice(None), slice(None, None, 2))):
            found[split, which] = _accuracy(x[:, columns], y, train, test)
    return found


def _accuracy(x: np.ndarray, y: np.ndarray, train: np.ndarray, test: np.ndarray) -> float:
    means = [x[train][y[train] == k].mean(axis=0) for k in (0, 1)]
    away = means[1] - means[0]
    told = (x[test] - (means[0] + means[1]) / 2) @ away > 0
    return float((told == y[test]).mean())


def truth(n_train: int, signal: float) -> np.ndarray:
    """The expected accuracies, from many data sets with many test rows."""
    rng = np.random.default_rng(0)
    drawn = [scores(rng, 10 * n_train, n_train, 1, signal)[0] for _ in range(4_000)]
    return np.mean(drawn, axis=0)


def one_dataset(
    splits: int, pool: int, corrected: bool
) -> Callable[..., tuple[float, float, float]]:
    """The difference on one data set: 140 training rows of `pool`, less the test rows."""
    real = np.subtract(*truth(140, SIGNAL))

    def study(rng: np.random.Generator) -> tuple[float, float, float]:
        found = scores(rng, pool, 140, splits, SIGNAL)
        n_test = int(round(0.3 * pool))
        ratio = n_test / (pool - n_test) if corrected else 0.0
        test = resampled_t(found[:, 0] - found[:, 1], ratio)
        assert not isinstance(test, Refused)
        return test.low, test.high, float(real)

    return study


def same_tests(splits: int, pool: int) -> Callable[..., tuple[float, float, float]]:
    """The difference on the test rows that a data set marks: 140 training rows of the others. True
    is what training rows drawn anew would give on them."""
    n_test = int(round(0.3 * pool))

    def study(rng: np.random.Generator) -> tuple[float, float, float]:
        y = rng.integers(0, 2, pool)
        x = rng.standard_normal((pool, FEATURES)) + SIGNAL / 2 * (2 * y[:, None] - 1)
        test = np.arange(n_test)

        def drawn() -> float:
            train = n_test + rng.choice(pool - n_test, 140, replace=False)
            return _accuracy(x, y, train, test) - _accuracy(x[:, ::2], y, train, test)

        found = resampled_t([drawn() for _ in range(splits)], n_test / (pool - n_test))
        assert not isinstance(found, Refused)
        return found.low, found.high, float(np.mean([drawn() for _ in range(400)]))

    return study


def over_datasets(datasets: int, splits: int) -> Callable[..., tuple[float, float, float]]:
    """The mean difference over a population of data sets, whose signal differs."""
    levels = np.linspace(0.25, 0.65, 9)
    each = {level: np.subtract(*truth(140, level)) for level in levels}
    real = float(np.mean(list(each.values())))

    def study(rng: np.random.Generator) -> tuple[float, float, float]:
        rows = []
        for dataset in range(datasets):
            found = scores(rng, 200, 140, splits, rng.choice(levels))
            rows += [(str(dataset), str(s), a - b) for s, (a, b) in enumerate(found)]
        frame = pd.DataFrame(rows, columns=["dataset", "split", "difference"])
        found = intervals_of_means(frame.set_index(["dataset", "split"]))
        assert not isinstance(found, Refused)
        low, high = found.table.loc["difference", ["low", "high"]]
        return float(low), float(high), real

    return study


def ratio(splits: int, corrected: bool) -> Callable[..., tuple[float, float, float]]:
    """The ratio of what two classifiers have above chance, as the TSC Score is, on one data set."""
    expected = truth(140, SIGNAL) - 0.5

    def study(rng: np.random.Generator) -> tuple[float, float, float]:
        found = scores(rng, 200, 140, splits, SIGNAL) - 0.5
        of = ratio_of_means(found[:, 1], found[:, 0], 60 / 140 if corrected else 0.0)
        low, high = (-np.inf, np.inf) if isinstance(of, Refused) else (of.low, of.high)
        return float(low), float(high), float(expected[1] / expected[0])

    return study


SITUATIONS: dict[tuple[str, str], Callable[[], Callable[..., tuple[float, float, float]]]] = {
    ("corrected resampled t", "one data set, 3 splits"): lambda: one_dataset(3, 200, True),
    ("corrected resampled t", "one data set, 10 splits"): lambda: one_dataset(10, 200, True),
    ("corrected resampled t", "one data set, 3 splits, 140 training rows of 2,000"): (
        lambda: one_dataset(3, 2_000, True)
    ),
    ("corrected resampled t", "one data set, 10 splits, 140 training rows of 2,000"): (
        lambda: one_dataset(10, 2_000, True)
    ),
    ("corrected resampled t", "marked test rows, 5 splits, 140 training rows of 2,000"): (
        lambda: same_tests(5, 2_000)
    ),
    ("t over splits, not corrected (not printed)", "one data set, 3 splits"): (
        lambda: one_dataset(3, 200, False)
    ),
    ("t over data sets", "3 data sets, 3 splits"): lambda: over_datasets(3, 3),
    ("t over data sets", "5 data sets, 3 splits"): lambda: over_datasets(5, 3),
    ("bootstrap over data sets", "6 data sets, 3 splits"): lambda: over_datasets(6, 3),
    ("bootstrap over data sets", "20 data sets, 3 splits"): lambda: over_datasets(20, 3),
    ("Fieller's, of a TSC Score", "one data set, 3 splits"): lambda: ratio(3, True),
    ("Fieller's, of a TSC Score", "one data set, 10 splits"): lambda: ratio(10, True),
    ("Fieller's, not corrected (not printed)", "one data set, 10 splits"): lambda: ratio(10, False),
}


def simulated(studies: int, seed: int = 1) -> Iterator[dict[str, object]]:
    """A row for each situation, which has random numbers of its own."""
    for (interval, situation), make in SITUATIONS.items():
        study, rng = make(), np.random.default_rng(seed)
        found = np.array([study(rng) for _ in range(studies)])
        held = (found[:, 0] <= found[:, 2]) & (found[:, 2] <= found[:, 1])
        share = held.mean()
        widths = found[:, 1] - found[:, 0]
        yield {
            "interval": interval,
            "situation": situation,
            "nominal": 0.95,
            "actual": share,
            "standard_error": np.sqrt(share * (1 - share) / studies),
            "median_width": np.median(widths),
            "studies": studies,
        }


if __name__ == "__main__":
    pd.DataFrame(simulated(STUDIES)).round(4).to_csv(HERE, index=False, lineterminator="\n")
    print(HERE.read_text(encoding="utf-8"))

"""tscbench's own `arf` against the authors' arfpy, on the same training rows with one setting.

Both estimate the same density, in different ways: `arf` ends its normals at the training range,
keeps heaped values and stops one forest later. So their rows cannot be equal, but they must differ
from each other no more than two fits do. Each limit is the mean of 20 pairs of fits with other
rows and seeds (12 pairs on MAGIC) plus four standard deviations. Independent columns, which have
the same marginals, are three times outside the limit of the correlations.
"""

import os
from dataclasses import dataclass

import numpy as np
import pytest
from scipy.stats import ks_2samp
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import roc_auc_score
from sklearn.tree import DecisionTreeRegressor
from tscbench_arfpy import arfpy

from tscbench import Fetch, Rows, Schema, Unavailable
from tscbench.registry import discover

SETTING = {"n_trees": 10, "min_leaf": 5, "delta": 0.0, "max_rounds": 10}


@dataclass(frozen=True)
class Limits:
    """The largest difference of the two allowed in one pair of fits, over all columns.

    mean: of means, in standard deviations. spread: of logarithms of standard deviations.
    distance: Kolmogorov and Smirnov's. correlation: mean over pairs of columns.
    auc: of one-tree students, mean over `pairs` pairs.
    """

    n_train: int
    pairs: int
    mean: float
    spread: float
    distance: float
    correlation: float
    auc: float


def breast_cancer():
    """The means of ten measurements; no download."""
    data = load_breast_cancer()
    return data.data[:, :10], data.target


def magic():
    if not os.environ.get("TSCBENCH_DATA"):
        pytest.skip("TSCBENCH_DATA is not set")
    try:
        rows = discover().bind("dataset", "magic")(fetch=Fetch(offline=True), rng=None).rows
    except Unavailable as reason:
        pytest.skip(str(reason))
    return rows.x, rows.y


CASES = {
    "breast_cancer": (breast_cancer, Limits(300, 3, 0.20, 0.23, 0.115, 0.095, 0.012)),
    "magic": (magic, Limits(600, 1, 0.20, 0.28, 0.146, 0.057, 0.020)),
}


def student_auc(x, teacher, rows, labels):
    """Of a tree on the teacher's probabilities, on rows that nobody trained on; mean of five."""
    values = teacher.predict_proba(x)[:, 1]
    trees = [
        DecisionTreeRegressor(max_features="sqrt", random_state=seed).fit(x, values)
        for seed in range(5)
    ]
    return np.mean([roc_auc_score(labels, tree.predict(rows)) for tree in trees])


def differences(ours, theirs, scale):
    """As in `Limits`, without `auc`."""
    distance = [ks_2samp(a, b).statistic for a, b in zip(ours.T, theirs.T)]
    return {
        "mean": np.max(np.abs(ours.mean(axis=0) - theirs.mean(axis=0)) / scale),
        "spread": np.max(np.abs(np.log(ours.std(axis=0) / theirs.std(axis=0)))),
        "distance": np.max(distance),
        "correlation": np.mean(np.abs(np.corrcoef(ours.T) - np.corrcoef(theirs.T))),
    }


@pytest.mark.parametrize("name", CASES)
def test_arf_and_arfpy_make_the_same_rows(name):
    load, limits = CASES[name]
    arf = discover().load("generator", "arf").function
    x, y = load()
    d = x.shape[1]
    schema = Schema((d,), (2,), numeric=np.ones(d, bool), cardinality=np.zeros(d, int))
    gains, losses = [], []
    for seed in range(limits.pairs):
        rng = np.random.default_rng(seed)
        order = rng.permutation(len(x))
        known, rest = order[: limits.n_train], order[limits.n_train :]
        train = Rows(x[known], y[known], known)
        ours, theirs = (
            plugin(train, schema, np.random.default_rng(seed + 100), **SETTING).sample(
                3 * limits.n_train, np.random.default_rng(seed + 200)
            )
            for plugin in (arf, arfpy)
        )
        found = differences(ours, theirs, train.x.std(axis=0))
        beyond = {what: value for what, value in found.items() if value > getattr(limits, what)}
        assert not beyond, f"seed {seed}: {found}"
        apart = rng.permuted(np.tile(train.x, (3, 1)), axis=0)
        assert differences(ours, apart, 1.0)["correlation"] > 3 * limits.correlation
        teacher = RandomForestClassifier(100, random_state=seed).fit(train.x, train.y)
        aucs = [student_auc(made, teacher, x[rest], y[rest]) for made in (ours, theirs, apart)]
        gains.append(aucs[0] - aucs[1])
        losses.append(aucs[0] - aucs[2])
    assert abs(np.mean(gains)) < limits.auc and np.mean(losses) > 0, (gains, losses)

"""What Inception Score takes for good and the TSC Score does not: sets that teach little."""

from pathlib import Path

import pandas as pd
import pytest

import tscbench
from tscbench.analysis.relations import relations

SUITE = """
name = "disagree"
headline = "accuracy"
probes = ["inception_score(n_steps=150)"]

[[grid]]
dataset = ["digits(form=images)"]
teacher = ["supervised(student=mlp(epochs=15, hidden=[64], batch=32))"]
generator = ["none", "resampled", "one_of_each", "stark"]
mix = ["real", "fake(ratio=1)"]
objective = ["logits(floor=0)"]
student = ["mlp(epochs=1, hidden=[64], batch=8, learning_rate=0.003)"]
"""

GENERATORS = '''
import numpy as np
from tscbench import Rng, Rows, Sampler, generator

@generator(version="1")
def resampled(train: Rows) -> Sampler:
    """Training images, drawn anew."""
    return Sampler(lambda n, rng: train.x[rng.integers(len(train), size=n)])

@generator(version="1")
def one_of_each(train: Rows, rng: Rng) -> Sampler:
    """One image of each class, again and again: each class has collapsed."""
    first = train.x[[np.flatnonzero(train.y == k)[0] for k in range(10)]]
    return Sampler(lambda n, rng: first[rng.integers(10, size=n)])

@generator(version="1")
def stark(train: Rows) -> Sampler:
    """The mean image of a class, black and white: no training image looks like that."""
    means = np.stack([train.x[train.y == k].mean(axis=0) for k in range(10)])
    full = np.where(means > 0.4 * means.max(), 255, 0).astype(np.uint8)
    return Sampler(lambda n, rng: full[rng.integers(10, size=n)])
'''


def test_inception_score_takes_for_good_what_teaches_less(cli, lab):
    Path("disagree.toml").write_text(SUITE)
    Path("odd.py").write_text(GENERATORS)
    said = cli("run", "disagree.toml", "--plugin", "odd.py", "--out", "run", "--offline")
    assert said.code == 0, said.err
    scores = tscbench.load("run").scores()
    inception = scores[scores["metric"] == "inception_score(n_steps=150).score"]
    worth = relations(scores)
    worth = worth[(worth["metric"] == "tsc_score") & (worth["part"] == "test")]
    columns = {"inception": inception, "tsc": worth}
    found = pd.DataFrame({n: f.set_index("generator")["value"] for n, f in columns.items()})
    assert found.loc["resampled", "tsc"] == pytest.approx(1, abs=0.05)
    for odd in ("one_of_each", "stark"):
        assert found.loc[odd, "inception"] > 0.95 * found.loc["resampled", "inception"]
        assert found.loc[odd, "tsc"] < found.loc["resampled", "tsc"] - 0.05

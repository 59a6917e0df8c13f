"""A table and its copy, with columns and rows in another order and categories coded otherwise,
teach the same: the student alone scores alike, up to the randomness of its fit."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from tscbench import Loss, labelled_set
from tscbench.line.sight import ask
from tscbench.registry import discover
from tscbench.tabular import from_frame

REGISTRY = discover()
FOREST = REGISTRY.bind("student", "forest(n_trees=40)")
AUC = REGISTRY.bind("metric", "auc")
RNG = np.random.default_rng(0)
N = 400
TABLE = pd.DataFrame(
    {
        "age": RNG.integers(18, 80, N),
        "dose": np.where(RNG.random(N) < 0.1, np.nan, RNG.normal(size=N)),
        "ward": pd.Categorical(RNG.choice(["north", "south", "west"], N)),
        "smokes": RNG.random(N) < 0.3,
    }
)
RISK = TABLE["age"] / 20 + 2 * (TABLE["ward"] == "west") + TABLE["smokes"] + RNG.normal(size=N)
TABLE["y"] = np.where(RISK.median() < RISK, "ill", "well")
TEST = np.arange(N) % 2 < 1


def auc_of(frame, test, seed=0):
    """The test AUC of a forest that has learnt from the labels of the other rows."""
    data, rng = from_frame(frame, "y"), np.random.default_rng(seed)
    train, asked = data.rows.take(~test), data.rows.take(test)
    fitted = FOREST(
        compression_set=labelled_set(train, data.schema, Loss.SQUARED), schema=data.schema, rng=rng
    )
    outputs = ask(fitted, asked, data.schema, rng, "student")
    return AUC(labels=asked.y, outputs=outputs, schema=data.schema)


FITS = [auc_of(TABLE, TEST, seed) for seed in range(12)]


@settings(max_examples=12, deadline=None)
@given(rows=st.permutations(range(N)), names=st.permutations(list(TABLE)), data=st.data())
def test_order_and_codes_of_a_table_do_not_change_its_scores(rows, names, data):
    other = TABLE.iloc[list(rows)][list(names)]
    codes = data.draw(st.permutations(list(TABLE["ward"].cat.categories)))
    other["ward"] = other["ward"].cat.reorder_categories(codes)
    away = auc_of(other, TEST[list(rows)]) - np.mean(FITS)
    assert abs(away) < 5 * np.std(FITS, ddof=1)
    assert np.mean(FITS) > 0.75, "the table can be learnt"

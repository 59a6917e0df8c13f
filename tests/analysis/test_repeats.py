"""Means and errors of repeats against hand computations."""

import numpy as np
import pandas as pd
import pytest

from tscbench.analysis.repeats import summaries


def repeats(*rows, names=("split", "seed", "value")):
    return pd.DataFrame(rows, columns=list(names))


SUMMARY = repeats(
    ("a", "0", "0", 0.80),
    ("a", "0", "1", 0.84),
    ("a", "1", "0", 0.90),
    ("a", "1", "1", 0.94),
    ("b", "0", "0", 0.80),
    ("b", "0", "1", 0.84),
    ("b", "1", "0", np.nan),
    ("c", "0", "0", 0.5),
    ("c", "1", "0", 0.7),
    ("d", "0", "0", 0.3),
    ("e", "0", "0", np.nan),
    ("f", "0", "0", 0.1),
    ("f", "1", "0", 0.2),
    ("f", "1", "1", 0.4),
    names=("arm", "split", "seed", "value"),
)


def test_summaries_take_splits_as_the_repeats_where_there_are_several():
    found = summaries(SUMMARY, ["arm"])
    # a: split means 0.82 and 0.92, deviation 0.05·√2; over all four values it would be 0.031
    assert found.loc["a", "mean"] == pytest.approx(0.87)
    assert found.loc["a", "standard_error"] == pytest.approx(0.05)
    # b: one split is left, whose two seeds have deviation 0.02·√2
    assert found.loc["b", "standard_error"] == pytest.approx(0.02)
    assert found.loc["c", "standard_error"] == pytest.approx(0.1)
    assert np.isnan(found.loc["d", "standard_error"])
    # f: a split of one seed counts as much as one of two
    assert found.loc["f", "mean"] == pytest.approx((0.1 + 0.3) / 2)


def test_summaries_say_how_much_is_there():
    found = summaries(SUMMARY, ["arm"])
    assert found["n"].to_dict() == {"a": 4, "b": 2, "c": 2, "d": 1, "e": 0, "f": 3}
    assert found.loc["b", "asked"] == 3 and found.loc["e", "asked"] == 1
    assert np.isnan(found.loc["e", "mean"])

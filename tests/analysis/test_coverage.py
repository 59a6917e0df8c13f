"""What is missing, and what each policy makes of it, by hand."""

import numpy as np
import pandas as pd
import pytest

from tscbench import SpecError
from tscbench.analysis.coverage import by_dataset, cover
from tscbench.analysis.ranks import average_ranks


def table(*rows):
    """Repeats × methods of rows of dataset, split, seed, method and value."""
    frame = pd.DataFrame(rows, columns=["dataset", "split", "seed", "method", "value"])
    wide = frame.set_index(["dataset", "split", "seed", "method"])["value"].unstack("method")
    return wide[list(frame["method"].unique())]


HOLED = table(
    ("x", "0", "0", "none", 0.5),
    ("x", "1", "0", "none", 0.6),
    ("y", "0", "0", "none", 0.7),
    ("x", "0", "0", "kde", 0.8),
    ("x", "1", "0", "kde", np.nan),
    ("y", "0", "0", "kde", 0.9),
    ("x", "0", "0", "gmm", 0.4),
    ("x", "1", "0", "gmm", 0.3),
    ("y", "0", "0", "gmm", 0.2),
)


def all_of(of, method):
    """A table of the same shape that has this method's values in every column."""
    return pd.DataFrame(dict.fromkeys(of, of[method]))


def test_without_a_policy_an_incomplete_method_is_left_out():
    found = cover(HOLED)
    assert list(found.table) == ["none", "gmm"] and found.left_out == ("kde",)
    assert (found.n, found.asked) == (8, 9)
    assert average_ranks(by_dataset(found.table)).index.tolist() == ["none", "gmm"]


def test_drop_common_keeps_the_repeats_that_all_have():
    found = cover(HOLED, "drop-common")
    assert len(found.table) == 2 and list(found.table) == ["none", "kde", "gmm"]
    assert (found.n, found.asked, found.dropped, found.repeats) == (8, 9, 1, 3)


def test_worst_and_baseline_fill_in():
    worst = cover(HOLED, "worst")
    assert worst.table.loc[("x", "1", "0"), "kde"] == 0.3 and worst.filled["kde"] == 1
    loss = cover(HOLED, "worst", larger_is_better=False)
    assert loss.table.loc[("x", "1", "0"), "kde"] == 0.6
    base = cover(HOLED, "baseline", baseline=all_of(HOLED, "none"))
    assert base.table.loc[("x", "1", "0"), "kde"] == 0.6 and not base.left_out


def test_policies_that_cannot_help_leave_methods_out():
    holed = HOLED.copy()
    holed.loc[("x", "1", "0"), "none"] = np.nan
    base = cover(holed, "baseline", baseline=all_of(holed, "none"))
    assert base.left_out == ("none", "kde")
    holed.loc[("x", "1", "0")] = np.nan
    worst = cover(holed, "worst")
    assert worst.dropped == 1 and len(worst.table) == 2 and not worst.left_out
    nobody = cover(holed.iloc[1:2], "drop-common")
    assert nobody.table.empty and set(nobody.left_out) == {"none", "kde", "gmm"}
    gone = cover(HOLED.assign(kde=np.nan), "drop-common")
    assert list(gone.table) == ["none", "gmm"] and gone.left_out == ("kde",)
    assert gone.dropped == 0, "what has no cell leaves the others theirs"


def test_policies_and_baselines_that_are_not_there_are_errors():
    with pytest.raises(SpecError, match="no policy 'best'"):
        cover(HOLED, "best")
    with pytest.raises(SpecError, match="policy baseline: there is no baseline"):
        cover(HOLED, "baseline")


def test_seeds_are_averaged_inside_splits_and_splits_inside_datasets():
    frame = table(
        ("x", "0", "0", "a", 0.0),
        ("x", "0", "1", "a", 2.0),
        ("x", "1", "0", "a", 5.0),
        ("y", "0", "0", "a", 1.0),
        ("y", "1", "0", "a", np.nan),
    )
    found = by_dataset(frame)["a"]
    assert found["x"] == 3.0 and np.isnan(found["y"])

"""What is missing, and what each policy makes of it, by hand."""

from itertools import product

import numpy as np
import pandas as pd
import pytest

from tscbench import SpecError
from tscbench.analysis.coverage import by_dataset, cover, repeats_by_method
from tscbench.analysis.ranks import average_ranks


def tidy(*rows):
    return pd.DataFrame(rows, columns=["dataset", "split", "seed", "method", "value"])


HOLED = repeats_by_method(
    tidy(
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
)


def all_of(table, method):
    """A table of the same shape that has this method's values in every column."""
    return pd.DataFrame(dict.fromkeys(table, table[method]))


def test_without_a_policy_an_incomplete_method_is_left_out():
    found = cover(HOLED)
    assert list(found.table) == ["none", "gmm"] and found.left_out == {"kde": 2}
    assert (found.n, found.asked) == (8, 9)
    assert average_ranks(by_dataset(found.table)).index.tolist() == ["none", "gmm"]


def test_drop_common_keeps_the_repeats_that_all_have():
    found = cover(HOLED, "drop-common")
    assert len(found.table) == 2 and list(found.table) == ["none", "kde", "gmm"]
    assert (found.n, found.asked, found.dropped, found.repeats) == (8, 9, 1, 3)


def test_the_table_has_each_value_in_its_own_place():
    names = ["dataset", "split", "seed", "method", "value"]
    keys = product("cab", product("yx", "10", "01"))
    cells = [(*key, method, float(k)) for k, (method, key) in enumerate(keys)]
    long = pd.DataFrame(cells[:-3], columns=names)
    for order in (long, long.iloc[::-1], long.sort_values("method", kind="stable")):
        table = repeats_by_method(order)
        assert list(table) == list(dict.fromkeys(order["method"])) and table.shape == (8, 3)
        assert table.index.is_monotonic_increasing and table["b"].isna().sum() == 3
        for *key, method, value in order.itertuples(index=False):
            assert table.loc[tuple(key), method] == value


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
    assert base.left_out == {"none": 2, "kde": 2}
    holed.loc[("x", "1", "0")] = np.nan
    worst = cover(holed, "worst")
    assert worst.dropped == 1 and len(worst.table) == 2 and not worst.left_out
    nobody = cover(holed.iloc[1:2], "drop-common")
    assert nobody.table.empty and set(nobody.left_out) == {"none", "kde", "gmm"}
    gone = cover(HOLED.assign(kde=np.nan), "drop-common")
    assert list(gone.table) == ["none", "gmm"] and gone.left_out == {"kde": 0}
    assert gone.dropped == 0, "what has no cell leaves the others theirs"


def test_policies_and_baselines_that_are_not_there_are_errors():
    with pytest.raises(SpecError, match="no policy 'best'"):
        cover(HOLED, "best")
    with pytest.raises(SpecError, match="policy baseline: there is no baseline"):
        cover(HOLED, "baseline")


def test_a_cell_that_is_nowhere_is_missing_and_one_that_is_twice_an_error():
    frame = tidy(("x", "0", "0", "a", 1.0), ("x", "0", "0", "b", 2.0), ("x", "1", "0", "a", 3.0))
    assert repeats_by_method(frame)["b"].isna().tolist() == [False, True]
    with pytest.raises(SpecError, match="two values for x · 0 · 0 · a"):
        repeats_by_method(pd.concat([frame, frame.iloc[:1]]))


def test_seeds_are_averaged_inside_splits_and_splits_inside_datasets():
    frame = tidy(
        ("x", "0", "0", "a", 0.0),
        ("x", "0", "1", "a", 2.0),
        ("x", "1", "0", "a", 5.0),
        ("y", "0", "0", "a", 1.0),
        ("y", "1", "0", "a", np.nan),
    )
    found = by_dataset(repeats_by_method(frame))["a"]
    assert found["x"] == 3.0 and np.isnan(found["y"])

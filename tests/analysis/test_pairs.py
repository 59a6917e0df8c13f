"""Methods against a reference, by hand."""

import numpy as np
import pandas as pd
import pytest
from analysis.demsar import DEMSAR

from tscbench import SpecError
from tscbench.analysis.pairs import paired_differences, win_tie_loss


def test_paired_differences_are_taken_repeat_by_repeat():
    table = pd.DataFrame({"none": [0.5, 0.7, np.nan], "kde": [0.6, np.nan, 0.9]})
    found = paired_differences(table, "none")
    assert list(found) == ["kde"]
    assert found["kde"].iloc[0] == pytest.approx(0.1) and found["kde"].isna().sum() == 2
    with pytest.raises(SpecError, match=r"no method 'nil' to compare with \(has: none, kde\)"):
        paired_differences(table, "nil")


def test_wins_ties_and_losses():
    found = win_tie_loss(DEMSAR, "C4.5")
    assert found.loc["C4.5+m"].tolist() == [10, 2, 2]
    assert found.sum(axis=1).unique().tolist() == [14]
    assert win_tie_loss(DEMSAR, "C4.5", larger_is_better=False).loc["C4.5+m"].tolist() == [2, 2, 10]

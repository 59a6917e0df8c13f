"""Every difference without an interval has its reason."""

import numpy as np
import pandas as pd

from tscbench.report.reasons import UNSIZED, reasoned_differences


def test_differences_without_an_interval_say_why():
    index = pd.MultiIndex.from_tuples([("a", "x"), ("a", "y"), ("b", "x"), ("b", "y")])
    pages = pd.DataFrame(
        {"difference": [0.1, 0.1, np.nan, 0.2], "low": [0.0, np.nan, np.nan, np.nan], "splits": 1},
        index=index.set_names(["arm", "dataset"]),
    )
    few = "too few splits for a test: 1 of at least 2"
    assert reasoned_differences(pages, {"x": 1, "y": 1})["why"].tolist() == ["", few, "", few]
    assert reasoned_differences(pages, {"x": 1})["why"].tolist() == ["", UNSIZED, "", UNSIZED]

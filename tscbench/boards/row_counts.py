"""How many test rows a dataset has for a training row, as scores and records say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from tscbench.analysis.resampled_t import row_ratios

FACTS = {"n_rows": "test", "n_train": "train"}
"""What teachers' own lines say of their split."""


def test_to_train(
    scores: pd.DataFrame, records: Iterable[Mapping[str, Any]] = ()
) -> dict[str, float]:
    """Test rows over training rows of each dataset whose records say both, or else its scores."""
    here = scores[(scores["part"] == "test") & scores["metric"].isin(FACTS)]
    facts = here.pivot_table("value", ["dataset", "split"], "metric").rename(columns=FACTS)
    of_scores = facts.reindex(columns=["train", "test"]).reset_index()
    known = [{"dataset": str(r["cell"]["dataset"]), **r["rows"]} for r in records if "rows" in r]
    of_records = pd.DataFrame(known, columns=["dataset", "train", "test"])
    return row_ratios(of_scores) | row_ratios(of_records)

"""How many test rows a dataset has for a training row, as scores and records say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

FACTS = {"n_rows": "test", "n_train": "train"}
"""What teachers' own lines say of their split."""


ROUNDED = 1.02
"""Training rows by the share over those that there are: up to so much, and up to what one
validation row makes of it, is rounding; more is a cap's doing."""


def test_to_train(
    scores: pd.DataFrame, records: Iterable[Mapping[str, Any]] = (), valid: float = 0.0
) -> dict[str, float]:
    """Test rows over training rows of each dataset whose records say both, or else its scores.

    A cap on training rows does not count, for splits share the test rows that they would share
    without it. valid: the share of rows for training that is for validation, from whose number
    follows how many training rows there were without a cap.
    """
    here = scores[(scores["part"] == "test") & scores["metric"].isin(FACTS)]
    facts = here.pivot_table("value", ["dataset", "split"], "metric").rename(columns=FACTS)
    of_scores = facts.reindex(columns=["train", "test"]).reset_index()
    known = [{"dataset": str(r["cell"]["dataset"]), **r["rows"]} for r in records if "rows" in r]
    of_records = pd.DataFrame(known, columns=["dataset", "train", "valid", "test"])
    if valid:
        each = (1 - valid) / valid
        free = of_records["valid"] * each
        capped = free - each > ROUNDED * of_records["train"]
        of_records["train"] = of_records["train"].where(~capped, free)
    return row_ratios(of_scores) | row_ratios(of_records)


def row_ratios(rows: pd.DataFrame) -> dict[str, float]:
    """Test rows over training rows of each dataset, the ratio of their means over splits; those of
    which both are known. rows: dataset, train and test."""
    mean = rows.groupby("dataset", sort=True)[["train", "test"]].mean().dropna()
    return {str(name): float(test / train) for name, train, test in mean.itertuples()}

"""Yeast: groups of functions of genes, from expression and phylogeny; several hold at once.

Origin: Elisseeff and Weston, with the split of the Mulan collection. Licence: none stated.
2,417 rows (1,500 training, 917 test), 103 numeric columns, 14 labels (4.237 a row); positive is 1.
"""

from pathlib import Path
from typing import Literal

import numpy as np

from tscbench import Data, dataset
from tscbench.tabular import from_frame, read_table, take_columns, with_second_view

LABELS = [f"Class{k}" for k in range(1, 15)]

EXPRESSION = 79
"""Columns of expression, which come first."""


@dataset(
    source="Elisseeff and Weston, 2001, A kernel method for multi-labelled classification; Mulan",
    requires=("pyarrow",),
)
def yeast(
    *, path: Path = Path("yeast.parquet"), privileged: Literal["expression"] | None = None
) -> Data:
    """Fourteen functions of genes: 2,417 rows, 103 numeric columns, several labels, official split.

    Args:
        path: a table with the columns, the fourteen labels, and `split`, which holds train or test.
        privileged: expression leaves the 24 columns of phylogenetic profiles, which come last, and
            the 79 of expression to teachers alone.
    """
    data = from_frame(read_table(path), LABELS, test="split", name="yeast")
    if privileged is None:
        return data
    profile = np.arange(data.schema.inputs[0]) >= EXPRESSION
    return with_second_view(take_columns(data, profile), data.rows.x[:, ~profile], "yeast")

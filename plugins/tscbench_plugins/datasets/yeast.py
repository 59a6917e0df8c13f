"""Yeast: groups of functions of genes, from expression and phylogeny; several hold at once.

Origin: Elisseeff and Weston, with the split of the Mulan collection. Licence: none stated.
2,417 rows (1,500 training, 917 test), 103 numeric columns, 14 labels (4.237 a row); positive is 1.
"""

from pathlib import Path

from tscbench import Data, dataset
from tscbench.tabular import from_frame, read_table

LABELS = [f"Class{k}" for k in range(1, 15)]


@dataset(
    source="Elisseeff and Weston, 2001, A kernel method for multi-labelled classification; Mulan",
    requires=("pyarrow",),
)
def yeast(*, path: Path = Path("yeast.parquet")) -> Data:
    """Fourteen functions of genes: 2,417 rows, 103 numeric columns, several labels, official split.

    Args:
        path: a table with the columns, the fourteen labels, and `split`, which holds train or test.
    """
    return from_frame(read_table(path), LABELS, test="split", name="yeast")

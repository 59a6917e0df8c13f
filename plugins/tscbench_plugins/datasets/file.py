"""Your own table: a .csv, .tsv, .parquet or .npz file.

Origin, licence, rows and positive class: those of the file.
"""

from pathlib import Path
from typing import Literal

from tscbench import Data, dataset
from tscbench.tabular import from_frame, read_table


@dataset(source="the file that path names", requires=("pandas",))
def file(
    *,
    path: Path,
    target: str = "target",
    labels: tuple[str, ...] = (),
    positive: str | None = None,
    test: str | None = None,
    drop: tuple[str, ...] = (),
    categorical: tuple[str, ...] = (),
    missing: tuple[str, ...] = (),
    constant: Literal["refuse", "keep"] = "refuse",
) -> Data:
    """The table in a file: numbers as they are, text as categories.

    Of an .npz the arrays x `(n, d)`, y `(n,)` or `(n, k)` and, if there, test `(n,)` are taken as
    columns x0…, `target` (or target0…, several labels) and `test`; x_train, y_train, x_test and
    y_test will also do.

    Args:
        path: the file.
        target: the column that holds the class.
        labels: columns of 0/1 or true/false, in place of `target`, where a row has several labels.
        positive: the class that counts as positive, of two; by default the last in sorted order.
        test: a column of train/test or true/false that marks the official test rows.
        drop: columns to leave out, such as a row number.
        categorical: numeric columns to take as categories.
        missing: texts that stand for a missing value, such as ?, besides the usual ones.
        constant: refuse columns with one value in all rows, or keep them.
    """
    frame = read_table(path, missing=missing)
    if path.suffix.lower() == ".npz":
        test = test or ("test" if "test" in frame else None)
        if "target" not in frame:
            labels = labels or tuple(c for c in frame if c.startswith("target"))
    return from_frame(
        frame,
        labels or target,
        positive=positive,
        test=test,
        drop=drop,
        categorical=categorical,
        constant=constant,
        name=f"file {path.name}",
    )

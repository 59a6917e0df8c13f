"""Your own table: a .csv, .tsv, .txt (also .gz), .parquet or .npz file.

Origin, licence, rows and positive class: those of the file.
"""

from pathlib import Path
from typing import Literal

from tscbench import Data, dataset
from tscbench.tabular import MISSING, from_frame, read_table


@dataset(source="the file that path names", requires=("pandas",))
def file(
    *,
    path: Path,
    target: str = "target",
    labels: tuple[str, ...] = (),
    positive: str | None = None,
    test: str | None = None,
    drop: tuple[str, ...] = (),
    ids: tuple[str, ...] = (),
    categorical: tuple[str, ...] = (),
    numbers: tuple[str, ...] = (),
    decimal: Literal[".", ","] = ".",
    dates: Literal["as_read", "numeric", "drop"] = "as_read",
    missing: tuple[str, ...] = MISSING,
    encoding: str = "utf-8",
    constant: Literal["refuse", "keep", "drop"] = "refuse",
) -> Data:
    """The table in a file: numbers as they are, text as categories.

    `tscbench data show` tells how each column was read.
    Of an .npz the arrays x `(n, d)`, y `(n,)` or `(n, k)` and, if there, test `(n,)` are taken as
    columns x0…, `target` (or target0…, several labels) and `test`; x_train, y_train, x_test and
    y_test will also do.

    Args:
        path: the file.
        target: the column that holds the class.
        labels: columns of 0/1 or true/false, in place of `target`, where a row has several labels.
        positive: the class that counts as positive, of two; by default the last in sorted order.
        test: a column of train/test or true/false that marks the official test rows.
        drop: columns to leave out, such as what is known only afterwards.
        ids: columns that name a row or its owner; they are left out.
        categorical: columns to take as categories: numbers that are codes, text of many levels.
        numbers: columns of text that are numbers, perhaps with a unit, a percent sign, thousands
            marks, or brackets around negative ones.
        decimal: what stands before the fraction of a number.
        dates: dates as days since 1970, or left out; as read, they are categories.
        missing: the words that mean missing, in place of those shown; an empty cell always does.
            Of a parquet or npz file those that are named here, and no others.
        encoding: how the letters of a text file are written, such as latin-1.
        constant: refuse columns with one value in all rows, keep them, or leave them out.
    """
    frame = read_table(path, missing=missing, decimal=decimal, encoding=encoding, codes=categorical)
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
        ids=ids,
        categorical=categorical,
        numbers=numbers,
        dates=dates,
        constant=constant,
        name=f"file {path.name}",
    )

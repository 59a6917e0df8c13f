"""Your own tags: rows, a text of each that only teachers read, and the tags of each, in one file.

Origin, licence and rows: those of the file. Labels: its tags, positive where y is 1.
"""

from pathlib import Path

import numpy as np

from tscbench import Array, Data, DataError, Link, Rows, Schema, dataset
from tscbench.tabular import with_second_view


@dataset(
    source="the file that path names; such as posts of YFCC100M: Thomee et al., 2016, YFCC100M: "
    "the new data in multimedia research",
)
def tags(*, path: Path) -> Data:
    """Rows and tags of an .npz with x `(n, d)`, y `(n, k)` of 0 and 1, and perhaps text `(n, m)`.

    text, a second view of numbers such as counts of words, is for teachers alone. It may hold test
    `(n,)`, which marks official test rows, and names `(k,)` of the tags.

    Args:
        path: the file.

    Raises:
        DataError: arrays that are missing, of other lengths, or no numbers; a tag that no row
            carries.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            held = {name: file[name] for name in file.files}
    except Exception as error:
        what = f"{type(error).__name__}: {error}".partition("\n")[0]
        raise DataError(f"tags {path}: does not read as an .npz of arrays ({what})") from error
    if missing := [name for name in ("x", "y") if name not in held]:
        raise DataError(f"tags {path}: no array {missing[0]!r}; there must be x and y")
    x, y = (np.asarray(held[name], dtype=np.float64) for name in ("x", "y"))
    _check(path, x, y, held.get("test"))
    names = held.get("names", np.arange(y.shape[1])).astype(str)
    schema = Schema(
        x.shape[1:],
        y.shape[1:],
        Link.SIGMOID,
        numeric=np.ones(x.shape[1], bool),
        cardinality=np.zeros(x.shape[1], int),
        columns=tuple(f"c{j}" for j in range(x.shape[1])),
        classes=tuple(map(str, names)),
    )
    marks = None if "test" not in held else held["test"].astype(bool)
    data = Data(schema, Rows(x, y, np.arange(len(x))), marks)
    return with_second_view(data, held["text"], f"tags {path}") if "text" in held else data


def _check(path: Path, x: Array, y: Array, test: Array | None) -> None:
    if x.ndim != 2 or y.ndim != 2 or not len(x) or len(x) != len(y):
        came = f"x {x.shape} and y {y.shape}"
        raise DataError(f"tags {path}: {came}; they must be (n, d) and (n, k) of the same rows")
    if test is not None and test.shape != (len(x),):
        raise DataError(f"tags {path}: test has shape {test.shape}; it must be ({len(x)},)")
    if not np.isfinite(x).all():
        raise DataError(f"tags {path}: x holds values that are not finite; fill them")
    if not np.isin(y, (0, 1)).all():
        raise DataError(f"tags {path}: y holds other numbers than 0 and 1")
    if len(never := np.flatnonzero(~y.any(axis=0))):
        raise DataError(
            f"tags {path}: tag {never[0]} has no row that carries it; leave it out of y"
        )

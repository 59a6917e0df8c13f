"""Some of the rows of a frame of scores: those whose axes fit the options of the command line."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase

import pandas as pd

from tscbench.contracts.errors import SpecError, did_you_mean
from tscbench.contracts.kinds import AXES
from tscbench.contracts.spec import split as split_list

NEEDED = ("dataset", "student", "metric", "value")
"""The columns without which a data frame has no board."""

ASSUMED = dict.fromkeys(AXES, "-") | {"status": "ok", "part": "test"}
"""What a data frame means that lacks one of the other columns."""


def selected(frame: pd.DataFrame, options: Mapping[str, str]) -> pd.DataFrame:
    """The rows whose axes fit comma lists of names, globs or `no:name`; teachers' rows stay.

    Raises:
        SpecError: a name that no row has.
    """
    for axis, option in options.items():
        values = frame[axis].astype(str)
        items = split_list(option)
        wanted = [i for i in items if not i.startswith("no:")]
        leave = [i.removeprefix("no:") for i in items if i.startswith("no:")]
        each = values.unique()
        for pattern in [*wanted, *leave]:
            if not any(_fits(value, [pattern]) for value in each):
                meant, has = did_you_mean(pattern, each), ", ".join(sorted(each)[:20])
                raise SpecError(f"--{axis} {pattern}: no result has it{meant} (has: {has})")
        fits = {v: (not wanted or _fits(v, wanted)) and not _fits(v, leave) for v in each}
        keep = values.map(fits)
        if axis not in ("dataset", "split"):
            keep |= (frame["student"] == "teacher") & (values == "-")
        frame = frame[keep.astype(bool)]
    return frame


def _fits(value: str, patterns: list[str]) -> bool:
    names = (value, value.partition("(")[0])
    return any(value == p or any(fnmatchcase(name, p) for name in names) for p in patterns)


def completed(frame: pd.DataFrame) -> pd.DataFrame:
    """A frame of anybody's with all the columns of `scores()`: an axis that it lacks is "-", every
    row is of an "ok" cell and of the test part.

    Raises:
        SpecError: no data frame, or a column that cannot be assumed is not there.
    """
    if not isinstance(frame, pd.DataFrame):
        raise SpecError(
            f"board of a {type(frame).__name__}: must be a data frame; of results it is "
            "results.board(), or board(results.scores())"
        )
    if missing := [name for name in NEEDED if name not in frame.columns]:
        has = ", ".join(map(str, frame.columns)) or "none"
        raise SpecError(f"the frame has no column {' and no column '.join(missing)} (has: {has})")
    assumed = {n: v for n, v in ASSUMED.items() if n not in frame.columns}
    return frame.assign(**assumed).astype({"value": float})

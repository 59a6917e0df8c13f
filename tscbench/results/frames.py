"""Frames of records: scores, speeds and epochs, a row each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from tscbench.contracts.kinds import AXES

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = [*AXES, "status", "part", "metric", "value"]
SPEEDS = {
    **dict.fromkeys(AXES, "str"),
    "batch": "int64",
    "threads": "int64",
    **dict.fromkeys(["rows_per_second", "q25", "q75", "bare_rows_per_second"], "float64"),
    **dict.fromkeys(["speed_up", "bare_speed_up", "bytes", "nodes"], "float64"),
    "contended": "bool",
    "hardware": "str",
    **dict.fromkeys(["bare_bytes", "parameters", "reference_per_second"], "float64"),
    "repeats": "int64",
    "why": "str",
}
"""The columns of `speeds()` with their types; what a model has not got is NaN."""
SIZES_RECORDED = ("nodes", "parameters")
"""What a fitted model says of its size, that needs no timing pass."""
SPEED_KEY = [*AXES, "batch", "threads", "hardware"]


def scores_in(records: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """What these records score; see `Run.scores`."""
    import pandas as pd

    rows = [row for record in records for row in score_rows(record)]
    return score_frame(pd.DataFrame(rows, columns=COLUMNS))


def score_frame(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of `scores()` in their order, with split and seed as text; where no cell has a score the
    values are numbers none the less."""
    frame = rows.astype({"split": str, "seed": str, "value": float})
    return frame.sort_values(COLUMNS[:-1], key=lambda column: column.astype(str), ignore_index=True)


def history_of(records: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """What these records say of each epoch of a network; see `Run.history`."""
    import pandas as pd

    rows = [
        {**record["cell"], "epoch": epoch, "figure": figure, "value": value}
        for record in records
        for figure, values in sorted(record.get("facts", {}).get("history", {}).items())
        for epoch, value in enumerate(values, 1)
    ]
    return pd.DataFrame(rows, columns=[*AXES, "epoch", "figure", "value"])


def timings_of(records: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Seconds that each step of each cell took when it was made, one row per cell and step. A step
    that several cells share stands with each of them: never sum its seconds over cells."""
    import pandas as pd

    rows = [
        {**{axis: str(label) for axis, label in record["cell"].items()}, "step": step, "seconds": s}
        for record in records
        for step, s in sorted(record.get("seconds", {}).items())
    ]
    return pd.DataFrame(rows, columns=[*AXES, "step", "seconds"])


def score_rows(record: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The rows of `scores()` that a record stands for. Besides the scores on valid and test rows
    they are what probes say of synthetic rows, `probe.name`, and of a teacher what it scores on
    training rows as a query asks about them, `query.metric`; the scores of what a student has
    trained along, `name.metric`; and, with the test rows, how large a model is."""
    base = {**record["cell"], "status": record["status"]}
    if record["status"] != "ok":
        yield {**base, "part": None, "metric": None, "value": None}
        return
    for part, scores in record.get("scores", {}).items():
        for metric, value in scores.items():
            yield {**base, "part": part, "metric": metric, "value": value}
    for name, other in record.get("beside", {}).items():
        for part, scores in other["scores"].items():
            for metric, value in scores.items():
                yield {**base, "part": part, "metric": f"{name}.{metric}", "value": value}
    sizes = record.get("facts", {}).get("size", {})
    for name in SIZES_RECORDED:
        if name in sizes and record["cell"]["student"] != "generator":
            yield {**base, "part": "test", "metric": name, "value": float(sizes[name])}
    part = "train" if record["cell"]["student"] == "teacher" else "synthetic"
    for name, extra in record.get("extras", {}).items():
        for metric, value in extra.get("scores", {}).items():
            yield {**base, "part": part, "metric": f"{name}.{metric}", "value": value}


def failure_of(record: Mapping[str, Any]) -> str:
    """A failed cell's record in one line: whose failure it is, where, and what was raised."""
    return f"{record.get('place') or record.get('step')}: {record.get('error')}"

"""Records in, data frame out: one JSON file per cell, written as the cell ends."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tscbench.contracts.errors import StoreError
from tscbench.contracts.kinds import AXES
from tscbench.line.keys import digest
from tscbench.line.sealed import read_sealed, write_sealed

if TYPE_CHECKING:
    import pandas as pd

SCHEMA = 2
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
SPEED_KEY = [*AXES, "batch", "threads", "hardware"]


@dataclass(frozen=True)
class Cell:
    """One choice on each axis, as labels; "-" where an axis cannot reach."""

    dataset: str
    split: int | str
    teacher: str
    query: str
    generator: str
    mix: str
    objective: str
    student: str
    seed: int | str

    def __hash__(self) -> int:
        return hash((self.dataset, self.generator, self.student, self.seed, self.split, self.mix))

    @property
    def axes(self) -> list[str | int]:
        """The choices in the order of `AXES`."""
        return [getattr(self, axis) for axis in AXES]

    @property
    def id(self) -> str:
        """The name of its record."""
        return digest(self.axes)

    def __str__(self) -> str:
        return " · ".join(map(str, self.axes))


@dataclass(frozen=True)
class Run:
    """A run folder: `run.json` says what was asked for, `records/` what came of it."""

    folder: Path

    @property
    def logs(self) -> Path:
        """Where what steps print is kept, a file each."""
        return self.folder / "logs"

    def path(self, cell_id: str) -> Path:
        return self.folder / "records" / cell_id[:2] / f"{cell_id}.json"

    def write(self, cell: Cell, record: Mapping[str, Any]) -> None:
        """Writes a cell's record, whole or not at all."""
        body = {"schema": SCHEMA, "cell": dict(zip(AXES, cell.axes, strict=True)), **record}
        write_sealed(self.path(cell.id), body)

    def read_all(self, cells: Iterable[Cell]) -> dict[Cell, dict[str, Any]]:
        """The records of those cells that have one; folders are listed once, not asked per cell."""
        kept = {path.stem for path in self.folder.glob("records/*/*.json")}
        if not kept:
            return {}
        found = {cell: self.read(cell) for cell in cells if cell.id in kept}
        return {cell: record for cell, record in found.items() if record is not None}

    def read(self, cell: Cell) -> dict[str, Any] | None:
        """A cell's record; None where there is none, or a damaged one."""
        return read_sealed(self.path(cell.id))

    def records(self) -> Iterator[dict[str, Any]]:
        """The records of the cells that the run plans, in the order of their names; a cell without
        one is a record with the status "missing"."""
        for cell_id, axes in sorted(self.asked()["planned"].items()):
            missing = {"cell": dict(zip(AXES, axes, strict=True)), "status": "missing"}
            yield read_sealed(self.path(cell_id)) or missing

    def asked(self) -> dict[str, Any]:
        """What `run.json` says: suite text, options, selection.

        Raises:
            StoreError: the folder holds no run, or one of another version.
        """
        path = self.folder / "run.json"
        asked = read_sealed(path)
        if asked is None and path.is_file():
            raise StoreError(
                f"{path} is damaged; the records beside it are kept: restore it, or delete it and "
                "issue the commands of the run again"
            )
        if asked is None:
            raise StoreError(f"{self.folder} holds no run: it has no run.json")
        if asked.get("schema") != SCHEMA:
            raise StoreError(
                f"{self.folder} was written by another version of tscbench "
                f"(schema {asked.get('schema')}, this one reads {SCHEMA}); choose another folder"
            )
        return asked

    def write_asked(self, asked: Mapping[str, Any]) -> None:
        """Writes `run.json`."""
        write_sealed(self.folder / "run.json", {"schema": SCHEMA, **asked})

    def scores(self) -> pd.DataFrame:
        """One row per cell, part and metric that records hold; a failed or missing cell is one
        without a value. Axes are text, also split and seed, for a teacher has no seed."""
        return scores_in(self.records())

    def timings(self) -> pd.DataFrame:
        """Seconds that each step of each cell took when it was made, one row per cell and step. A
        step that several cells share stands with each of them: never sum its seconds over cells."""
        import pandas as pd

        rows = [
            {**record["cell"], "step": step, "seconds": seconds}
            for record in self.records()
            for step, seconds in record.get("seconds", {}).items()
        ]
        return pd.DataFrame(rows, columns=[*AXES, "step", "seconds"])

    def history(self) -> pd.DataFrame:
        """What was noted of each epoch of a network, one row per cell, epoch (from 1) and figure:
        `train_loss` on the compression set, `valid_accuracy`, `test_accuracy`, …"""
        return history_of(self.records())

    def write_speeds(self, session: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Writes what a timing pass has measured so far, whole or not at all. Sessions are named
        so that later ones sort after earlier ones."""
        path = self.folder / "speeds" / f"{session}.json"
        write_sealed(path, {"schema": SCHEMA, "rows": list(rows)})

    def speeds(self) -> pd.DataFrame:
        """How fast models are, one row per model, batch size, threads and hardware: the newest
        that was not contended, else the newest. The teacher's rows have student "teacher".

        rows_per_second is the median over repeats, q25 and q75 are their quartiles; speed_up is
        over the teacher in the same pass; both through `Predictor.predict`, or of the library's own
        model (bare). bytes are pickled ones. `why` says what contended. A model that has been
        fitted anew since it was timed is left out.
        """
        import pandas as pd

        rows: dict[tuple[Any, ...], dict[str, Any]] = {}
        for row in self._speed_rows():
            key = tuple(row[name] for name in SPEED_KEY)
            if key not in rows or rows[key]["contended"] or not row["contended"]:
                rows[key] = row
        frame = pd.DataFrame(rows.values(), columns=list(SPEEDS)).astype(SPEEDS)
        return frame.sort_values(SPEED_KEY, ignore_index=True)

    def _speed_rows(self) -> Iterator[dict[str, Any]]:
        """Measured rows of planned cells as they are recorded now, oldest session first."""
        files = sorted(self.folder.glob("speeds/*.json"))
        planned = self.asked()["planned"] if files else {}
        keys: dict[str, str | None] = {}
        for body in map(read_sealed, files):
            if body is None or body.get("schema") != SCHEMA:
                continue
            for row in body["rows"]:
                cell = row["cell"]
                if cell not in keys:
                    record = read_sealed(self.path(cell)) if cell in planned else None
                    keys[cell] = record.get("key") if record else None
                if keys[cell] == row["key"]:
                    yield row


def one_hardware(speeds: pd.DataFrame, hardware: str = "") -> pd.DataFrame:
    """The speeds that may stand in one ranking: those of one hardware that were not contended.
    Without a name it is the hardware that most of them are of, of several the first by name."""
    sound = speeds[~speeds["contended"]]
    if not hardware and len(sound):
        hardware = str(sound["hardware"].value_counts().sort_index().idxmax())
    return sound[sound["hardware"] == hardware].reset_index(drop=True)


def scores_in(records: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """What these records score; see `Run.scores`."""
    import pandas as pd

    rows = [row for record in records for row in score_rows(record)]
    return score_frame(pd.DataFrame(rows, columns=COLUMNS))


def score_frame(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of `scores()` in their order, with split and seed as text."""
    frame = rows.astype({"split": str, "seed": str})
    return frame.sort_values(COLUMNS[:-1], key=lambda column: column.astype(str), ignore_index=True)


def history_of(records: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """What these records say of each epoch of a network; see `Run.history`."""
    import pandas as pd

    rows = [
        {**record["cell"], "epoch": epoch, "figure": figure, "value": value}
        for record in records
        for figure, values in record.get("facts", {}).get("history", {}).items()
        for epoch, value in enumerate(values, 1)
    ]
    return pd.DataFrame(rows, columns=[*AXES, "epoch", "figure", "value"])


def score_rows(record: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The rows of `scores()` that a record stands for. Besides the scores on valid and test rows
    they are what probes say of synthetic rows, `probe.name`, and of a teacher what it scores on
    training rows as a query asks about them, `query.metric`; and the scores of what a student has
    trained along, `name.metric`."""
    base = {**record["cell"], "status": record["status"]}
    if record["status"] != "ok":
        yield {**base, "part": None, "metric": None, "value": None}
        return
    for part, scores in record["scores"].items():
        for metric, value in scores.items():
            yield {**base, "part": part, "metric": metric, "value": value}
    for name, other in record.get("beside", {}).items():
        for part, scores in other["scores"].items():
            for metric, value in scores.items():
                yield {**base, "part": part, "metric": f"{name}.{metric}", "value": value}
    part = "train" if record["cell"]["student"] == "teacher" else "synthetic"
    for name, extra in record.get("extras", {}).items():
        for metric, value in extra.get("scores", {}).items():
            yield {**base, "part": part, "metric": f"{name}.{metric}", "value": value}


def failure_of(record: Mapping[str, Any]) -> str:
    """A failed cell's record in one line: whose failure it is, where, and what was raised."""
    return f"{record.get('place') or record.get('step')}: {record.get('error')}"


@cache
def surroundings() -> dict[str, str]:
    """Versions and hardware that a record was made with."""
    found = {"python": platform.python_version(), "machine": platform.machine()}
    for name in ("tscbench", "numpy", "scikit-learn", "torch"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "absent"
    found["cpu"] = _cpu()
    return found


def hardware() -> str:
    """What speeds depend on beside the model, in one text: processor and versions."""
    found = surroundings()
    versions = [f"{name} {found[name]}" for name in ("python", "scikit-learn", "torch")]
    return " · ".join([found["cpu"], found["machine"], ", ".join(versions)])


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()

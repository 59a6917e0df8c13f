"""Records in, data frame out: one JSON file per cell, written as the cell ends."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tscbench.contracts.errors import StoreError
from tscbench.contracts.kinds import AXES
from tscbench.line.recipe import digest
from tscbench.line.store import write_whole

if TYPE_CHECKING:
    import pandas as pd

SCHEMA = 1
COLUMNS = [*AXES, "status", "part", "metric", "value"]


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

    def path(self, cell_id: str) -> Path:
        return self.folder / "records" / cell_id[:2] / f"{cell_id}.json"

    def write(self, cell: Cell, record: Mapping[str, Any]) -> None:
        """Writes a cell's record, whole or not at all."""
        body = {"schema": SCHEMA, "cell": dict(zip(AXES, cell.axes, strict=True)), **record}
        text = json.dumps(body, indent=1) + "\n"
        write_whole(self.path(cell.id), lambda file: file.write(text.encode()))

    def read_all(self, cells: Iterable[Cell]) -> dict[Cell, dict[str, Any]]:
        """The records of those cells that have one; folders are listed once, not asked per cell."""
        kept = {path.stem for path in self.folder.glob("records/*/*.json")}
        if not kept:
            return {}
        found = {cell: self.read(cell) for cell in cells if cell.id in kept}
        return {cell: record for cell, record in found.items() if record is not None}

    def read(self, cell: Cell) -> dict[str, Any] | None:
        """A cell's record; None where there is none, or a torn one."""
        return _read_json(self.path(cell.id))

    def records(self) -> Iterator[dict[str, Any]]:
        """The records of the cells that the run plans, in the order of their names; a cell without
        one is a record with the status "missing"."""
        for cell_id, axes in sorted(self.asked()["planned"].items()):
            missing = {"cell": dict(zip(AXES, axes, strict=True)), "status": "missing"}
            yield _read_json(self.path(cell_id)) or missing

    def asked(self) -> dict[str, Any]:
        """What `run.json` says: suite text, options, selection.

        Raises:
            StoreError: the folder holds no run, or one of another version.
        """
        asked = _read_json(self.folder / "run.json")
        if asked is None:
            raise StoreError(f"{self.folder} holds no run: it has no readable run.json")
        if asked.get("schema") != SCHEMA:
            raise StoreError(
                f"{self.folder} was written by another version of tscbench "
                f"(schema {asked.get('schema')}, this one reads {SCHEMA}); choose another folder"
            )
        return asked

    def write_asked(self, asked: Mapping[str, Any]) -> None:
        """Writes `run.json`."""
        text = json.dumps({"schema": SCHEMA, **asked}, indent=1) + "\n"
        write_whole(self.folder / "run.json", lambda file: file.write(text.encode()))

    def scores(self) -> pd.DataFrame:
        """One row per cell, part and metric; a failed or missing cell is one without a value.
        Axes are text, also split and seed, for a teacher has no seed."""
        import pandas as pd

        rows = [row for record in self.records() for row in score_rows(record)]
        frame = pd.DataFrame(rows, columns=COLUMNS)
        frame[["split", "seed"]] = frame[["split", "seed"]].astype(str)
        return frame.sort_values(COLUMNS[:-1], key=_as_text, ignore_index=True)

    def timings(self) -> pd.DataFrame:
        """Seconds that each step of each cell took when it was made, one row per cell and step."""
        import pandas as pd

        rows = [
            {**record["cell"], "step": step, "seconds": seconds}
            for record in self.records()
            for step, seconds in record.get("seconds", {}).items()
        ]
        return pd.DataFrame(rows, columns=[*AXES, "step", "seconds"])


def _as_text(column: Any) -> Any:
    return column.astype(str)


def score_rows(record: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The rows of `scores()` that a record stands for."""
    base = {**record["cell"], "status": record["status"]}
    if record["status"] != "ok":
        yield {**base, "part": None, "metric": None, "value": None}
        return
    for part, scores in record["scores"].items():
        for metric, value in scores.items():
            yield {**base, "part": part, "metric": metric, "value": value}


def _read_json(path: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


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


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()

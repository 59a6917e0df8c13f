"""A run folder: a record per cell, written as the cell ends; data frames out."""

from __future__ import annotations

import contextlib
import fcntl
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tscbench.contracts.errors import StoreError
from tscbench.contracts.kinds import AXES
from tscbench.line.keys import digest
from tscbench.line.sealed import read_sealed, write_sealed
from tscbench.line.store import disk_trouble
from tscbench.results.cell import Cell
from tscbench.results.commands import against_of
from tscbench.results.frames import SPEED_KEY, SPEEDS, history_of, scores_in, timings_of
from tscbench.results.shards import Shards

if TYPE_CHECKING:
    import pandas as pd

SCHEMA = 3


@dataclass(frozen=True)
class Run:
    """A run folder: `run.json` says what was asked for, `records/` what came of it."""

    folder: Path

    @property
    def logs(self) -> Path:
        """Where what steps print is kept, a file each."""
        return self.folder / "logs"

    @cached_property
    def _shards(self) -> Shards:
        return Shards(self.folder / "records")

    def write(self, cell: Cell, record: Mapping[str, Any]) -> None:
        """Writes a cell's record, whole or not at all."""
        body = {"schema": SCHEMA, "cell": dict(zip(AXES, cell.axes, strict=True)), **record}
        self._shards.append(cell.id, body)

    def close(self) -> None:
        """Puts on the disk what was written; of many files of records it makes one."""
        self._shards.compact()

    def read_all(self, cells: Iterable[Cell]) -> dict[Cell, dict[str, Any]]:
        """The records of those cells that have one."""
        by_id = {cell.id: cell for cell in cells}
        found = self.find(by_id)
        return {by_id[cell_id]: record for cell_id, record in found if record is not None}

    def read(self, cell: Cell) -> dict[str, Any] | None:
        """A cell's record; None where there is none, or a damaged one."""
        [(_, record)] = self.find([cell.id])
        return record

    def find(self, cell_ids: Iterable[str]) -> Iterator[tuple[str, dict[str, Any] | None]]:
        """The records of cells by their ids, in their order; None where there is none."""
        return self._shards.read(cell_ids)

    def records(self) -> Iterator[dict[str, Any]]:
        """The records of the cells that the run plans, in the order of their names; a cell without
        one is a record with the status "missing"."""
        planned = self.asked()["planned"]
        for cell_id, record in self.find(sorted(planned)):
            yield record or {
                "cell": dict(zip(AXES, planned[cell_id], strict=True)),
                "status": "missing",
            }

    @property
    def damaged(self) -> int:
        """Lines of its files of records that are none: their cells may be missing."""
        return self._shards.damaged

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

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Meanwhile no other command changes `run.json`, where the file system can see to it."""
        with disk_trouble(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            file = (self.folder / ".held").open("wb")
        with file:
            with contextlib.suppress(OSError):
                fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def scores(self) -> pd.DataFrame:
        """One row per cell, part and metric that records hold; a failed or missing cell is one
        without a value. Axes are text, also split and seed, for a teacher has no seed."""
        return scores_in(self.records())

    def timings(self) -> pd.DataFrame:
        """Seconds that steps took; see `timings_of`."""
        return timings_of(self.records())

    def history(self) -> pd.DataFrame:
        """What was noted of each epoch of a network, one row per cell, epoch (from 1) and figure:
        `train_loss` on the compression set, `valid_accuracy`, `test_accuracy`, …"""
        return history_of(self.records())

    def write_speeds(self, session: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Writes what a timing pass has measured so far, whole or not at all. Sessions are named
        so that later ones sort after earlier ones."""
        path = self.folder / "speeds" / f"{session}.json"
        write_sealed(path, {"schema": SCHEMA, "rows": list(rows)})

    def take_speeds(self, other: Run) -> None:
        """Takes over what timing passes of another run have measured."""
        for path in sorted(other.folder.glob("speeds/*.json")):
            if (body := read_sealed(path)) is not None:
                own = read_sealed(self.folder / "speeds" / path.name)
                same = "" if own is None or own == body else f"-{digest(body)[:8]}"
                self.write_speeds(f"{path.stem}{same}", body["rows"])

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
        """Measured rows of planned cells as they are recorded now, oldest session first, and of
        those that were taken from what the run was made against."""
        files = sorted(self.folder.glob("speeds/*.json"))
        asked = self.asked() if files else {"planned": {}}
        planned, takes = asked["planned"], bool(against_of(asked))
        keys: dict[str, str | None] = {}
        for body in map(read_sealed, files):
            if body is None or body.get("schema") != SCHEMA:
                continue
            for row in body["rows"]:
                cell = row["cell"]
                if cell not in keys:
                    [(_, record)] = self.find([cell])
                    keys[cell] = record["key"] if record and cell in planned else None
                if keys[cell] == row["key"] or (takes and cell not in planned):
                    yield row

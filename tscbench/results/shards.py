"""The records of a folder: read from the files of all processes that wrote some, newest first."""

from __future__ import annotations

import contextlib
import os
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from tscbench.contracts.collector import uncollected
from tscbench.contracts.errors import StoreError
from tscbench.line.store import disk_trouble, write_whole
from tscbench.results.record_lines import Place, Shard, line_of, record_of
from tscbench.results.shard_writer import Writer, hold, new_name

MANY = 64
"""Files from which on they are made one when a run ends."""

LOOKS = 50
"""Looks at a folder, a hundredth of a second apart, after which what is not there is gone."""

FRESH = 1.0
"""Seconds for which a writer takes what it has seen of the folder for all that is there. Of two
that write a record of one cell within them the name of the file decides, as of any at once."""

CHUNK = 10_000
"""Records that are read at once."""


class Shards:
    """Records by the id of their cell, one line each in a file `<time>-<process>-<random>.jsonl`.
    What has been read of a file is not read again."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._writer = folder, Writer(folder)
        self._shards: dict[str, Shard] = {}
        self._newest: dict[str, Place] = {}
        self._looked = -FRESH

    def __reduce__(self) -> Any:
        return Shards, (self.folder,)

    def append(self, cell_id: str, record: Mapping[str, Any]) -> None:
        """Adds a record, which replaces those that are there.

        Raises:
            StoreError: it cannot be written; what was written of it is no record.
        """
        if time.monotonic() - self._looked > FRESH:
            self._look()
        before = self._newest.get(cell_id)
        with disk_trouble(self.folder):
            self._writer.add(line_of(cell_id, before.version + 1 if before else 1, record))

    def close(self) -> None:
        """Puts on the disk what was written."""
        with disk_trouble(self.folder):
            self._writer.close()

    def read(self, cell_ids: Iterable[str]) -> Iterator[tuple[str, dict[str, Any] | None]]:
        """The newest record of each cell, or None, in the order that is asked for."""
        asked = list(cell_ids)
        with uncollected():
            for first in range(0, len(asked), CHUNK):
                ids = asked[first : first + CHUNK]
                found = self._read(ids)
                yield from ((cell_id, found.get(cell_id)) for cell_id in ids)

    @property
    def damaged(self) -> int:
        """Lines that are no records."""
        self._look()
        return sum(s.damaged + (s.read < s.size) for s in self._shards.values())

    def compact(self) -> None:
        """Makes one file of many, or of those that mostly hold what newer records replace. A file
        that a process still writes is left as it is."""
        self.close()
        self._look()
        lines = sum(shard.lines for shard in self._shards.values())
        if len(self._shards) <= MANY and lines <= 2 * len(self._newest):
            return
        with contextlib.ExitStack() as stack, disk_trouble(self.folder):
            ended = [name for name in self._shards if self._hold(name, stack)]
            self._look()
            if ended:
                write_whole(self.folder / new_name(), lambda file: self._copy(ended, file))
            for name in ended:
                (self.folder / name).unlink()

    def _hold(self, name: str, stack: contextlib.ExitStack) -> bool:
        """Whether nobody writes a file, nor will until the stack ends."""
        try:
            return hold(stack.enter_context((self.folder / name).open("rb")).fileno())
        except OSError:
            return False

    def _copy(self, names: Iterable[str], to: Any) -> None:
        """Copies the newest records that stand in some files, and waits until they are on the
        disk, for those files are then deleted."""
        for name in names:
            places = self._shards[name].places
            newest = {key: p for key, p in places.items() if self._newest[key] == p}
            to.writelines(self._shards[name].get(newest).values())
        to.flush()
        os.fsync(to.fileno())

    def _read(self, ids: Iterable[str]) -> dict[str, dict[str, Any]]:
        while True:
            self._look()
            by_file: dict[str, dict[str, Place]] = defaultdict(dict)
            for key in ids:
                if (place := self._newest.get(key)) is not None:
                    by_file[place.name][key] = place
            with self._readable(), contextlib.suppress(FileNotFoundError):  # just made one of many
                lines = [self._shards[name].get(places) for name, places in by_file.items()]
                return {key: record_of(line) for some in lines for key, line in some.items()}

    def _look(self) -> None:
        """Learns what has come since it was looked at last. A record that was there is looked for
        again: the file that has taken the place of its own may have been missed."""
        known: set[str] = set()
        self._looked = time.monotonic()
        with self._readable():
            for _ in range(LOOKS):
                before, listed = self._newest, False
                with contextlib.suppress(FileNotFoundError):  # listed, and then made one of many
                    self._learn(self._list())
                    listed = True
                if self._newest is not before:
                    known |= before.keys()
                if listed and known <= self._newest.keys():
                    return
                time.sleep(0.01)

    @contextlib.contextmanager
    def _readable(self) -> Any:
        """Turns an OSError about the folder into one sentence."""
        try:
            yield
        except OSError as error:
            raise StoreError(f"cannot read {self.folder}: {error.strerror or error}") from error

    def _list(self) -> dict[str, os.stat_result]:
        """The files, as two looks at the folder agree on them: one may miss a file that takes the
        place of others meanwhile."""
        before: set[str] | None = None
        while True:
            try:
                with os.scandir(self.folder) as entries:
                    files = {e.name: e for e in entries if e.name.endswith(".jsonl")}
            except (FileNotFoundError, NotADirectoryError):
                return {}
            if files.keys() == before:
                return {name: entry.stat() for name, entry in files.items()}
            before = set(files)

    def _learn(self, files: Mapping[str, os.stat_result]) -> None:
        gone = [name for name, shard in self._shards.items() if not shard.goes_on(files.get(name))]
        for name in gone:
            del self._shards[name]
        if gone:
            self._newest = {}
            for shard in self._shards.values():
                self._count(shard.places)
        for name, state in sorted(files.items()):
            shard = self._shards.setdefault(name, Shard(self.folder / name, state.st_ino))
            if state.st_size > shard.size:
                self._count(shard.look(state))

    def _count(self, places: Mapping[str, Place]) -> None:
        for key, place in places.items():
            if key not in self._newest or self._newest[key] < place:
                self._newest[key] = place

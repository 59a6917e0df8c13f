"""Records as lines of a file: how one is written, and which lines of a file are records."""

from __future__ import annotations

import json
import os
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

HEAD = re.compile(rb'\{"crc": "([0-9a-f]{8})", "id": "([0-9a-f]{40})", "version": (\d{1,18}), ')
CHECKED = len('{"crc": "01234567')
"""Where in a line what its checksum is of begins."""


class Place(NamedTuple):
    """Where a record stands. Of the records of a cell that of the highest version counts, which is
    one more than its writer had found: no clock decides. Where two processes wrote one at once, the
    name of the file decides, for all readers alike."""

    version: int
    name: str
    start: int
    stop: int


def line_of(cell_id: str, version: int, record: Mapping[str, Any]) -> bytes:
    """`{"crc": …, "id": …, "version": …, "record": {…}}`; the checksum is of all behind it."""
    text = f'", "id": "{cell_id}", "version": {version}, "record": {json.dumps(record)}}}\n'
    rest = text.encode()
    return b'{"crc": "%08x%b' % (zlib.crc32(rest), rest)


def record_of(line: bytes) -> dict[str, Any]:
    """The record in a line."""
    from pydantic_core import from_json  # twice as fast as json, on records

    return from_json(line)["record"]  # type: ignore[no-any-return]


@dataclass
class Shard:
    """What is known of a file: its records' places, and how much of it has been read. A line that
    is damaged, or that its writer could not finish, is none."""

    path: Path
    inode: int
    size: int = 0
    changed: int = 0
    read: int = 0
    lines: int = 0
    damaged: int = 0
    places: dict[str, Place] = field(default_factory=dict)

    def goes_on(self, state: os.stat_result | None) -> bool:
        """Whether a file is this one as it was, or with more in it."""
        if state is None or state.st_ino != self.inode or state.st_size < self.size:
            return False
        return state.st_size > self.size or state.st_mtime_ns == self.changed

    def look(self, state: os.stat_result) -> dict[str, Place]:
        """The places of records that have come since it was looked at last."""
        found: dict[str, Place] = {}
        with self.path.open("rb") as file:
            file.seek(self.read)
            for line in file:
                if not line.endswith(b"\n") or self.read + len(line) > state.st_size:
                    break
                start, self.read = self.read, self.read + len(line)
                self.lines += 1
                if head := _head_of(line):
                    place = Place(int(head[3]), self.path.name, start, self.read)
                    found[head[2].decode()] = place
                else:
                    self.damaged += 1
        self.size, self.changed = state.st_size, state.st_mtime_ns
        self.places |= found
        return found

    def get(self, places: Mapping[str, Place]) -> dict[str, bytes]:
        """The lines at some places of the file, but for those that have been damaged meanwhile."""
        with self.path.open("rb") as file:
            at = file.fileno()
            lines = {key: os.pread(at, p.stop - p.start, p.start) for key, p in places.items()}
        return {key: line for key, line in lines.items() if _head_of(line)}


def _head_of(line: bytes) -> re.Match[bytes] | None:
    """What stands before the record in a line, which is as it was written; else None."""
    head = HEAD.match(line)
    return head if head and zlib.crc32(line[CHECKED:]) == int(head[1], 16) else None

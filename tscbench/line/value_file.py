"""The file of a value: a line of facts, the pickle, then the arrays as they lie in memory."""

from __future__ import annotations

import hashlib
import json
import mmap
import os
import pickle
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

ALIGNED = 64
"""The pickle and each array begin at a multiple of so many bytes."""

MAPPED = 4 << 20
"""Bytes from which on a file is mapped into memory, not read: a mapping keeps its file open, and a
process may have a thousand files open."""

DIGEST, BLANK = "blake2b", "0" * 32
"""The fact that says which bytes were written, and what stands for it while they are counted."""

_SOUND: dict[Path, tuple[int, ...]] = {}
"""Files that this process has held against their digests, as they were then."""


def write_value(file: BinaryIO, value: Any, facts: Mapping[str, Any]) -> None:
    """Writes a value with its facts. Arrays are written from where they lie, not copied."""
    import cloudpickle

    arrays: list[pickle.PickleBuffer] = []
    pickled = cloudpickle.dumps(value, protocol=5, buffer_callback=arrays.append)
    pieces = [memoryview(pickled), *(array.raw() for array in arrays)]
    told = {DIGEST: BLANK, "lengths": [piece.nbytes for piece in pieces], "facts": dict(facts)}
    line = json.dumps(told).encode() + b"\n"
    line = line[:-1] + b" " * (-len(line) % ALIGNED) + b"\n"
    hasher = hashlib.blake2b(line, digest_size=16)
    for part in _aligned(pieces):
        hasher.update(part)
    file.write(line.replace(BLANK.encode(), hasher.hexdigest().encode(), 1))
    for part in _aligned(pieces):
        file.write(part)


def _aligned(pieces: Sequence[memoryview]) -> Iterator[memoryview | bytes]:
    """Pieces with what fills the room between them."""
    for piece in pieces[:-1]:
        yield piece
        yield b"\0" * (-piece.nbytes % ALIGNED)
    yield pieces[-1]


def read_value(path: Path) -> Any:
    """The value in a file. Arrays of a large file are parts of a mapping of it: they are read as
    they are looked at, shared with other processes, and copied where they are written to, so that
    the file never changes. The bytes are held against their digest once in a process.

    Raises:
        ValueError, KeyError, TypeError, …: it does not read, or is not what was written.
    """
    state = path.stat()
    seen = (state.st_dev, state.st_ino, state.st_size, state.st_mtime_ns)
    pieces = _pieces(path, check=_SOUND.get(path) != seen)
    _SOUND[path] = seen
    return pickle.loads(pieces[0], buffers=pieces[1:])


def is_sound(path: Path) -> bool:
    """Whether a file has the bytes that were written."""
    try:
        _pieces(path, check=True)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False
    return True


def read_facts(path: Path) -> dict[str, Any]:
    """The facts beside a value, of which nothing else is read.

    Raises:
        ValueError: they do not read.
    """
    with path.open("rb") as file:
        return facts_in(file.readline())


def facts_in(line: bytes) -> dict[str, Any]:
    """The facts in the first line of a file.

    Raises:
        ValueError: they do not read.
    """
    told = json.loads(line)
    facts = told.get("facts") if isinstance(told, dict) else None
    if not isinstance(facts, dict):
        raise ValueError("it has no facts")
    return facts


def _pieces(path: Path, *, check: bool) -> list[memoryview]:
    """The pickle and the arrays of a file."""
    with path.open("rb") as file:
        small = os.fstat(file.fileno()).st_size < MAPPED
        body: bytearray | mmap.mmap = (
            bytearray(file.read())
            if small
            else mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
        )
    view = memoryview(body)
    start = body.find(b"\n") + 1
    line = bytes(view[:start])
    told = json.loads(line)
    if check:
        written = told[DIGEST].encode()
        hasher = hashlib.blake2b(line.replace(written, BLANK.encode(), 1), digest_size=16)
        hasher.update(view[start:])
        if hasher.hexdigest().encode() != written:
            raise ValueError("its bytes are not those that were written")
    pieces = []
    for length in told["lengths"]:
        pieces.append(view[start : start + length])
        start += length + -length % ALIGNED
    return pieces

"""The predictions in a pack file: arrays of numbers, read one at a time, and nothing but that."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tscbench.contracts.errors import StoreError
from tscbench.results.pack_file import (
    DAMAGED,
    MANIFEST,
    NEEDED,
    must_be,
    must_be_current,
    must_be_listed,
    why,
)
from tscbench.results.zip_limits import members_of, read_member

if TYPE_CHECKING:
    from tscbench.contracts.types import Array
    from tscbench.results.pack_schema import Manifest

PARTS = ("valid", "test")


@dataclass(frozen=True, eq=False)
class Stored:
    """The predictions in an open pack. cells: ids of those that have some."""

    file: Path
    zipped: zipfile.ZipFile
    manifest: Manifest
    cells: Sequence[str]

    def read(self, cell_id: str) -> dict[str, Array]:
        """The outputs on the valid and test rows of a cell, `(m, *k)` each.

        Raises:
            StoreError: they are not what they must be.
        """
        found = {}
        with _refused(self.file):
            for part in PARTS:
                name = f"predictions/{cell_id}.{part}.npy"
                body = read_member(self.zipped, name)
                must_be(self.manifest.members[name], body, name)
                found[part] = _array(body, name)
        return found


@contextmanager
def _refused(file: Path) -> Iterator[None]:
    """What goes wrong meanwhile is the pack's fault."""
    try:
        yield
    except DAMAGED as error:
        raise StoreError(f"{file} is refused as a pack: {why(error)}") from error


@contextmanager
def stored_in(file: Path) -> Iterator[Stored]:
    """The predictions in a pack file.

    Raises:
        StoreError: the pack is not what it must be.
    """
    with ExitStack() as stack:
        with _refused(file):
            zipped = stack.enter_context(zipfile.ZipFile(file))
            names = members_of(zipped, NEEDED)
            cells = sorted({n.split("/")[1].partition(".")[0] for n in names if "/" in n})
            manifest = must_be_listed({MANIFEST: read_member(zipped, MANIFEST)}, names)
            must_be_current(manifest)
        yield Stored(file, zipped, manifest, cells)


HEADER = re.compile(
    rb"\x93NUMPY\x01\x00(..)\{'descr': '<f8', 'fortran_order': False, "
    rb"'shape': \(([0-9, ]*)\), \} *\n",
    re.DOTALL,
)
"""What numpy writes before an array of float64 by rows: the length of what follows, and its shape.
numpy's own reader evaluates it."""


def _array(body: bytes, name: str) -> Array:
    """An array of float64."""
    import numpy as np

    head = HEADER.match(body)
    if head is None or head.end() != 10 + int.from_bytes(head[1], "little"):
        raise ValueError(f"{name} is no array of float64 by rows, as numpy saves it")
    shape = tuple(int(n) for n in head[2].split(b",") if n.strip())
    return np.frombuffer(body, "<f8", offset=head.end()).reshape(shape).copy()

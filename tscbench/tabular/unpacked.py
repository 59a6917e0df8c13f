"""How large a packed file becomes, before it is unpacked: small files can stand for terabytes."""

from __future__ import annotations

from pathlib import Path

from tscbench.contracts.errors import DataError

ROOM = 1 << 30
"""Bytes that any packed file may become."""

RATIOS = {b"PK": 200, b"\x1f\x8b": 200, b"PAR1": 2000}
"""By how much packing shrinks tables at the most, by how a file begins; beyond it the file says
that it is larger than anybody's table. Of 1 MB of zeros zip and gzip make 1 kB."""


def check_unpacked(path: Path) -> None:
    """Refuses a zip, gzip or parquet file that becomes far more than it is, or than memory holds.

    Raises:
        DataError: it does. Other errors are those of the file's library: it cannot be read.
    """
    with path.open("rb") as file:
        head = file.read(4)
    start = next((start for start in RATIOS if head.startswith(start)), None)
    if start is None:
        return
    limit = max(ROOM, min(RATIOS[start] * path.stat().st_size, _memory()))
    sizes = {b"PK": _zip_bytes, b"\x1f\x8b": _gzip_bytes, b"PAR1": _parquet_bytes}
    if sizes[start](path, limit) > limit:
        raise DataError(
            f"{path}: {path.stat().st_size:,} bytes become more than {limit:,} when unpacked, "
            "which is no table, or one that is too large for this machine; take fewer rows, or "
            "write it as plain csv"
        )


def _memory() -> int:
    import psutil

    return int(psutil.virtual_memory().total)


def _zip_bytes(path: Path, limit: int) -> int:
    """What the archive says, or more: parts are unpacked no further than it says."""
    from zipfile import ZipFile

    with ZipFile(path) as archive:
        return sum(part.file_size for part in archive.infolist())


def _gzip_bytes(path: Path, limit: int) -> int:
    """Counted, as the file says its size modulo 4 GiB alone; no further than the limit."""
    import gzip

    if path.stat().st_size * 1100 < ROOM:  # deflate cannot do better than that
        return 0
    total = 0
    with gzip.open(path) as file:
        while total <= limit and (block := file.read(1 << 20)):
            total += len(block)
    return total


def _parquet_bytes(path: Path, limit: int) -> int:
    """Eight bytes a cell, or what the file says of its pages if that is more."""
    from pyarrow import parquet

    about = parquet.ParquetFile(path).metadata
    pages = sum(about.row_group(i).total_byte_size for i in range(about.num_row_groups))
    return int(max(8 * about.num_rows * about.num_columns, pages))

"""Small files that stand for gigabytes end in one sentence, before they are unpacked."""

import gzip
import io
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet

from tscbench import DataError
from tscbench.tabular import read_table, unpacked
from tscbench.tabular.unpacked import check_unpacked


def header(rows: int) -> bytes:
    file = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        file, {"descr": "<f8", "fortran_order": False, "shape": (rows, 1)}
    )
    return file.getvalue()


def test_an_npz_that_says_gigabytes(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(unpacked, "ROOM", 1 << 20)
    with zipfile.ZipFile(tmp_path / "bomb.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.npy", header(1 << 20) + bytes(8 << 20))
        archive.writestr("y.npy", header(1 << 20) + bytes(8 << 20))
    with pytest.raises(DataError, match=r"bomb.npz: [\d,]+ bytes become more than .*fewer rows"):
        read_table(tmp_path / "bomb.npz")


def test_an_array_that_says_more_rows_than_it_has(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "short.npz", "w") as archive:
        archive.writestr("x.npy", header(1 << 50))
        archive.writestr("y.npy", header(1 << 50))
    with pytest.raises(DataError, match="short.npz: cannot be read as .npz"):
        read_table(tmp_path / "short.npz")


def test_gzip_is_counted_no_further_than_the_limit(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(unpacked, "ROOM", 1 << 20)
    (tmp_path / "bomb.csv.gz").write_bytes(gzip.compress(bytes(8 << 20)))
    with pytest.raises(DataError, match="become more than"):
        check_unpacked(tmp_path / "bomb.csv.gz")


def test_a_parquet_file_of_one_value(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(unpacked, "ROOM", 1 << 20)
    monkeypatch.setitem(unpacked.RATIOS, b"PAR1", 100)
    parquet.write_table(pa.table({"x": np.zeros(1 << 20)}), tmp_path / "bomb.parquet")
    with pytest.raises(DataError, match="become more than"):
        read_table(tmp_path / "bomb.parquet")


def test_tables_of_few_values_are_read(tmp_path: Path) -> None:
    frame = pd.DataFrame({"x": np.zeros(50_000), "y": np.arange(50_000) % 2})
    frame.to_parquet(tmp_path / "t.parquet")
    np.savez_compressed(tmp_path / "t.npz", x=frame[["x"]].to_numpy(), y=frame["y"].to_numpy())
    for name in ("t.parquet", "t.npz"):
        assert len(read_table(tmp_path / name)) == 50_000
    (tmp_path / "t.csv").write_text("x,y\n1,a\n")
    check_unpacked(tmp_path / "t.csv")

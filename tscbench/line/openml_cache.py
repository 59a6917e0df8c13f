"""Tables of OpenML on this machine: kept copies are read where they lie, and nothing there is
changed; what is missing is downloaded whole or not at all."""

from __future__ import annotations

import functools
import inspect
import shutil
import weakref
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import Any

from tscbench.contracts.errors import DataError

FORMATS = {".pq": ".pq", ".parquet": ".pq", ".arff": ".arff"}
"""Data files by how their names end, best first, and how openml-python knows them."""


def folder_of(id: int, cache: Path) -> Path:
    """Where openml-python keeps a table; it is told that its cache is here."""
    import openml
    from openml.datasets.functions import DATASETS_CACHE_DIR_NAME

    openml.config.set_root_cache_directory(str(cache))
    return Path(openml.config.get_cache_directory(), DATASETS_CACHE_DIR_NAME, str(id))


def lacking(folder: Path) -> str:
    """What a kept table lacks to be read; empty where it is whole."""
    if not (folder / "description.xml").is_file():
        return "description.xml"
    return "" if _data_file(folder) else "a data file (.pq or .arff)"


def _data_file(folder: Path) -> Path | None:
    """The one file of data in a table's folder, whatever it is called; of several the parquet."""
    files = [file for file in sorted(folder.iterdir()) if file.suffix in FORMATS and file.is_file()]
    return min(files, key=lambda file: list(FORMATS).index(file.suffix), default=None)


def read(id: int, folder: Path) -> Any:
    """The `openml.OpenMLDataset` of a kept table, its data read. No server is asked.

    openml-python asks one for what it cannot read, deletes the folder where that fails, and writes
    beside each file; so it is handed links, in a folder that goes with the dataset.

    Raises:
        DataError: naming the file that does not read.
    """
    data = _data_file(folder)
    assert data is not None
    described, features = folder / "description.xml", folder / "features.xml"
    at = described
    try:
        facts = _description(described)
        at = features
        dataset = _dataset(facts, data, features)
    except Exception as error:
        raise _unread(id, at, error) from error
    # What was read first is right, and it does not change.
    dataset.get_data = functools.cache(dataset.get_data)
    try:
        dataset.get_data()
    except Exception as error:
        raise _unread(id, data, error) from error
    return dataset


def _description(file: Path) -> dict[str, Any]:
    """What description.xml says, by the names of openml-python's parameters."""
    import xmltodict

    said = xmltodict.parse(file.read_text(encoding="utf-8"))["oml:data_set_description"]
    facts = {name.removeprefix("oml:"): value for name, value in said.items()}
    return {
        **facts,
        "name": facts["name"],
        "description": facts.get("description"),
        "dataset_id": int(facts["id"]),
        # A sparse table reads as a dense one with its zeros and first levels filled in; as sparse
        # it would lose the names of its classes and digits of its numbers.
        "data_format": "ARFF",
    }


def _dataset(facts: dict[str, Any], data: Path, features: Path) -> Any:
    import openml

    scratch = Path(mkdtemp(prefix="tscbench-"))
    link = scratch / f"data{FORMATS[data.suffix]}"
    link.symlink_to(data.resolve())
    facts = {**facts, "data_file": str(link)}
    if link.suffix == ".pq":
        facts["parquet_file"] = str(link)
    if features.is_file():
        (scratch / features.name).symlink_to(features.resolve())
        facts["features_file"] = str(scratch / features.name)
    takes = inspect.signature(openml.OpenMLDataset).parameters
    try:
        dataset = openml.OpenMLDataset(**{name: facts[name] for name in takes if name in facts})
    except Exception:
        shutil.rmtree(scratch, ignore_errors=True)
        raise
    weakref.finalize(dataset, shutil.rmtree, scratch, ignore_errors=True)
    return dataset


def _unread(id: int, file: Path, error: Exception) -> DataError:
    said = " ".join(str(error.__cause__ or error).split())
    what = f"{type(error).__name__}: {said}" if said else type(error).__name__
    return DataError(
        f"OpenML {id}: {file} does not read ({what[:200]}); mend it, or move its folder away to "
        "have the table downloaded anew"
    )


def download(id: int, cache: Path) -> None:
    """Puts a table into the cache once all of it is here: an end on the way leaves what was there.

    Raises:
        Exception: whatever openml-python says of the server or the disk.
    """
    import openml

    cache.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=cache, prefix=".download-") as scratch:
        try:
            made = folder_of(id, Path(scratch))
            openml.datasets.get_dataset(
                id,
                download_data=True,
                download_qualities=False,
                download_features_meta_data=True,
            )
        finally:
            folder = folder_of(id, cache)
        folder.mkdir(parents=True, exist_ok=True)
        # A table without its description counts as none, so that comes last.
        for file in sorted(made.iterdir(), key=lambda file: file.name == "description.xml"):
            if file.is_file():
                file.replace(folder / file.name)

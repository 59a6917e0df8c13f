"""Kept tables of OpenML: read whatever their files are called, and never touched."""

import socket
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tscbench import DataError, Fetch, Unavailable
from tscbench.line import openml_cache
from tscbench.registry import discover

DESCRIPTION = """<oml:data_set_description xmlns:oml="http://openml.org/openml">
<oml:id>{id}</oml:id><oml:name>made</oml:name><oml:version>1</oml:version>
<oml:description>made here</oml:description><oml:format>{form}</oml:format>
<oml:licence>Public</oml:licence><oml:url>https://www.openml.org/data/v1/download/1/t.arff</oml:url>
<oml:default_target_attribute>class</oml:default_target_attribute>{more}
</oml:data_set_description>"""
PARQUET = "<oml:parquet_url>https://data.openml.org/1/dataset_1.pq</oml:parquet_url>"

FEATURES = """<oml:data_features xmlns:oml="http://openml.org/openml"><oml:feature>
<oml:index>0</oml:index><oml:name>x</oml:name><oml:data_type>numeric</oml:data_type>
<oml:is_target>false</oml:is_target><oml:is_ignore>false</oml:is_ignore>
<oml:is_row_identifier>false</oml:is_row_identifier>
<oml:number_of_missing_values>0</oml:number_of_missing_values></oml:feature></oml:data_features>"""

X = np.array([0.5, 0.1234567891, 0, -1.5, 2.25, 0])
NAMES = ["ham", "eggs", "spam", "ham", "eggs", "spam"]
HEAD = "@RELATION r\n@ATTRIBUTE x NUMERIC\n@ATTRIBUTE class {ham,eggs,spam}\n@ATTRIBUTE z NUMERIC\n"
ROWS = [f"{x},{name},0" for x, name in zip(X, NAMES, strict=True)]
CODES = {"ham": "", "eggs": "1 eggs", "spam": "1 spam"}
SPARSE = [
    "{" + ",".join(filter(None, [f"0 {x}" if x else "", CODES[name]])) + "}"
    for x, name in zip(X, NAMES, strict=True)
]
DENSE_ARFF = HEAD + "@DATA\n" + "\n".join(ROWS) + "\n"
SPARSE_ARFF = HEAD + "@DATA\n" + "\n".join(SPARSE) + "\n"


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    def refused(*_: Any, **__: Any) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket, "socket", refused)
    monkeypatch.setattr(socket, "create_connection", refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """Makes the folder of table 7 with these files, and says what is in it."""
    monkeypatch.setenv("TSCBENCH_DATA", str(tmp_path))
    folder = tmp_path / "openml/org/openml/www/datasets/7"

    def keep(**files: str | bytes) -> Path:
        folder.mkdir(parents=True)
        for name, held in files.items():
            file = folder / name.replace("__", ".")
            file.write_bytes(held.encode() if isinstance(held, str) else held)
        return folder

    return keep


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def describe(form: str = "ARFF", more: str = "") -> str:
    return DESCRIPTION.format(id=7, form=form, more=more)


def parquet() -> bytes:
    frame = pd.DataFrame({"x": X, "class": pd.Categorical(NAMES), "z": 0.0})
    made: bytes = frame.to_parquet(index=False)
    return made


@pytest.mark.parametrize("name", ["dataset__arff", "dataset_7__arff", "any name__arff"])
@pytest.mark.parametrize("form", ["ARFF", "Sparse_ARFF", "arff"])
@pytest.mark.parametrize("offline", [True, False])
def test_a_kept_arff_is_read_whatever_it_is_called(kept, name, form, offline):
    held = SPARSE_ARFF if form.startswith("Sparse") else DENSE_ARFF
    folder = kept(description__xml=describe(form), features__xml=FEATURES, **{name: held})
    before = contents(folder)
    frame = Fetch(offline=offline).openml(7).get_data()[0]
    assert list(frame) == ["x", "class", "z"]
    assert frame["x"].tolist() == X.tolist()
    assert frame["class"].astype(str).tolist() == NAMES
    assert frame["z"].tolist() == [0] * 6
    assert contents(folder) == before


@pytest.mark.parametrize("more", ["", PARQUET])
@pytest.mark.parametrize("name", ["dataset__pq", "dataset_7__pq", "data__parquet"])
def test_a_kept_parquet_is_read_with_and_without_its_address(kept, name, more):
    folder = kept(description__xml=describe(more=more), **{name: parquet()})
    before = contents(folder)
    dataset = Fetch(offline=True).openml(7)
    assert dataset.get_data()[0]["x"].tolist() == X.tolist()
    x, y, *_ = dataset.get_data(target="class")
    assert list(x) == ["x", "z"] and y.astype(str).tolist() == NAMES
    assert dataset.default_target_attribute == "class" and dataset.licence == "Public"
    assert contents(folder) == before


@pytest.mark.parametrize(
    ("broken", "files"),
    [
        ("dataset.arff", {"dataset__arff": HEAD + "@DATA\n1,none of these,0\n"}),
        ("dataset.arff", {"dataset__arff": b"\xff\xfe\x00"}),
        ("dataset.arff", {"dataset__arff": ""}),
        ("dataset_7.pq", {"dataset_7__pq": parquet()[:-9]}),
        ("description.xml", {"description__xml": "<a", "dataset__arff": DENSE_ARFF}),
        ("description.xml", {"description__xml": "<a>b</a>", "dataset__arff": DENSE_ARFF}),
        ("features.xml", {"features__xml": "<a", "dataset__arff": DENSE_ARFF}),
    ],
)
@pytest.mark.parametrize("offline", [True, False])
def test_what_does_not_parse_is_named_and_kept(kept, broken, files, offline):
    folder = kept(**{"description__xml": describe(more=PARQUET), **files})
    before = contents(folder)
    with pytest.raises(DataError, match=f"{broken} does not read") as caught:
        Fetch(offline=offline).openml(7)
    assert "\n" not in str(caught.value) and "download" not in str(caught.value).partition(";")[0]
    assert contents(folder) == before


@pytest.mark.parametrize(
    ("files", "lacks"),
    [
        ({}, "description.xml"),
        ({"description__xml": describe()}, "a data file"),
        ({"dataset__arff": DENSE_ARFF}, "description.xml"),
    ],
)
def test_offline_says_what_is_lacking_and_leaves_it(kept, files, lacks):
    folder = kept(**files)
    before = contents(folder)
    with pytest.raises(Unavailable, match=f"7 lacks {lacks}.*--offline forbids the download"):
        Fetch(offline=True).openml(7)
    assert contents(folder) == before


def test_a_download_that_fails_leaves_what_was_there(kept, monkeypatch):
    import openml

    folder = kept(dataset__arff=DENSE_ARFF)
    before = contents(folder)

    def fails(id: int, **_: Any) -> None:
        here = Path(openml.config.get_cache_directory())
        assert tuple(here.parts[-3:]) == ("org", "openml", "www") and not here.exists()
        raise ConnectionError("no route (to host)")

    monkeypatch.setattr(openml.datasets, "get_dataset", fails)
    said: list[str] = []
    with pytest.raises(Unavailable, match="could not be downloaded .ConnectionError: no route"):
        Fetch(notice=said.append).openml(7)
    assert contents(folder) == before and len(said) == 1
    assert [p.name for p in folder.parents[4].iterdir()] == ["org"]


def test_a_download_is_kept_whole(kept, monkeypatch):
    import openml

    folder = kept()

    def gives(id: int, **_: Any) -> None:
        made = openml_cache.folder_of(id, Path(openml.config._root_cache_directory))
        made.mkdir(parents=True)
        (made / "description.xml").write_text(describe())
        (made / "dataset.arff").write_text(DENSE_ARFF)

    monkeypatch.setattr(openml.datasets, "get_dataset", gives)
    assert len(Fetch(notice=lambda text: None).openml(7).get_data()[0]) == 6
    assert sorted(contents(folder)) == ["dataset.arff", "description.xml"]
    assert len(Fetch(offline=True).openml(7).get_data()[0]) == 6


def test_the_room_reads_a_sparse_table(kept):
    kept(description__xml=describe("Sparse_ARFF"), dataset__arff=SPARSE_ARFF)
    data = discover().bind("dataset", "openml(id=7, constant=keep)")(fetch=Fetch(offline=True))
    assert data.schema.classes == ("eggs", "ham", "spam")
    assert [data.schema.classes[y] for y in data.rows.y] == NAMES

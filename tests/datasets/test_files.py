"""file(path=…): each format in, each bad file refused in one sentence, nothing ever written."""

import gzip
import os
import stat
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tscbench_plugins.datasets.evergreen import evergreen
from tscbench_plugins.datasets.file import file

from tscbench import DataError, Link


@pytest.fixture
def table(small: pd.DataFrame) -> pd.DataFrame:
    return small.rename(columns={"y": "target"})


def same(a, b) -> None:
    np.testing.assert_array_equal(a.rows.x, b.rows.x)
    np.testing.assert_array_equal(a.rows.y, b.rows.y)
    assert a.schema.classes == b.schema.classes and a.schema.columns == b.schema.columns


def test_text_and_parquet_agree(table, tmp_path):
    table["grade"] = table["grade"].astype("str")
    table["weight"] = table["weight"] / 3  # digits that a fast parser would round
    table.to_parquet(tmp_path / "a.parquet")
    table.to_csv(tmp_path / "a.csv", index=False)
    table.to_csv(tmp_path / "b.csv", index=False, sep=";", encoding="utf-8-sig")
    table.to_csv(tmp_path / "a.tsv", index=False, sep="\t")
    reference = file(path=tmp_path / "a.parquet")
    np.testing.assert_array_equal(reference.rows.x[:, 1], table["weight"])
    for name in ("a.csv", "b.csv", "a.tsv"):
        same(file(path=tmp_path / name), reference)


def test_missing_texts_and_spaces(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("a, b, target\n1, ?, u\n?, x, v\n3, y, u\n4, x, v\n")
    data = file(path=path, missing=("?",))
    np.testing.assert_array_equal(data.rows.x, [[1, np.nan], [np.nan, 0], [3, 1], [4, 0]])
    assert data.schema.numeric.tolist() == [True, False] and data.schema.classes == ("u", "v")


def test_words_for_missing_and_the_decimal_hold_in_every_file(table, tmp_path):
    n = len(table)
    big = 2**53 + 1
    table = table.assign(
        text=["?", *(f"{k},5" for k in range(1, n))],
        grade=pd.Categorical(["?", *(["low", "high"] * n)[1:n]]),
        whole=np.array([-999, big, *range(2, n)]),
        truth=[k % 2 == 0 for k in range(n)],
    )
    table.to_parquet(tmp_path / "a.parquet")
    given = {"missing": ("?", "-999", "1"), "decimal": ",", "numbers": ("text",)}
    data = file(path=tmp_path / "a.parquet", **given)
    columns = {c.name: c for c in data.table.columns}
    assert {n: columns[n].missing for n in ("text", "grade", "whole", "truth")} == {
        "text": 1, "grade": 1, "whole": 1, "truth": 0,
    }  # fmt: skip
    assert columns["text"].low == 1.5 and columns["grade"].levels == ("high", "low")
    assert data.table.missing_words.items() >= {"?": 2, "-999": 1}.items()
    table.assign(whole=[-999, big, big - 1, *range(3, n)]).to_parquet(tmp_path / "b.parquet")
    with pytest.raises(DataError, match=f"{big - 1} and {big}, which are one"):
        file(path=tmp_path / "b.parquet", **given)
    np.savez(tmp_path / "a.npz", x=[[-999.0], [1], [2], [3]], y=[0, 1, 0, 1])
    assert np.isnan(file(path=tmp_path / "a.npz", missing=("-999",)).rows.x[0, 0])


def test_several_labels_and_parts(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("a,p,q,part\n1,0,1,train\n2,1,1,test\n3,1,0,train\n")
    data = file(path=path, labels=("p", "q"), test="part")
    assert data.schema.link is Link.SIGMOID and data.rows.y.tolist() == [[0, 1], [1, 1], [1, 0]]
    assert data.test.tolist() == [False, True, False] and data.schema.columns == ("a",)


def test_arrays(tmp_path):
    x, y = np.arange(12.0).reshape(6, 2), np.array([0, 1, 0, 1, 0, 1])
    test = np.array([0, 0, 0, 0, 1, 1], bool)
    np.savez(tmp_path / "a.npz", x=x, y=y[:, None], test=test)
    np.savez(tmp_path / "b.npz", X_train=x[:4], y_train=y[:4], X_test=x[4:], y_test=y[4:])
    np.savez(tmp_path / "c.npz", x=x, y=np.stack([y, 1 - y], axis=1))
    a, b, c = (file(path=tmp_path / f"{name}.npz") for name in "abc")
    same(a, b)
    np.testing.assert_array_equal(a.rows.x, x)
    np.testing.assert_array_equal(a.rows.y, y)
    assert a.test.tolist() == b.test.tolist() == test.tolist()
    assert c.schema.link is Link.SIGMOID and c.test is None
    np.testing.assert_array_equal(c.rows.y, np.stack([y, 1 - y], axis=1))


def test_read_only_is_enough(table, tmp_path):
    path = tmp_path / "kept" / "a.csv"
    path.parent.mkdir()
    table.to_csv(path, index=False)
    path.chmod(stat.S_IRUSR)
    path.parent.chmod(stat.S_IRUSR | stat.S_IXUSR)
    file(path=path)
    path.parent.chmod(stat.S_IRWXU)
    assert [p.name for p in path.parent.iterdir()] == ["a.csv"]


def zipped(path: Path) -> None:
    np.savez(path.with_suffix(".npz"), x=np.zeros(3))
    path.with_suffix(".npz").rename(path)


BAD = {
    "text.parquet": (lambda p: p.write_text("a,target\n1,2\n"), "holds text; a .parquet file must"),
    "torn.parquet": (lambda p: p.write_bytes(b"PAR1 and no more"), "cannot be read as .parquet"),
    "zip.csv": (zipped, "holds a zip of arrays; a .csv file must hold text"),
    "gzip.csv": (lambda p: p.write_bytes(gzip.compress(b"a,b\n")), "holds gzip; a .csv file"),
    "table.csv": (lambda p: pd.DataFrame({"a": [1]}).to_parquet(p), "holds parquet; a .csv file"),
    "binary.csv": (lambda p: p.write_bytes(b"a,b\n\0\0"), "holds binary; a .csv file"),
    "latin.csv": (
        lambda p: p.write_bytes("größe,target\n1,2\n".encode("latin-1")),
        "not utf-8; .*latin-1",
    ),
    "empty.csv": (lambda p: p.touch(), "is empty"),
    "header.csv": (lambda p: p.write_text("a,target\n"), "the table has no rows"),
    "ragged.csv": (lambda p: p.write_text("a,target\n1,2,3\n4,5,6\n"), "row 2 has 3 cells"),
    "longer.csv": (
        lambda p: p.write_text("a,target\n1,2\n4,5,6\n"),
        "row 3 has 3 cells and the header 2",
    ),
    "shorter.csv": (lambda p: p.write_text("a,target\n1,2\n4\n"), "row 3 has 1 cells"),
    "twice.csv": (lambda p: p.write_text("a,y,y\n1,2,3\n"), "two columns are called 'y'"),
    "text.npz": (lambda p: p.write_text("x,y\n"), "holds text; a .npz file must"),
    "none.npz": (zipped, "holds the arrays x; there must be x and y"),
    "pickle.npz": (
        lambda p: np.savez(p, x=np.array([{}], dtype=object), y=np.zeros(1)),
        "cannot be read as .npz .*allow_pickle",
    ),
    "lengths.npz": (
        lambda p: np.savez(p, x=np.zeros((3, 2)), y=np.zeros(4)),
        r"x has shape \(3, 2\) and y \(4,\)",
    ),
    "images.npz": (
        lambda p: np.savez(p, x=np.zeros((3, 1, 2, 2)), y=np.zeros(3)),
        r"must be \(n, d\)",
    ),
    "marks.npz": (
        lambda p: np.savez(p, x=np.zeros((3, 2)), y=np.arange(3), test=np.zeros(2)),
        r"test has shape \(2,\); must be \(3,\)",
    ),
    "table.xlsx": (lambda p: p.write_text("a"), "must end in .csv, .tsv, .txt, .* not '.xlsx'"),
    "table": (lambda p: p.write_text("a"), "must end in .csv"),
    "folder.csv": (lambda p: p.mkdir(), "is a folder; name a file in it"),
    "pipe.csv": (lambda p: os.mkfifo(p), "is not a plain file"),
    "gone.csv": (lambda p: None, "cannot be opened .*No such file"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_files_are_refused(name, tmp_path):
    make, sentence = BAD[name]
    make(tmp_path / name)
    with pytest.raises(DataError, match=sentence) as caught:
        file(path=tmp_path / name)
    assert name in str(caught.value) and "\n" not in str(caught.value)


def test_unreadable(table, tmp_path, monkeypatch):
    path = tmp_path / "a.csv"
    table.to_csv(path, index=False)

    def closed(self, *args, **kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", closed)
    with pytest.raises(DataError, match=r"a\.csv: cannot be opened \(Permission denied\)"):
        file(path=path)


def test_evergreen_takes_the_numbers(tmp_path):
    path = tmp_path / "train.tsv"
    rows = [
        ["u1", "1", '{""title"":""a, b""}', "?", "?", "1.5", "0", "?", "0"],
        ["u2", "2", "{}", "arts", "0.3", "2.5", "0", "1", "1"],
        ["u3", "3", "{}", "arts", "0.7", "?", "0", "1", "1"],
        ["u4", "4", "{}", "?", "?", "4.5", "0", "1", "0"],
    ]
    header = "url urlid boilerplate alchemy_category alchemy_category_score avglinksize framebased"
    header = [*header.split(), "is_news", "label"]
    path.write_text("\n".join("\t".join(f'"{v}"' for v in row) for row in [header, *rows]))
    data = evergreen(path=path)
    assert data.schema.columns == ("alchemy_category_score", "avglinksize", "is_news")
    assert data.schema.numeric.all() and data.schema.classes == ("0", "1")
    nan = np.nan
    expected = [[nan, 1.5, nan], [0.3, 2.5, 1], [0.7, nan, 1], [nan, 4.5, 1]]
    np.testing.assert_array_equal(data.rows.x, expected)
    path.write_text(path.read_text().replace('\t"label"', '\t"other"'))
    with pytest.raises(DataError, match="no column 'label'; must be Kaggle's train.tsv"):
        evergreen(path=path)

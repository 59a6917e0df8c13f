"""Each dataset against published facts, where this machine holds it."""

import socket

import numpy as np
import pandas as pd
import pytest
from tscbench_plugins.datasets.adult import adult
from tscbench_plugins.datasets.breast_cancer import breast_cancer
from tscbench_plugins.datasets.digits import digits
from tscbench_plugins.datasets.emotions import emotions
from tscbench_plugins.datasets.file import file
from tscbench_plugins.datasets.heloc import heloc
from tscbench_plugins.datasets.higgs import higgs
from tscbench_plugins.datasets.higgs_46k import higgs_46k
from tscbench_plugins.datasets.magic import COLUMNS, magic
from tscbench_plugins.datasets.openml import openml
from tscbench_plugins.datasets.scene import scene
from tscbench_plugins.datasets.yeast import yeast

from tscbench import DataError, Fetch, Link, Unavailable
from tscbench.line.splits import SplitRule, draw_parts


def positive(data) -> float:
    return float((data.rows.y == 1).mean())


def test_breast_cancer():
    data = breast_cancer()
    assert data.rows.x.shape == (569, 30) and data.schema.classes == ("benign", "malignant")
    assert (data.rows.y == 1).sum() == 212  # malignant, as UCI states
    assert data.rows.x[data.rows.y == 1, 0].mean() > data.rows.x[data.rows.y == 0, 0].mean()


def test_digits():
    data = digits()
    assert data.rows.x.shape == (1797, 64) and data.schema.outputs == (10,)
    assert data.schema.classes == tuple("0123456789") and data.rows.x.max() == 16
    assert np.bincount(data.rows.y).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]


def test_magic(staged):
    data = magic(staged(1120))
    assert data.rows.x.shape == (19020, 10) and data.schema.classes == ("h", "g")
    assert (data.rows.y == 1).sum() == 12332 and positive(data) == pytest.approx(0.6484, abs=5e-5)
    assert data.rows.x[0].tolist()[:3] == [28.7967, 16.0021, 2.6449]  # first row of UCI
    assert data.schema.columns == COLUMNS and not data.schema.missing and data.schema.numeric.all()


def test_a_positive_class_is_the_second(staged):
    fetch = staged(1120)
    gamma, hadron = magic(fetch), magic(fetch, positive="h")
    assert hadron.schema.classes == ("g", "h")
    np.testing.assert_array_equal(hadron.rows.y, 1 - gamma.rows.y)
    np.testing.assert_array_equal(hadron.rows.x, gamma.rows.x)


def test_magic_takes_no_row_number(serve):
    frame = pd.DataFrame({f"{c}:": [1.0, 2, 3, 4 + j] for j, c in enumerate(COLUMNS)})
    frame.insert(0, "ID", range(4))
    assert magic(serve(frame.assign(**{"class:": list("gghh")}))).schema.columns == COLUMNS


def test_magic_split_of_the_authors(staged):
    data = file(path=staged("magic_gantsc_split.parquet"), target="label", test="split")
    assert len(data.rows) == 19019 and data.test.sum() == 5707 and (~data.test).sum() == 13312
    assert data.schema.classes == ("0", "1") and len(data.schema.columns) == 10
    assert positive(data) == pytest.approx(0.6484, abs=5e-5)
    np.testing.assert_allclose(data.rows.x.std(axis=0), 1, atol=1e-3)  # z-scores


def test_adult(staged):
    data = adult(staged(1590))
    assert data.rows.x.shape == (48842, 14) and data.schema.classes == ("<=50K", ">50K")
    assert positive(data) == pytest.approx(0.2393, abs=5e-5)
    missing = np.isnan(data.rows.x)
    assert missing.sum() == 6465 and missing.any(axis=1).sum() == 3620
    levels = dict(zip(data.schema.columns, data.schema.cardinality.tolist(), strict=True))
    assert {c: n for c, n in levels.items() if n} == {
        "workclass": 8,
        "education": 16,
        "marital-status": 7,
        "occupation": 14,
        "relationship": 6,
        "race": 5,
        "sex": 2,
        "native-country": 41,
    }
    assert not missing[:, data.schema.numeric].any()
    assert data.rows.x[0, data.schema.numeric].tolist() == [25, 226802, 7, 0, 0, 40]


def test_adult_as_numbers(staged):
    fetch = staged(1590)
    levels, ordinal, one_hot = (
        adult(fetch, categories=c) for c in ("levels", "ordinal", "one_hot")
    )
    assert not ordinal.schema.missing and ordinal.schema.numeric.all()
    known = ~np.isnan(levels.rows.x)
    np.testing.assert_array_equal(ordinal.rows.x, levels.rows.x)
    np.testing.assert_array_equal(ordinal.mean_filled, ~known.all(axis=0))
    parts = draw_parts(ordinal, SplitRule(), 0)
    filled = np.where(known, levels.rows.x, np.nanmean(levels.rows.x[parts.train.id], axis=0))
    for rows in (parts.train, parts.valid, parts.test):
        np.testing.assert_allclose(rows.x, filled[rows.id])
    n_levels = int(levels.schema.cardinality.sum())
    assert one_hot.rows.x.shape == (48842, 6 + n_levels) and not one_hot.schema.missing
    np.testing.assert_array_equal(one_hot.rows.x[:, 6:].sum(axis=1), known.sum(axis=1) - 6)


@pytest.mark.parametrize("dtype", [object, "category", None])
def test_adult_of_any_mirror(serve, dtype):
    sex = pd.Series([" Male", " Female", " ?", None], dtype=dtype)
    frame = pd.DataFrame({"sex": sex, "age": [3, 4, 5, 6]})
    data = adult(serve(frame.assign(**{"class": [" <=50K", " >50K", " >50K", " <=50K"]})))
    np.testing.assert_array_equal(data.rows.x[:, 0], [1, 0, np.nan, np.nan])
    assert data.schema.classes == ("<=50K", ">50K") and data.rows.y.tolist() == [0, 1, 1, 0]


def test_heloc(staged):
    kept, missing = (heloc(staged(46932), special=special) for special in ("keep", "missing"))
    assert kept.rows.x.shape == (10459, 23) and kept.schema.classes == ("Good", "Bad")
    assert (kept.rows.y == 1).sum() == 5459 and positive(kept) == pytest.approx(0.5219, abs=5e-5)
    assert not kept.schema.missing and (kept.rows.x == -9).all(axis=1).sum() == 588
    gone = np.isnan(missing.rows.x)
    np.testing.assert_array_equal(gone, np.isin(kept.rows.x, [-7, -8, -9]))
    np.testing.assert_array_equal(missing.rows.x[~gone], kept.rows.x[~gone])
    assert missing.schema.missing and missing.rows.x[~gone].min() >= 0


def test_heloc_merged_as_published(staged):
    kept, merged = (heloc(staged(46932), special=special) for special in ("keep", "merged"))
    special = np.isin(kept.rows.x, [-7, -8, -9])
    some = ~special.all(axis=1)
    assert len(merged.rows) == some.sum() == 9871
    np.testing.assert_array_equal(merged.rows.x, np.where(special, -9, kept.rows.x)[some])
    other = heloc(staged(46932), special="merged", positive="Good")
    np.testing.assert_array_equal(other.rows.y, 1 - kept.rows.y[some])


def test_higgs_46k(staged):
    data = higgs_46k(path=staged("higgs_subset.parquet"))
    assert data.rows.x.shape == (46241, 28) and data.schema.classes == ("0", "1")
    assert positive(data) == pytest.approx(0.5289, abs=5e-5) and not data.schema.missing


def test_higgs(staged):
    data = higgs(staged(23512))
    assert data.rows.x.shape == (98050, 28) and positive(data) == pytest.approx(0.5286, abs=5e-5)


def test_higgs_names_its_classes(serve):
    frame = pd.DataFrame({"m_bb": [0.5, 1, None, 2], "class": pd.Categorical(list("1010"))})
    data = higgs(serve(frame))
    assert data.schema.classes == ("0", "1") and data.rows.y.tolist() == [1, 0, 1, 0]


def test_emotions(staged):
    data = emotions(staged(40589))
    assert data.rows.x.shape == (593, 72) and data.schema.link is Link.SIGMOID
    assert data.rows.y.sum(axis=0).tolist() == [173, 166, 264, 148, 168, 189]


def test_scene(staged):
    data = scene(path=staged("scene.parquet"))
    assert data.rows.x.shape == (2407, 294) and data.rows.y.shape == (2407, 6)
    assert data.rows.y.sum(axis=1).mean() == pytest.approx(1.074, abs=5e-4)
    assert (~data.test).sum() == 1211 and data.test.sum() == 1196


def test_yeast(staged):
    data = yeast(path=staged("yeast.parquet"))
    assert data.rows.x.shape == (2417, 103) and data.rows.y.shape == (2417, 14)
    assert data.rows.y.sum(axis=1).mean() == pytest.approx(4.237, abs=5e-4)
    assert (~data.test).sum() == 1500 and data.test.sum() == 917


def test_openml_finds_the_target(serve, staged):
    frame = pd.DataFrame({"a": [1, 2, 3, 4], "class": list("uvuv"), "k,l": list("xyxy")})
    assert openml(serve(frame), id=1).schema.classes == ("u", "v")
    assert openml(serve(frame), id=1, target="k,l").schema.classes == ("x", "y")
    with pytest.raises(DataError, match="openml 1: OpenML names no target; give target=COLUMN"):
        openml(serve(frame, default_target_attribute=None), id=1)
    data = openml(staged(40589), id=40589)
    assert data.schema.link is Link.SIGMOID and data.schema.outputs == (6,)


def test_openml_options(serve):
    frame = pd.DataFrame({"a": [1, 2, 1, 2], "b": 0, "c": [4, 3, 2, 1], "class": list("uvuv")})
    with pytest.raises(DataError, match=r"openml 1 \(served\): column 'b' holds one value"):
        openml(serve(frame), id=1, constant="refuse")
    dropped = openml(serve(frame), id=1)
    assert dropped.schema.columns == ("a", "c")
    assert "column 'b' holds one value in all rows and is left out" in dropped.table.warnings
    data = openml(serve(frame), id=1, drop=("b",), categorical=("a",), positive="u")
    assert data.schema.cardinality.tolist() == [2, 0] and data.schema.classes == ("v", "u")
    assert openml(serve(frame), id=1, constant="keep").schema.columns == ("a", "b", "c")


@pytest.mark.parametrize("plugin", [magic, adult, heloc, higgs, emotions])
def test_offline_touches_no_network(plugin, tmp_path, monkeypatch):
    def refuse(*args, **kwargs):
        pytest.fail("the network was touched")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setenv("TSCBENCH_DATA", str(tmp_path))
    said = []
    with pytest.raises(Unavailable, match=r"OpenML \d+ is not in .*offline"):
        plugin(Fetch(offline=True, notice=said.append))
    assert not said and not list(tmp_path.iterdir())


def test_what_openml_has_parsed_is_not_read_again(staged, monkeypatch):
    """Other processes may be writing the file that it would be read from."""
    table = staged(1120).openml(1120)
    monkeypatch.setattr(type(table), "_load_data", lambda self: pytest.fail("it was read again"))
    assert len(table.get_data()[0]) == 19020

"""What Python is given of a run or a pack: frames of numbers that read like their tables."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from made_run import made_run
from pandas.api.types import is_numeric_dtype

import tscbench
from tscbench import Predictor, Rows, SpecError, StoreError
from tscbench.contracts.errors import NothingSelected
from tscbench.results.cell import Cell
from tscbench.results.frames import COLUMNS
from tscbench.results.pack_file import save_pack

MADE = made_run(n_rows=641, splits=2, seeds=1)
WORDS = {"dataset", "method", "part", "metric", "beside_first"}
WORDS |= {"teacher", "query", "objective", "generator", "mix", "student"}


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    folder = tmp_path_factory.mktemp("results") / "made"
    save_pack(MADE, folder)
    return tscbench.load(folder)


FRAMES = {
    "methods": lambda results, **more: results.methods(**more),
    "summary": lambda results, **more: results.summary(**more),
    "compare": lambda results, **more: results.compare("none", "munge", **more),
}


@pytest.mark.parametrize("make", FRAMES.values(), ids=FRAMES)
def test_frames_are_numbers_and_read_like_their_tables(results, make, monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    frame = make(results)
    for name in frame.columns:
        assert is_numeric_dtype(frame[name]) == (name not in WORDS), name
    text = repr(frame)
    assert max(map(len, text.splitlines())) <= 100 and "…" not in text
    assert frame._repr_html_().startswith("<h4>") and "<table" in frame._repr_html_()
    some = frame.head(1)
    assert type(some) is pd.DataFrame and (len(frame) == 1 or len(repr(some)) < len(text) * 2)
    frame.loc[0, "auc" if "auc" in frame else "difference"] = 4242.0
    assert "4242.0" in repr(frame), "what was changed is shown, not the table"


def test_methods_are_those_of_the_verdict(results):
    frame = results.methods()
    assert frame["auc"].is_monotonic_decreasing and len(frame) == 13
    assert frame["place"].tolist() == list(range(1, 14))
    said = results.verdict()
    assert f"auc {frame['auc'].iloc[0]:.4f}" in said and f"{frame['gain'].iloc[0]:+.4f}" in said
    assert results.methods("log_loss")["log_loss"].is_monotonic_increasing
    valid = results.methods("accuracy", part="valid", dataset="dataset_0")
    assert "accuracy on valid rows of dataset_0, mean over 2 splits" in repr(valid)


def test_a_summary_has_each_student_on_each_dataset(results):
    frame = results.summary()
    assert len(frame) == 2 * 39 and {"auc_standard_error", "nodes", "rows_per_second"} <= set(frame)
    here = frame[(frame["dataset"] == "dataset_1") & (frame["generator"] == "none")].set_index(
        "student"
    )
    every = results.scores().query(
        "dataset == 'dataset_1' and generator == 'none' and metric == 'auc' and part == 'test'"
    )
    pd.testing.assert_series_equal(
        here["auc"].sort_index(), every.groupby("student")["value"].mean(), check_names=False
    )
    one = results.summary("tsc_score", part="valid", generator="munge")
    assert set(one["generator"]) == {"munge"} and "tsc_score on valid rows" in repr(one)
    assert not {"auc", "accuracy"} & set(one)


def test_a_comparison_is_cell_against_cell(results):
    frame = results.compare("none", "munge").set_index("metric")
    wide = (
        results.scores()
        .query("part == 'test' and metric == 'auc'")
        .pivot_table("value", ["dataset", "split"], "generator")
    )
    gain = (wide["munge"] - wide["none"]).groupby("dataset").mean().mean()
    assert frame.loc["auc", "difference"] == pytest.approx(gain)
    assert tscbench.compare(results, "none", "munge").equals(results.compare("none", "munge"))
    some = results.compare("kde", "munge", axis="generator", student=["tree"], mix="fake")
    assert some.set_index("metric").loc["auc", "pairs"] == 4


def test_axes_are_texts_numbers_and_lists(results):
    ways = (
        {"generator": ["munge", "none"], "split": 1},
        {"generator": "munge,none", "split": ["1"]},
    )
    first, second = (results.methods(**axes) for axes in ways)
    assert first.equals(second) and set(first["generator"]) == {"munge", "none"}
    for wrong in ({"colour": "red"}, {"split": 1.5}, {"generator": [["munge"]]}):
        with pytest.raises(SpecError, match=next(iter(wrong))):
            results.methods(**wrong)
    with pytest.raises(SpecError, match="--generator arf2: no result has it"):
        results.board(generator=["arf2"])


def test_metrics_between_cells_are_scores_like_any_other(results):
    every = results.scores()
    assert list(every.columns) == COLUMNS
    assert {"auc", "tsc_score", "gain", "rows_per_second"} <= set(every["metric"])
    frame = results.tsc_scores()
    assert list(frame.columns) == ["mean", "standard_error", "n"] and "..." not in repr(frame)
    names = ["dataset", "generator", "mix", "teacher", "query", "objective", "student"]
    assert frame.index.names == names and all(map(is_numeric_dtype, frame.dtypes))
    summary = results.summary("tsc_score").set_index(names)["tsc_score"]
    pd.testing.assert_series_equal(frame["mean"], summary.sort_index(), check_names=False)


@pytest.mark.parametrize("ask", ["methods", "summary", "verdict", "board"])
def test_an_unknown_metric_is_answered_with_near_names(results, ask):
    with pytest.raises(SpecError, match="did you mean 'tsc_score'"):
        getattr(results, ask)("tsc_scor")


def test_a_pack_has_scores_but_no_models(results):
    assert repr(results).endswith("156 of 156 cells ok)") and len(results.records()) == 160
    assert len(results.timings()) == 320 and len(results.speeds()) == 80 and results.history().empty
    assert [table.title for table in results.board(full=False)] == ["made"]
    assert results._repr_html_() == results.board(full=False)._repr_html_()
    cell = results.records()[0]["cell"]
    for ask in (results.student, results.schema, results.rows, results.sampler):
        with pytest.raises(StoreError, match="is a pack: it has scores, but no models and no rows"):
            ask(cell)


def test_where_no_method_is_whole_it_says_so(tmp_path):
    failed = [
        {"cell": r["cell"], "status": "failed", "step": "s", "error": "e"} for r in MADE.records
    ]
    failed_pack = save_pack(replace(MADE, records=failed), tmp_path / "failed")
    nothing = tscbench.load(failed_pack)
    why = "No method has auc on test rows of all its cells: 0 of 156 cells have it."
    assert nothing.verdict() == why and "0 of 78 cells" in repr(nothing.board())
    with pytest.raises(NothingSelected, match="0 of 156 cells have it"):
        nothing.methods()
    assert nothing.summary()["n"].sum() == 0


@pytest.fixture
def small(lab, tiny, in_process):
    grid = {"generator": ["none", "far"], "mix": ["real", "fake(ratio=1)"], "student": ["linear"]}
    return tscbench.run(str(lab.suite(grid)), plugins=[tiny], out=lab.folder / "run")


def test_a_student_is_made_again_as_it_was(small):
    record = next(r for r in small.records() if r["cell"]["student"] == "linear")
    first, second = small.student(record["cell"]), small.student(Cell(**record["cell"]))
    rows = Rows(np.eye(3), None, np.arange(3))
    assert np.array_equal(first.predict(rows), second.predict(rows))
    row = small.scores().query("student == 'linear'").iloc[0]
    assert np.array_equal(
        small.student(row.to_dict()).predict(rows), small.student(row).predict(rows)
    )
    assert isinstance(small.student(row).predictor, Predictor)


def test_what_is_no_cell_is_one_sentence(small):
    cell = next(r for r in small.records() if r["cell"]["student"] == "linear")["cell"]
    with pytest.raises(SpecError, match="plans no cell toy · 0 · .* · 9"):
        small.student({**cell, "seed": 9})
    for wrong in ("zzz", 3, {"dataset": "toy"}):
        with pytest.raises(SpecError, match=r"is no cell; give a row of scores\(\)"):
            small.student(wrong)
    with pytest.raises(SpecError, match=r"board of a Results: must be a data frame; .*scores\(\)"):
        tscbench.board(small)

"""The Python face: the same work as the command line."""

import json

import numpy as np
import pandas as pd
import pytest
from hand_made import scores
from made_run import made_run

import tscbench
from tscbench import CompressionSet, Predictor, Rng, Rows, Sampler, Schema, SpecError, StoreError
from tscbench.results.frames import COLUMNS
from tscbench.results.pack_file import save_pack

pytestmark = pytest.mark.usefixtures("in_process")


@tscbench.generator(version="1")
def mine(train: Rows) -> Sampler:
    """A generator of the caller's own."""
    return Sampler(lambda n, rng: rng.standard_normal((n, train.x.shape[1])))


@tscbench.student(version="1")
def nothing(compression_set: CompressionSet, schema: Schema, rng: Rng) -> Predictor:
    """A student of the caller's own."""
    return Predictor(lambda rows: np.zeros((len(rows), *schema.outputs)))


@pytest.fixture
def small(lab) -> str:
    grid = {"generator": ["none", "far"], "mix": ["real", "fake(ratio=1)"], "student": ["linear"]}
    return str(lab.suite(grid))


def test_run_gives_the_scores_and_load_gives_them_again(small, lab, tiny):
    done = tscbench.run(small, plugins=[tiny], out=lab.folder / "run", jobs=1)
    frame = done.scores()
    assert list(frame.columns) == COLUMNS and set(frame["status"]) == {"ok"}
    assert set(frame["student"]) == {"linear", "teacher"}
    again = tscbench.load(lab.folder / "run")
    assert again.scores().equals(frame)
    assert len(again.records()) == 3 and len(again.timings()) >= 4
    assert repr(again) == f"Results({str(lab.folder / 'run')!r}: 2 of 2 cells ok)"


def test_functions_join_the_axis_of_their_kind(small, lab, tiny):
    plan = tscbench.plan(small, plugins=[tiny], generators=[mine], students=[nothing])
    cells = {(line.cell.generator, line.cell.student) for line in plan.lines}
    assert ("mine", "nothing") in cells and ("far", "linear") in cells
    only = tscbench.plan(small, plugins=[tiny], generator="none", generators=[mine])
    assert {line.cell.generator for line in only.lines} == {"none", "mine"}
    done = tscbench.run(small, plugins=[tiny], out=lab.folder / "r", generators=[mine])
    assert "mine" in set(done.scores()["generator"])
    assert tscbench.load(lab.folder / "r").scores()["value"].notna().all()


def test_axis_options_are_keywords_texts_numbers_and_lists(small, tiny):
    for seeds in ("0,1", [0, 1], ("0", 1)):
        plan = tscbench.plan(small, plugins=[tiny], mix="real", seed=seeds)
        assert {line.cell.mix for line in plan.lines} == {"real"} and len(plan.lines) == 2


@pytest.mark.parametrize(
    ("keywords", "said"),
    [
        ({"generater": "none"}, "generater"),
        ({"datasets": "toy"}, "datasets"),
        ({"generators": mine}, "generators"),
        ({"generators": ["none"]}, "none"),
        ({"students": [mine]}, "mine"),
        ({"seed": 1.5}, "seed"),
    ],
)
def test_a_keyword_that_means_nothing_is_an_error(small, tiny, keywords, said):
    with pytest.raises((SpecError, TypeError), match=said):
        tscbench.plan(small, plugins=[tiny], **keywords)


VALUES = {("a", "none"): (0.5, 0.6), ("a", "kde"): (0.7, 0.8)}


def test_a_board_of_anybody_s_frame():
    [table] = tscbench.board(scores(VALUES))
    assert table.title == "a" and "4 of 4 cells" in table.caption
    bare = scores(VALUES)[["dataset", "student", "metric", "value"]].drop_duplicates("dataset")
    [table] = tscbench.board(bare)
    assert table.frame["auc"].tolist() == [0.5] and table.frame["method"].tolist() == ["-"]
    valid = scores(VALUES, part="valid", metric="hits")
    [table] = tscbench.board(valid, "hits", part="valid")
    assert "hits on valid rows" in table.caption
    for frame, said in ((bare.drop(columns="value"), "no column value"), (3, "board of a int")):
        with pytest.raises(SpecError, match=said):
            tscbench.board(frame)
    with pytest.raises(SpecError, match="no result has metric 'brier' .has: auc"):
        tscbench.board(bare, "brier")


def test_a_board_of_a_frame_that_has_a_derived_metric_alone(tmp_path):
    made = save_pack(made_run(n_rows=1, splits=2, seeds=1), tmp_path / "made")
    every = tscbench.load(made).scores()
    [table] = tscbench.board(every[every["metric"] == "tsc_score"], "tsc_score")
    whole = tscbench.board(every, "tsc_score")[0]
    assert len(table.frame) == 18 and "18 of 18" not in table.caption
    found, same = (t.frame.set_index(["generator", "student"])["tsc_score"] for t in (table, whole))
    pd.testing.assert_series_equal(found.sort_index(), same.sort_index())


def test_a_site_of_runs_and_packs(small, lab, tiny, tmp_path):
    done = tscbench.run(small, plugins=[tiny], out=lab.folder / "run")
    save_pack(made_run(n_rows=1, splits=2, seeds=1), tmp_path / "pack")
    first = tscbench.site(done, tmp_path / "pack", out=tmp_path / "site")
    assert first == tmp_path / "site" / "index.html"
    said = "".join(page.read_text("utf-8") for page in (tmp_path / "site").rglob("*.html"))
    assert "far · fake" in said and "munge · fake" in said


def test_plugins_are_listed_and_checked(tiny):
    every = tscbench.plugins()
    assert set(every.columns) == {"kind", "name", "distribution", "version", "state", "cause"}
    assert every[["kind", "name"]].values.tolist() == sorted(
        every[["kind", "name"]].values.tolist()
    )
    mine = tscbench.plugins("generator", [tiny]).set_index("name")
    assert set(mine["kind"]) == {"generator"} and mine.loc["far", "distribution"] == "tiny.py"
    [report] = tscbench.check("marginals", offline=True)
    assert report.ok and json.dumps(str(report))
    with pytest.raises(SpecError, match="no plugin"):
        tscbench.check("marginal", offline=True)


def test_a_folder_with_neither_run_nor_pack_is_one_sentence(tmp_path):
    with pytest.raises(StoreError, match="holds no run"):
        tscbench.load(tmp_path)


def test_public_names_are_there():
    for name in tscbench.__all__:
        assert getattr(tscbench, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = tscbench.nothing


def test_a_list_that_is_none_is_one_sentence(small):
    with pytest.raises(SpecError, match=r"must be a list: plugins=\['tiny.py'\]"):
        tscbench.plan(small, plugins="tiny.py")


def test_a_suite_may_be_what_its_file_would_say(tiny, lab):
    grid = {"dataset": ["toy"], "teacher": ["nearest"], "student": ["linear"]}
    suite = {"name": "mine", "headline": "hits", "metrics": ["hits"], "grid": [grid]}
    done = tscbench.run(suite, plugins=[tiny], out=lab.folder / "run", seed=[0, 1])
    assert len(done.records()) == 3 and done.verdict().startswith("none alone has all its cells")
    assert tscbench.load(lab.folder / "run").scores().equals(done.scores())

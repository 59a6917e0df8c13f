"""Records in, data frame out."""

import json

import pytest
from made_records import shards

from tscbench import StoreError
from tscbench.contracts.kinds import AXES
from tscbench.line.sealed import write_sealed
from tscbench.results.cell import Cell
from tscbench.results.frames import COLUMNS
from tscbench.results.run import Run

CELL = Cell("toy", 0, "forest", "inbag", "none", "real", "probabilities", "tree", 1)
OK = {"status": "ok", "key": "r", "scores": {"test": {"auc": 0.5, "ece": None}}}


@pytest.fixture
def run(tmp_path) -> Run:
    made = Run(tmp_path / "run")
    made.write_asked({"suite": "", "planned": {CELL.id: CELL.axes}})
    return made


def test_a_record_comes_back_as_it_was_written(run):
    run.write(CELL, {**OK, "value": 0.1 + 0.2})
    found = run.read(CELL)
    assert found["value"] == 0.1 + 0.2 and found["schema"] >= 1
    assert found["cell"] == dict(zip(AXES, CELL.axes, strict=True))


def test_cells_have_names_of_their_own():
    from dataclasses import replace

    others = [replace(CELL, **{axis: "x"}) for axis in AXES]
    assert len({CELL.id, *(other.id for other in others)}) == 10
    assert str(CELL) == "toy · 0 · forest · inbag · none · real · probabilities · tree · 1"


def test_a_torn_record_is_a_missing_one(run):
    run.write(CELL, OK)
    [path] = shards(run.folder)
    path.write_text(path.read_text()[:20])
    assert run.read(CELL) is None and run.damaged == 1
    assert [r["status"] for r in run.records()] == ["missing"]
    path.write_text("[1]\n")
    assert run.read(CELL) is None and run.damaged == 1


def test_scores_have_one_row_per_part_and_metric(run):
    run.write(CELL, OK)
    frame = run.scores()
    assert list(frame.columns) == COLUMNS
    assert frame["metric"].tolist() == ["auc", "ece"]
    assert frame["value"].tolist()[0] == 0.5 and frame["value"].isna().tolist() == [False, True]


def test_a_failed_cell_is_one_row_without_a_value(run):
    run.write(CELL, {"status": "failed", "key": "r", "step": "student", "error": "no"})
    (row,) = run.scores().to_dict("records")
    assert row["status"] == "failed" and row["student"] == "tree"
    assert row["part"] is None or row["part"] != row["part"]
    assert row["value"] is None or row["value"] != row["value"]


def test_timings_have_one_row_per_step(run):
    run.write(CELL, {**OK, "seconds": {"student": 1.5, "predictions": 0.25}})
    frame = run.timings()
    assert dict(zip(frame["step"], frame["seconds"], strict=True)) == {
        "student": 1.5,
        "predictions": 0.25,
    }
    assert list(frame.columns) == [*AXES, "step", "seconds"]


def test_a_folder_without_a_run_is_one_sentence(tmp_path):
    with pytest.raises(StoreError, match="holds no run"):
        Run(tmp_path).asked()


def test_a_record_is_readable_by_others(run):
    run.write(CELL, OK)
    [line] = shards(run.folder)[0].read_text().splitlines()
    assert json.loads(line)["record"]["status"] == "ok"


def test_the_run_of_another_version_is_one_sentence(run):
    write_sealed(run.folder / "run.json", {"schema": 2, "planned": {}})
    with pytest.raises(StoreError, match="another version of tscbench.*schema 2") as caught:
        list(run.records())
    assert "\n" not in str(caught.value)


def test_another_process_s_records_are_seen_at_once(run):
    other = Run(run.folder)
    assert run.read(CELL) is None
    other.write(CELL, OK)
    assert run.read_all([CELL]) == {CELL: other.read(CELL)}
    run.write(CELL, {**OK, "status": "failed"})
    assert other.read(CELL)["status"] == "failed"
    run.close()
    assert other.read(CELL)["status"] == "failed"

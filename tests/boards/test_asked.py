"""What can be asked for by name: metrics between cells, speeds, and boards in numbers."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from made_run import made_run
from pandas.api.types import is_numeric_dtype

import tscbench
from tscbench import SpecError
from tscbench.boards.asked import names_of, recorded_of, speed_rows, with_derived
from tscbench.boards.cost_board import cost_boards, speed_board
from tscbench.boards.diagnosis import probe_board
from tscbench.boards.partners import baselines_of
from tscbench.boards.relations import relations
from tscbench.boards.run_boards import run_boards
from tscbench.boards.site.view import in_order, load_view, recorded, save_view
from tscbench.boards.tables import FORMATS, numbers_of
from tscbench.boards.tuning import tuning_board
from tscbench.results import COLUMNS, Cell

WORDS = {"dataset", "teacher", "query", "objective", "generator", "mix", "student", "part"}
WORDS |= {"metric", "method", "probe", "number", "what", "pick", "lane", "chosen"}


@pytest.fixture(scope="module")
def view():
    return made_run(n_rows=2000, splits=3)


def boards_of(view, **more):
    return run_boards(view.scores, view.speeds, view.headline, **more)


def test_metrics_between_cells_and_speeds_are_rows_like_any_other(view):
    every = with_derived(view.scores, view.speeds)
    assert list(every.columns) == COLUMNS and every["value"].dtype == float
    wanted = {"tsc_score", "tsc_ratio", "tsc_auc", "gain", "difference_auc", "rows_per_second"}
    assert wanted <= set(names_of(every)) and "tsc_score@1" not in names_of(every)
    related = relations(view.scores)
    [one] = every[every["metric"] == "tsc_score"].head(1).to_dict("records")
    same = related[(related[COLUMNS[:9]] == pd.Series(one)[COLUMNS[:9]]).all(axis=1)]
    same = same[(same["metric"] == "tsc_score") & (same["part"] == one["part"])]
    assert same["value"].tolist() == [one["value"]]
    assert set(every.loc[every["metric"].isin(wanted - {"rows_per_second"}), "part"]) == {
        "valid",
        "test",
    }


def test_what_is_worked_out_is_not_worked_out_again(view):
    every = with_derived(view.scores, view.speeds)
    assert len(recorded_of(every)) == len(view.scores)
    pd.testing.assert_frame_equal(with_derived(every, view.speeds), every)


def test_a_metric_between_cells_has_a_board(view):
    found = boards_of(view, metric="tsc_score")
    [table, *_] = found
    assert "6 rows" not in table.caption and set(table.table["generator"]) >= {"munge", "kde"}
    standard = {
        (row["generator"], row["student"]): row["value"]
        for row in numbers_of(boards_of(view)[0]).to_dict("records")
        if row["metric"] == "tsc_score"
    }
    for row in numbers_of(table).to_dict("records"):
        assert standard[row["generator"], row["student"]] == pytest.approx(row["value"])


def test_speeds_have_a_board(view):
    [table, *_] = boards_of(view, metric="rows_per_second")
    assert "20,000,000" in table.table.to_string() and "alone 1,000,000" in table.caption
    contended = view.speeds.assign(contended=True)
    [table, *_] = boards_of(replace(view, speeds=contended), metric="rows_per_second")
    assert any("timed while others were at work" in note for note in table.notes)
    assert speed_rows(view.speeds[:0]).empty


def test_an_unknown_metric_is_answered_with_near_names_and_all_there_are(view):
    with pytest.raises(SpecError) as caught:
        boards_of(view, metric="tsc_scor")
    said = str(caught.value)
    assert "did you mean 'tsc_score'" in said and "has: accuracy, auc" in said
    assert "between cells: difference_accuracy" in said and "speeds: bare_bytes" in said
    with pytest.raises(SpecError, match="did you mean 'rows_per_second'"):
        boards_of(view, metric="row_per_second")


def test_why_there_is_no_value_is_said(view):
    chance = view.scores["metric"] == "mode_accuracy"
    none = replace(view, scores=view.scores[~chance])
    [table, *_] = boards_of(none, metric="tsc_score")
    assert any("the records hold no mode_accuracy" in note for note in table.notes)
    assert "undefined" in table.table.to_string()
    [first, *_] = boards_of(view, metric="rows_per_second", part="valid")
    assert "no rows_per_second on valid rows" in first.caption


def test_the_ratio_is_in_the_name_on_the_standard_board_too(view):
    nine = view.scores.assign(mix=view.scores["mix"].replace("fake(ratio=1)", "fake(ratio=9)"))
    [table, *_] = boards_of(replace(view, scores=nine))
    assert "TSC Score: tsc_score@9" in table.notes
    assert "tsc_score@9" in set(numbers_of(table)["metric"])
    assert not any("TSC Score:" in note for note in boards_of(view)[0].notes)


def test_the_baseline_is_the_one_that_the_record_names():
    axes = ("magic", 0, "forest", "inbag", "kde", "fake(ratio=1)", "probabilities", "tree", 0)
    cell = Cell(*axes)
    plain = replace(cell, generator="none", mix="real")
    other = replace(plain, objective="logits")
    score = {"test": {"accuracy": 0.8}}
    records = [
        {"cell": vars(cell), "status": "ok", "provenance": {"baseline": other.id}},
        *({"cell": vars(one), "status": "ok", "scores": score} for one in (plain, other)),
    ]
    named = baselines_of(records)
    assert named == {tuple(map(str, cell.axes)): tuple(map(str, other.axes))}
    values = {cell: 0.7, plain: 0.8, other: 0.9}
    text = {"split": "0", "seed": "0", "status": "ok", "part": "test", "metric": "accuracy"}
    rows = [{**vars(c), **text, "value": v} for c, v in values.items()]
    frame = pd.DataFrame(rows)[COLUMNS]
    for baselines, expected in ((None, -0.1), (named, -0.2)):
        found = relations(frame, baselines)
        found = found[found["metric"] == "difference_accuracy"]
        assert found["value"].tolist() == pytest.approx([expected])


def assert_in_numbers(boards):
    """Whether every column but those of words holds numbers, in the frame and on both ways out."""
    assert boards
    for board in boards:
        frame = numbers_of(board)
        for name in set(frame.columns) - WORDS:
            assert is_numeric_dtype(frame[name]), (board.title, name)
    for board in json.loads(FORMATS["json"](boards)):
        for row in board["rows"]:
            for name in set(row) - WORDS:
                assert row[name] is None or isinstance(row[name], int | float), (name, row[name])
    assert "±" not in "\n".join(FORMATS["csv"](boards).splitlines())


@pytest.mark.parametrize("metric", ["", "auc", "tsc_score", "gain", "rows_per_second"])
def test_boards_are_numbers_for_programs(view, metric):
    boards = boards_of(view, metric=metric)
    assert {b.title for b in boards} > {"dataset_0"}
    assert_in_numbers(boards)


def test_other_boards_are_numbers_too(view):
    related = relations(view.scores)
    boards = cost_boards(view.scores, view.timings, view.speeds)
    assert_in_numbers(boards)
    assert_in_numbers([speed_board(view.scores, view.speeds, "auc")])
    probes = [
        {**row, "part": "synthetic", "metric": "p.q", "value": float(n)}
        for n, row in enumerate(view.scores[view.scores["generator"] != "none"].to_dict("records"))
    ]
    assert_in_numbers([probe_board(pd.DataFrame(probes), related)])


def test_what_was_tuned_is_numbers_too(view):
    named = {"munge": "munge(p=0.5)", "kde": "munge(p=0.25)"}
    scores = view.scores.assign(generator=view.scores["generator"].replace(named))
    board = tuning_board(scores, view.timings, "auc")
    assert board is not None
    assert_in_numbers([board])


def test_a_site_s_files_hold_what_can_be_asked(view, tmp_path):
    whole = replace(view, scores=with_derived(view.scores, view.speeds))
    save_view(in_order(whole), tmp_path)
    again = load_view(tmp_path)
    assert {"tsc_score", "rows_per_second"} <= set(again.scores["metric"])
    assert "tsc_score" in (tmp_path / "scores.csv").read_text("utf-8")
    assert len(recorded(again).scores) == len(view.scores)


def test_python_and_the_command_line_ask_alike(lab, cli, tiny):
    grid = {"generator": ["none", "far"], "mix": ["real", "fake(ratio=2)"], "objective": ["shares"]}
    suite = lab.suite(grid, metrics=["accuracy"], headline="accuracy", splits=2)
    assert cli("run", suite, "--plugin", tiny, "--out", "run", "--offline").code == 0
    results = tscbench.load("run")
    assert {"tsc_ratio@2", "difference_accuracy"} <= set(results.scores()["metric"])
    frame = results.tsc_scores()
    assert list(frame.columns) == ["mean", "standard_error", "n"]
    assert frame.index.names == [
        "dataset", "generator", "mix", "teacher", "query", "objective", "student",
    ]  # fmt: skip
    assert all(map(is_numeric_dtype, frame.dtypes)) and "..." not in repr(frame)
    assert "mix fake(ratio=2)" in repr(frame).splitlines()[0]
    said = cli("board", "run", "--metric", "tsc_ratio@2", "--format", "json")
    rows = json.loads(said.out)[0]["rows"]
    assert said.code == 0 and rows[0]["metric"] == "tsc_ratio@2" and np.isfinite(rows[0]["value"])
    assert cli("board", "run", "--metric", "tsc_ratio").code == 2
    assert "did you mean 'tsc_ratio@2'" in cli("board", "run", "--metric", "tsc_ratio").err

"""tscbench board, and the boards that a run ends with."""

import json
from pathlib import Path

import pytest
from made_run import made_run

from tscbench.results.pack_file import save_pack

PROBES = """
name = "probes"
probes_only = true
probes = ["copy_rate"]
[[grid]]
dataset = ["breast_cancer"]
generator = ["munge", "smoothed_bootstrap"]
"""


def test_a_suite_of_probes_has_their_board(cli):
    Path("probes.toml").write_text(PROBES)
    done = cli("run", "probes.toml")
    assert done.code == 0, done.err
    table = cli("board", "runs/probes").out
    assert table in done.out and "copy_rate of synthetic rows" in table
    assert "munge" in table and "smoothed_bootstrap" in table
    timed = cli("time", "runs/probes")
    assert timed.code == 4 and "has no model to time" in timed.err
    drawn = cli(
        "samples", "runs/probes", "--generator", "munge", "--rows", "3", "--out", "rows.csv"
    )
    assert drawn.code == 0 and len(Path("rows.csv").read_text().splitlines()) == 4


@pytest.fixture
def board(cli):
    """`tscbench board` of a pack with 13 methods."""
    save_pack(made_run(n_rows=641, splits=2, seeds=1), Path("runs/made"))
    return lambda *words: cli("board", "made", *words)


def test_a_pack_has_a_first_screen_and_more_where_it_is_asked_for(board):
    said = board()
    assert said.code == 0 and len(said.out.splitlines()) <= 24 and said.err == ""
    assert said.out.startswith("made: Which rows help?\n\nmunge · both is ")
    assert "\ntscbench compare made none munge  all their cells, pair by pair\n" in said.out
    full = board("--full").out
    assert full.count("\nforest(n_trees=1) ") == 26 and full.startswith("over datasets: auc")
    assert board("--by", "dataset").out in full
    assert board("--by", "split").out.count("\nmunge · both is ") == 2
    assert "dataset_1" not in board("--full", "--dataset", "dataset_0").out


def test_formats_hold_the_same_methods(board):
    rows = {
        form: board("--format", form, "--metric", "accuracy").out
        for form in ("csv", "json", "markdown", "latex")
    }
    methods = [row["method"] for row in json.loads(rows["json"])[0]["rows"]]
    assert len(methods) == 13
    for text in rows.values():
        places = [
            text.index(f"{name} ") if f"{name} " in text else text.index(name) for name in methods
        ]
        assert all(place > 0 for place in places)
    assert len(rows["csv"].splitlines()) == 14 and rows["markdown"].count("\n|") == 15


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--costs", "--tuned"], "--costs and --tuned are boards of their own: one at a time"),
        (["--costs", "--full"], "--costs is a board of its own: without --full and --by"),
        (["--published", "--by", "dataset"], "--published is a board of its own"),
        (["--full", "--by", "dataset"], "--full shows every entry of every axis: without --by"),
        (["--missing", "worst", "--published"], "--missing is about ranks over datasets"),
        (["--missing", "worst", "--part", "synthetic"], "--missing is about ranks over datasets"),
        (["--missing", "best"], "'best' is not one of"),
        (["--out", "x"], "--out says where --history writes its figures"),
    ],
)
def test_options_that_do_not_go_together_are_refused(board, words, said):
    done = board(*words)
    assert done.code == 2 and said in done.err and done.out == ""


def test_boards_that_a_run_has_not_got_are_code_4(board):
    assert board("--tuned").code == 4 and board("--history").code == 4
    assert board("--published").code == 4


def test_missing_cells_may_be_made_up_for(board):
    said = board("--missing", "worst").out
    assert said.startswith("over datasets") and "missing cells: worst" in said.replace("\n", " ")


def test_a_run_without_a_result_says_so(cli, lab, tiny):
    suite = lab.suite({"student": ["linear"]})
    lab.trouble("linear")
    done = cli("run", suite, "--plugin", tiny, "--out", "run")
    assert done.code == 1 and "of all its cells: 0 of 1 cells have it." in done.out
    assert cli("board", "run").out == done.out
    assert cli("board", "nowhere").code == 2

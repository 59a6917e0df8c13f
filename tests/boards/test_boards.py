"""Boards: means and standard errors by hand, coverage, filters and formats."""

import csv
import io
import json

import pandas as pd
import pytest

from tscbench import SpecError
from tscbench.boards.boards import Board, filter_scores, leaderboard
from tscbench.boards.sources import sources_of
from tscbench.boards.tables import FORMATS
from tscbench.results import COLUMNS


def row(value, **more):
    base = {
        "dataset": "magic",
        "split": 0,
        "teacher": "forest",
        "query": "inbag",
        "generator": "none",
        "mix": "real",
        "objective": "probabilities",
        "student": "tree",
        "seed": 0,
        "status": "ok",
        "part": "test",
        "metric": "auc",
        "value": value,
    }
    return base | more


def teacher(value, **more):
    dashes = dict.fromkeys(("query", "generator", "mix", "objective", "seed"), "-")
    return row(value, **dashes, student="teacher", **more)


def failed(**more):
    return row(None, status="failed", part=None, metric=None) | more


def frame(*rows) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=COLUMNS)


FAKE = {"generator": "munge(p=0.5, s=1)", "mix": "fake(ratio=9)"}
FULL = frame(
    row(0.80, seed=0),
    row(0.84, seed=1),
    row(0.70, seed=0, part="valid"),
    row(0.90, seed=0, **FAKE),
    row(0.93, seed=1, **FAKE),
    row(0.96, seed=0, split=1, **FAKE),
    failed(seed=1, split=1, **FAKE),
    row(0.85, seed=0, student="tree(max_leaf_nodes=9)"),
    teacher(0.95),
    teacher(0.97, split=1),
)


def test_means_and_standard_errors_are_those_of_the_repeats():
    (board,) = leaderboard(FULL, "auc")
    table = board.table.set_index("generator")
    # 0.80 and 0.84: mean 0.82, deviation 0.02·√2, standard error 0.02
    assert table.loc["none", "tree"] == "0.8200 ± 0.0200"
    # splits (0.90 + 0.93)/2 and 0.96: mean 0.9375, deviation 0.0225·√2, standard error 0.0225
    assert table.loc["munge(p=0.5, s=1)", "tree"] == "0.9375 ± 0.0225"
    assert table.loc["none", "tree(max_leaf_nodes=9)"] == "0.8500"
    assert table.loc["munge(p=0.5, s=1)", "tree(max_leaf_nodes=9)"] == ""


def test_the_caption_says_how_much_is_there():
    (board,) = leaderboard(FULL, "auc")
    assert board.title == "magic"
    assert "auc on test rows" in board.caption
    assert "over 1 to 3 repeats, seeds averaged inside their split;" in board.caption
    assert "6 of 7 cells" in board.caption
    assert "teacher forest alone 0.9600 ± 0.0100" in board.caption
    assert "query inbag" in board.caption and "query" not in board.table


def test_a_missing_cell_counts_as_planned():
    (board,) = leaderboard(frame(row(0.8), failed(seed=1), failed(seed=2, status="missing")), "auc")
    assert "1 of 3 cells" in board.caption and "1 repeat;" in board.caption


def test_the_best_arm_is_first_and_students_go_by_size():
    rows = [
        row(v, generator=g, mix="fake", student=s)
        for g, v in (("smoothed_bootstrap", 0.7), ("kde", 0.9), ("gmm", 0.8))
        for s in ("forest(n_trees=10)", "forest(n_trees=2)", "tree")
    ]
    (board,) = leaderboard(frame(*rows), "auc")
    assert board.table["generator"].tolist() == ["kde", "gmm", "smoothed_bootstrap"]
    assert list(board.table.columns)[-3:] == ["forest(n_trees=2)", "forest(n_trees=10)", "tree"]


def test_an_undefined_value_is_said_to_be_undefined():
    rows = [row(None, student="a"), row(0.5, student="b"), row(None, student="a", **FAKE)]
    (board,) = leaderboard(frame(*rows), "auc")
    assert set(board.table["a"]) == {"undefined"}
    (board,) = leaderboard(frame(row(None)), "auc")
    assert board.table["tree"].tolist() == ["undefined"]


def test_the_part_is_chosen():
    (board,) = leaderboard(FULL, "auc", part="valid")
    assert board.table["tree"].tolist() == ["0.7000"]
    assert "auc on valid rows" in board.caption


def test_several_datasets_have_a_board_each_and_a_plain_mean():
    rows = [row(0.8), row(0.6, seed=1), row(0.9, dataset="adult"), row(0.5, **FAKE)]
    adult, magic, mean = leaderboard(frame(*rows), "auc")
    assert (adult.title, magic.title, mean.title) == ("adult", "magic", "all datasets")
    table = mean.table.set_index("generator")["tree"]
    assert table["none"] == "0.8000"  # (0.7 + 0.9) / 2
    assert table["munge(p=0.5, s=1)"] == "1 of 2 datasets"
    assert "plain mean over 2 datasets" in mean.caption


def test_datasets_of_one_source_count_as_one_in_the_mean():
    rows = [row(v, dataset=d) for d, v in (("adult", 0.9), ("magic", 0.6), ("magic_too", 0.8))]
    sources = sources_of([["magic", "magic_too", "absent"]], ["adult", "magic", "magic_too"])
    *_, mean = leaderboard(frame(*rows), "auc", sources=sources)
    assert mean.table["tree"].tolist() == ["0.8000"]  # (0.9 + (0.6 + 0.8) / 2) / 2
    assert mean.notes == ("magic + magic_too are of one source and count as one.",)


def test_the_best_arm_is_first_also_where_less_is_better():
    (board,) = leaderboard(FULL, "auc", direction="lower")
    assert board.table["generator"].tolist() == ["none", "munge(p=0.5, s=1)"]


def test_a_dataset_without_a_result_is_not_forgotten():
    rows = [row(0.8), row(0.9, dataset="adult"), failed(dataset="higgs")]
    boards = {board.title: board for board in leaderboard(frame(*rows), "auc")}
    assert "no auc on test rows; 0 of 1 cells" in boards["higgs"].caption
    assert "2 of 3 datasets" in boards["all datasets"].caption
    for form in FORMATS.values():
        assert "higgs" in form(list(boards.values())) or form is FORMATS["csv"]


def test_an_unknown_metric_lists_what_there_is():
    with pytest.raises(SpecError, match=r"no result has metric 'acc'.* \(has: auc\)"):
        leaderboard(FULL, "acc")
    with pytest.raises(SpecError, match="has: none"):
        leaderboard(frame(failed()), "auc")


@pytest.mark.parametrize(
    ("options", "n"),
    [
        ({}, 10),
        ({"generator": "munge"}, 6),
        ({"generator": "mun*"}, 6),
        ({"generator": "munge(p=0.5, s=1)"}, 6),
        ({"generator": "no:munge"}, 6),
        ({"mix": "real"}, 6),
        ({"seed": "1"}, 5),
        ({"split": "1"}, 3),
        ({"student": "tree(max_leaf_nodes=9)"}, 1),
        ({"student": "tree"}, 8),
        ({"generator": "munge", "seed": "0"}, 4),
    ],
)
def test_filters_keep_what_fits_and_the_teachers(options, n):
    assert len(filter_scores(FULL, options)) == n


def test_a_filter_with_brackets_in_it_is_taken_literally():
    mlp = frame(row(0.5, student="mlp(hidden=[8, 8])"), row(0.6))
    assert len(filter_scores(mlp, {"student": "mlp(hidden=[8, 8])"})) == 1


def test_a_filter_that_nothing_has_is_an_error():
    with pytest.raises(SpecError, match="--generator kde: no result has it"):
        filter_scores(FULL, {"generator": "kde"})
    with pytest.raises(SpecError, match="--generator kde"):
        filter_scores(FULL, {"generator": "no:kde"})


@pytest.fixture
def boards():
    return leaderboard(FULL, "auc")


def test_text_and_markdown_show_the_caption_and_every_row(boards):
    text, markdown = FORMATS["text"](boards), FORMATS["markdown"](boards)
    assert text.startswith("magic: auc on test rows")
    assert "### magic" in markdown
    for form in (text, markdown):
        assert "0.9375 ± 0.0225" in form and "munge(p=0.5, s=1)" in form
    rows = [line for line in markdown.splitlines() if line.startswith("|")]
    assert len(rows) == 4 and len({line.count("|") for line in rows}) == 1


def test_csv_parses(boards):
    rows = list(csv.DictReader(io.StringIO(FORMATS["csv"](boards))))
    assert {r["dataset"] for r in rows} == {"magic"}
    assert [r["generator"] for r in rows] == ["none", "munge(p=0.5, s=1)", "none"]
    found = [float(rows[1][name]) for name in ("value", "standard_error")]
    assert found == pytest.approx([0.9375, 0.0225])


def test_json_parses(boards):
    (found,) = json.loads(FORMATS["json"](boards))
    assert found["title"] == "magic" and len(found["rows"]) == 3
    one, _, single = found["rows"]
    assert (one["metric"], one["part"], one["n"]) == ("auc", "test", 2)
    assert one["value"] == pytest.approx(0.82) and one["standard_error"] == pytest.approx(0.02)
    assert single["n"] == 1 and single["standard_error"] is None


def test_notes_and_a_dataset_column_of_its_own_survive_every_format():
    table = pd.DataFrame({"dataset": ["magic", "adult"], "x": ["1", "2"]})
    board = Board("Card", "of teachers", table, notes=("mind this",))
    rows = list(csv.DictReader(io.StringIO(FORMATS["csv"]([board]))))
    assert [r["dataset"] for r in rows] == ["magic", "adult"]
    assert json.loads(FORMATS["json"]([board]))[0]["notes"] == ["mind this"]
    for form in ("text", "markdown", "latex"):
        assert "mind this" in FORMATS[form]([board])


def test_latex_is_escaped_and_signs_are_commands():
    from tscbench.boards.tables import as_latex

    table = pd.DataFrame({"forest_1": ["0.5 ± 0.1"], "Δ": ["2×"]})
    text = as_latex(Board("a_b", "5 % & more", table, notes=("one_repeat",)))
    assert r"\caption{a\_b: 5 \% \& more. one\_repeat}" in text and r"forest\_1" in text
    assert r"0.5 $\pm$ 0.1" in text and r"$\Delta$" in text and r"2$\times$" in text

"""Probes against scores, and the teacher card: against scipy and sums done by hand."""

import numpy as np
import pandas as pd
import pytest

from tscbench.boards.diagnosis import correlations, probe_board
from tscbench.boards.relations import relations
from tscbench.boards.sources import sources_of
from tscbench.boards.teacher_card import teacher_card
from tscbench.contracts.kinds import AXES

GENERATORS = ["a", "b", "c", "d", "e"]


def row(value, **more):
    cell = dict.fromkeys(AXES, "-") | {"dataset": "one", "split": "0", "seed": "0"}
    cell |= {"teacher": "forest", "query": "inbag", "objective": "probabilities"}
    cell |= {"generator": "none", "mix": "real", "student": "tree", "status": "ok"}
    return {**cell, "part": "test", "metric": "accuracy", "value": value, **more}


def own(value, **more):
    """A row of the teacher's own line."""
    axes = dict.fromkeys(["query", "generator", "mix", "objective", "seed"], "-")
    return row(value, **{"student": "teacher", **axes, **more})


def frames(probes, scores, **axes):
    """Scores with one probe and relations with TSC Scores, over generators."""
    arm = {"mix": "fake(ratio=9)", **axes}
    said = [
        row(v, generator=g, part="synthetic", metric="p.x", **arm)
        for g, v in zip(GENERATORS, probes)
    ]
    found = [row(v, generator=g, metric="tsc_score@9", **arm) for g, v in zip(GENERATORS, scores)]
    return pd.DataFrame(said), pd.DataFrame(found)


def test_probes_are_ranked_where_all_but_the_generator_is_alike():
    up, down = [1, 2, 3, 4, 5], [5, 4, 3, 2, 1]
    parts = [
        frames(up, up, student="tree"),
        frames(up, [v + 100 for v in down], student="forest"),
        frames(up, up, dataset="two"),
        frames([*up[:3], np.nan, np.nan], up, dataset="three"),
    ]
    scores, related = (pd.concat(part, ignore_index=True) for part in zip(*parts))
    each = correlations(scores, related).set_index(["dataset", "student"])
    assert each["rho"].round(12).dropna().to_dict() == {
        ("one", "tree"): 1.0,
        ("one", "forest"): -1.0,
        ("two", "tree"): 1.0,
    }
    assert each["n"].to_dict()["three", "tree"] == 3
    board = probe_board(scores, related)
    [line] = board.table.to_dict("records")
    assert (line["one"], line["two"], line["three"]) == ("+0.00", "+1.00", "")
    assert line["pooled"] == "+0.50 ± 0.50" and line["datasets"] == "2 of 3"
    assert line["n"] == "3 to 5" and board.keys["pooled"][0] == pytest.approx(0.5)
    assert list(board.keys.columns) == list(board.table.columns)
    [note] = board.notes
    assert "±0.88" in note, "the table of Spearman's or Pearson's r with 3 degrees of freedom"


def test_datasets_of_one_source_count_as_one():
    parts = [
        frames(range(5), order, dataset=name)
        for name, order in (("a", range(5)), ("b", range(5)), ("c", (1, 0, 2, 4, 3)))
    ]
    scores, related = (pd.concat(part, ignore_index=True) for part in zip(*parts))
    board = probe_board(scores, related, sources=sources_of([["a", "b"]], "abc"))
    assert board.table["pooled"][0] == "+0.90 ± 0.10", "of 1 and 0.8, not of 1, 1 and 0.8"
    assert board.notes[-1] == "a + b are of one source and count as one."


def test_a_probe_that_says_the_same_of_all_is_a_note():
    scores, related = frames(range(5), range(5))
    scores = pd.concat([scores, scores.assign(metric="p.same", value=1.0)], ignore_index=True)
    board = probe_board(scores, related)
    assert board.table["probe"].tolist() == ["p.x"]
    assert board.notes[1:] == ("p.same ranks no generators",)


def test_repeats_are_averaged_before_they_are_ranked():
    parts = [
        frames([v + 10 * split * (-1) ** v for v in range(5)], range(5), split=str(split))
        for split in (-1, 1)
    ]
    scores, related = (pd.concat(part, ignore_index=True) for part in zip(*parts))
    [rho] = correlations(scores, related)["rho"]
    assert rho == pytest.approx(1.0)


def test_other_scores_and_out_of_fold_ones_are_not_mixed_in():
    scores, related = frames(range(5), range(5))
    other = related.assign(metric="tsc_score_oof@9", value=-related["value"])
    both = pd.concat([related, other], ignore_index=True)
    assert correlations(scores, both)["rho"].tolist() == pytest.approx([1.0])
    assert correlations(scores, both, "tsc_score_oof")["rho"].tolist() == pytest.approx([-1.0])
    nothing = probe_board(scores, related, "gain")
    assert nothing.table.empty and "needs 4 generators" in nothing.caption


CARD = [
    *(own(v, part="train", metric=f"inbag.{m}") for m, v in [("accuracy", 1.0), ("auc", 1.0)]),
    own(0.8, part="train", metric="oob.accuracy"),
    own(0.95, part="train", metric="inbag.confidence"),
    own(0.7, metric="confidence"),
    own(0.81, part="valid"),
    own(0.79),
    *(row(v, query=q, seed=s) for q, s, v in [("inbag", "0", 0.70), ("inbag", "1", 0.72)]),
    *(row(v, query=q, seed=s) for q, s, v in [("oob", "0", 0.74), ("oob", "1", 0.80)]),
    row(0.60, student="forest"),
    row(0.62, student="forest", query="oob"),
]


def synthetic(generator, part, value, **more):
    metric = "difference_accuracy"
    return row(value, generator=generator, mix="both", part=part, metric=metric, **more)


def test_the_teacher_card_by_hand():
    related = [
        synthetic("a", "valid", 0.03),
        synthetic("a", "test", 0.01),
        synthetic("b", "valid", 0.02),
        synthetic("b", "test", 0.05),
        synthetic("b", "valid", 0.01, query="oob"),
        synthetic("b", "test", -0.02, query="oob"),
    ]
    board = teacher_card(pd.DataFrame(CARD), pd.DataFrame(related))
    [line] = board.table.to_dict("records")
    assert line["training, inbag"] == "1.0000" and line["training, oob"] == "0.8000"
    assert (line["validation"], line["test"]) == ("0.8100", "0.7900")
    assert line["confidence gap"] == "+0.2500"
    each = [((0.74 - 0.70) + (0.62 - 0.60)) / 2, 0.80 - 0.72]  # seed 0 has both students
    assert board.keys["gain of oob"][0] == pytest.approx(np.mean(each))
    assert line["gain of oob"].endswith(f"± {abs(each[0] - each[1]) / 2:.4f}")
    assert line["gain of synthetic rows, inbag"] == "+0.0100", "a is best on validation rows"
    assert line["gain of synthetic rows, oob"] == "-0.0200"
    assert list(board.keys.columns) == list(board.table.columns)


def test_an_arm_that_lacks_cells_is_not_the_best():
    related = [
        synthetic("a", "valid", 0.09),
        synthetic("a", "test", 0.09),
        *(synthetic("b", p, 0.02, seed=s) for p in ("valid", "test") for s in "01"),
    ]
    board = teacher_card(pd.DataFrame(CARD), pd.DataFrame(related))
    assert board.keys["gain of synthetic rows, inbag"][0] == pytest.approx(0.02)


def test_without_validation_rows_nothing_is_chosen():
    related = [synthetic("a", "test", 0.01), synthetic("b", "test", 0.05)]
    board = teacher_card(pd.DataFrame(CARD), pd.DataFrame(related))
    assert board.keys["gain of synthetic rows, inbag"][0] == pytest.approx(0.03)
    assert board.notes == ("without validation rows, mean of all: one",)


def test_records_of_older_times_are_not_recorded():
    older = pd.DataFrame([r for r in CARD if r["part"] != "train" and r["metric"] != "confidence"])
    board = teacher_card(older, relations(older))
    [line] = board.table.to_dict("records")
    assert line["training, inbag"] == line["confidence gap"] == "not recorded"
    assert line["test"] == "0.7900" and line["gain of oob"] == "+0.0550 ± 0.0250"


def test_a_run_fills_both_boards(lab):
    shifts = [f"far(shift={n})" for n in (1, 2, 3)]
    grids = {"query": ["inbag", "crossfit(folds=2)"], "generator": ["copies", *shifts, "far"]}
    grids |= {"mix": ["real", "fake(ratio=1)"], "student": ["linear"]}
    run = lab.run(
        grids, probes=["place"], metrics=["accuracy"], headline="accuracy", splits=2, seeds=2
    )
    scores = run.scores()
    related = relations(scores)
    each = correlations(scores, related, "difference_accuracy")
    assert set(each["probe"]) == {"place.mean", "place.copied"} and set(each["n"]) == {5}
    board = probe_board(scores, related, "difference_accuracy")
    assert "place.mean" in set(board.table["probe"])
    card = teacher_card(scores, related)
    [line] = card.table.to_dict("records")
    assert line["training, inbag"].startswith("1.0000")
    assert {"training, crossfit(folds=2)", "gain of crossfit(folds=2)"} <= set(card.table)
    assert not (card.table == "not recorded").any(axis=None)

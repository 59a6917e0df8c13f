"""The table of probes against a score: pooled over datasets, and what a ranking is worth."""

import numpy as np
import pytest
from hand_made import frame, row, study

from tscbench.report.probe_board import probe_board
from tscbench.results.packed import sources_of

UP, DOWN = [1, 2, 3, 4, 5], [5, 4, 3, 2, 1]


def dataset(name, probes, scores, **more):
    """Cells of generators: what a probe says of them, and their AUC; beside real rows'."""
    fake = {"dataset": name, "mix": "fake(ratio=1)", **more}
    rows = [row(0.5, dataset=name, **more)]
    for generator, probe, score in zip("abcde", probes, scores, strict=True):
        at = {"generator": generator, **fake}
        rows += [row(probe, part="synthetic", metric="p.x", **at), row(score / 10, **at)]
        rows.append(row(1.0, part="synthetic", metric="p.same", **at))
    return rows


def board(*parts, **more):
    return probe_board(study(frame(*(r for part in parts for r in part)), **more), "difference_auc")


def test_the_mean_correlation_of_each_dataset_and_over_them():
    table = board(
        dataset("one", UP, UP),
        dataset("one", UP, DOWN, student="forest"),
        dataset("two", UP, UP),
        dataset("three", [*UP[:3], np.nan, np.nan], UP),
    )
    [line] = table.cells()
    shown = {c.heading: str(cell) for c, cell in zip(table.columns, line, strict=True)}
    assert shown == {
        "probe": "p.x",
        "one": "+0.00",
        "three": "–",
        "two": "+1.00",
        "pooled": "+0.50 ± 0.50",
        "datasets": "2 of 3",
        "n": "3 to 5",
    }
    assert table.title == "Probes against difference_auc"
    chance, still = table.notes
    assert "±0.88" in chance, "the table of Spearman's or Pearson's r with 3 degrees of freedom"
    assert still == "p.same ranks no generators."


def test_datasets_of_one_source_count_as_one():
    parts = [
        dataset(name, UP, order) for name, order in (("a", UP), ("b", UP), ("c", (2, 1, 3, 5, 4)))
    ]
    table = board(*parts, sources=sources_of([["a", "b"]], "abc"))
    pooled = table.frame.set_index("probe").loc["p.x", ["pooled", "pooled_standard_error"]]
    assert pooled.tolist() == pytest.approx([0.9, 0.1]), "of 1 and 0.8, not of 1, 1 and 0.8"
    assert table.notes[-1] == "a + b are of one source and count as one."


def test_too_few_generators_are_said():
    few = [r for r in dataset("one", UP, UP) if r["generator"] in "none ab"]
    table = board(few)
    assert (
        table.frame.empty
        and "needs 4 generators that have a probe and a difference" in table.caption
    )

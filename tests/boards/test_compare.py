"""Comparisons are cell against cell, and what has no partner is said."""

import json

import pandas as pd
import pytest

from tscbench import SpecError
from tscbench.boards.compare import axis_of, comparison, failing, pair_entries, pair_runs
from tscbench.boards.sources import sources_of
from tscbench.contracts.kinds import AXES


def frame(*rows):
    """Scores of cells: (dataset, generator, mix, seed, value)."""
    base = dict.fromkeys(AXES, "x") | {"status": "ok", "part": "test", "metric": "auc"}
    names = ("dataset", "generator", "mix", "seed", "value")
    return pd.DataFrame([base | dict(zip(names, row, strict=True)) for row in rows])


SCORES = frame(
    ("d1", "none", "real", "0", 0.5),
    ("d1", "none", "real", "1", 0.6),
    ("d1", "munge(p=0.5)", "fake", "0", 0.7),
    ("d1", "munge(p=0.5)", "fake", "1", 0.9),
    ("d2", "none", "real", "0", 0.8),
    ("d2", "munge(p=0.5)", "fake", "0", 0.7),
    ("d2", "none", "real", "1", 0.8),
    ("d2", "munge(p=0.5)", "fake", "1", None),
    ("d2", "kde", "fake", "0", 0.1),
)


def test_pairs_are_alike_but_for_the_entry_and_the_mix_of_none():
    paired = pair_entries(SCORES, axis_of(SCORES, "none", "munge"), "none", "munge")
    assert paired.pairs["difference"].round(9).tolist() == [0.2, 0.3, -0.1]
    assert paired.only_a[["dataset", "seed"]].values.tolist() == [["d2", "1"]]
    assert paired.only_b[["dataset", "seed"]].values.tolist() == [["d2", "1"]]
    table = comparison(paired, "test", ("none", "munge")).table
    assert table["dataset"].tolist() == ["d1", "d2", "mean of datasets"]
    assert table["munge - none"].tolist() == ["+0.2500 ± 0.0500", "-0.1000", "+0.0750 ± 0.1750"]
    assert table[["pairs", "higher", "lower"]].values.tolist() == [[2, 2, 0], [1, 0, 1], [2, 2, 1]]


def test_the_error_is_over_splits_and_a_source_counts_once():
    rows = []
    for dataset, split, seed, gain in (
        ("d1", "0", "0", 0.1),
        ("d1", "0", "1", 0.3),
        ("d1", "1", "0", 0.4),
        ("d1", "1", "1", 0.4),
        ("d2", "0", "0", 0.1),
        ("d3", "0", "0", 0.6),
    ):
        for student in "st":  # no repeats of one another
            cell = {"dataset": dataset, "split": split, "seed": seed, "student": student}
            more = [{"generator": "none", "value": 0.1}, {"generator": "kde", "value": 0.1 + gain}]
            rows += [cell | {"mix": "real"} | one for one in more]
    base = dict.fromkeys(AXES, "x") | {"status": "ok", "part": "test", "metric": "auc"}
    paired = pair_entries(pd.DataFrame([base | row for row in rows]), "generator", "none", "kde")
    sources = sources_of([["d2", "d3"]], ["d1", "d2", "d3"])
    board = comparison(paired, "test", ("none", "kde"), sources)
    # splits 0.2 and 0.4: 0.3 ± 0.1; sources 0.3 and (0.1 + 0.6) / 2: 0.325 ± 0.025
    said = ["+0.3000 ± 0.1000", "+0.1000", "+0.6000", "+0.3250 ± 0.0250"]
    assert board.table["kde - none"].tolist() == said
    assert board.table["pairs"].tolist() == [8, 2, 2, 2]
    assert "d2 + d3 are of one source" in board.notes[0]
    assert failing(paired, "test", "auc<0.324", sources) == ""
    assert failing(paired, "test", "auc<0.326", sources)


@pytest.mark.parametrize("axis", ["dataset", "split", "seed"])
def test_any_axis_may_be_the_one_that_is_compared(axis):
    one = SCORES[(SCORES["generator"] == "none") & (SCORES["dataset"] == "d1")]
    frame = pd.concat([one.assign(**{axis: "y"}), one.assign(**{axis: "z"})])
    paired = pair_entries(frame.drop_duplicates(list(AXES)), axis, "y", "z")
    table = comparison(paired, "test", ("y", "z")).table
    assert len(table) == 1 and table["z - y"][0].startswith("+0.0000")


def test_runs_are_paired_on_every_axis():
    later = SCORES.assign(value=SCORES["value"] + 0.01).drop(index=0)
    paired = pair_runs(SCORES, later)
    assert len(paired.pairs) == 7 and paired.pairs["difference"].round(9).eq(0.01).all()
    assert len(paired.only_a) == 2 and len(paired.only_b) == 1


@pytest.mark.parametrize(
    ("rule", "fails"),
    [("auc<0.1", True), ("auc<0", False), ("auc>0.05", True), ("auc > 1e-1", False)],
)
def test_a_rule_is_about_the_mean_over_datasets(rule, fails):
    paired = pair_entries(SCORES, "generator", "none", "munge")
    assert bool(failing(paired, "test", rule)) is fails


def test_a_rule_about_nothing_fails_and_one_that_does_not_read_is_an_error():
    paired = pair_entries(SCORES, "generator", "none", "munge")
    assert "no pair of cells has metric brier" in failing(paired, "test", "brier<0")
    with pytest.raises(SpecError, match="must read METRIC<NUMBER"):
        failing(paired, "test", "auc=3")


@pytest.mark.parametrize(
    ("a", "b", "said"),
    [
        ("none", "mung", "no cell of the run has 'mung' on any axis"),
        ("none", "d1", "on different axes"),
        ("x", "x", "say which with --axis"),
    ],
)
def test_names_must_stand_on_one_axis(a, b, said):
    with pytest.raises(SpecError, match=said):
        axis_of(SCORES, a, b)


def test_the_verb_is_a_gate(cli, lab, tiny):
    suite = lab.suite({"generator": ["none", "far"], "mix": ["real", "fake(ratio=1)"]})
    assert cli("run", suite, "--plugin", tiny, "--out", "run", "--offline").code == 0
    said = cli("compare", "run", "none", "far")
    assert said.code == 0 and "far - none" in said.out and "without a partner: 0" in said.out
    facts = json.loads(cli("compare", "run", "none", "far", "--json").out)
    assert facts["rows"] and not facts["only_a"]
    assert cli("compare", "run", "none", "far", "--fail-if", "hits>-2").code == 1
    assert cli("compare", "run", "run", "--fail-if", "hits>0").code == 0
    assert cli("compare", "run", "none", "nothing").code == 2
    assert cli("compare", "run", "none", "far", "--seed", "0", "--metric", "auc").code == 2

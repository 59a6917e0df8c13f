"""The table of methods over datasets: its columns, and what its caption and notes say."""

import pandas as pd
import pytest
from hand_made import frame, own, row, scores, study

from tscbench.analysis.coverage import cover
from tscbench.report.methods import covered_cells, methods_tables
from tscbench.report.names import names_of
from tscbench.results.packed import sources_of

GOOD = {"a": (0.76, 0.78), "b": (0.82, 0.84)}
NONE = {"a": (0.70, 0.72), "b": (0.80, 0.80)}
VALUES = {(d, "none"): v for d, v in NONE.items()} | {(d, "kde"): v for d, v in GOOD.items()}


def tables(every, metric="", part="test", **more):
    given = study(every, **more)
    return methods_tables(given, names_of(given.every), metric, part=part)


def shown(table):
    """What stands in each row, by heading."""
    headings = [column.heading for column in table.columns]
    return [dict(zip(headings, map(str, cells), strict=True)) for cells in table.cells()]


def test_a_row_has_the_mean_its_difference_and_how_many_datasets_it_wins():
    [table] = tables(scores(VALUES))
    first, second = shown(table)
    assert first == {
        "#": "1",
        "method": "kde · fake",
        "auc": "0.8000",
        "Δ auc": "+0.0450",
        "95 % interval": "-0.1456 to +0.2356",  # 0.06 and 0.03: ± 12.7062·0.015
        "w/t/l": "2/0/0",
        "rank": "1.0",
        "first": "100%",
    }
    assert second["method"] == "none" and {second[n] for n in ("Δ auc", "w/t/l")} == {"–"}
    assert table.title == "over datasets"
    assert table.caption == "auc on test rows; 8 of 8 cells; mean over 2 datasets and students tree"
    told = "the interval: Student's t over 2 datasets."
    assert table.notes[0].endswith(told)
    assert "No tiers: too few datasets for a test: 2 of at least 6." in table.notes


def test_accuracy_and_tsc_score_stand_beside_the_headline_alone():
    accuracy = scores({key: (v[0], v[1]) for key, v in VALUES.items()}, metric="accuracy")
    modes = [own(0.5, metric="mode_accuracy", dataset=d, split=s) for d in "ab" for s in "01"]
    every = pd.concat([scores(VALUES), accuracy, frame(*modes)])
    [table] = tables(every)
    assert shown(table)[0]["accuracy"] == "0.8000"
    ratios = [(0.77 - 0.5) / (0.71 - 0.5), (0.83 - 0.5) / (0.80 - 0.5)]
    assert shown(table)[0]["TSC Score"] == f"{sum(ratios) / 2:.4f}"
    [alone] = tables(every, "accuracy")
    assert not {"TSC Score", "auc"} & set(shown(alone)[0])
    assert [column.heading for column in alone.columns].count("accuracy") == 1


def test_what_stands_beside_a_score_is_of_the_cells_that_are_ranked():
    """Methods of three datasets, and one of two of them: sizes and accuracies are of these two."""
    sizes = {"a": 10.0, "b": 20.0, "c": 90.0}
    every = []
    for metric in ("auc", "accuracy"):
        values = {(d, n): (0.7 + k / 10,) * 2 for n in ("none", "kde") for k, d in enumerate("abc")}
        values |= {(d, "mine"): (0.6, 0.6) for d in "ab"}
        every.append(scores(values, metric=metric))
    nodes = {(d, n): (sizes[d],) * 2 for d, n in values}
    [all_three, two] = tables(pd.concat([*every, scores(nodes, metric="nodes")]))
    assert [row["nodes"] for row in shown(all_three)] == ["40", "40"]
    assert [row["nodes"] for row in shown(two)] == ["15"] * 3
    assert [row["accuracy"] for row in shown(two)] == ["0.7500", "0.7500", "0.6000"]


def test_one_dataset_has_no_table_over_datasets_and_groups_have_one_each():
    assert len(tables(scores({k: v for k, v in VALUES.items() if k[0] == "a"}))) == 0
    nets = scores(VALUES, student="mlp", objective="soft")
    both = tables(pd.concat([scores(VALUES, student="b"), scores(VALUES), nets]))
    assert [t.caption.partition("students ")[2] for t in both] == ["b, tree", "mlp"]


def test_of_six_datasets_there_are_tiers_and_shares_of_resamplings():
    values = {(d, "none"): (0.70 + n / 100,) * 2 for n, d in enumerate("abcdef")}
    values |= {(d, "kde"): (0.80 + n / 90,) * 2 for n, d in enumerate("abcdef")}
    [table] = tables(scores(values))
    assert [(row["tier"], row["first"]) for row in shown(table)] == [("1", "100%"), ("2", "0%")]
    assert "the interval: the bootstrap over 6 datasets." in table.notes[0]


def test_datasets_of_one_source_are_told():
    every = scores(VALUES | {("c", name): VALUES["b", name] for name in ("none", "kde")})
    [table] = tables(every, sources=sources_of([["b", "c"]], "abc"))
    assert "b + c are of one source and count as one." in table.notes
    assert shown(table)[0]["auc"] == "0.8000" and shown(table)[0]["w/t/l"] == "2/0/0"


def test_the_metric_and_the_part_are_those_that_are_asked_for():
    valid = scores({key: (1 - v[0], 1 - v[1]) for key, v in VALUES.items()}, part="valid")
    [table] = tables(pd.concat([scores(VALUES), valid]), part="valid")
    assert shown(table)[0]["method"] == "none" and table.caption.startswith("auc on valid rows; ")
    [lower] = tables(scores(VALUES), lower=["auc"])
    assert [row["method"] for row in shown(lower)] == ["none", "kde · fake"]
    sizes = [row(n, metric="nodes", dataset=d) for d, n in (("a", 10.0), ("b", 30.0))]
    [nodes] = tables(pd.concat([scores(VALUES), frame(*sizes)]), "nodes")
    assert "nodes on test rows" in nodes.caption and nodes.columns[-1].heading == "cells"
    assert tables(scores(VALUES))[0].frame.columns.is_unique and nodes.frame.columns.is_unique


def test_a_method_without_a_baseline_has_no_difference_and_it_says_so():
    [table] = tables(scores({key: v for key, v in VALUES.items() if key[1] != "none"}))
    assert "No Δ: no method has all its partners on real rows alone." in table.notes
    assert "Δ auc" not in shown(table)[0]


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        ("none", "8 of 9 cells"),
        ("drop-common", "8 of 9 cells; missing cells: drop-common, 1 of each method's 3 left out"),
        ("worst", "8 of 9 cells; missing cells: worst, 1 filled in"),
    ],
)
def test_what_a_policy_did_is_said(policy, said):
    table = pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": [1.0, None, 3.0], "c": [2.0, 1.0, 0.0]})
    assert covered_cells(cover(table, policy)) == said

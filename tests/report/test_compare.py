"""A comparison as a table, in words, and as a gate."""

import json
from dataclasses import replace

import pytest
from hand_made import frame, row, scores, study
from made_run import made_run

from tscbench.analysis.study import study_of
from tscbench.contracts.errors import NothingSelected, SpecError
from tscbench.report.compare import comparison, comparison_tables, verdict_on

NAMES = ("none", "kde")
GAINS = {"a": 0.050, "b": 0.055, "c": 0.049}


def compared(gains, *, metrics=(), **more):
    values = {(d, "none"): (0.5, 0.7) for d in gains}
    values |= {(d, "kde"): (0.5 + gain, 0.7 + gain) for d, gain in gains.items()}
    return comparison(study(scores(values), **more), *NAMES, metrics=metrics)[0]


@pytest.mark.parametrize(
    ("gains", "direction", "said"),
    [
        (GAINS, "higher", "kde is better than none: +0.0513 auc (+0.0433 to +0.0593); "
         "better on 3, worse on 0 of 3 datasets."),
        (GAINS, "lower", "kde is worse than none: +0.0513 auc (+0.0433 to +0.0593); "
         "better on 0, worse on 3 of 3 datasets."),
        ({"a": 0.1, "b": -0.1}, "higher", "kde cannot be told from none: +0.0000 auc (-1.2706 to "
         "+1.2706); better on 1, worse on 1 of 2 datasets."),
        ({"a": 0.0, "b": 0.0}, "higher", "kde has the auc of none on all 2 datasets."),
    ],
)  # fmt: skip
def test_better_is_said_where_the_interval_says_it(gains, direction, said):
    found = compared(gains, lower=["auc"] if direction == "lower" else [])
    assert verdict_on(found, "auc", NAMES, direction) == said
    assert verdict_on(found, "accuracy", NAMES, direction) == ""


def test_without_an_interval_nothing_is_sure():
    given = study(scores({("a", "none"): (0.5,), ("a", "kde"): (0.75,)}, splits=1))
    found = comparison(given, *NAMES)[0]
    said = "kde is higher than none by +0.2500 auc; how surely is not known."
    assert verdict_on(found, "auc", NAMES, "higher") == said
    [table] = comparison_tables(found, "test", NAMES)
    assert table.caption.startswith("test rows, paired; no interval: one split of one dataset")


def test_the_table_has_a_row_per_metric_and_if_asked_one_per_dataset():
    found = compared(GAINS)
    whole, each = comparison_tables(found, "test", NAMES, by_dataset=True)
    assert whole.title == "kde against none"
    over = "intervals of Student's t over 3 datasets; w/t/l: datasets won, tied, lost"
    assert whole.caption == f"test rows, paired; {over}"
    [cells] = whole.cells()
    shown = ["auc", "0.6000", "0.6513", "+0.0513", "+0.0433 to +0.0593", "0.0013", "3/0/0", "6"]
    assert list(map(str, cells)) == shown
    assert [str(row[2]) for row in each.cells()] == [
        f"+{gain:.4f} ± 0.0000" for gain in GAINS.values()
    ]


def test_all_recorded_metrics_are_compared_or_those_that_are_asked_for():
    given = study_of(made_run(n_rows=1, splits=2, seeds=1))
    every = comparison(given, "kde", "munge")[0].table["metric"]
    assert every.tolist() == ["accuracy", "auc", "brier", "log_loss", "nodes"]
    asked = ["tsc_score", "auc"]
    assert (
        sorted(comparison(given, "kde", "munge", metrics=asked)[0].table["metric"]) == asked[::-1]
    )
    with pytest.raises(SpecError, match="did you mean 'tsc_score'"):
        comparison(given, "kde", "munge", metrics=["tsc_scor"])
    some = given.narrowed({"student": "tree"})
    assert set(comparison(some, "kde", "munge")[1].pairs["student"]) == {"tree(max_leaf_nodes=256)"}


def test_two_runs_are_compared_cell_by_cell():
    made = made_run(n_rows=1, splits=2, seeds=1)
    before, after = study_of(made), study_of(replace(made, name="after"))
    found, paired, names = comparison(after, "after", before)
    assert names == ("made", "after") and len(paired.pairs) == len(paired.pairs.drop_duplicates())
    assert (found.table["difference"] == 0).all() and found.table["win"].sum() == 0


def test_what_does_not_pair_is_refused():
    rows = [row(0.5), row(0.6, generator="kde", query="oob", part="valid")]
    for more in ([], [row(0.5, query="oob", part="valid")]):
        with pytest.raises(
            NothingSelected, match="no cell of none has a partner of kde .* on test"
        ):
            comparison(study(frame(*rows, *more)), *NAMES)


@pytest.fixture
def small(cli, lab, tiny):
    suite = lab.suite({"generator": ["none", "far"], "mix": ["real", "fake(ratio=1)"]})
    assert cli("run", suite, "--plugin", tiny, "--out", "run", "--offline").code == 0
    return lambda *words: cli("compare", "run", *words)


def test_the_verb_says_shows_and_gates(small):
    said = small("none", "far", "--by", "dataset")
    assert (
        said.code == 0 and said.out.startswith("far is ") and "\n\nfar against none: " in said.out
    )
    assert "far against none, by dataset" in said.out and said.err == ""
    [hits] = json.loads(small("none", "far", "--json").out)["rows"]
    below, above = f"hits<{hits['difference'] - 0.1}", f"hits>{hits['difference'] - 0.1}"
    assert small("none", "far", "--fail-if", below).code == 0
    failed = small("none", "far", "--fail-if", below, "--fail-if", above)
    assert failed.code == 1 and failed.err.count("failed: hits: mean difference") == 1


def test_the_verb_speaks_json(small):
    facts = json.loads(small("none", "far", "--json", "--by", "dataset").out)
    assert list(facts) == ["title", "verdict", "rows", "by_dataset", "only_a", "only_b"]
    assert facts["title"] == "far against none" and facts["only_a"] == []
    assert facts["rows"][0]["pairs"] == 1 and facts["by_dataset"][0]["dataset"] == "toy"


def test_the_verb_compares_runs_and_packs_and_refuses_the_rest(small):
    again = small("run")
    assert again.code == 0 and "run against run: test rows" in again.out
    assert small("none", "nothing").code == 2 and small("none", "far", "--metric", "auc").code == 2
    assert small("none", "far", "--fail-if", "hits=0").code == 2
    assert small("none", "far", "--student", "absent").code == 2

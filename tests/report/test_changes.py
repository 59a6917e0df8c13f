"""A record that is missing, without a score, or failed, and a method with half its cells: each
changes the tables of a run as it should, and no number of another method."""

from dataclasses import dataclass, replace

import pandas as pd
import pytest
from made_run import made_run

from tscbench.analysis.study import Study, study_of
from tscbench.report.by_dataset import dataset_tables
from tscbench.report.first_screen import first_table
from tscbench.report.methods import methods_tables
from tscbench.report.names import names_of
from tscbench.report.table import Table

MADE = made_run(n_rows=641, splits=2, seeds=1)
NAME = "kde · fake"
ERROR = "ValueError: no rows at all"
OTHERS_CHANGE = {"rank", "first", "place", "tier"}
"""What says how a method stands among the others, and so changes with them."""


def touched(record):
    return (record["cell"]["generator"], record["cell"]["mix"]) == ("kde", "fake(ratio=1)")


def missing(record):
    return {"cell": record["cell"], "status": "missing"}


def no_score(record):
    test = {**record["scores"]["test"], "auc": None}
    return {**record, "scores": {**record["scores"], "test": test}}


def failed(record):
    return {"cell": record["cell"], "status": "failed", "step": "sampler", "error": ERROR}


CHANGES = {
    "missing": (missing, slice(11, 12), (6, 5), "1 not run"),
    "without a score": (no_score, slice(11, 12), (6, 5), "1 without auc"),
    "failed": (failed, slice(0, 12), (0, 0), f"6 failed (sampler: {ERROR})"),
    "half": (missing, slice(6, 12), (6, 0), "6 not run"),
}
"""What becomes of which of its cells; how many of six are left on each dataset; the reason."""


@dataclass(frozen=True)
class Changed:
    study: Study
    left: tuple[int, int]
    reason: str


def changed(make, which):
    at = [n for n, record in enumerate(MADE.records) if touched(record)][which]
    records = [make(one) if n in at else one for n, one in enumerate(MADE.records)]
    return study_of(replace(MADE, records=records))


@pytest.fixture(scope="module", params=CHANGES)
def change(request):
    make, which, left, reason = CHANGES[request.param]
    return Changed(changed(make, which), left, reason)


@pytest.fixture(scope="module")
def whole():
    return study_of(MADE)


def rows_of(table: Table, *key):
    """The frame's rows by their method, and what else tells them apart."""
    return {tuple(row[name] for name in key): row for row in table.frame.to_dict("records")}


def kept(row):
    """What a row says, but for its place among others; NaN equals itself as text."""
    return {name: str(value) for name, value in row.items() if name not in OTHERS_CHANGE}


def tables(study, **more):
    names = names_of(study.every)
    return methods_tables(study, names, **more), dataset_tables(study, names)


def test_the_run_is_whole_before(whole):
    [over], datasets = tables(whole)
    assert [table.title for table in datasets] == ["dataset_0", "dataset_1"]
    for table in datasets:
        assert "78 of 78 cells" in table.caption and len(table.frame) == 39
    assert "156 of 156 cells" in over.caption and len(over.frame) == 13
    for table in (over, *datasets):
        assert "cells" not in [column.heading for column in table.columns]
        assert not any(NAME in note for note in table.notes)


def test_each_dataset_counts_names_and_keeps_the_rest(change, whole):
    for n, old, new in zip(change.left, tables(whole)[1], tables(change.study)[1], strict=True):
        assert f"{72 + n} of 78 cells" in new.caption
        said = [note for note in new.notes if NAME in note]
        assert said == ([] if n == 6 else [f"{NAME}: {n} of 6 cells: {change.reason}."])
        before = rows_of(old, "method", "student")
        for (method, student), row in rows_of(new, "method", "student").items():
            if method != NAME or row["n"] == row["asked"]:
                assert kept(row) == kept(before[method, student]), "no other number changes"
            else:
                of_student = new.frame[new.frame["student"] == student]
                assert of_student["method"].iloc[-1] == NAME, "it has no place"


def test_over_datasets_it_has_no_rank_and_the_rest_keep_their_numbers(change, whole):
    [before], [after] = tables(whole)[0], tables(change.study)[0]
    n = sum(change.left)
    assert f"{144 + n} of 156 cells" in after.caption
    row = after.frame.iloc[-1]
    assert row["method"] == NAME and (row["n"], row["asked"]) == (n, 12)
    empty = ["place", "auc", "difference_auc", "low", "high", "win", "rank", "first"]
    assert row[empty].isna().all()
    [said] = [note for note in after.notes if note.startswith("No rank: ")]
    assert said.startswith(f"No rank: {NAME}: ") and change.reason in said
    assert ("dataset_0" in said, "dataset_1" in said) == tuple(n < 6 for n in change.left)
    old, new = (
        table.frame[table.frame["method"] != NAME].drop(columns=OTHERS_CHANGE, errors="ignore")
        for table in (before, after)
    )
    pd.testing.assert_frame_equal(new.reset_index(drop=True), old.reset_index(drop=True))


def test_the_verdict_leaves_it_out_and_changes_nothing_else(change, whole):
    before, after = first_table(whole), first_table(change.study)
    assert NAME in before.frame["method"].tolist() and NAME not in after.frame["method"].tolist()
    assert after.notes[0].endswith("1 method without all cells left out.")
    same = ["auc", "gain", "gain_low", "gain_high", "cost_ratio", "nodes", "rows_per_second"]
    rest = before.frame[before.frame["method"] != NAME].reset_index(drop=True)
    pd.testing.assert_frame_equal(after.frame[same], rest[same])


@pytest.mark.parametrize("policy", ["worst", "baseline", "drop-common"])
def test_a_named_policy_gives_it_a_rank_and_the_caption_names_it(change, whole, policy):
    [over], _ = tables(change.study, policy=policy)
    n, row = sum(change.left), rows_of(over, "method")[NAME,]
    assert f"{144 + n} of 156 cells; missing cells: {policy}" in over.caption
    told = any(note.startswith(f"Ranked by {policy}: {NAME}") for note in over.notes)
    if policy == "drop-common":
        assert (row["rank"] == row["rank"]) == told == (n > 0), "nothing in common with it"
        assert ("1 of 2 datasets" in over.caption) == (change.left == (6, 0))
        assert ("left out" in over.caption) == (n > 0)
        return
    assert f"{12 - n} filled in" in over.caption and row["rank"] > 0 and row["n"] == n and told
    [before] = tables(whole)[0]
    old = rows_of(before, "method")
    assert all(
        r["auc"] == old[k]["auc"] for k, r in rows_of(over, "method").items() if k != (NAME,)
    )
    filled = change.study.groups("auc", "test", policy)[0].covered.table
    name = "forest · inbag · probabilities · {} · {}"
    mine, real = filled[name.format("kde", "fake(ratio=1)")], filled[name.format("none", "real")]
    other = filled.min(axis=1) if policy == "worst" else real
    assert (mine == other).sum() >= 12 - n

"""Comparisons are cell against cell: differences, intervals and tests against scipy's."""

import numpy as np
import pytest
from hand_made import frame, own, row
from scipy import stats

from tscbench import SpecError
from tscbench.analysis.compare import (
    axis_of,
    compared,
    failing,
    pair_entries,
    pair_runs,
    unshared,
)
from tscbench.analysis.refused import Refused
from tscbench.contracts.kinds import AXES
from tscbench.results.packed import sources_of

KDE = {"generator": "kde(h=1)", "mix": "fake(ratio=1)"}


def two(gains, level=0.5, **more):
    """Rows of none and kde. gains: from (dataset, split, seed) to what kde gains on training rows
    alone, the mean of two students that it does not gain the same for."""
    rows = []
    for (dataset, split, seed), gain in gains.items():
        for student, move in (("small", -0.01), ("large", 0.01)):
            at = {"dataset": dataset, "split": split, "seed": seed, "student": student, **more}
            rows += [row(level, **at), row(level + gain + move, **at, **KDE)]
    return rows


def compare(rows, *, sources=None, ratios=None, lower=(), part="test"):
    paired = pair_entries(frame(*rows), "generator", "none", "kde")

    def direction(metric):
        return "lower" if metric in lower else "higher"

    return compared(paired, part, direction, sources or {}, ratios or {})


GAINS = {
    ("a", "0", "0"): 0.1,
    ("a", "0", "1"): 0.3,
    ("a", "1", "0"): 0.4,
    ("b", "0", "0"): 0.1,
    ("c", "0", "0"): -0.2,
    ("c", "0", "1"): -0.2,
}
OF_DATASETS = [(0.2 + 0.4) / 2, 0.1, -0.2]


def test_differences_are_pooled_over_datasets_and_seeds_are_no_repeats():
    found = compare(two(GAINS))
    [line] = found.table.to_dict("records")
    low, high = stats.ttest_1samp(OF_DATASETS, 0).confidence_interval()
    assert (line["a"], line["b"]) == pytest.approx((0.5, 0.5 + np.mean(OF_DATASETS)))
    assert line["difference"] == pytest.approx(np.mean(OF_DATASETS))
    assert (line["low"], line["high"]) == pytest.approx((low, high))
    assert line["p"] == pytest.approx(stats.ttest_1samp(OF_DATASETS, 0).pvalue)
    assert (line["win"], line["tie"], line["loss"], line["pairs"]) == (2, 0, 1, 12)
    assert (found.intervals.kind, found.intervals.over, found.intervals.n) == ("t", "datasets", 3)
    each = found.by_dataset.set_index("dataset")
    assert each["difference"].tolist() == pytest.approx(OF_DATASETS)
    errors = [0.1, float("nan"), 0.0]  # over splits 0.2 and 0.4; of one repeat; over equal seeds
    assert each["standard_error"].tolist() == pytest.approx(errors, nan_ok=True)
    assert each["repeats"].tolist() == [3, 1, 2]


def test_of_six_datasets_or_more_the_test_is_wilcoxon_s():
    gains = [0.01, -0.02, 0.03, 0.04, 0.05, 0.06, 0.07]
    found = compare(two({(d, "0", "0"): g for d, g in zip("abcdefg", gains, strict=True)}))
    [line] = found.table.to_dict("records")
    assert line["p"] == pytest.approx(stats.wilcoxon(gains).pvalue)
    assert found.intervals.kind == "bootstrap" and line["low"] < np.mean(gains) < line["high"]
    assert (line["win"], line["tie"], line["loss"]) == (6, 0, 1)
    [lower] = compare(two({(d, "0", "0"): 0.1 for d in "ab"}), lower=["auc"]).table.to_dict(
        "records"
    )
    assert (lower["win"], lower["loss"]) == (0, 2)


def test_of_one_dataset_it_is_the_corrected_test_over_splits():
    gains = {("a", split, "0"): g for split, g in zip("0123", (0.1, 0.2, 0.3, 0.0), strict=True)}
    found = compare(two(gains), ratios={"a": 0.5})
    [line] = found.table.to_dict("records")
    values = np.array(list(gains.values()))
    error = values.std(ddof=1) * np.sqrt(1 / 4 + 0.5)
    far = stats.t.ppf(0.975, 3) * error
    ends = (values.mean() - far, values.mean() + far)
    assert (line["low"], line["high"]) == pytest.approx(ends)
    assert line["p"] == pytest.approx(2 * stats.t.sf(values.mean() / error, 3))
    assert (line["win"], line["tie"], line["loss"]) == (3, 1, 0)
    one = compare(two({("a", "0", "0"): 0.1, ("a", "0", "1"): 0.2}))
    assert one.intervals == Refused("one split of one dataset")
    assert one.table[["low", "high", "p"]].isna().all(axis=None)
    assert one.table["difference"].tolist() == pytest.approx([0.15])


def test_datasets_of_one_source_count_once():
    once = {key: gain for key, gain in GAINS.items() if key != ("c", "0", "1")}
    found = compare(two(once), sources=sources_of([["b", "c"]], "abc"))
    [line] = found.table.to_dict("records")
    assert line["difference"] == pytest.approx((0.3 + (0.1 - 0.2) / 2) / 2)
    assert (line["win"], line["tie"], line["loss"]) == (1, 0, 1) and found.intervals.n == 2
    whole = compare(two(GAINS), sources=sources_of([["a", "b", "c"]], "abc"), ratios={"b": 0.5})
    assert whole.intervals.kind == "corrected t", "its ratio is that of any of its datasets"


def test_a_metric_is_compared_where_both_have_it():
    both = two(GAINS) + two({k: v for k, v in GAINS.items() if k[0] != "c"}, metric="accuracy")
    found = compare(both).table.set_index("metric")
    assert found.loc["accuracy", "difference"] == pytest.approx((0.3 + 0.1) / 2)
    assert found["low"].notna().all() and found.loc["auc", "tie"] == 0
    assert found[["win", "loss"]].values.tolist() == [[2, 0], [2, 1]]


def test_none_is_paired_with_every_mix_and_what_has_no_partner_is_listed():
    both = KDE | {"mix": "both(ratio=3)"}
    rows = [row(0.5), row(0.6, **KDE), row(0.8, **both), row(None, split="1"), own(0.9)]
    rows += [row(0.7, split="1", **KDE), row(0.4, query="oob")]
    paired = pair_entries(frame(*rows), axis_of(frame(*rows), "none", "kde"), "none", "kde")
    assert paired.pairs["difference"].tolist() == pytest.approx([0.1, 0.3])
    assert paired.only_a[["split", "query"]].values.tolist() == [["1", "inbag"], ["0", "oob"]]
    assert paired.only_b[["split", "query"]].values.tolist() == [["1", "inbag"]]
    assert unshared(paired.only_a, paired.pairs) == [("split", "1"), ("query", "oob")]
    untaught = paired.only_a.assign(query="-")
    assert unshared(untaught, paired.pairs) == [("split", "1")]
    assert unshared(untaught.assign(split="0"), paired.pairs) == [("query", "-")]
    mixes = pair_entries(frame(*rows), "mix", "real", "fake")
    assert mixes.pairs["difference"].tolist() == pytest.approx([0.1])
    made = pair_entries(frame(*rows), "mix", "fake", "both")
    assert made.pairs["generator"].tolist() == ["kde(h=1)"]


@pytest.mark.parametrize("axis", AXES)
def test_any_axis_may_be_the_one_that_is_compared(axis):
    rows = [row(0.5, **{axis: "y"}), row(0.75, **{axis: "z"})]
    paired = pair_entries(frame(*rows), axis_of(frame(*rows), "y", "z"), "y", "z")
    found = compared(paired, "test", lambda metric: "higher", {}, {})
    assert found.table["difference"].tolist() == [0.25] and len(found.by_dataset) == 1


def test_runs_are_paired_on_every_axis():
    now = frame(*two(GAINS), own(0.9))
    later = now.assign(value=now["value"] + 0.01).drop(index=0)
    paired = pair_runs(now, later)
    assert len(paired.pairs) == 23 and paired.pairs["difference"].round(9).eq(0.01).all()
    assert len(paired.only_a) == 1 and paired.only_b.empty


@pytest.mark.parametrize(
    ("a", "b", "said"),
    [
        ("none", "kd", "no cell of the run has 'kd' on any axis; did you mean 'kde'"),
        ("none", "d", "on different axes; compare two entries of one"),
        ("x", "y", "x and y are both on teacher and query: say which with --axis"),
        ("none", "gmm", r"gmm is gmm\(k=1\) and gmm\(k=2\) on generator: name one in full"),
    ],
)
def test_names_must_stand_on_one_axis(a, b, said):
    more = [row(0.5, teacher=x, query=x) for x in "xy"]
    more += [row(0.5, generator=f"gmm(k={k})") for k in (1, 2)]
    with pytest.raises(SpecError, match=said):
        axis_of(frame(row(0.5), row(0.5, **KDE), *more), a, b)


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("auc<0.1", "auc: mean difference +0.0667 < 0.1"),
        ("auc > 5e-2", "auc: mean difference +0.0667 > 0.05"),
        ("auc<0", ""),
        ("auc>0.07", ""),
        ("brier<0", "no pair of cells has metric brier on test rows"),
    ],
)
def test_a_rule_is_about_the_mean_over_datasets(rule, said):
    assert failing(compare(two(GAINS)), "test", rule) == said


def test_a_rule_that_does_not_read_is_an_error():
    for rule in ("auc=3", "auc<", "<3", "auc<x"):
        with pytest.raises(SpecError, match="must read METRIC<NUMBER"):
            failing(compare(two(GAINS)), "test", rule)


def test_parts_are_kept_apart():
    valid = two({key: -gain for key, gain in GAINS.items()}, part="valid")
    found = [
        compare(two(GAINS) + valid, part=part).table["difference"].item()
        for part in ("test", "valid")
    ]
    assert found == pytest.approx([np.mean(OF_DATASETS), -np.mean(OF_DATASETS)])

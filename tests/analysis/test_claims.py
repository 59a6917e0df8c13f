"""Claims are decided by intervals of paired scores, and undecided where they cannot be."""

import numpy as np
import pandas as pd
import pytest

from tscbench.analysis.claims import claims_frame
from tscbench.results.frames import COLUMNS
from tscbench.results.ledger import SPECS, Claim

EVERY = dict.fromkeys(SPECS, "x")
A, B, C = ({"generator": name} for name in "abc")
TEACHER = dict.fromkeys(SPECS, "-") | {"dataset": "x", "teacher": "x", "student": "teacher"}


def claim(*arms, rule="difference", **more):
    bounds = {} if rule == "ordering" or {"above", "below"} & set(more) else {"above": 0.0}
    known = {"id": "c", "what": "a claim", "source": "a paper", "why": "a reason", "metric": "auc"}
    every = {axis: "x" for axis in SPECS if not any(axis in arm for arm in arms)}
    given = {"status": "replayable", "every": every, "arms": arms, "rule": rule, **bounds}
    return Claim.model_validate({**known, **given, **more})


def scores(**arms):
    """Rows of arms, each a table of splits × seeds."""
    rows = []
    for name, table in arms.items():
        for split, seeds in enumerate(table):
            for seed, value in enumerate(seeds):
                axes = EVERY | {"generator": name, "split": str(split), "seed": str(seed)}
                found = {"status": "ok", "part": "test", "metric": "auc", "value": value}
                rows.append(axes | found)
    return pd.DataFrame(rows, columns=COLUMNS)


def decided(frame, given, speeds=None, **more):
    (row,) = claims_frame(frame, speeds, [given], **more).itertuples()
    return row


def test_a_difference_has_the_corrected_interval_over_splits():
    frame = scores(a=[[0.80, 0.82], [0.83, 0.83], [0.85, 0.85]], b=[[0.80, 0.80]] * 3)
    row = decided(frame, claim(A, B))
    # seeds are averaged: .01, .03, .05; s = .02; t(.975, 2) = 4.302653; 1/3 + .3/.7
    half = 4.302653 * 0.02 * np.sqrt(1 / 3 + 3 / 7)
    assert row.estimate == pytest.approx(0.03)
    assert (row.low, row.high) == pytest.approx((0.03 - half, 0.03 + half), abs=1e-6)
    assert (row.n, row.asked) == (6, 6)
    assert row.verdict == "not decided here: the interval has both in it"
    near = decided(frame, claim(A, B), test_share=1e-9)
    assert near.high - near.low == pytest.approx(2 * 4.302653 * 0.02 / np.sqrt(3), abs=1e-6)


def test_the_rows_that_there_were_say_how_much_splits_share():
    frame = scores(a=[[0.80], [0.83], [0.86]], b=[[0.80]] * 3)
    own = TEACHER | {"split": "0", "seed": "-", "status": "ok", "part": "test"}
    sizes = [
        own | {"metric": "n_rows", "value": 200.0},
        own | {"metric": "n_train", "value": 100.0},
    ]
    row = decided(pd.concat([frame, pd.DataFrame(sizes, columns=COLUMNS)]), claim(A, B))
    half = 4.302653 * 0.03 * np.sqrt(1 / 3 + 2)
    assert (row.low, row.high) == pytest.approx((0.03 - half, 0.03 + half), abs=1e-6)


@pytest.mark.parametrize(
    ("bounds", "verdict"),
    [
        ({"above": 0.0}, "holds"),
        ({"below": 0.0}, "does not hold"),
        ({"above": 0.08}, "does not hold"),
        ({"above": 0.02, "below": 0.04}, "holds"),
        ({"above": 0.0, "below": 0.02}, "does not hold"),
        ({"above": 0.030}, "not decided here: the interval has both in it"),
    ],
)
def test_the_whole_interval_must_be_where_the_claim_says(bounds, verdict):
    frame = scores(a=[[0.829], [0.830], [0.831]], b=[[0.8]] * 3)
    assert decided(frame, claim(A, B, **bounds)).verdict == verdict


def test_repeats_are_paired_and_half_an_arm_is_counted():
    frame = scores(a=[[0.9, 0.1], [0.9], [0.9]], b=[[0.8], [0.8, 0.2], [0.8]])
    row = decided(frame, claim(A, B))
    assert row.estimate == pytest.approx(0.1)
    assert (row.n, row.asked, row.verdict) == (3, 4, "holds")


def test_what_has_no_interval_is_not_decided():
    three = [[0.8]] * 3
    frame = scores(a=three)
    assert decided(frame, claim(A, B)).verdict == "not decided here: b: not in this run"
    failed = scores(b=three).assign(status="failed", part=None, metric=None, value=None)
    both = pd.DataFrame([*frame.to_dict("records"), *failed.to_dict("records")])
    assert decided(both, claim(A, B)).verdict == "not decided here: b: 0 of 3 cells ended"
    others = scores(b=three)
    two = pd.concat([frame, others.assign(metric="accuracy"), others.assign(metric="brier")])
    said = "not decided here: b: 3 of 3 cells ended, without auc"
    assert decided(two, claim(A, B)).verdict == said, "cells are counted, not their scores"
    undefined = scores(a=three, b=[[0.8], [np.nan], [0.8]])
    assert decided(undefined, claim(A, B)).verdict == "not decided here: 1 of 3 are undefined"
    alone = scores(a=[[0.8, 0.9]], b=[[0.7, 0.7]])
    assert "too few splits" in decided(alone, claim(A, B)).verdict
    apart = scores(a=three, b=three)
    apart.loc[apart.generator == "b", "split"] = "9"
    assert "no repeat in common" in decided(apart, claim(A, B)).verdict
    gone = decided(frame, claim(rule=None, status="not replayable"))
    assert gone.verdict == "not replayable: a reason"


def test_a_teacher_without_seeds_stands_beside_all_of_its_split():
    students = scores(a=[[0.80, 0.84], [0.82, 0.84], [0.83, 0.85]])
    own = [TEACHER | {"split": str(k), "seed": "-", "value": 0.9 + k / 100} for k in range(3)]
    teacher = pd.DataFrame(own).assign(status="ok", part="test", metric="auc")
    given = claim({**TEACHER}, {**EVERY, **A}, below=0.5)
    row = decided(pd.concat([students, teacher]), given)
    assert row.estimate == pytest.approx(np.mean([0.08, 0.08, 0.08]))
    assert row.n == 6


def test_an_ordering_fails_where_one_step_is_reversed():
    low, middle, high = ([[x - 0.001], [x], [x + 0.001]] for x in (0.7, 0.8, 0.9))
    given = claim(A, B, C, rule="ordering")
    assert decided(scores(a=high, b=middle, c=low), given).verdict == "holds"
    turned = decided(scores(a=high, b=low, c=middle), given)
    assert (turned.verdict, round(turned.estimate, 6)) == ("does not hold", -0.1)
    wide = decided(scores(a=high, b=[[0.5], [0.8], [0.9]], c=low), given)
    assert wide.verdict == "not decided here: the interval has both in it"


def test_an_interaction_is_of_two_differences():
    gains = np.array([[0.04], [0.05], [0.03]])
    level = np.array([[0.7], [0.8], [0.6]])
    frame = scores(a=level + 3 * gains, b=level, c=level + gains, d=level)
    row = decided(frame, claim(A, B, C, {"generator": "d"}, rule="interaction"))
    same = decided(scores(a=2 * gains, b=0 * gains), claim(A, B))
    assert (row.estimate, row.low, row.high) == pytest.approx((same.estimate, same.low, same.high))
    with pytest.raises(ValueError, match="interaction does not take 3 arms"):
        claim(A, B, C, rule="interaction")


def test_a_ratio_has_the_interval_of_fieller():
    x = np.array([0.30, 0.34, 0.31])
    y = np.array([0.10, 0.11, 0.105])
    frame = scores(a=0.5 + x[:, None], b=0.5 + y[:, None], c=np.full((3, 1), 0.5))
    row = decided(frame, claim(A, B, C, rule="ratio", above=2.0, below=4.0))
    assert row.estimate == pytest.approx(x.mean() / y.mean())

    def t(r):
        z = x - r * y
        return z.mean() / np.sqrt(z.var(ddof=1) * (1 / 3 + 3 / 7))

    assert abs(t(row.low)) == pytest.approx(4.302653, rel=1e-5)
    assert abs(t(row.high)) == pytest.approx(4.302653, rel=1e-5)
    assert row.low < row.estimate < row.high
    assert row.verdict == "holds"
    none = scores(a=0.5 + x[:, None], b=[[0.49], [0.51], [0.5]], c=np.full((3, 1), 0.5))
    assert "cannot be told from zero" in decided(none, claim(A, B, C, rule="ratio")).verdict


def timed(**students):
    columns = {"batch": 30_000, "threads": 1, "contended": False, "hardware": "one"}
    rows = [{**EVERY, "generator": name, **columns, **more} for name, more in students.items()]
    return pd.DataFrame(rows)


def test_a_speed_up_is_that_of_the_fastest_student_near_enough():
    frame = scores(a=[[0.89], [0.89]], b=[[0.85], [0.85]], c=[[0.895], [0.895]])
    own = [TEACHER | {"split": str(k), "seed": "-", "value": 0.9} for k in range(2)]
    frame = pd.concat([frame, pd.DataFrame(own).assign(status="ok", part="test", metric="auc")])
    speeds = timed(a={"speed_up": 40.0}, b={"speed_up": 300.0}, c={"speed_up": 20.0})
    given = Claim.model_validate(
        {
            **claim(A, B).model_dump(),
            "rule": "speed_up",
            "arms": [{}],
            "every": {a: "x" for a in SPECS if a != "generator"},
            "excess": 0.012,
            "above": 25.0,
        }
    )
    row = decided(frame, given, speeds)
    assert (row.estimate, row.n, row.asked, row.verdict) == (40.0, 2, 3, "holds")
    slow = decided(frame, given.model_copy(update={"above": 50.0}), speeds)
    assert slow.verdict == "does not hold"
    strict = decided(frame, given.model_copy(update={"excess": 0.001}), speeds)
    assert strict.verdict == "not decided here: the nearest student is 0.0050 below"
    for none in (None, speeds.iloc[:0], speeds.assign(contended=True), speeds.assign(batch=1)):
        assert decided(frame, given, none).verdict == "not decided here: not timed"


def test_cases_are_decided_one_by_one():
    frame = scores(a=[[0.83]] * 3, b=[[0.80]] * 3, c=[[0.82]] * 3)
    given = claim({}, B, each={"generator": ["a", "c", "d"]})
    found = claims_frame(frame, None, [given])
    assert list(found["case"]) == ["a", "c", "d"]
    assert found["verdict"].str.partition(":")[0].tolist() == ["holds", "holds", "not decided here"]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"arms": [A]}, "does not take 1 arms"),
        ({"above": None}, "above or below"),
        ({"excess": 0.1}, "excess goes with"),
        ({"metric": ""}, "needs a metric"),
        ({"arms": [A, {"colour": "red"}]}, "no axis colour"),
        ({"every": {}}, "arm 1 lacks"),
        ({"status": "perhaps"}, "status"),
    ],
)
def test_a_rule_that_cannot_be_decided_is_refused(changes, why):
    with pytest.raises(ValueError, match=why):
        Claim.model_validate({**claim(A, B).model_dump(), **changes})

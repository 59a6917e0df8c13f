"""The numbers that figures draw, by hand, against published ones and against peers."""

import math

import numpy as np
import pandas as pd
import pytest
from made_scores import ARMS, gained, scores, speeds, sweep_scores

from tscbench.analysis.learning import learning_frame, spelling_of
from tscbench.analysis.pareto import front, pareto_frame, size_budgets
from tscbench.analysis.ranks import cliques
from tscbench.analysis.resampled_t import resampled_t
from tscbench.analysis.speed import timed
from tscbench.analysis.speed_error import speed_error_frame
from tscbench.analysis.sweep import MUNGE, sweep_frame
from tscbench.contracts.kinds import AXES
from tscbench.registry import discover
from tscbench.results.frames import SPEEDS

SCORES = scores()
CELL = dict.fromkeys(AXES, "-") | {"dataset": "d", "split": "0", "teacher": "t", "mix": "real"}
CELL |= {"generator": "none", "student": "s", "seed": "0"}
RESULT = {"status": "ok", "part": "test", "metric": "auc"}
SPEED = {"batch": 30_000, "threads": 1, "contended": False, "hardware": "one", "why": ""}


def results(*rows):
    return pd.DataFrame([CELL | RESULT | row for row in rows])


def timings_of(*rows):
    frame = pd.DataFrame([CELL | SPEED | {"repeats": 9} | row for row in rows])
    return frame.reindex(columns=list(SPEEDS)).astype(SPEEDS)


def teacher(**more):
    dashes = dict.fromkeys(("query", "generator", "mix", "objective", "seed"), "-")
    return dashes | {"student": "teacher"} | more


@pytest.mark.parametrize(
    "make",
    [
        lambda s: pareto_frame(s, speeds(SCORES), "auc"),
        lambda s: speed_error_frame(s, speeds(SCORES), "auc"),
        gained,
        lambda s: learning_frame(s, "auc", "n_trees"),
        lambda s: sweep_frame(s.assign(generator="munge"), "auc"),
    ],
)
def test_frames_have_the_same_bits_however_the_rows_lie(make):
    shuffled = SCORES.sample(frac=1, random_state=3)
    pd.testing.assert_frame_equal(make(SCORES), make(shuffled), check_exact=True)


def test_quality_is_a_mean_over_splits_and_speed_a_median_over_models():
    rows = [{"split": k, "seed": s, "value": v} for k, s, v in (("0", "0", 0.8), ("0", "1", 0.9))]
    rows += [{"split": "1", "value": 0.95}, {"part": "valid", "value": 0.1}]
    rows += [{"metric": "brier", "value": 0.2}, {"split": "2", "value": None}]
    speed = timings_of(
        {"rows_per_second": 100.0, "bytes": 10},
        {"rows_per_second": 300.0, "bytes": 10, "split": "1"},
        {"rows_per_second": 110.0, "bytes": 40, "seed": "1"},
        {"rows_per_second": 9e9, "contended": True, "seed": "2"},
        {"rows_per_second": 9e9, "batch": 1},
        {"rows_per_second": 9e9, "threads": 8},
    )
    frame = pareto_frame(results(*rows), speed, "auc")
    assert len(frame) == 1
    found = frame.iloc[0]
    assert (found["mean"], found["n"]) == (pytest.approx(0.9), 3)
    assert found["standard_error"] == pytest.approx(0.05)  # of 0.85 and 0.95
    assert (found["rows_per_second"], found["bytes"], found["batch"]) == (110, 10, 30_000)


def test_speeds_of_two_machines_are_not_mixed():
    rows = [{"rows_per_second": 1.0, "student": s} for s in ("a", "b")]
    rows.append({"rows_per_second": 5.0, "student": "c", "hardware": "another"})
    assert timed(timings_of(*rows))["student"].tolist() == ["a", "b"]


def test_a_front_keeps_what_nothing_better_is_as_fast_as():
    points = {"a": (10, 0.9), "b": (20, 0.8), "c": (15, 0.7), "d": (20.5, 0.75), "e": (40, 0.5)}
    frame = pd.DataFrame(points, index=["rows_per_second", "mean"]).T
    assert list(front(frame).index) == ["a", "b", "e"]  # d is 2.5 % faster than b: no difference
    assert list(front(frame, direction="lower").index) == ["e"]
    assert front(frame.iloc[:0]).empty


def test_budgets_are_powers_of_ten_that_some_models_keep_to_and_some_do_not():
    assert size_budgets(pd.Series([2e4, 3e5, 4e6])) == [1e5, 1e6, math.inf]
    assert size_budgets(pd.Series([50, 9e9])) == [1e2, 1e6, math.inf]
    assert size_budgets(pd.Series([7.0, 7.0])) == [math.inf] == size_budgets(pd.Series([np.nan]))


PUBLISHED = {  # Liu, Fusi & Mackey 2018: teacher, one tree on training rows, one on GAN rows
    "MAGIC": (0.935, 0.895, 0.918),
    "Evergreen": (0.889, 0.856, 0.882),
}


def test_the_published_one_tree_of_evergreen_is_336_times_faster_at_under_1_2_points():
    rows, speed = [], []
    for dataset, values in PUBLISHED.items():
        gan = {"generator": "acgan", "mix": "fake(ratio=9)"}
        for more, value in zip((teacher(), {}, gan), values, strict=True):
            one = more | {"dataset": dataset}
            rate = 1e3 if more.get("student") == "teacher" else 336e3
            rows.append(one | {"value": value})
            speed.append(
                one | {"rows_per_second": rate, "speed_up": rate / 1e3, "bytes": 336e6 / rate}
            )
    frame = speed_error_frame(results(*rows), timings_of(*speed), "auc")
    assert frame["excess"].round(6).tolist() == [0.007, 0.033, 0.017, 0.040]
    (within,) = frame[frame["fastest"]].to_dict("records")
    assert (within["dataset"], within["synthetic"]) == ("Evergreen", True)
    assert (within["speed_up"], within["bytes_ratio"]) == (336, 336)
    assert within["excess"] == pytest.approx(0.007)
    wider = speed_error_frame(results(*rows), timings_of(*speed), "auc", at_most=0.017001)
    assert wider.loc[wider["fastest"], ["dataset", "synthetic"]].to_numpy().tolist() == [
        ["Evergreen", True],
        ["MAGIC", True],
    ]


def test_excess_error_is_paired_with_the_teacher_of_the_split_and_picks_are_one_each():
    rows = [teacher(split=k, value=v) for k, v in (("0", 0.9), ("1", 0.8))]
    students = {"small": (0.85, 0.77), "large": (0.89, 0.80), "middle": (0.88, 0.79)}
    sizes = {"small": 1.0, "middle": 5.0, "large": 20.0}
    for name, values in students.items():
        rows += [{"student": name, "split": str(k), "value": v} for k, v in enumerate(values)]
    speed = [teacher(rows_per_second=1.0, bytes=100)]
    speed += [
        {"student": name, "rows_per_second": 100 / size, "speed_up": 100 / size, "bytes": size}
        for name, size in sizes.items()
    ]
    frame = speed_error_frame(results(*rows), timings_of(*speed), "auc", at_most=0.02)
    found = frame.set_index("student")
    assert found["excess"].round(6).to_dict() == {"small": 0.04, "large": 0.005, "middle": 0.015}
    assert found.loc["large", "standard_error"] == pytest.approx(0.005)  # of 0.01 and 0
    assert found["bytes_ratio"].to_dict() == {"small": 100, "large": 5, "middle": 20}
    picked = {pick: list(found.index[found[pick]]) for pick in PICKED}
    assert picked == PICKED
    losses = results(*rows).assign(value=lambda f: 1 - f["value"])
    lower = speed_error_frame(losses, timings_of(*speed), "auc", direction="lower")
    assert lower["excess"].round(6).tolist() == frame["excess"].round(6).tolist()


PICKED = {"most_accurate": ["large"], "smallest": ["small"], "fastest": ["middle"]}


def test_a_line_is_of_one_arm_and_student_and_teachers_are_level():
    frame = learning_frame(SCORES, "auc", "n_trees")
    lines = frame[frame["student"] == "forest"]
    assert sorted(lines["x"].unique()) == [1, 5, 20] and len(lines) == 2 * len(ARMS) * 3
    assert frame.loc[frame["student"] == "teacher", "x"].isna().all()
    one = SCORES[(SCORES["part"] == "test") & (SCORES["student"] == "forest(n_trees=5)")]
    one = one[(one["dataset"] == "magic") & (one["generator"] == "munge")]
    mine = lines[(lines["dataset"] == "magic") & (lines["generator"] == "munge")]
    assert mine.loc[mine["x"] == 5, "mean"].item() == pytest.approx(one["value"].mean())
    assert mine.loc[mine["x"] == 5, "n"].item() == 6


def made(label: str, spec: str, axis: str = "student") -> dict:
    return {"cell": {axis: label}, "provenance": {"plugins": {axis: {"spec": spec}}}}


def test_aliases_and_defaults_stand_on_the_line_of_their_parameter():
    specs = {"plain": "game(rounds=[1, 2])", "half": "game(rounds=[1, 2], share=0.5)"}
    specs |= {"all": "game(rounds=[1, 2], share=1)", "far": "game(rounds=[9, 2], weight=1e-04)"}
    known = [{"name": "share", "default": "0.1"}, {"name": "weight", "default": "2"}]
    known += [{"name": "rounds", "default": None}]
    spelling = spelling_of(
        [made(*pair) for pair in specs.items()], {"student/game": {"parameters": known}}
    )
    assert spelling.without("student", "plain", "share") == ("game(rounds=[1, 2])", 0.1)
    assert spelling.without("student", "far", "weight") == ("game(rounds=[9, 2])", 1e-4)
    assert spelling.without("student", "plain", "rounds")[0] == specs["plain"]
    assert spelling.varying("student", [*specs, "forest(n_trees=1)"]) == ["share"]
    trees = ["forest(n_trees=1)", "forest(n_trees=5)"]
    assert spelling.varying("student", trees) == ["n_trees"]
    here = SCORES[SCORES["student"].isin(["forest(n_trees=1)", "teacher"])]
    alike = [here.assign(student=here["student"].replace("forest(n_trees=1)", s)) for s in specs]
    frame = learning_frame(pd.concat(alike), "auc", "share", spelling)
    lines = frame[frame["student"] != "teacher"]
    assert set(lines["student"]) == {"game(rounds=[1, 2])"} and set(lines["x"]) == {0.1, 0.5, 1.0}


def test_generators_stand_on_lines_of_their_own_beside_training_rows():
    wide = {f"mse_{d}": f"distilled(d={d}, generator=dcgan(d=9))" for d in (2, 4)}
    spelling = spelling_of([made(*pair, "generator") for pair in wide.items()], {})
    assert spelling.lines([*wide, "munge(p=0.1)", "munge(p=0.5)", "kde"], "d") == {
        "mse_2": ("mse_…", 2.0),
        "mse_4": ("mse_…", 4.0),
    }
    assert spelling.lines(["munge(p=0.1)", "munge(p=0.5)", "kde"], "p") == {
        "munge(p=0.1)": ("munge(p=…)", 0.1),
        "munge(p=0.5)": ("munge(p=…)", 0.5),
    }
    munge = SCORES[SCORES["generator"] == "munge"]
    plain = SCORES[SCORES["generator"] != "munge"]
    every = pd.concat([plain, *(munge.assign(generator=name) for name in wide)])
    frame = learning_frame(every, "auc", "d", spelling)
    students = frame[frame["student"] != "teacher"]
    assert set(students["generator"]) == {"mse_…", "none"}
    assert set(students.loc[students["generator"] == "mse_…", "x"]) == {2.0, 4.0}
    assert students.loc[students["generator"] == "none", "x"].isna().all()


def test_ratio_is_taken_from_the_mix_and_arms_without_one_are_level():
    frame = learning_frame(SCORES, "auc", "ratio")
    assert set(frame["mix"]) == {"real", "fake", "both", "stream(p_fake=0.5)", "-"}
    assert set(frame.loc[frame["x"].notna(), "mix"]) == {"fake", "both"}
    assert set(frame.loc[frame["x"].notna(), "x"]) == {9.0}


def test_a_sweep_marks_what_validation_rows_choose_and_what_test_rows_would():
    frame = sweep_frame(sweep_scores(), "auc")
    assert len(frame) == 2 * 9 and (frame["n"] == 2).all()
    for mark, setting in (("chosen", (0.1, 0.5)), ("best_on_test", (0.5, 1.0))):
        rows = frame.loc[frame[mark], ["x", "y", "part"]].values.tolist()
        assert rows == [[*setting, "test"], [*setting, "valid"]]
    lower = sweep_frame(sweep_scores(), "auc", direction="lower")
    assert lower.loc[lower["chosen"], ["x", "y"]].iloc[0].tolist() == [0.9, 2.0]
    other = sweep_scores().assign(generator="munge(p=0.1, k=3)")
    assert sweep_frame(other, "auc").empty and sweep_frame(SCORES.iloc[:0], "auc").empty
    only_test = sweep_frame(sweep_scores().query("part == 'test'"), "auc")
    assert not only_test["chosen"].any() and only_test["best_on_test"].sum() == 1


def test_the_defaults_that_labels_leave_out_are_those_of_munge():
    parameters = discover().load("generator", "munge").parameters
    assert {name: parameters[name].default for name in ("p", "s")} == MUNGE


def test_groups_of_demsars_example():
    """Demšar 2006, section 3.2.2: at α = 0.10 C4.5 differs from C4.5+m and from C4.5+m+cf, and
    nothing else does."""
    ranks = {"C4.5": 3.143, "C4.5+m": 2.000, "C4.5+cf": 2.893, "C4.5+m+cf": 1.964}
    assert cliques(ranks, 1.12) == [(1.964, 2.893), (2.893, 3.143)]
    assert cliques(ranks, 1.25) == [(1.964, 3.143)]
    assert cliques(ranks, 0.01) == [] == cliques({"alone": 1.0}, 2.0)
    assert cliques({"a": 1.5, "b": 1.5}, 0.1) == [(1.5, 1.5)]


def test_intervals_are_those_of_the_corrected_resampled_t():
    here = scores()
    frame = gained(here, ratio=0.3 / 0.7)
    mine = frame[(frame["dataset"] == "magic") & (frame["generator"] == "munge")].iloc[0]
    at = here[(here["dataset"] == "magic") & (here["part"] == "test") & (here["query"] == "inbag")]
    own, real = (
        at[at["generator"] == name].groupby("split")["value"].mean() for name in ("munge", "none")
    )
    peer = resampled_t(own - real, 300 / 700)
    assert mine[["mean", "low", "high"]].tolist() == pytest.approx([peer.mean, peer.low, peer.high])
    made = {(generator, mix) for _, _, generator, mix, *_ in ARMS if mix != "real"}
    assert set(map(tuple, frame[["generator", "mix"]].to_numpy())) <= made

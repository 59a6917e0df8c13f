"""Scores between cells, by hand: who is paired with whom, what is divided by what, and why not."""

import hand_made
import numpy as np
import pandas as pd
import pytest

from tscbench.analysis.fieller import ratio_of_means
from tscbench.analysis.relations import COLUMNS as RELATED
from tscbench.analysis.relations import relations
from tscbench.report.reasons import reasoned_ratios
from tscbench.results.frames import COLUMNS

FAKE = {"generator": "kde", "mix": "fake(ratio=1)"}
NINE = {"generator": "kde", "mix": "fake(ratio=9)"}
BOTH = {"generator": "kde", "mix": "both(ratio=9)"}
ALONE = {"teacher": "-", "query": "-", "objective": "labels"}


def row(value, **more):
    return hand_made.row(value, **{"dataset": "magic", "metric": "accuracy", **more})


def own(value, metric="accuracy", **more):
    return hand_made.own(value, dataset="magic", metric=metric) | more


def gone(status="failed", **more):
    return hand_made.gone(status, **{"dataset": "magic", **more})


def related(*rows, metric=None):
    found = relations(pd.DataFrame(rows, columns=COLUMNS))
    assert list(found.columns) == RELATED
    assert (found["value"].isna() == (found["why"] != "")).all()
    return found if metric is None else found[found["metric"] == metric]


def only(*rows, metric):
    """The one value of a metric, or the reason why there is none."""
    (found,) = related(*rows, metric=metric).to_dict("records")
    return found["why"] or found["value"]


MODE = own(0.6, "mode_accuracy")


def test_the_tsc_score_is_the_share_above_the_most_common_class():
    rows = [MODE, row(0.8), row(0.7, **FAKE)]
    assert only(*rows, metric="tsc_score") == pytest.approx(0.1 / 0.2)
    assert only(*rows, metric="tsc_ratio") == pytest.approx(0.7 / 0.8)
    assert only(*rows, metric="difference_accuracy") == pytest.approx(-0.1)


def test_of_auc_it_is_the_share_above_one_half():
    rows = [row(0.9, metric="auc"), row(0.75, metric="auc", **FAKE)]
    assert only(*rows, metric="tsc_auc") == pytest.approx(0.25 / 0.4)
    assert set(related(*rows)["metric"]) == {"tsc_auc", "tsc_auc_oof", "difference_auc"} | {
        "recovery_auc"
    }


def test_another_ratio_is_in_the_name():
    rows = [MODE, row(0.8), row(0.9, **NINE), row(0.7, generator="kde", mix="fake(ratio=0.5)")]
    names = set(related(*rows)["metric"])
    assert {"tsc_score@9", "tsc_ratio@9", "tsc_score_oof@0.5"} <= names
    assert "tsc_score" not in names
    assert only(*rows, metric="tsc_score@9") == pytest.approx(1.5), "above one is not clipped"


def test_below_chance_it_is_negative():
    assert only(MODE, row(0.8), row(0.5, **FAKE), metric="tsc_score") == pytest.approx(-0.5)


def test_sets_with_training_rows_in_them_have_a_gain_and_no_tsc_score():
    rows = [MODE, row(0.8), row(0.83, **BOTH)]
    found = related(*rows)
    assert not found["metric"].str.startswith("tsc").any()
    assert only(*rows, metric="gain") == pytest.approx(0.03)
    assert only(*rows, metric="difference_accuracy") == pytest.approx(0.03)
    assert "gain" not in set(related(MODE, row(0.8), row(0.7, **FAKE))["metric"])


def test_a_cell_is_paired_with_its_own_split_seed_query_objective_and_student():
    rows, expected = [], {}
    rng = np.random.default_rng(0)
    for split in "01":
        rows.append(MODE | {"split": split})
        for seed in "01":
            for student in ("tree", "forest"):
                for query in ("inbag", "oob"):
                    for objective in ("probabilities", "logits"):
                        axes = {"split": split, "seed": seed, "student": student}
                        axes |= {"query": query, "objective": objective}
                        real, fake = rng.uniform(0.8, 0.9), rng.uniform(0.7, 0.8)
                        rows += [row(real, **axes), row(fake, **axes, **FAKE)]
                        expected[tuple(axes.values())] = (fake - 0.6) / (real - 0.6)
    shuffled = [rows[i] for i in rng.permutation(len(rows))]
    found = related(*shuffled, metric="tsc_score")
    keys = found[["split", "seed", "student", "query", "objective"]].itertuples(index=False)
    assert dict(zip(map(tuple, keys), found["value"], strict=True)) == pytest.approx(expected)


def test_parts_datasets_and_teachers_are_kept_apart():
    rows = []
    for part, shift in (("valid", 0.0), ("test", 0.1)):
        for dataset, mode in (("magic", 0.5), ("adult", 0.6)):
            more = {"part": part, "dataset": dataset}
            rows += [MODE | more | {"value": mode}, row(0.8 + shift, **more)]
            rows.append(row(0.7, **more, **FAKE))
            rows.append(row(0.9, **more, teacher="boosting"))
            rows.append(row(0.8, **more, teacher="boosting", **FAKE))
    found = related(*rows, metric="tsc_score").set_index(["dataset", "part", "teacher"])["value"]
    assert found["magic", "valid", "forest"] == pytest.approx(0.2 / 0.3)
    assert found["magic", "test", "forest"] == pytest.approx(0.2 / 0.4)
    assert found["adult", "test", "forest"] == pytest.approx(0.1 / 0.3)
    assert found["adult", "valid", "boosting"] == pytest.approx(0.2 / 0.3)


def test_the_out_of_fold_score_is_over_rows_answered_out_of_fold():
    cross = row(0.9, query="crossfit(folds=5)")
    rows = [MODE, row(0.8), cross, row(0.7, **FAKE)]
    assert only(*rows, metric="tsc_score_oof") == pytest.approx(0.1 / 0.3)
    rows.insert(1, row(0.75, query="oob"))
    assert only(*rows, metric="tsc_score_oof") == pytest.approx(0.1 / 0.15), "oob comes first"
    rows.append(row(0.72, query="crossfit(folds=5)", **FAKE))
    found = related(*rows, metric="tsc_score_oof").set_index("query")["value"]
    assert found["inbag"] == pytest.approx(0.1 / 0.15)
    assert found["crossfit(folds=5)"] == pytest.approx(0.12 / 0.3), "its own query before others"
    without = only(MODE, row(0.8), row(0.7, **FAKE), metric="tsc_score_oof")
    partner = "cell on real rows answered by oob or crossfit"
    assert without == f"not reported: the run has no {partner} beside it"


def test_a_stream_is_set_against_one_without_synthetic_rows():
    stream = {"generator": "kde", "mix": "stream(p_fake=1)"}
    rows = [MODE, row(0.8), row(0.7, **stream)]
    assert only(*rows, metric="tsc_score") == pytest.approx(0.1 / 0.2)
    rows.append(row(0.9, mix="stream(p_fake=0)"))
    assert only(*rows, metric="tsc_score") == pytest.approx(0.1 / 0.3)
    rows.append(row(0.85, generator="kde", mix="stream(p_fake=0.5)"))
    assert only(*rows, metric="gain") == pytest.approx(-0.05)
    rows.append(row(0.74, **FAKE))
    found = related(*rows, metric="tsc_score").set_index("mix")["value"]
    assert found["fake(ratio=1)"] == pytest.approx(0.14 / 0.2), "mix fake against mix real"


def test_a_stream_by_example_is_not_set_against_one_by_batch():
    by_example = "stream(p_fake=1, per_example=true)"
    rows = [MODE, row(0.8), row(0.9, mix="stream(p_fake=0)")]
    rows.append(row(0.7, generator="kde", mix=by_example))
    assert only(*rows, metric="tsc_score") == pytest.approx(0.1 / 0.2)


def test_recovery_is_the_share_of_the_gap_to_the_teacher():
    rows = [own(0.95), row(0.75, **ALONE), row(0.85), row(0.95, **BOTH), row(0.7, **FAKE)]
    found = related(*rows, metric="recovery").set_index("mix")["value"]
    assert found["real"] == pytest.approx(0.5) and found["both(ratio=9)"] == pytest.approx(1)
    assert found["fake(ratio=1)"] == pytest.approx(-0.25) and len(found) == 3


def test_recovery_of_a_seed_is_over_the_student_alone_of_that_seed():
    rows = [own(0.95), own(0.65, split="1")]
    rows += [row(0.75, **ALONE), row(0.85, seed="1", **ALONE), row(0.6, split="1", **ALONE)]
    rows += [row(0.85), row(0.9, seed="1"), row(0.62, split="1")]
    found = related(*rows, metric="recovery").set_index(["split", "seed"])
    assert found["numerator"].round(6).tolist() == [0.1, 0.05, 0.02]
    assert found["denominator"].round(6).tolist() == [0.2, 0.1, 0.05]


def test_the_plainest_labels_are_the_student_alone():
    softer = ALONE | {"objective": "labels(loss=cross_entropy)"}
    rows = [own(0.95), row(0.65, **softer), row(0.85)]
    assert only(*rows, metric="recovery") == pytest.approx(2 / 3)
    assert only(*rows, row(0.75, **ALONE), metric="recovery") == pytest.approx(0.5)


def test_every_metric_has_a_difference_and_no_fact_has():
    rows = [MODE, own(0.5, "confidence"), gone(**NINE)]
    rows += [row(0.3, metric="log_loss"), row(0.2, metric="log_loss", **BOTH)]
    rows.append(own(0.1, part="train", query="inbag"))
    rows.append(row(0.1, part="synthetic", metric="copy_rate.share", **BOTH))
    found = related(*rows)
    assert set(found["metric"]) == {"difference_log_loss"}
    assert found["value"].dropna().tolist() == pytest.approx([-0.1])


def test_supervised_sets_have_a_gain_and_neither_score_nor_recovery():
    rows = [MODE, own(0.9), row(0.7, **ALONE)]
    rows += [row(0.75, **ALONE, **BOTH), row(0.65, **ALONE, **NINE)]
    found = related(*rows)
    assert set(found["metric"]) == {"difference_accuracy", "gain"}
    assert found["value"].round(6).tolist() == [0.05, -0.05, 0.05]


def test_without_the_cell_to_divide_by_there_is_no_score():
    assert only(MODE, row(0.7, **FAKE), metric="tsc_score") == (
        "not reported: the run has no cell on real rows (generator none, mix real) beside it"
    )
    for status, said in (("failed", "failed"), ("missing", "is missing")):
        rows = [MODE, gone(status), row(0.7, **FAKE)]
        why = f"not reported: the cell on real rows {said}"
        assert only(*rows, metric="tsc_score") == only(*rows, metric="tsc_ratio") == why
        assert only(*rows, metric="difference_accuracy") == why
    undefined = only(MODE, row(None), row(0.7, **FAKE), metric="tsc_score")
    assert undefined == "not reported: the cell on real rows has no accuracy"


def test_a_failed_cell_has_a_row_that_says_so_on_every_part():
    rows = [MODE, row(0.8), row(0.8, part="valid"), row(0.7, generator="gmm", mix="fake(ratio=1)")]
    found = related(*rows, gone(**FAKE), metric="tsc_score")
    failed = found[found["status"] == "failed"]
    assert sorted(failed["part"]) == ["test", "valid"]
    assert set(failed["why"]) == {"not reported: the cell failed"}
    assert related(*rows, row(None, **FAKE), metric="tsc_score")["why"].iloc[-1] == (
        "not reported: the cell has no accuracy"
    )


def test_records_of_older_versions_have_no_score_and_say_why():
    rows = [own(0.9), row(0.8), row(0.7, **FAKE)]
    assert only(*rows, metric="tsc_score").startswith(
        "not reported: the records hold no mode_accuracy"
    )
    assert only(*rows, metric="tsc_ratio") == pytest.approx(0.875), "which needs none"


def test_without_teacher_or_student_alone_there_is_no_recovery():
    assert "has no cell of the student alone (objective labels" in only(
        own(0.9), row(0.8), metric="recovery"
    )
    assert "the run has no teacher's own line" in only(
        row(0.7, **ALONE), row(0.8), metric="recovery"
    )
    assert "the cell of the student alone failed" in only(
        own(0.9), gone(**ALONE), row(0.8), metric="recovery"
    )


def repeats(reals, fake=0.65, **more):
    rows = []
    for i, real in enumerate(reals):
        axes = {"split": str(i), **more}
        rows += [MODE | {"split": str(i)}, row(real, **axes), row(fake, **axes, **FAKE)]
    return rows


def test_a_denominator_near_chance_is_not_divided_by():
    # above 0.6: 0.02, 0.05, 0.08: mean 0.05, standard error 0.0173, less than a third of it
    found = related(*repeats([0.62, 0.65, 0.68]), metric="tsc_score")
    assert set(found["why"]) == {
        "not reported: the denominator is near zero: 0.0500 ± 0.0173 over chance"
    }
    assert found["denominator"].round(6).tolist() == [0.02, 0.05, 0.08]
    # 0.06, 0.07, 0.08: mean 0.07, standard error 0.0058
    sure = related(*repeats([0.66, 0.67, 0.68]), metric="tsc_score")
    assert sure["value"].to_numpy() == pytest.approx([5 / 6, 5 / 7, 5 / 8])


def test_a_tiny_or_negative_denominator_is_near_chance_however_sure():
    for real in (0.604, 0.55):
        found = related(*repeats([real] * 3), metric="tsc_score")
        assert found["why"].str.contains("near zero").all()
    assert related(*repeats([0.606] * 3), metric="tsc_score")["value"].notna().all()


def test_a_single_repeat_needs_a_wider_gap():
    assert only(*repeats([0.615]), metric="tsc_score") == (
        "not reported: the denominator is near zero: 0.0150 over chance"
    )
    assert only(*repeats([0.63]), metric="tsc_score") == pytest.approx(5 / 3)


def test_seeds_of_one_split_are_no_repeats_where_there_are_several():
    # split means 0.62 and 0.68; the eight values by themselves would have a small error
    rows = []
    for split, mean in (("0", 0.62), ("1", 0.68)):
        rows.append(MODE | {"split": split})
        for seed in "0123":
            axes = {"split": split, "seed": seed}
            rows += [row(mean, **axes), row(0.65, **axes, **FAKE)]
    found = related(*rows, metric="tsc_score")
    assert found["why"].str.contains("0.0500 ± 0.0300").all()


def test_a_denominator_is_judged_by_its_own_cells_alone():
    far = repeats([0.8, 0.8, 0.8], student="forest")
    near = [r for r in repeats([0.61, 0.61, 0.59]) if r["student"] != "teacher"]
    found = related(*far, *near, metric="tsc_score").set_index("student")["why"]
    assert set(found["forest"]) == {""} and found["tree"].str.contains("near zero").all()
    # many generators over the same real rows do not make those surer
    more = [row(0.65, split=str(i), generator=g, mix="fake(ratio=1)") for g in "abc" for i in "012"]
    again = related(*far, *near, *more, metric="tsc_score").set_index("student")["why"]
    assert set(again["tree"]) == set(found["tree"])


def test_nothing_in_means_nothing_out():
    assert related().empty and related(MODE, own(0.9)).empty
    assert related(row(0.8)).query("metric != 'recovery'").empty


def test_an_index_of_any_kind_will_do():
    frame = pd.DataFrame([MODE, row(0.8), row(0.7, **FAKE)], columns=COLUMNS)
    odd = frame.set_axis([5, 5, 0])
    assert relations(odd).equals(relations(frame))


def test_ratios_of_means_are_those_of_the_pairs():
    rows = repeats([0.80, 0.84, 0.82, 0.86], fake=0.7)
    for i, shift in enumerate((0.0, 0.03, 0.01, 0.04)):
        rows[3 * i + 2]["value"] += shift
    (found,) = reasoned_ratios(related(*rows, metric="tsc_score"), {}).to_dict("records")
    x, y = np.array([0.10, 0.13, 0.11, 0.14]), np.array([0.20, 0.24, 0.22, 0.26])
    expected = ratio_of_means(x, y)
    assert found["value"] == pytest.approx(0.48 / 0.92) and found["why"] == ""
    assert found["standard_error"] == pytest.approx(expected.standard_error)
    assert (found["low"], found["high"]) == pytest.approx((expected.low, expected.high))
    assert (found["n"], found["asked"]) == (4, 4)


def test_their_seeds_are_averaged_inside_splits():
    rows = []
    for split, real in (("0", 0.8), ("1", 0.9), ("2", 0.85)):
        rows.append(MODE | {"split": split})
        for seed, move in (("0", -0.02), ("1", 0.02)):
            axes = {"split": split, "seed": seed}
            rows += [row(real + move, **axes), row(0.7 + move, **axes, **FAKE)]
    (found,) = reasoned_ratios(related(*rows, metric="tsc_score"), {}).to_dict("records")
    expected = ratio_of_means([0.1, 0.1, 0.1], [0.2, 0.3, 0.25])
    assert (found["value"], found["low"]) == pytest.approx((expected.value, expected.low))
    assert found["n"] == 6
    one = [r for r in rows if r["split"] == "0"]
    (seeds,) = reasoned_ratios(related(*one, metric="tsc_score"), {}).to_dict("records")
    assert seeds["value"] == pytest.approx((0.08 + 0.12) / (0.18 + 0.22)) and seeds["n"] == 2


def test_ratios_without_an_interval_say_why():
    rows = repeats([0.8, 0.8])
    rows.remove(rows[-1])
    found = reasoned_ratios(related(*rows, gone(split="1", **FAKE), metric="tsc_score"), {})
    (one,) = found.to_dict("records")
    assert (one["n"], one["asked"]) == (1, 2) and one["value"] == pytest.approx(0.25)
    assert one["why"] == "no interval: one repeat" and np.isnan(one["low"])
    near = reasoned_ratios(related(*repeats([0.6, 0.6, 0.6]), metric="tsc_score"), {})
    assert near["why"].str.contains("near zero").all() and near["value"].isna().all()
    wide = reasoned_ratios(related(*repeats([0.70, 0.74]), metric="tsc_score"), {})
    assert wide["why"].tolist() == ["no interval: the denominator cannot be told from zero"]
    assert wide["value"].item() == pytest.approx(0.05 / 0.12)


def test_a_run_records_what_its_scores_need(lab):
    grid = {
        "generator": ["far"],
        "mix": ["real", "fake(ratio=1)"],
        "objective": ["shares", "labels"],
    }
    run = lab.run(grid, metrics=["accuracy"], headline="accuracy", splits=2)
    scores = run.scores()
    facts = scores[scores["student"] == "teacher"].set_index(["split", "part", "metric"])["value"]
    assert set(facts.xs("mode_accuracy", level="metric")) <= {0.5, 10 / 18, 8 / 18, 5 / 9}
    assert facts["0", "test", "n_rows"] == 18 and facts["0", "test", "n_train"] == 36
    found = relations(scores)
    assert {"tsc_score", "recovery", "difference_accuracy"} <= set(found["metric"])
    test = scores[(scores["part"] == "test") & (scores["split"] == "1")]
    value = test[test["teacher"] != "-"].set_index(["mix", "metric"])["value"]
    score = found[(found["part"] == "test") & (found["split"] == "1")]
    got = score[score["metric"] == "tsc_score"].iloc[0]
    mode = facts["1", "test", "mode_accuracy"]
    assert got["numerator"] == pytest.approx(value["fake(ratio=1)", "accuracy"] - mode)
    assert got["denominator"] == pytest.approx(value["real", "accuracy"] - mode)

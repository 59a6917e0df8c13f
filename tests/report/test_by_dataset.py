"""Tables of datasets: means, errors, differences and TSC Scores by hand, and what is not there."""

from hand_made import frame, gone, own, row, speeds, study

from tscbench.report.by_dataset import dataset_tables
from tscbench.report.names import names_of

KDE = {"generator": "kde", "mix": "fake(ratio=1)"}
MUNGE = {"generator": "munge", "mix": "fake(ratio=9)"}
PLACES = [(split, seed) for split in "01" for seed in "01"]


def rows_of(level, **more):
    """Accuracy and AUC of a cell: two splits 0.01 apart, two seeds 0.002 apart."""
    return [
        row(
            level + 0.01 * int(split) + 0.002 * int(seed),
            metric=metric,
            split=split,
            seed=seed,
            **more,
        )
        for split, seed in PLACES
        for metric in ("accuracy", "auc")
    ]


TEACHERS = [
    own(value, metric=metric, split=split)
    for split in "01"
    for metric, value in (("accuracy", 0.9), ("auc", 0.95), ("mode_accuracy", 0.5))
]
ROWS = [*TEACHERS, *rows_of(0.70), *rows_of(0.75, **KDE), *rows_of(0.80, **MUNGE)]


def tables(rows, metric="", part="test", **more):
    given = study(frame(*rows), **more)
    return dataset_tables(given, names_of(given.every), metric, part=part)


def shown(table, generator):
    """What stands in the row of a generator, by heading."""
    place = table.frame["generator"].tolist().index(generator)
    cells = table.cells()[place]
    return {c.heading: str(cell) for c, cell in zip(table.columns, cells, strict=True)}


def test_means_differences_and_tsc_scores_are_as_computed_by_hand():
    [table] = tables(ROWS, name="mine")
    assert table.frame["generator"].tolist() == ["munge", "kde", "none"], "the best first"
    kde = shown(table, "kde")
    assert kde["accuracy"] == kde["auc"] == "0.7560 ± 0.0050", "over two splits' means"
    assert kde["Δ auc"] == "+0.0500 ± 0.0000"
    # splits (0.251, 0.201) and (0.261, 0.211): R = 0.256/0.206; all variances and the covariance
    # are 0.00005, so that the error is √(0.00005·(R - 1)²/2)/0.206
    ratio = 0.256 / 0.206
    error = (0.00005 / 2) ** 0.5 * (ratio - 1) / 0.206
    assert kde["TSC Score"] == f"{ratio:.4f} ± {error:.4f}", "of the means, not the mean of ratios"
    assert shown(table, "munge")["TSC Score@9"].startswith(f"{0.306 / 0.206:.4f} ±")
    none = shown(table, "none")
    assert none["Δ auc"] == none["TSC Score"] == "–" and "cells" not in none
    assert table.notes == ("Not timed: tscbench time mine.",)


def test_the_caption_says_of_what_the_means_are():
    [table] = tables(ROWS)
    assert (table.title, table.dataset) == ("d", "d")
    said = "test rows, mean ± standard error over 2 splits, seeds averaged inside them; 12 of 12 "
    assert table.caption == said + "cells; teacher forest alone auc 0.9500"
    for rows, over in (
        ([row(0.5), row(0.6, seed="1")], "standard error over 2 seeds of one split; 2 of 2"),
        ([row(0.5), row(0.6, split="1")], "standard error over 2 splits; 2 of 2 cells"),
        ([row(0.5), gone(student="b")], "one repeat, of which there is no standard error; 1 of 2"),
    ):
        assert over in tables(rows)[0].caption


def test_a_dataset_has_a_table_and_students_stand_by_size_then_by_score():
    students = ("forest(n_trees=10)", "forest(n_trees=2)", "tree")
    levels = (("none", 0.7), ("kde", 0.9), ("gmm", 0.8))
    rows = [
        row(v, generator=g, student=s, dataset=d) for g, v in levels for s in students for d in "ab"
    ]
    found = tables(rows)
    assert [table.title for table in found] == ["a", "b"]
    by_student = found[0].frame.groupby("student", sort=False)["generator"].agg(list)
    assert list(by_student.index) == ["forest(n_trees=2)", "forest(n_trees=10)", "tree"]
    assert all(order == ["kde", "gmm", "none"] for order in by_student)
    up = tables(rows, lower=["auc"])[0].frame["generator"]
    assert up.tolist()[:3] == ["none", "gmm", "kde"], "less is better"


def test_one_metric_alone_has_its_interval_where_it_is_a_ratio():
    [table] = tables(ROWS, "tsc_score")
    assert (
        table.caption.startswith("tsc_score on test rows, mean ± ")
        and "4 of 4 cells" in table.caption
    )
    kde = shown(table, "kde")
    low, high = table.frame[["low", "high"]].iloc[0]
    assert low < 0.256 / 0.206 < high and kde["95 % interval"] == f"{low:.4f} to {high:.4f}"
    [plain] = tables(ROWS, "accuracy")
    assert [c.heading for c in plain.columns] == ["student", "method", "accuracy"]
    [valid] = tables([row(0.25, part="valid", seed=s) for s in "01"] + ROWS, "auc", "valid")
    assert shown(valid, "none")["auc"] == "0.2500 ± 0.0000" and "auc on valid rows" in valid.caption


def test_why_a_ratio_has_no_value_or_no_interval_is_a_note():
    one = [r for r in ROWS if r["split"] == "0" and r["seed"] in "0-"]
    [table] = tables(one)
    assert shown(table, "kde")["TSC Score"] == "1.2500"
    assert "tsc_score, 1 row: no interval: one repeat." in table.notes
    chance = [r | {"value": 0.7055} if r["metric"] == "mode_accuracy" else r for r in ROWS]
    [near] = tables(chance)
    assert shown(near, "kde")["auc"] and "TSC Score" not in shown(near, "kde")
    said = (
        "tsc_score, 1 row: not reported: the denominator is near zero: 0.0005 ± 0.0050 over chance."
    )
    assert said in near.notes
    [alone] = tables([r for r in ROWS if r["generator"] != "none"])
    assert any("the run has no cell on real rows" in note for note in alone.notes)


RATE = {"rows_per_second": 1234.0, "speed_up": 20.0, "student": "tree"}


def test_speeds_of_other_hardware_and_of_busy_minutes_do_not_rank():
    measured = speeds(
        RATE,
        RATE | {"batch": 1, "rows_per_second": 7.0},
        RATE | KDE | {"contended": True, "rows_per_second": 2000.0},
        RATE | MUNGE | {"hardware": "another"},
    )
    [table] = tables(ROWS, speeds=measured)
    assert shown(table, "none")["rows/s"] == "1,230" and shown(table, "none")["speed-up"] == "20×"
    assert shown(table, "kde")["rows/s"] == "(2,000)"
    assert shown(table, "munge")["rows/s"] == "–"
    assert "Speeds in brackets: timed while others were at work." in table.notes
    assert not any("Not timed" in note for note in table.notes)


def test_sizes_are_means_and_a_difference_is_to_cells_that_are_not_shown():
    sizes = [row(n, metric="nodes", seed=seed, **KDE) for seed, n in (("0", 10.0), ("1", 20.0))]
    [table] = tables([*ROWS, *sizes], only={"generator": "kde"})
    assert table.frame["generator"].tolist() == ["kde"]
    kde = shown(table, "kde")
    assert kde["nodes"] == "15" and kde["Δ auc"].startswith("+0.0500")


def test_a_headline_that_nobody_has_is_no_error():
    [table] = tables(ROWS, headline="brier")
    assert "12 of 12 cells" in table.caption and "brier" not in table.frame

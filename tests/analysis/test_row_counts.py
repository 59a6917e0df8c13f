"""Test rows over training rows, of records, and of scores where they do not say."""

from hand_made import frame, own

from tscbench.analysis.row_counts import test_to_train as ratios_of


def test_ratios_are_of_scores_where_records_do_not_say_them():
    scores = frame(
        own(30, dataset="x", metric="n_rows"),
        own(60, dataset="x", metric="n_train"),
        own(9, dataset="y", metric="n_rows"),
    )
    records = [{"cell": {"dataset": "y"}, "rows": {"train": 4, "valid": 1, "test": 8}}]
    assert ratios_of(scores) == {"x": 0.5}
    assert ratios_of(scores, [*records, {"cell": {"dataset": "x"}}]) == {"x": 0.5, "y": 2.0}


def test_a_cap_on_training_rows_does_not_count_where_validation_rows_tell_of_the_others():
    rows = {
        "x": {"train": 10, "valid": 20, "test": 40},
        "y": {"train": 79, "valid": 20, "test": 79},
    }
    records = [{"cell": {"dataset": name}, "rows": of} for name, of in rows.items()]
    scores = frame(own(1, dataset="z", metric="auc"))
    assert ratios_of(scores, records, valid=0.2) == {"x": 0.5, "y": 1.0}
    assert ratios_of(scores, records) == {"x": 4.0, "y": 1.0}
    few = [{"cell": {"dataset": "x"}, "rows": {"train": 17, "valid": 4, "test": 17}}]
    assert ratios_of(scores, few, valid=0.15) == {"x": 1.0}, "four of 21 is .15, rounded"

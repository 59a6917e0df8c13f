"""Which speeds may stand beside each other."""

import pytest
from hand_made import speeds

from tscbench.analysis.speed import comparable, speed_of, timed

KDE = {"generator": "kde", "mix": "fake(ratio=1)"}


def one(rate, **more):
    return {"student": "tree", "rows_per_second": float(rate), "speed_up": rate / 10, **more}


@pytest.mark.parametrize(
    ("rows", "kept"),
    [
        ([one(1), one(2, batch=1), one(3, batch=10)], [1]),
        ([one(1), one(2, threads=2)], [1]),
        ([one(1), one(2, contended=True)], [1]),
        ([one(1, contended=True), one(2, contended=True)], [1, 2]),
        ([one(1, hardware="b"), one(2, hardware="a"), one(3, hardware="a", split="1")], [2, 3]),
        ([one(1), one(2, dataset="e", batch=10)], [1, 2]),
        ([], []),
    ],
)
def test_they_are_of_the_largest_batch_one_thread_one_machine_and_calm_minutes(rows, kept):
    assert comparable(speeds(*rows))["rows_per_second"].tolist() == kept


def test_an_arm_has_the_median_over_its_students_and_the_number_of_their_datasets():
    rows = [
        one(rate, student=f"tree({rate})", dataset=d) for rate, d in ((1, "d"), (2, "d"), (9, "e"))
    ]
    rows += [one(5, contended=True, **KDE), one(99, student="teacher")]
    found = speed_of(speeds(*rows))
    assert found.index.tolist() == ["forest · inbag · probabilities · none · real"]
    assert found.iloc[0].to_dict() == pytest.approx(
        {"rows_per_second": 2, "speed_up": 0.2, "datasets": 2}
    )
    each = timed(speeds(*rows)).set_index("student")["rows_per_second"]
    assert each["teacher"] == 99 and each["tree(9)"] == 9 and len(each) == 4

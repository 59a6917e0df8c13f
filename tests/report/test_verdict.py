"""The verdict's sentences say what the numbers say, and no more."""

import numpy as np
import pandas as pd
import pytest
from hand_made import frame, gone, own, row, scores, sized, speeds, study, timings
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from tscbench.analysis.cells import cells_of
from tscbench.analysis.sizes import mean_sizes
from tscbench.analysis.verdict import sizes_in, verdict_of
from tscbench.report.names import names_in, names_of
from tscbench.report.verdict import said_of


def said(given, metric="", **more):
    given = given if not isinstance(given, pd.DataFrame) else study(given, **more)
    verdict = verdict_of(given, metric)
    return said_of(given, verdict, names_of(given.every), metric=metric)


def on_three(**methods):
    """What each method scores on three datasets, in both splits; generators by their names."""
    return scores({(d, name): (v, v) for name, of in methods.items() for d, v in zip("abc", of)})


NONE = (0.70, 0.80, 0.60)
BEST = on_three(none=NONE, kde=(0.75, 0.855, 0.649), gmm=(0.71, 0.80, 0.61))


def test_best_is_said_where_every_other_is_told_apart():
    words = said(BEST)
    assert words.headline == "kde · fake is best of 3 methods, auc 0.7513."
    low, high = stats.ttest_1samp([0.05, 0.055, 0.049], 0).confidence_interval()
    assert words.gain == (
        f"It gains +0.0513 auc ({low:+.4f} to {high:+.4f}) over none, the best without synthetic "
        "rows."
    )
    assert words.doubt == "95 % intervals: Student's t over 3 datasets, each by itself."
    assert str(words).startswith(f"{words.headline} {words.gain} Not size-matched")


def test_first_is_said_where_others_cannot_be_told_apart():
    alike = on_three(none=NONE, kde=(0.75, 0.855, 0.649), gmm=(0.76, 0.84, 0.65))
    of = "kde · fake is first of 2 methods that cannot be told apart (of 3), auc 0.7513."
    assert said(alike).headline == of
    both = said(alike[alike["generator"] != "none"])
    assert both.headline == of.replace(" (of 3)", "") and both.gain == ""


def test_equal_means_stand_by_their_names():
    words = said(on_three(a=(0.00, 0.02, 0.09), b=(0.01, 0.05, 0.05)))  # in floats b is above a
    assert words.headline.startswith("a · fake is first of 2 methods")


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.lists(st.integers(0, 9), min_size=3, max_size=3), min_size=2, max_size=4, unique_by=tuple
    )
)
def test_best_is_never_said_of_what_the_frame_does_not_tell_apart(table):
    values = np.array(table) / 100
    words = said(on_three(**{f"g{n}": row for n, row in enumerate(values)})).headline
    first = np.argmax(values.mean(axis=1).round(12))
    differences = values[first] - np.delete(values, first, axis=0)
    far = stats.t.ppf(0.975, 2) * differences.std(axis=1, ddof=1) / np.sqrt(3)
    apart = differences.mean(axis=1) - far > 1e-12
    assert words.startswith(f"g{first} · fake")
    assert ("is best of" in words) == apart.all()
    if not apart.all():
        assert f"is first of {1 + (~apart).sum()} methods that cannot be told apart" in words


def test_without_an_interval_nothing_is_sure():
    one = said(scores({("a", "none"): (0.7,), ("a", "kde"): (0.8,)}, splits=1))
    assert (
        one.headline == "kde · fake comes first of 2 methods, auc 0.8000; how surely is not known."
    )
    assert one.gain == "It gains +0.1000 auc over none, the best without synthetic rows."
    assert one.doubt == "One split of one dataset has no interval: two of either are needed."


def test_one_method_and_none_are_told():
    alone = said(scores({("a", "kde"): (0.7, 0.8), ("a", "none"): None}))
    assert alone.headline.startswith("kde · fake alone has all its cells, auc 0.7500: there is no")
    assert alone.gain == "No method without synthetic rows has all its cells."
    assert alone.doubt.endswith(" 1 method without all cells left out.")
    lost = scores({("a", "kde"): (0.7, 0.8), ("a", "none"): None}).iloc[1:]
    every = pd.concat([lost, frame(gone(dataset="a", generator="kde", mix="fake(ratio=1)"))])
    nothing = "No method has {} on test rows of all its cells: {} of 4 cells have it{}."
    assert str(said(every)) == nothing.format("auc", 1, "")
    why = " (not reported: the cell on real rows failed)"
    assert str(said(every, "difference_auc")).endswith(f"of 2 cells have it{why}.")


def test_training_rows_alone_may_be_best():
    words = said(on_three(none=(0.75, 0.855, 0.649), kde=NONE, gmm=(0.65, 0.755, 0.55)))
    assert words.headline == "none is best of 3 methods, auc 0.7513."
    who = "It has no synthetic rows; kde · fake, the best with some, differs by -0.0513 auc ("
    assert words.gain.startswith(who)
    only = said(scores({("a", "inbag"): (0.7, 0.8), ("a", "oob"): (0.6, 0.8)}, "dataset", "query"))
    assert only.headline.startswith("inbag is first of 2") and only.gain == ""


def test_less_may_be_better():
    words = said(on_three(none=(0.75, 0.855, 0.649), kde=NONE), lower=["auc"])
    assert words.headline == "kde · fake is best of 2 methods, auc 0.7000."
    assert words.gain.startswith("It differs by -0.0513 auc (") and " from none, the " in words.gain


def both_sizes(name, nodes, score, dataset="a", **more):
    return [
        one
        for split, move in (("0", 0.0), ("1", 0.002))
        for one in sized(
            (name, "small", nodes, score + move, score + move),
            (name, "large", 3 * nodes, score + move + 0.1, score + move + 0.1),
            dataset=dataset,
            split=split,
            **more,
        )
    ]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (both_sizes("kde", 4, 0.7), "A student has the same size whatever it learns from."),
        (
            both_sizes("kde", 2, 0.7),
            "At equal size: a budget of 4 nodes, in it the best student by validation rows, "
            "never large.",
        ),
        (
            both_sizes("kde", 6, 0.7),
            "At equal size: budgets of 6 to 12 nodes, in each the best student by validation rows.",
        ),
        (
            both_sizes("kde", 99, 0.7),
            "Not size-matched (a method's smallest student is larger than another's largest): its "
            "students have 198 nodes against 8.",
        ),
        (
            [*both_sizes("kde", 99, 0.7), *both_sizes("gmm", 99, 0.8)],
            "Not size-matched (a method's smallest student is larger than another's largest): its "
            "students have 198 nodes against 8.",
        ),
        (
            [*both_sizes("kde", 99, 0.7), *both_sizes("none", 4, 0.6, "b"),
             *both_sizes("kde", 4, 0.7, "b")],
            "Not size-matched: its students have 103 nodes against 8. At equal size, on the one "
            "dataset that allows it, it gains +0.1000 (+0.1000 to +0.1000) over none.",
        ),
        (
            [*both_sizes("kde", 99, 0.7), *both_sizes("none", 4, 0.69, "b"),
             *both_sizes("kde", 4, 0.65, "b")],
            "Not size-matched: its students have 103 nodes against 8. At equal size, on the one "
            "dataset that allows it, none is first.",
        ),
        (
            [*both_sizes("kde", 99, 0.5), *both_sizes("none", 4, 0.69, "b"),
             *both_sizes("kde", 4, 0.65, "b")],
            "Not size-matched. At equal size, on the one dataset that allows it, it is first, too.",
        ),
    ],
)  # fmt: skip
def test_whether_sizes_are_matched_is_always_said(rows, words):
    assert said(frame(*both_sizes("none", 4, 0.6), *rows)).size == words


def test_a_size_is_written_as_one_and_not_matched_with_itself():
    words = said(frame(*both_sizes("none", 4, 0.6), *both_sizes("kde", 617, 0.6)), "nodes")
    assert words.headline.endswith("nodes 8.") and words.size == ""
    assert "differs by +1,230 nodes" in words.gain


def test_why_sizes_cannot_be_matched_is_said():
    assert said(BEST).size == "Not size-matched (the records say no sizes of students)."
    two = [*both_sizes("none", 4, 0.6), *both_sizes("kde", 4, 0.7)]
    alone = said(study(frame(*two)), "difference_auc")
    assert alone.size == "", "one method has nothing to be matched with"
    worked_out = said(study(frame(*two, *both_sizes("gmm", 4, 0.8))), "difference_auc")
    assert worked_out.size.startswith("Not size-matched (validation rows have no such score")
    assert worked_out.gain == "", "training rows alone are not asked for it"


def test_intervals_over_splits_say_whether_shared_rows_are_counted():
    one = scores({("d", "none"): (0.7, 0.71), ("d", "kde"): (0.8, 0.82)})
    narrow = "They are too narrow: rows that splits share are not counted."
    assert said(one).doubt.startswith("95 % intervals: Student's t over 2 splits, each by itself.")
    assert said(one).doubt.endswith(narrow)
    counts = [own(n, metric=m) for m, n in (("n_rows", 30.0), ("n_train", 60.0))]
    counted = said(pd.concat([one, frame(*counts)])).doubt
    assert counted == "95 % intervals: the corrected resampled t over 2 splits, each by itself."


KDE = {"generator": "kde", "mix": "fake(ratio=1)"}
LOST = KDE | {"split": "1"}


def with_costs(*timed):
    """A study of one dataset with the seconds of each cell, and these speeds."""
    every = scores({("d", "none"): (0.7, 0.71), ("d", "kde"): (0.8, 0.82)})
    cells = every.to_dict("records")
    seconds = timings(
        *((cell, {"student": 9 if cell["generator"] == "kde" else 3}) for cell in cells)
    )
    records = [
        {"cell": {axis: one[axis] for axis in list(one)[:9]}, "status": "ok",
         "seconds": {"student": one["seconds"]}}
        for one in seconds.to_dict("records")
    ]  # fmt: skip
    return study(every, name="mine", records=records, speeds=speeds(*timed))


FAST = {"rows_per_second": 123_456.0, "speed_up": 20.0, "student": "tree"}


@pytest.mark.parametrize(
    ("timed", "words"),
    [
        ([], "Not timed: tscbench time mine."),
        ([FAST], "Not timed: tscbench time mine."),
        (
            [KDE | FAST | {"contended": True}],
            "Timed only while others were at work; again: tscbench time mine.",
        ),
        ([KDE | FAST], None),
    ],
)
def test_what_the_first_costs_and_how_fast_it_is(timed, words):
    cost = "It costs 3× the seconds of the same on training rows"
    fast = "answers 123,000 rows/s, 20× the teacher (median of its students)."
    words = f"{cost}. {words}" if words else f"{cost} and {fast}"
    assert said(with_costs(*timed)).cost == words


def test_a_speed_on_some_datasets_says_on_how_many():
    every = pd.concat([scores({(d, g): (0.7, 0.8) for d in "de" for g in ("none", "kde")})])
    words = said(study(every, speeds=speeds(KDE | FAST))).cost
    where = "(median of its students on 1 of 2 datasets)"
    assert words == f"It answers 123,000 rows/s, 20× the teacher {where}."


def test_methods_that_were_asked_for_other_cells_are_told_those_of_one_s_own_first():
    others = {"other": "0.5", "mine": "0.6", "third": "0.7"}
    some = pd.concat([BEST, *(scores({("a", n): (float(v), float(v))}) for n, v in others.items())])
    arms = {arm: "yours" if "mine" in arm else "published" for arm in cells_of(some)["arm"]}
    joined = study(some, name="suite", origins=arms)
    words = said_of(joined, verdict_of(joined), names_in(joined)).doubt
    assert words.endswith(
        "Ranked apart, in tscbench board suite --full: 3 methods asked for other cells "
        "(mine · fake (yours), other · fake, …)."
    )


def test_where_nothing_is_ranked_all_cells_are_counted():
    lost = frame(gone("missing", **LOST), row(0.7, **KDE), row(0.8), gone("missing", split="1"))
    assert said(lost).headline.endswith("2 of 4 cells have it.")


def test_at_equal_size_the_nodes_beside_a_score_are_those_of_the_students_chosen():
    larger = study(frame(*both_sizes("none", 4, 0.6), *both_sizes("kde", 2, 0.7)))
    verdict = verdict_of(larger)
    (both, unit), (every, _) = sizes_in(larger, verdict), mean_sizes(larger.scores)
    assert verdict.is_sized and unit == "nodes" and both.max() <= 4 < every.max()

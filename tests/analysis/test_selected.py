"""Axis options choose among the rows of a frame; a frame of anybody's is completed."""

import pytest
from hand_made import frame, gone, own, row

from tscbench import SpecError
from tscbench.analysis.selected import completed, selected
from tscbench.contracts.kinds import AXES
from tscbench.results.frames import COLUMNS

FAKE = {"generator": "munge(p=0.5, s=1)", "mix": "fake(ratio=9)"}
FULL = frame(
    row(0.80),
    row(0.84, seed="1"),
    row(0.70, part="valid"),
    row(0.90, **FAKE),
    row(0.93, seed="1", **FAKE),
    row(0.96, split="1", **FAKE),
    gone(seed="1", split="1", **FAKE),
    row(0.85, student="mlp(hidden=[8, 8])"),
    own(0.95),
    own(0.97, split="1"),
)


@pytest.mark.parametrize(
    ("options", "n"),
    [
        ({"generator": "munge"}, 6),
        ({"generator": "mun*"}, 6),
        ({"generator": "munge(p=0.5, s=1)"}, 6),
        ({"generator": "no:munge"}, 6),
        ({"generator": "none,munge"}, 10),
        ({"mix": "real"}, 6),
        ({"seed": "1"}, 5),
        ({"split": "1"}, 3),
        ({"student": "mlp(hidden=[8, 8])"}, 1),
        ({"student": "tree"}, 7),
        ({"generator": "munge", "seed": "0"}, 4),
    ],
)
def test_options_keep_what_fits_and_the_teachers(options, n):
    assert len(selected(FULL, options)) == n


def test_an_option_that_nothing_fits_is_an_error():
    for name in ("kde", "no:kde", "none,kde"):
        with pytest.raises(SpecError, match="--generator kde: no result has it .has: -, munge"):
            selected(FULL, {"generator": name})


def test_a_frame_of_anybody_s_is_completed():
    bare = FULL[["dataset", "student", "metric", "value"]]
    found = completed(bare)
    assert set(found.columns) == set(COLUMNS) and found["value"].equals(FULL["value"])
    assumed = found.drop(columns=["dataset", "student", "metric", "value"]).drop_duplicates()
    of_axes = dict.fromkeys(set(AXES) - {"dataset", "student"}, "-")
    assert assumed.to_dict("records") == [of_axes | {"status": "ok", "part": "test"}]
    assert completed(FULL).equals(FULL)


def test_what_is_no_frame_of_scores_is_one_sentence():
    with pytest.raises(SpecError, match=r"board of a list: must be a data frame; .*results.scores"):
        completed([1])
    with pytest.raises(SpecError, match=r"no column metric and no column value \(has: dataset, st"):
        completed(FULL[["dataset", "student"]])

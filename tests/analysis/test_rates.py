"""Slopes on equal ratios, against powers that are known."""

import numpy as np
import pandas as pd
import pytest
from made_scores import rate_scores

from tscbench.analysis.rates import fitted_slope, rate_frame, teacher_rate_frame

N = np.array([100, 200, 400, 800])


def table(values) -> pd.DataFrame:
    return pd.DataFrame(values, columns=N)


def test_the_slope_of_a_power_is_its_exponent():
    assert fitted_slope(table([3.0 * N**-0.75] * 4)) == pytest.approx((-0.75, 0), abs=1e-12)


def test_means_are_fitted_and_not_single_splits():
    factors = np.array([[0.5, 1, 1, 1], [1.5, 1, 1, 1]])  # whose logarithms do not cancel
    assert fitted_slope(table(factors * N**-0.5))[0] == pytest.approx(-0.5, abs=1e-12)


def test_the_error_is_what_slopes_scatter_by():
    """Against the spread of slopes over tables drawn anew."""
    rng = np.random.default_rng(0)
    drawn = [fitted_slope(table(rng.standard_normal((40, 4)) ** 2 / N)) for _ in range(200)]
    slopes, errors = np.array(drawn).T
    assert slopes.mean() == pytest.approx(-1, abs=0.03)
    assert errors.mean() == pytest.approx(slopes.std(), rel=0.15)


@pytest.mark.parametrize(
    "values",
    [np.ones((3, 4)) * [1, 1, 1, 0], np.full((2, 4), np.nan), np.empty((0, 4))],
    ids=["nought", "unknown", "none"],
)
def test_what_has_no_logarithm_has_no_slope(values):
    assert np.isnan(fitted_slope(table(values))).all()


def test_two_n_are_no_line_and_one_split_has_no_error():
    assert np.isnan(fitted_slope(table([N**-1.0])[[100, 200]])[0])
    slope, error = fitted_slope(table([N**-1.0]))
    assert slope == pytest.approx(-1) and np.isnan(error)


def test_a_split_that_lacks_a_value_does_not_count():
    whole = np.array([N**-1.0, 2 * N**-1.0, 9 * N**-2.0])
    whole[2, 0] = np.nan
    assert fitted_slope(table(whole))[0] == pytest.approx(-1)


def test_arms_have_their_rates_on_datasets_less_their_n_train():
    frame = rate_frame(rate_scores(), "error")
    assert set(frame["dataset"]) == {"<b>flat</b>", "steep(d=2)"}
    slopes = frame.groupby(["dataset", "query"])["slope"].first()
    assert set(frame["query"]) == {"inbag", "crossfit(folds=5)"}
    assert slopes["steep(d=2)", "crossfit(folds=5)"] == pytest.approx(-2 / 3, abs=1e-9)
    assert slopes["<b>flat</b>", "inbag"] == pytest.approx(0, abs=1e-9)
    assert (frame["n"] == 3).all() and set(frame["x"]) == {100, 200, 400}


def test_teachers_are_judged_on_fresh_rows_and_on_their_own():
    frame = teacher_rate_frame(rate_scores(), "error")
    slopes = frame.groupby(["dataset", "query"])["slope"].first()["steep(d=2)"]
    wanted = {"-": -1, "inbag": 0, "crossfit(folds=5)": -1}
    assert slopes.to_dict() == pytest.approx(wanted, abs=1e-9)


def test_datasets_without_n_train_are_left_out():
    scores = rate_scores()
    scores = scores.assign(dataset="magic")
    assert rate_frame(scores, "error").empty and teacher_rate_frame(scores, "error").empty

"""Rank correlations of probes with scores by hand, and against scipy."""

import numpy as np
import pandas as pd
import pytest
from hand_made import row
from scipy.stats import spearmanr

from tscbench.analysis.probe_correlations import (
    correlation_by_chance,
    correlations,
    rank_correlation,
)
from tscbench.analysis.relations import relations

UP, DOWN = [1, 2, 3, 4, 5], [5, 4, 3, 2, 1]


def frames(probes, scores, metric="tsc_score@9", **axes):
    """Scores with one probe, and relations with one score, over generators."""
    arm = {"mix": "fake(ratio=9)", **axes}
    said = [
        row(value, generator=g, part="synthetic", metric="p.x", **arm)
        for g, value in zip("abcde", probes, strict=True)
    ]
    found = [
        row(v, generator=g, metric=metric, **arm) for g, v in zip("abcde", scores, strict=True)
    ]
    return pd.DataFrame(said), pd.DataFrame(found)


def both(*parts):
    return (pd.concat(part, ignore_index=True) for part in zip(*parts, strict=True))


def test_probes_are_ranked_where_all_but_the_generator_is_alike():
    scores, related = both(
        frames(UP, UP, student="tree"),
        frames(UP, [v + 100 for v in DOWN], student="forest"),
        frames([*UP[:3], np.nan, np.nan], UP, dataset="three"),
    )
    each = correlations(scores, related).set_index(["dataset", "student"])
    assert each["rho"].round(12).dropna().to_dict() == {("d", "tree"): 1, ("d", "forest"): -1}
    assert each["n"].to_dict() == {("d", "forest"): 5, ("d", "tree"): 5, ("three", "tree"): 3}


def test_repeats_are_averaged_before_they_are_ranked():
    parts = [
        frames([v + 10 * split * (-1) ** v for v in range(5)], range(5), split=str(split))
        for split in (-1, 1)
    ]
    assert correlations(*both(*parts))["rho"].tolist() == pytest.approx([1.0])


def test_other_scores_and_out_of_fold_ones_are_not_mixed_in():
    scores, related = both(frames(UP, UP), frames(UP, DOWN, "tsc_score_oof@9"))
    assert correlations(scores, related)["rho"].tolist() == pytest.approx([1.0])
    assert correlations(scores, related, "tsc_score_oof")["rho"].tolist() == pytest.approx([-1.0])
    assert correlations(scores, related, "gain").empty


def test_a_run_has_what_it_takes(lab):
    shifts = [f"far(shift={n})" for n in (1, 2, 3)]
    grid = {"generator": ["copies", *shifts, "far"], "mix": ["real", "fake(ratio=1)"]}
    keys = {"probes": ["place"], "metrics": ["accuracy"], "headline": "accuracy", "splits": 2}
    scores = lab.run(grid, **keys).scores()
    each = correlations(scores, relations(scores), "difference_accuracy")
    assert set(each["probe"]) == {"place.mean", "place.copied"} and set(each["n"]) == {5}


@pytest.mark.parametrize("ties", [False, True])
def test_rank_correlation_is_spearmans(ties):
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(2, 30))
    if ties:
        a, b = np.round(a), np.round(b)
    assert rank_correlation(a, b) == pytest.approx(spearmanr(a, b).statistic, rel=1e-12)
    a[3] = np.nan
    kept = np.delete(a, 3), np.delete(b, 3)
    assert rank_correlation(a, b) == pytest.approx(spearmanr(*kept).statistic, rel=1e-12)


def test_too_few_or_constant_values_have_no_rank_correlation():
    x = np.arange(4.0)
    assert rank_correlation(x, x) == pytest.approx(1.0)
    assert np.isnan(rank_correlation(x[:3], x[:3]))
    assert np.isnan(rank_correlation(x, np.zeros(4)))
    assert np.isnan(rank_correlation(np.append(x[:3], np.nan), x))


def test_chance_reaches_as_far_as_it_says():
    rng = np.random.default_rng(0)
    found = [abs(rank_correlation(*rng.normal(size=(2, 10)))) for _ in range(2000)]
    assert np.mean(np.less(found, correlation_by_chance(10))) == pytest.approx(0.95, abs=0.015)

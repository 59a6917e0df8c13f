"""Coverage, ranks and tests across datasets, against Demšar's published example and by hand."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from tscbench import SpecError
from tscbench.boards.coverage import by_dataset, cover, repeats_by_method
from tscbench.boards.ranks import (
    Pairwise,
    average_ranks,
    critical_difference,
    friedman,
    holm,
    rank_stability,
    resolution,
    signed_rank_p,
    tiers,
    too_many,
    wilcoxon_holm,
    win_tie_loss,
)
from tscbench.boards.stats import Refused

# Demšar, 2006, table 6: AUC of C4.5, with m, with cf and with both tuned. Two values of voting are
# printed alike and ranked apart there; the last digit tells them apart here.
DEMSAR = pd.DataFrame(
    {
        "adult": [0.763, 0.768, 0.771, 0.798],
        "breast cancer": [0.599, 0.591, 0.590, 0.569],
        "breast cancer wisconsin": [0.954, 0.971, 0.968, 0.967],
        "cmc": [0.628, 0.661, 0.654, 0.657],
        "ionosphere": [0.882, 0.888, 0.886, 0.898],
        "iris": [0.936, 0.931, 0.916, 0.931],
        "liver disorders": [0.661, 0.668, 0.609, 0.685],
        "lung cancer": [0.583, 0.583, 0.563, 0.625],
        "lymphography": [0.775, 0.838, 0.866, 0.875],
        "mushroom": [1.000, 1.000, 1.000, 1.000],
        "primary tumor": [0.940, 0.962, 0.965, 0.962],
        "rheum": [0.619, 0.666, 0.614, 0.669],
        "voting": [0.972, 0.981, 0.9751, 0.975],
        "wine": [0.957, 0.978, 0.946, 0.970],
    },
    index=["C4.5", "C4.5+m", "C4.5+cf", "C4.5+m+cf"],
).T
FEW = DEMSAR.iloc[:5]
TOO_FEW = Refused("too few datasets for a test: 5 of at least 6")


def test_average_ranks_are_the_published_ones():
    found = average_ranks(DEMSAR).round(3).to_dict()
    assert found == {"C4.5+m+cf": 1.964, "C4.5+m": 2.0, "C4.5+cf": 2.893, "C4.5": 3.143}
    assert list(found)[0] == "C4.5+m+cf"
    assert average_ranks(DEMSAR, larger_is_better=False).idxmin() == "C4.5"


def test_friedmans_test_is_the_published_one():
    found = friedman(DEMSAR)
    assert found.chi2 == pytest.approx(9.28, abs=0.005)
    assert found.f == pytest.approx(3.69, abs=0.005)
    assert found.p_f < 0.05, "the critical value of F(3, 39) is 2.85"


def test_without_ties_friedmans_test_is_scipys():
    table = pd.DataFrame(np.random.default_rng(0).random((9, 4)))
    peer = stats.friedmanchisquare(*table.to_numpy().T)
    found = friedman(table)
    assert (found.chi2, found.p) == pytest.approx((peer.statistic, peer.pvalue))


def test_the_critical_difference_is_the_published_one():
    assert critical_difference(4, 14) == pytest.approx(1.25, abs=0.005)
    assert critical_difference(4, 14, level=0.10) == pytest.approx(1.12, abs=0.005)
    # Demšar's table 5: q of two and of ten methods at 0.05
    q = [critical_difference(k, 30) / np.sqrt(k * (k + 1) / 180) for k in (2, 10)]
    assert q == pytest.approx([1.960, 3.164], abs=0.0005)


def test_wilcoxons_test_of_the_published_pair():
    found = wilcoxon_holm(DEMSAR[["C4.5", "C4.5+m"]]).table.iloc[0]
    # T = 12 with zeros split evenly, below the critical value of 21 at 0.05
    difference = np.round(DEMSAR["C4.5+m"] - DEMSAR["C4.5"], 12)
    assert by_scipy(difference).statistic == 12
    assert found["p"] == found["p_holm"] < 0.05 and found["difference"] == pytest.approx(0.008)


def by_scipy(column):
    """Scipy's test: exact without ties, else the normal one."""
    ties = len(np.unique(np.abs(column))) < len(column) or not np.all(column)
    return stats.wilcoxon(column, zero_method="zsplit", method="approx" if ties else "exact")


@pytest.mark.parametrize("n", [6, 9, 13, 20])
@pytest.mark.parametrize("levels", [4, 1000000])
def test_signed_rank_p_is_scipys(n, levels):
    rng = np.random.default_rng(n)
    columns = 2 if n == 13 else 8  # scipy draws all 8,192 choices of signs anew for each
    values = rng.integers(-levels // 2, levels // 2 + 2, (n, columns)).astype(float)
    mine = signed_rank_p(values)
    for column, p in zip(values.T, mine, strict=True):
        if n < 20 and levels == 4:  # ties among few: all signs
            size = stats.rankdata(np.abs(column)) * (column != 0)
            signs = np.array(list(product([-1, 1], repeat=n)))
            seen = np.abs((np.sign(column) * size).sum())
            assert p == pytest.approx((np.abs(signs @ size) >= seen - 1e-9).mean())
        else:
            assert p == pytest.approx(by_scipy(column).pvalue)


def test_columns_without_a_difference_are_alike_and_do_not_disturb_others():
    rng = np.random.default_rng(0)
    for n in (6, 20):
        values = rng.normal(size=(n, 3))
        before = signed_rank_p(values)
        values[:, 1] = 0
        after = signed_rank_p(values)
        assert after[1] == 1 and after[[0, 2]].tolist() == before[[0, 2]].tolist()


def test_holms_correction_by_hand():
    # sorted 0.005·4, 0.01·3, 0.03·2, 0.04·1, each at least the one before
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.5, 0.9]).tolist() == [1, 1] and holm([]).tolist() == []


def test_pairs_are_all_or_those_with_a_reference():
    whole = wilcoxon_holm(DEMSAR)
    assert len(whole.table) == 6
    assert whole.table["p_holm"].to_numpy() == pytest.approx(holm(whole.table["p"]))
    against = wilcoxon_holm(DEMSAR, "C4.5")
    assert set(against.table["a"]) == {"C4.5"} and len(against.table) == 3
    # six datasets: p of one pair is at least 2/64, of three pairs 6/64
    assert wilcoxon_holm(DEMSAR.iloc[:6], "C4.5").least == pytest.approx(6 / 64)


@pytest.mark.parametrize(("methods", "needed"), [(2, 6), (3, 7), (13, 12)])
def test_too_many_pairs_for_so_few_datasets_cannot_be_significant(methods, needed):
    def tested(datasets):
        one_way = pd.DataFrame([[j + 0.1 * i for j in range(methods)] for i in range(datasets)])
        return wilcoxon_holm(one_way)  # every method better than the one before, everywhere

    enough = tested(needed)
    assert too_many(enough, needed) is None and enough.table["p_holm"].min() < 0.05
    if needed > 6:
        refused = too_many(tested(needed - 1), needed - 1)
        assert tested(needed - 1).table["p_holm"].min() > 0.05
        assert f"; {needed} datasets are needed" in str(refused)


def test_fewer_than_six_datasets_are_refused():
    assert wilcoxon_holm(FEW) == friedman(FEW) == critical_difference(4, 5) == TOO_FEW
    assert isinstance(wilcoxon_holm(DEMSAR.iloc[:6]), Pairwise)


def test_wins_ties_and_losses():
    found = win_tie_loss(DEMSAR, "C4.5")
    assert found.loc["C4.5+m"].tolist() == [10, 2, 2]
    assert found.sum(axis=1).unique().tolist() == [14]
    assert win_tie_loss(DEMSAR, "C4.5", larger_is_better=False).loc["C4.5+m"].tolist() == [2, 2, 10]
    assert win_tie_loss(DEMSAR, "C4.5", margin=0.01).loc["C4.5+m", "tie"] == 8


def trial(**p_holm):
    rows = [(*name.split("_"), p) for name, p in p_holm.items()]
    return Pairwise(pd.DataFrame(rows, columns=["a", "b", "p_holm"]), 0.0)


def test_a_tier_ends_where_a_method_is_told_from_its_leader():
    order = pd.Index(list("ABCD"))
    far = trial(A_B=0.5, A_C=0.01, A_D=0.2, B_C=0.5, B_D=0.5, C_D=0.04)
    assert tiers(order, far).tolist() == [1, 1, 2, 3]
    near = trial(A_B=0.5, A_C=0.5, A_D=0.2, B_C=0.01, B_D=0.01, C_D=0.01)
    assert tiers(order, near).tolist() == [1, 1, 1, 1], "only the leader counts"
    assert tiers(order, trial(B_A=0.01)).tolist() == [1, 2, 2, 2], "pairs have no direction"


def test_rank_stability_by_hand():
    # drawn twice from two datasets: A, B, or a tie; A wins one of them, B the other
    table = pd.DataFrame({"A": [1.0, 0.0], "B": [0.0, 1.0]})
    found = rank_stability(table, 0, n=20000)
    assert found["first"].to_numpy() == pytest.approx([0.5, 0.5], abs=0.02)
    assert found["average_rank"].tolist() == [1.5, 1.5]
    sure = rank_stability(pd.DataFrame({"B": [0.0, 0.0, 0.1], "A": [1.0, 1.0, 1.0]}), 0)
    assert sure.index.tolist() == ["A", "B"] and sure["first"].tolist() == [1, 0]
    assert sure[["low", "high"]].to_numpy().tolist() == [[1, 1], [2, 2]]


def test_rank_stability_is_determined_by_its_seed_and_refused_for_one_dataset():
    assert rank_stability(DEMSAR, 3).equals(rank_stability(DEMSAR, 3))
    assert not rank_stability(DEMSAR, 3).equals(rank_stability(DEMSAR, 4))
    assert str(rank_stability(DEMSAR.iloc[:1])).startswith("too few datasets to draw from: 1")


def test_the_resolution_of_a_suite_by_hand():
    # differences 1, 3, 1, 3: s = √(4/3), standard error √(1/3); t of 3: 3.182446 and 0.978472
    table = pd.DataFrame({"A": [0.0, 5.0, 1.0, 2.0], "B": [1.0, 8.0, 2.0, 5.0]})
    assert resolution(table) == pytest.approx(np.sqrt(1 / 3) * (3.182446 + 0.978472), rel=1e-6)
    assert "two of each needed" in str(resolution(table.iloc[:1]))


def test_a_method_with_a_missing_value_has_no_rank():
    holed = DEMSAR.copy()
    holed.iloc[3, 1] = np.nan
    for refuse in (average_ranks, friedman, wilcoxon_holm, rank_stability, resolution):
        with pytest.raises(SpecError, match=r"no rank with missing cells: C4\.5\+m; choose"):
            refuse(holed)


def tidy(*rows):
    return pd.DataFrame(rows, columns=["dataset", "split", "seed", "method", "value"])


HOLED = repeats_by_method(
    tidy(
        ("x", "0", "0", "none", 0.5),
        ("x", "1", "0", "none", 0.6),
        ("y", "0", "0", "none", 0.7),
        ("x", "0", "0", "kde", 0.8),
        ("x", "1", "0", "kde", np.nan),
        ("y", "0", "0", "kde", 0.9),
        ("x", "0", "0", "gmm", 0.4),
        ("x", "1", "0", "gmm", 0.3),
        ("y", "0", "0", "gmm", 0.2),
    )
)


def all_of(table, method):
    """A table of the same shape that has this method's values in every column."""
    return pd.DataFrame(dict.fromkeys(table, table[method]))


def test_without_a_policy_an_incomplete_method_is_left_out():
    found = cover(HOLED)
    assert list(found.table) == ["none", "gmm"] and found.left_out == {"kde": "2 of 3 cells"}
    assert str(found) == "8 of 9 cells"
    assert average_ranks(by_dataset(found.table)).index.tolist() == ["none", "gmm"]


def test_drop_common_keeps_the_repeats_that_all_have():
    found = cover(HOLED, "drop-common")
    assert len(found.table) == 2 and list(found.table) == ["none", "kde", "gmm"]
    assert str(found) == "8 of 9 cells; missing cells: drop-common, 1 of each method's 3 left out"


def test_the_table_has_each_value_in_its_own_place():
    names = ["dataset", "split", "seed", "method", "value"]
    keys = product("cab", product("yx", "10", "01"))
    cells = [(*key, method, float(k)) for k, (method, key) in enumerate(keys)]
    long = pd.DataFrame(cells[:-3], columns=names)
    for order in (long, long.iloc[::-1], long.sort_values("method", kind="stable")):
        table = repeats_by_method(order)
        assert list(table) == list(dict.fromkeys(order["method"])) and table.shape == (8, 3)
        assert table.index.is_monotonic_increasing and table["b"].isna().sum() == 3
        for *key, method, value in order.itertuples(index=False):
            assert table.loc[tuple(key), method] == value


def test_worst_and_baseline_fill_in_and_say_so():
    worst = cover(HOLED, "worst")
    assert worst.table.loc[("x", "1", "0"), "kde"] == 0.3 and worst.filled["kde"] == 1
    assert str(worst) == "8 of 9 cells; missing cells: worst, 1 filled in"
    loss = cover(HOLED, "worst", larger_is_better=False)
    assert loss.table.loc[("x", "1", "0"), "kde"] == 0.6
    base = cover(HOLED, "baseline", baseline=all_of(HOLED, "none"))
    assert base.table.loc[("x", "1", "0"), "kde"] == 0.6 and not base.left_out


def test_policies_that_cannot_help_leave_methods_out():
    holed = HOLED.copy()
    holed.loc[("x", "1", "0"), "none"] = np.nan
    base = cover(holed, "baseline", baseline=all_of(holed, "none"))
    assert base.left_out == {"none": "2 of 3 cells", "kde": "2 of 3 cells"}
    holed.loc[("x", "1", "0")] = np.nan
    worst = cover(holed, "worst")
    assert worst.dropped == 1 and len(worst.table) == 2 and not worst.left_out
    nobody = cover(holed.iloc[1:2], "drop-common")
    assert nobody.table.empty and set(nobody.left_out) == {"none", "kde", "gmm"}
    gone = cover(HOLED.assign(kde=np.nan), "drop-common")
    assert list(gone.table) == ["none", "gmm"] and gone.left_out == {"kde": "0 of 3 cells"}
    assert gone.dropped == 0, "what has no cell leaves the others theirs"


def test_policies_and_baselines_that_are_not_there_are_errors():
    with pytest.raises(SpecError, match="no policy 'best'"):
        cover(HOLED, "best")
    with pytest.raises(SpecError, match="policy baseline: there is no baseline"):
        cover(HOLED, "baseline")


def test_a_cell_that_is_nowhere_is_missing_and_one_that_is_twice_an_error():
    frame = tidy(("x", "0", "0", "a", 1.0), ("x", "0", "0", "b", 2.0), ("x", "1", "0", "a", 3.0))
    assert repeats_by_method(frame)["b"].isna().tolist() == [False, True]
    with pytest.raises(SpecError, match="two values for x · 0 · 0 · a"):
        repeats_by_method(pd.concat([frame, frame.iloc[:1]]))


def test_seeds_are_averaged_inside_splits_and_splits_inside_datasets():
    frame = tidy(
        ("x", "0", "0", "a", 0.0),
        ("x", "0", "1", "a", 2.0),
        ("x", "1", "0", "a", 5.0),
        ("y", "0", "0", "a", 1.0),
        ("y", "1", "0", "a", np.nan),
    )
    found = by_dataset(repeats_by_method(frame))["a"]
    assert found["x"] == 3.0 and np.isnan(found["y"])

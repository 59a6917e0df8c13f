"""Signed-rank tests against Demšar's published example, against scipy and by hand."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from analysis.demsar import DEMSAR
from scipy import stats

from tscbench.analysis.signed_ranks import (
    Pairwise,
    holm,
    signed_rank_p,
    tiers,
    too_many,
    wilcoxon_holm,
)


def test_wilcoxons_test_of_the_published_pair():
    found = wilcoxon_holm(DEMSAR[["C4.5", "C4.5+m"]]).table.iloc[0]
    # T = 12 with zeros split evenly, below the critical value of 21 at 0.05
    difference = np.round(DEMSAR["C4.5+m"] - DEMSAR["C4.5"], 12)
    assert by_scipy(difference).statistic == 12
    assert found["p"] == found["p_holm"] < 0.05


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


def test_all_pairs_are_tested():
    whole = wilcoxon_holm(DEMSAR)
    assert len(whole.table) == 6
    assert whole.table["p_holm"].to_numpy() == pytest.approx(holm(whole.table["p"]))
    # six datasets: p of one pair is at least 2/64, of six pairs 12/64
    assert wilcoxon_holm(DEMSAR.iloc[:6]).least == pytest.approx(12 / 64)


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
        assert refused.why == "many pairs" and refused.facts[-1] == needed


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

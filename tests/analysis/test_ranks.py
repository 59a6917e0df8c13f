"""Ranks and their test against Demšar's published example, and what they are refused for."""

import numpy as np
import pytest
from analysis.demsar import DEMSAR

from tscbench import SpecError
from tscbench.analysis.ranks import average_ranks, critical_difference
from tscbench.analysis.refused import Refused
from tscbench.analysis.signed_ranks import Pairwise, wilcoxon_holm
from tscbench.analysis.stability import share_of_firsts

FEW = DEMSAR.iloc[:5]
TOO_FEW = Refused("few datasets", (5, 6))


def test_average_ranks_are_the_published_ones():
    found = average_ranks(DEMSAR).round(3).to_dict()
    assert found == {"C4.5+m+cf": 1.964, "C4.5+m": 2.0, "C4.5+cf": 2.893, "C4.5": 3.143}
    assert list(found)[0] == "C4.5+m+cf"
    assert average_ranks(DEMSAR, larger_is_better=False).idxmin() == "C4.5"


def test_the_critical_difference_is_the_published_one():
    assert critical_difference(4, 14) == pytest.approx(1.25, abs=0.005)
    assert critical_difference(4, 14, level=0.10) == pytest.approx(1.12, abs=0.005)
    # Demšar's table 5: q of two and of ten methods at 0.05
    q = [critical_difference(k, 30) / np.sqrt(k * (k + 1) / 180) for k in (2, 10)]
    assert q == pytest.approx([1.960, 3.164], abs=0.0005)


def test_fewer_than_six_datasets_are_refused():
    assert wilcoxon_holm(FEW) == critical_difference(4, 5) == TOO_FEW
    assert isinstance(wilcoxon_holm(DEMSAR.iloc[:6]), Pairwise)


def test_a_method_with_a_missing_value_has_no_rank():
    holed = DEMSAR.copy()
    holed.iloc[3, 1] = np.nan
    for refuse in (average_ranks, wilcoxon_holm, share_of_firsts):
        with pytest.raises(SpecError, match=r"no rank with missing cells: C4\.5\+m; choose"):
            refuse(holed)

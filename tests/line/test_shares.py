"""Shares of rows: near to what is asked, spread over classes, and groups whole."""

import numpy as np
import pytest

from tscbench.line.shares import take_share


def rng():
    return np.random.default_rng(0)


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_groups_are_taken_whole_and_the_share_is_met_as_near_as_they_allow(size):
    group = np.repeat(np.arange(60), size)
    taken = take_share(np.zeros(len(group), int), group, 0.3, rng())
    assert all(len(set(taken[group == g])) == 1 for g in range(60))
    assert abs(taken.sum() - 0.3 * len(group)) <= size / 2


def test_rows_alone_make_up_for_what_groups_leave():
    group = np.array([0] * 50 + list(range(1, 51)))
    for seed in range(20):
        taken = take_share(np.zeros(100, int), group, 0.4, np.random.default_rng(seed))
        assert taken.sum() == 40


def test_a_group_counts_with_the_class_of_its_first_row():
    strata, group = np.array([0, 1, 0, 0, 1, 1]), np.array([0, 0, 1, 2, 3, 4])
    taken = take_share(strata, group, 1.0, rng(), leave=1)
    assert taken.sum() == 4 or taken.sum() == 3  # a group of each class stays
    assert not taken[strata == 0].all() and not taken[4:].all()


def test_every_class_gives_two_where_the_share_suffices_and_one_where_it_does_not():
    strata = np.repeat([0, 1, 2], [900, 98, 2])
    alone = np.arange(1000)
    for n, wanted in ((50, [44, 4, 2]), (6, [2, 2, 2]), (4, [2, 1, 1]), (3, [1, 1, 1])):
        taken = take_share(strata, alone, n / 1000, rng(), least=2)
        assert np.bincount(strata[taken], minlength=3).tolist() == wanted


def test_unknown_labels_are_no_class():
    strata = np.repeat([-1, 0], [3, 97])
    taken = take_share(strata, np.arange(100), 1.0, rng(), leave=1)
    assert taken[:3].all() and taken.sum() == 99

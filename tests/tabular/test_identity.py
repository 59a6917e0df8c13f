"""Rows are equal by their cells: neither the bits of NaN nor the sign of 0 tell them apart."""

import numpy as np
import pytest

from tscbench import Data, Rows, Schema
from tscbench.tabular import repeated_share, row_groups, row_keys, rows_in, share_seen

QUIET, SIGNED, PAYLOAD = (
    np.array([bits], np.uint64).view(float)[0]
    for bits in (0x7FF8000000000000, 0xFFF8000000000000, 0x7FF8000000000001)
)


def table() -> np.ndarray:
    return np.array([[5, 1], [QUIET, 0], [SIGNED, -0.0], [4, 1], [PAYLOAD, 0], [5, 1]])


def test_equal_rows_have_one_number_in_the_order_of_first_rows():
    assert row_groups(table()).tolist() == [0, 1, 1, 2, 1, 0]
    assert row_groups(table().astype(np.float32)).tolist() == [0, 1, 1, 2, 1, 0]
    assert row_groups(table()[:0]).tolist() == []
    assert len(set(row_keys(table()).tolist())) == 3


def test_images_are_rows_too():
    images = np.random.default_rng(0).integers(256, size=(4, 3, 2, 2)).astype(np.uint8)
    assert row_groups(images[[2, 0, 2, 1]]).tolist() == [0, 1, 0, 2]


def test_numbers_are_those_of_a_plain_comparison():
    x = np.random.default_rng(0).integers(3, size=(200, 3)).astype(float)
    plain = list(dict.fromkeys(map(tuple, x)))
    assert row_groups(x).tolist() == [plain.index(tuple(row)) for row in x]


def test_rows_of_another_table_are_found():
    assert rows_in(np.array([[SIGNED, -0.0], [4, 2], [5, 1]]), table()).tolist() == [1, 0, 1]
    assert rows_in(table(), table()[:0]).tolist() == [False] * 6


def test_shares_of_rows_that_are_there_again():
    rows = Rows(table(), np.zeros(6, int), np.arange(6))
    schema = Schema((2,), (2,), missing=True)
    assert repeated_share(table()) == pytest.approx(5 / 6)
    assert np.isnan(repeated_share(table()[:0]))
    assert share_seen(Data(schema, rows)) is None
    assert share_seen(Data(schema, rows, np.array([0, 0, 1, 1, 0, 0], bool))) == 0.5

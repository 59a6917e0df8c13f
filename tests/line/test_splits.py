"""Parts and folds: fixed by their number, disjoint, stratified; copies never part."""

import numpy as np
import pytest

from tscbench import Data, DataError, Link, Rows, Schema
from tscbench.line.splits import SplitRule, draw_folds, draw_parts, match_ids
from tscbench.tabular import row_keys, rows_in

SCHEMA = Schema((2,), (3,), numeric=np.ones(2, bool), cardinality=np.zeros(2, int))


def data(n: int = 200, test: bool = False, link: Link = Link.SOFTMAX) -> Data:
    rng = np.random.default_rng(0)
    y = np.repeat([0, 1, 2], [n // 2, n // 4, n - n // 2 - n // 4])
    labels = y if link is Link.SOFTMAX else np.eye(3)[y]
    marks = np.arange(n) % 5 == 0 if test else None
    rows = Rows(rng.standard_normal((n, 2)), labels, np.arange(n) + 1000)
    return Data(Schema((2,), (3,), link), rows, marks)


def sizes(parts) -> tuple[int, int, int]:
    return len(parts.train), len(parts.valid), len(parts.test)


@pytest.mark.parametrize("link", [Link.SOFTMAX, Link.SIGMOID])
def test_parts_have_their_sizes_and_share_no_row(link):
    parts = draw_parts(data(link=link), SplitRule(0.3, 0.15), 0)
    ids = np.concatenate([parts.train.id, parts.valid.id, parts.test.id])
    assert sizes(parts) == (119, 21, 60)
    assert np.array_equal(np.sort(ids), np.arange(200) + 1000)


def test_each_part_has_the_classes_in_their_shares():
    parts = draw_parts(data(), SplitRule(0.3, 0.15, n_train=60), 0)
    for rows, n in ((parts.train, 60), (parts.valid, 21), (parts.test, 60)):
        counts = np.bincount(rows.y)
        assert counts.sum() == n
        assert np.all(np.abs(counts - n * np.array([0.5, 0.25, 0.25])) <= 1)


def test_without_strata_rows_are_drawn_independently_of_their_labels():
    """Of 200 draws the counts of a class are as often off as the hypergeometric law says."""
    rule = SplitRule(0.3, 0.0, n_train=60, stratify=False)
    counts = [int((draw_parts(data(), rule, split).train.y == 0).sum()) for split in range(200)]
    spread = np.sqrt(60 * 0.5 * 0.5 * (200 - 60) / 199)
    assert np.std(counts) == pytest.approx(spread, rel=0.2)
    assert np.mean(counts) == pytest.approx(30, abs=4 * spread / np.sqrt(200))


def test_official_test_rows_are_the_test_rows():
    whole = data(test=True)
    parts = draw_parts(whole, SplitRule(0.9, 0.25), 3)
    assert np.array_equal(parts.test.id, whole.rows.id[whole.test])
    assert sizes(parts) == (120, 40, 40)


def test_the_cap_holds_and_leaves_the_other_parts_alone():
    free, capped = (draw_parts(data(), SplitRule(n_train=n), 0) for n in (None, 50))
    assert len(capped.train) == 50
    assert set(capped.train.id) <= set(free.train.id)
    assert np.array_equal(capped.test.id, free.test.id)
    assert np.array_equal(capped.valid.id, free.valid.id)
    assert len(draw_parts(data(), SplitRule(n_train=5000), 0).train) == len(free.train)


def test_no_validation_rows_are_drawn_at_nought():
    assert sizes(draw_parts(data(), SplitRule(0.3, 0.0), 0)) == (140, 0, 60)


def test_a_split_is_its_number_whatever_was_drawn_before():
    forward = [draw_parts(data(), SplitRule(), s).facts["digest"] for s in (0, 1, 2)]
    backward = [draw_parts(data(), SplitRule(), s).facts["digest"] for s in (2, 1, 0)]
    assert forward == backward[::-1]
    assert len(set(forward)) == 3


def repeated(n: int = 300, copies: int = 3) -> Data:
    """Each of n rows `copies` times, of which one has another label, and shuffled."""
    rng = np.random.default_rng(3)
    order = rng.permutation(n * copies)
    x = np.tile(rng.standard_normal((n, 2)), (copies, 1))[order]
    y = np.tile(np.arange(n) % 3, copies)
    y[:n] = rng.permutation(y[:n])
    return Data(SCHEMA, Rows(x, y[order], np.arange(n * copies)))


@pytest.mark.parametrize("stratify", [True, False])
@pytest.mark.parametrize("split", [0, 1, 2])
def test_identical_rows_are_in_one_part(split, stratify):
    whole = repeated()
    parts = draw_parts(whole, SplitRule(0.3, 0.15, stratify=stratify), split)
    learned = np.concatenate([parts.train.x, parts.valid.x])
    assert not rows_in(parts.test.x, learned).any()
    assert not rows_in(parts.valid.x, parts.train.x).any()
    assert np.allclose(sizes(parts), (536, 94, 270), atol=4)
    apart = draw_parts(whole, SplitRule(0.3, 0.15, group_identical=False), split)
    assert rows_in(apart.test.x, apart.train.x).mean() > 0.5


def test_rows_that_differ_in_bits_alone_are_in_one_part():
    x = np.random.default_rng(0).standard_normal((100, 2))
    x[:, 1] = np.repeat([np.nan, 0.0], 50)
    other = np.column_stack([x[:, 0], -x[:, 1]])
    whole = Data(SCHEMA, Rows(np.concatenate([x, other]), np.arange(200) % 3, np.arange(200)))
    parts = draw_parts(whole, SplitRule(0.3, 0.15), 0)
    assert not rows_in(parts.test.x, np.concatenate([parts.train.x, parts.valid.x])).any()


def test_without_identical_rows_nothing_is_drawn_anew():
    """The digests are those of splits before identical rows were kept together."""
    for grouped in (True, False):
        rule = SplitRule(0.3, 0.15, n_train=60, group_identical=grouped)
        found = [draw_parts(data(), rule, split).facts["digest"][:8] for split in (0, 1)]
        assert found == ["59e4d1a5", "0b08f2ee"]


def test_official_test_rows_stay_as_they_are_marked():
    whole = repeated()
    marks = np.arange(len(whole.rows)) % 4 == 0
    parts = draw_parts(Data(SCHEMA, whole.rows, marks), SplitRule(valid=0.2), 0)
    assert np.array_equal(parts.test.id, np.flatnonzero(marks))
    assert not rows_in(parts.valid.x, parts.train.x).any()


def rare(n: int = 400) -> Data:
    y = np.repeat([0, 1, 2], [n - 12, 9, 3])
    x = np.random.default_rng(0).standard_normal((n, 2))
    schema = Schema((2,), (3,), classes=("usual", "rare", "rarest"))
    return Data(schema, Rows(x, y, np.arange(n)))


@pytest.mark.parametrize("n_train", [10, 50, 200])
def test_a_cap_keeps_two_rows_of_every_class_that_has_them(n_train):
    free = draw_parts(rare(), SplitRule(0.3, 0.15), 0)
    parts = draw_parts(rare(), SplitRule(0.3, 0.15, n_train), 0)
    assert len(parts.train) == n_train
    kept, had = np.bincount(parts.train.y, minlength=3), np.bincount(free.train.y, minlength=3)
    assert (kept >= np.minimum(2, had)).all()


def test_no_draw_takes_the_last_row_of_a_class_from_training():
    for split in range(20):
        parts = draw_parts(rare(), SplitRule(0.8, 0.8), split)
        assert set(parts.train.y) == {0, 1, 2}


def test_a_class_without_training_rows_is_an_error_with_its_name_and_the_cap():
    said = "class 'rare' has 9 rows and none of them is a training row under n_train=2; raise that"
    with pytest.raises(DataError, match=said):
        draw_parts(rare(), SplitRule(n_train=2), 0)
    marks = np.arange(400) >= 397
    with pytest.raises(
        DataError, match="class 'rarest' has 3 rows and none .* row; leave the class out"
    ):
        draw_parts(Data(rare().schema, rare().rows, marks), SplitRule(), 0)


def test_facts_name_the_classes_that_a_part_lacks():
    marks = np.arange(400) < 80
    parts = draw_parts(Data(rare().schema, rare().rows, marks), SplitRule(valid=0.01), 0)
    assert parts.facts["absent"] == {"valid": ["rare", "rarest"], "test": ["rare", "rarest"]}
    several = draw_parts(data(link=Link.SIGMOID), SplitRule(valid=0.0), 0)
    assert several.facts["absent"] == {"test": []}


def test_test_rows_without_labels_are_an_error():
    whole = data(test=True)
    whole.rows.y[whole.test] = -1
    with pytest.raises(DataError, match="no test row has a label"):
        draw_parts(whole, SplitRule(), 0)


def test_missing_cells_are_filled_from_training_rows_alone():
    x = np.random.default_rng(0).standard_normal((200, 2))
    x[::5, 1], x[1::5, 0] = np.nan, np.nan
    rows = Rows(x, np.arange(200) % 3, np.arange(200))
    whole = Data(SCHEMA, rows, mean_filled=np.array([False, True]))
    parts = draw_parts(whole, SplitRule(0.3, 0.15, n_train=50), 0)
    mean = np.nanmean(x[parts.train.id, 1])
    for part in (parts.train, parts.valid, parts.test):
        empty = np.isnan(x[part.id, 1])
        assert empty.any() and np.allclose(part.x[empty, 1], mean)
        assert np.array_equal(part.x[~empty], x[part.id][~empty], equal_nan=True)
        assert np.array_equal(part.x[:, 0], x[part.id, 0], equal_nan=True)


def test_too_few_rows_to_part_is_an_error():
    one = data(4)
    with pytest.raises(DataError, match="too few to part"):
        draw_parts(Data(one.schema, one.rows, np.ones(4, bool)), SplitRule(), 0)


def twins(n: int = 40) -> Rows:
    x = np.random.default_rng(1).standard_normal((n, 2))
    x[n // 2 :] = x[: n // 2]
    x[0] = [0.0, 1.0]
    x[n // 2] = [-0.0, 1.0]
    return Rows(x, np.zeros(n, int), np.arange(n)[::-1] * 3)


@pytest.mark.parametrize("folds", [2, 5, 10])
def test_copies_fall_in_one_fold_and_folds_are_even(folds):
    train = twins()
    fold = draw_folds(train, folds, 0)[train.id]
    assert np.array_equal(fold[:20], fold[20:])
    counts = np.bincount(fold, minlength=folds)
    assert counts.max() - counts.min() <= 2
    assert len(counts) == folds


def test_folds_are_read_by_id_and_are_unknown_elsewhere():
    train = twins()
    fold = draw_folds(train, 4, 0)
    assert len(fold) == train.id.max() + 1
    assert set(np.flatnonzero(fold >= 0)) == set(train.id)


def test_the_fold_seed_redraws_the_folds():
    train = twins()
    again = draw_folds(train, 4, 0)
    assert np.array_equal(draw_folds(train, 4, 0), again)
    assert not np.array_equal(draw_folds(train, 4, 1), again)


def test_more_folds_than_distinct_rows_is_an_error():
    with pytest.raises(DataError, match="21 folds need as many distinct training rows, not 20"):
        draw_folds(twins(), 21, 0)


def test_an_exact_copy_gets_the_training_row_s_id():
    train = twins()
    near = train.x[3:5] + 1e-12
    found = match_ids(np.concatenate([train.x[[5, 7]], near, [[-0.0, 1.0]]]), train)
    assert found[0] in train.id[[5, 25]] and found[1] in train.id[[7, 27]]
    assert found[2:4].tolist() == [-1, -1]
    assert found[4] in train.id[[0, 20]]


def test_missing_values_match_missing_values():
    x = np.array([[np.nan, 1.0], [2.0, np.nan]])
    train = Rows(x, np.zeros(2, int), np.array([4, 9]))
    assert match_ids(x[::-1].copy(), train).tolist() == [9, 4]


def test_images_match_too():
    x = np.random.default_rng(0).integers(0, 256, (6, 1, 2, 2)).astype(np.uint8)
    train = Rows(x[:4], np.zeros(4, int), np.arange(4))
    assert match_ids(x[3:], train).tolist() == [3, -1, -1]
    assert len(np.unique(row_keys(x))) == 6


def test_equal_images_are_matched_in_their_own_bytes():
    images = np.random.default_rng(0).integers(256, size=(9, 3, 4, 4), dtype=np.uint8)
    train = Rows(images, None, np.arange(9) + 20)
    assert match_ids(images[[4, 1]], train).tolist() == [24, 21]
    assert match_ids(255 - images[:2], train).tolist() == [-1, -1]
    assert row_keys(images).dtype.itemsize == 48

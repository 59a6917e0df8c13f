"""The file of a value: arrays come back as they were, and the file stays as it is."""

import hashlib
from pathlib import Path

import numpy as np
import pytest
import torch

from tscbench.line import value_file
from tscbench.line.store import Store

KEY = "ab" + "0" * 38


@pytest.fixture(params=["read", "mapped"])
def store(request, tmp_path, monkeypatch) -> Store:
    """A store whose files are all read, and one whose files are all mapped."""
    monkeypatch.setattr(value_file, "MAPPED", 1 << 60 if request.param == "read" else 0)
    return Store(tmp_path)


ARRAYS = [
    np.arange(12.0).reshape(3, 4),
    np.asfortranarray(np.arange(12.0).reshape(3, 4)),
    np.arange(100)[::7],
    np.zeros((0, 3)),
    np.array(3.5),
    np.array(["a", "bc"]),
    np.array([None, {"x": 1}], dtype=object),
    np.array([(1, 2.5)], dtype=[("n", "i4"), ("x", "f8")]),
    np.array([True, False]),
    np.frombuffer(b"12345678", "u1"),
]


@pytest.mark.parametrize("array", ARRAYS, ids=lambda a: f"{a.dtype}{a.shape}")
def test_arrays_come_back_as_they_were(store, array):
    store.write(KEY, {"one": array, "same": array, "n": 3}, {})
    found = store.read(KEY)
    np.testing.assert_array_equal(found["one"], array)
    assert found["one"].dtype == array.dtype and found["one"].shape == array.shape
    assert found["one"].flags.writeable == array.flags.writeable
    assert found["one"].flags.f_contiguous == array.flags.f_contiguous or array.base is not None
    assert found["same"] is found["one"] and found["n"] == 3


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_step_may_write_to_what_it_reads_and_nobody_else_sees_it(store):
    store.write(KEY, [np.arange(10_000.0), np.arange(5)], {})
    before = digest(store.path(KEY))
    first, second = store.read(KEY), store.read(KEY)
    first[0][:] = -1
    torch.from_numpy(first[1]).zero_()
    assert second[0][3] == 3 and second[1].sum() == 10
    assert store.read(KEY)[0].sum() == np.arange(10_000.0).sum()
    assert digest(store.path(KEY)) == before and store.is_sound(KEY)


def test_arrays_outlive_their_file(store):
    store.write(KEY, np.arange(100_000), {})
    found = store.read(KEY)
    store.drop(KEY)
    assert found.sum() == np.arange(100_000).sum()


def test_arrays_lie_at_multiples_of_64_bytes(store):
    store.write(KEY, [np.arange(n) for n in (3, 1, 17)], {"step": "x"})
    body = store.path(KEY).read_bytes()
    for array in store.read(KEY)[:]:
        assert body.index(array.tobytes()) % 64 == 0 or array.size == 1


def test_a_file_that_changed_is_held_against_its_digest_again(store):
    store.write(KEY, np.arange(1000), {})
    store.read(KEY)
    whole = bytearray(store.path(KEY).read_bytes())
    whole[-8] ^= 1
    store.path(KEY).write_bytes(whole)
    with pytest.raises(Exception, match="is damaged and was set aside"):
        store.read(KEY)


def test_facts_are_read_without_the_value(store, monkeypatch):
    store.write(KEY, np.arange(1000), {"step": "parts", "n": 7})
    monkeypatch.setattr(value_file, "_pieces", None)
    assert store.facts(KEY) == {"step": "parts", "n": 7}


def test_a_large_array_is_neither_pickled_nor_copied(tmp_path):
    store = Store(tmp_path)
    x = np.zeros(4_000_000)
    store.write(KEY, {"x": x}, {})
    assert store.size(KEY) - x.nbytes < 1000
    found = store.read(KEY)["x"]
    assert found.flags.writeable and not found.flags.owndata

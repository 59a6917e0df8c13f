"""The store: whole or not at all, read or made again."""

import contextlib
import errno
import os
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from tscbench import StoreError
from tscbench.contracts.places import default_store
from tscbench.line.artefact import artefact
from tscbench.line.evaluator import Evaluator
from tscbench.line.step import Step
from tscbench.line.store import Store, write_whole

KEY = "ab" + "0" * 38


@pytest.fixture
def store(tmp_path) -> Store:
    return Store(tmp_path / "kept")


def files(store: Store) -> list[Path]:
    return [path for path in store.root.rglob("*") if path.is_file()]


def test_a_value_comes_back_with_its_facts(store):
    size = store.write(KEY, np.arange(3), {"step": "data", "n": 3})
    assert store.read(KEY).tolist() == [0, 1, 2]
    assert store.facts(KEY) == {"step": "data", "n": 3}
    assert store.has(KEY) and store.keys() == {KEY}
    assert size == store.path(KEY).stat().st_size


def test_what_is_not_there_is_said_so(store):
    assert not store.has(KEY) and store.keys() == set() and store.facts(KEY) is None
    with pytest.raises(StoreError, match="has gone from the store; issue the same"):
        store.read(KEY)
    store.drop(KEY)


def test_what_is_there_stays(store):
    store.write(KEY, 1, {})
    store.write(KEY, 2, {})
    assert store.read(KEY) == 1


class Unwritable:
    def __reduce__(self):
        raise RuntimeError("half way")


def test_a_write_that_raises_leaves_nothing(store):
    with pytest.raises(RuntimeError, match="half way"):
        store.write(KEY, [np.zeros(10000), Unwritable()], {})
    assert files(store) == [] and not store.has(KEY)


def test_an_interrupted_write_keeps_the_file_that_was_there(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"old")

    def half(file):
        file.write(b"ne")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_whole(path, half)
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.glob(".part*")] == []


def test_a_file_gets_its_name_last_by_rename(tmp_path, monkeypatch):
    def refused(self, target):
        raise OSError(errno.EIO, "no rename")

    monkeypatch.setattr(Path, "replace", refused)
    with pytest.raises(StoreError, match="no rename"):
        write_whole(tmp_path / "file", lambda file: file.write(b"new"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EDQUOT, "your quota is used up"),
        (errno.EROFS, "the disk is read-only"),
        (errno.EACCES, "it may not be written"),
    ],
)
def test_trouble_with_the_disk_is_one_sentence_with_the_cure(tmp_path, number, said):
    def fail(file):
        raise OSError(number, os.strerror(number))

    with pytest.raises(StoreError, match=said) as caught:
        write_whole(tmp_path / "kept" / "file", fail)
    assert str(tmp_path / "kept") in str(caught.value) and "\n" not in str(caught.value)


def test_a_file_where_a_folder_should_be_is_one_sentence(tmp_path):
    (tmp_path / "kept").write_text("a file")
    with pytest.raises(StoreError, match="cannot write in"):
        Store(tmp_path / "kept").write(KEY, 1, {})


@pytest.mark.parametrize("damage", [0, 5, 40, 200, "flip", "facts"])
def test_a_damaged_file_is_set_aside_and_says_so(store, damage):
    store.write(KEY, list(range(100)), {"step": "x"})
    assert store.is_sound(KEY)
    whole = bytearray(store.path(KEY).read_bytes())
    if damage == "flip":
        whole[-50] ^= 1  # it still reads: another number stands in the list
    elif damage == "facts":
        whole[whole.index(b'"x"') + 1] = ord("y")
    else:
        del whole[damage:]
    store.path(KEY).write_bytes(whole)
    assert not store.is_sound(KEY)
    with pytest.raises(StoreError, match="is damaged and was set aside"):
        store.read(KEY)
    assert not store.has(KEY)
    assert [file.name for file in files(store)] == [f".damaged-{KEY}"]
    store.write(KEY, 1, {})
    assert store.read(KEY) == 1 and store.keys() == {KEY}


def test_a_file_that_may_not_be_touched_is_read_and_kept(store, monkeypatch):
    store.write(KEY, 7, {})

    def forbidden(*args, **kwargs):
        raise PermissionError(errno.EPERM, "not yours")

    monkeypatch.setattr(os, "utime", forbidden)
    assert store.read(KEY) == 7 and store.has(KEY)


def made(n: int) -> list[str]:
    return [f"{i:02d}" + "0" * 38 for i in range(n)]


def test_trim_drops_the_longest_unused_and_keeps_what_is_needed(store):
    keys = made(5)
    for age, key in enumerate(keys):
        size = store.write(key, b"x" * 100, {})
        os.utime(store.path(key), (1000 + age, 1000 + age))
    store.read(keys[1])
    dropped = store.trim(3 * size, keep=[keys[0]])
    assert dropped == 2 * size
    assert store.keys() == {keys[0], keys[1], keys[4]}
    assert store.trim(10 * size) == 0


def test_keys_do_not_count_a_file_that_is_being_written(store):
    store.write(KEY, 1, {})
    (store.path(KEY).parent / ".part-zz").write_bytes(b"...")
    assert store.keys() == {KEY}


def test_a_store_that_is_removed_meanwhile_is_a_sentence_at_most(tmp_path):
    store, end = Store(tmp_path / "store"), time.monotonic() + 1

    def use(own: str) -> int:
        rounds = 0
        while time.monotonic() < end:
            key, rounds = f"{rounds % 256:02x}{own}", rounds + 1
            with contextlib.suppress(StoreError):
                store.write(key, [rounds], {})
            assert store.keys() <= {f"{n:02x}{name}" for n in range(256) for name in "abc"}
            with contextlib.suppress(StoreError):
                assert isinstance(store.read(key), list)
            store.trim(10)
        return rounds

    with ThreadPoolExecutor(3) as threads:
        users = [threads.submit(use, name) for name in "abc"]
        while time.monotonic() < end:
            shutil.rmtree(store.root, ignore_errors=True)
        assert all(user.result() > 10 for user in users)


def test_the_store_is_where_the_environment_says(monkeypatch, tmp_path):
    monkeypatch.setenv("TSCBENCH_STORE", str(tmp_path / "mine"))
    assert default_store() == tmp_path / "mine"
    monkeypatch.delenv("TSCBENCH_STORE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert default_store() == tmp_path / "tscbench" / "store"


def steps(*bodies) -> dict[str, Step]:
    """Steps of nothing but their bodies."""
    found = [Step(b.__name__, b, 1, (), "", lambda here: {}, lambda here: True) for b in bodies]
    return {step.name: step for step in found}


def counted(store: Store) -> tuple[Evaluator, list[str]]:
    calls: list[str] = []

    def base():
        calls.append("base")
        return [1, 2]

    def double(base):
        calls.append("double")
        return [2 * v for v in base]

    return Evaluator(store, steps(base, double)), calls


def chain():
    base = artefact("base", {}, params={"a": 1})
    return base, artefact("double", {"base": base})


def test_an_evaluator_makes_a_value_once_and_another_one_reads_it(store):
    base, double = chain()
    evaluator, calls = counted(store)
    assert evaluator.get(double) == evaluator.get(double) == [2, 4]
    assert calls == ["base", "double"]
    other, more = counted(store)
    assert other.get(double) == [2, 4] and more == []
    assert set(evaluator.seconds) == {base.key, double.key}


def test_a_value_that_goes_as_soon_as_it_is_read_serves_all_the_same(store, monkeypatch):
    base, double = chain()
    counted(store)[0].get(double)
    read = Store.read

    def read_and_lose(self, key):
        value = read(self, key)
        self.path(key).unlink()
        return value

    monkeypatch.setattr(Store, "read", read_and_lose)
    assert counted(store)[0].get(double) == [2, 4]


@pytest.mark.parametrize("harm", [lambda p: p.write_bytes(b"{}\nrubbish"), Path.unlink])
def test_an_evaluator_makes_again_what_does_not_read(store, harm):
    base, double = chain()
    counted(store)[0].get(double)
    evaluator, calls = counted(store)
    real = store.path(double.key)
    has = Store.has
    harm(real)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Store, "has", lambda self, key: key == double.key or has(self, key))
        assert evaluator.get(double) == [2, 4]
    assert calls == ["double"] and store.read(double.key) == [2, 4]


def test_what_an_evaluator_cannot_make_is_said_to_be_gone(store):
    base, double = chain()
    counted(store)[0].get(base)
    store.path(base.key).write_bytes(b"{}\nrubbish")
    with pytest.raises(StoreError, match="issue the same command again"):
        Evaluator(store, {}).get(base)


def test_a_key_says_everything_that_determines_a_value():
    base, _ = chain()
    keys = [
        base.key,
        artefact("base", {}, params={"a": 2}).key,
        artefact("other", {}, params={"a": 1}).key,
        artefact("base", {}, params={"a": 1}, version=2).key,
        artefact("base", {}, params={"a": 1}, stream=("base", 0)).key,
        artefact("base", {"base": base}, params={"a": 1}).key,
        artefact("base", {"base": (base,)}, params={"a": 1}).key,
    ]
    assert len(set(keys)) == len(keys)
    assert artefact("base", {}, params={"a": 1}).key == base.key


def test_memory_has_room_for_so_much_and_lets_the_longest_unused_go(store):
    evaluator = Evaluator(store, {}, memory=10)
    for name in "abc":
        evaluator.remember(name, name, 4)
    assert list(evaluator._memory) == ["b", "c"]
    evaluator.remember("d", "d", 99)
    assert list(evaluator._memory) == ["d"]

"""Locks: one process makes a value, the others wait; the dead hold nothing."""

import json
import os
import platform
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tscbench import StoreError
from tscbench.line import lock
from tscbench.line.lock import claimed
from tscbench.line.store import Store

KEY = "ab" + "0" * 38
MAKE = """
import sys, time
from pathlib import Path
from tscbench.line.lock import claimed
from tscbench.line.store import Store
root, key, pause = Path(sys.argv[1]), sys.argv[2], float(sys.argv[3])
store = Store(root / "store")
with claimed(store, key, [key]) as mine:
    if mine:
        with (root / "made").open("a") as file:
            file.write("x")
        time.sleep(pause)
        store.write(key, 7, {})
assert store.read(key) == 7
"""


@pytest.fixture
def store(tmp_path) -> Store:
    return Store(tmp_path / "store")


def maker(store: Store, pause: float) -> subprocess.Popen:
    """A process that makes the value, and says so in the file `made`, or waits for it."""
    words = [sys.executable, "-c", MAKE, str(store.root.parent), KEY, str(pause)]
    return subprocess.Popen(words)


def begun(store: Store) -> int:
    file = store.root.parent / "made"
    return len(file.read_text()) if file.exists() else 0


def wait_for(n: int, store: Store) -> None:
    until = time.monotonic() + 30
    while begun(store) < n and time.monotonic() < until:
        time.sleep(0.01)
    assert begun(store) == n


def locks(store: Store) -> list[str]:
    return [path.name for path in store.root.rglob(".lock-*")]


def test_of_several_processes_one_makes_a_value(store):
    makers = [maker(store, 0.5) for _ in range(4)]
    assert [one.wait(60) for one in makers] == [0] * 4
    assert begun(store) == 1 and locks(store) == []


@pytest.mark.parametrize("reaped", [True, False])
def test_the_lock_of_a_process_that_was_killed_is_taken_over_by_one(store, reaped):
    dead = maker(store, 60)
    wait_for(1, store)
    dead.send_signal(signal.SIGKILL)
    if reaped:
        dead.wait()
    start = time.monotonic()
    others = [maker(store, 0.3) for _ in range(3)]
    assert [one.wait(60) for one in others] == [0] * 3
    assert begun(store) == 2 and locks(store) == []
    assert time.monotonic() - start < 20
    dead.wait()


def held_elsewhere(store: Store, age: float = 0.0) -> Path:
    """The lock of a process of another machine."""
    path = store.beside("lock", KEY)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"host": "far", "pid": os.getpid(), "id": "one"}))
    os.utime(path, (time.time() - age, time.time() - age))
    return path


@pytest.mark.parametrize("age", [0.0, 1e6, -1e6])
def test_an_owner_elsewhere_is_dead_once_it_was_silent_whatever_the_clocks_say(
    store, monkeypatch, age
):
    monkeypatch.setattr(lock, "LIMIT", 0.6)
    held_elsewhere(store, age)
    start = time.monotonic()
    with claimed(store, KEY, [KEY]) as mine:
        assert mine and 0.6 <= time.monotonic() - start < 5
        assert len(locks(store)) == 2
    assert locks(store) == []


def test_an_owner_elsewhere_whose_heart_beats_is_waited_for(store, monkeypatch):
    monkeypatch.setattr(lock, "LIMIT", 0.4)
    path = held_elsewhere(store, 1e6)

    def live() -> None:
        for beat in range(12):
            time.sleep(0.1)
            os.utime(path, (beat, beat))  # a clock that is years behind
        store.write(KEY, 7, {})

    alive = threading.Thread(target=live)
    alive.start()
    waited: list[int] = []
    with claimed(store, KEY, [KEY], lambda: waited.append(1)) as mine:
        assert not mine and store.read(KEY) == 7
    assert len(waited) >= 3
    alive.join()
    assert path.exists()


def test_a_heart_beats_while_the_lock_is_held(store, monkeypatch):
    monkeypatch.setattr(lock, "BEAT", 0.05)
    with claimed(store, KEY, [KEY]):
        path = store.beside("lock", KEY)
        os.utime(path, (0, 0))
        time.sleep(0.5)
        assert path.stat().st_mtime > 0
        told = json.loads(path.read_text())
        assert (told["host"], told["pid"]) == (platform.node(), os.getpid())
    assert str(path) not in {thread.name for thread in threading.enumerate()}


def test_a_lock_is_let_go_when_its_step_fails(store):
    with pytest.raises(RuntimeError), claimed(store, KEY, [KEY]) as mine:
        assert mine
        raise RuntimeError("the step failed")
    assert locks(store) == []


def test_who_was_taken_for_dead_takes_no_lock_from_its_successor(store, monkeypatch):
    monkeypatch.setattr(lock, "LIMIT", 0.0)
    first = store.beside("lock", KEY)
    with claimed(store, KEY, [KEY]):
        told = json.loads(first.read_text())
        first.write_text(json.dumps({**told, "host": "far"}))  # as another machine sees it
        with claimed(store, KEY, [KEY]) as mine:
            assert mine and len(locks(store)) == 2
    assert locks(store) == []


def test_what_its_owner_could_not_finish_writing_is_a_lock_all_the_same(store, monkeypatch):
    monkeypatch.setattr(lock, "LIMIT", 0.3)
    held_elsewhere(store).write_text("")
    with claimed(store, KEY, [KEY]) as mine:
        assert mine
    assert locks(store) == []


def test_a_lock_with_any_bit_flipped_is_let_go_or_taken_over(store, monkeypatch):
    monkeypatch.setattr(lock, "LIMIT", 0.0)
    path = store.beside("lock", KEY)
    with claimed(store, KEY, [KEY]):
        written = path.read_bytes()
    for bit in range(8 * len(written)):
        damaged = bytearray(written)
        damaged[bit // 8] ^= 1 << bit % 8
        with claimed(store, KEY, [KEY]) as mine:
            assert mine
            path.write_bytes(damaged)
        assert locks(store) == [], bytes(damaged)
        path.write_bytes(damaged)
        with claimed(store, KEY, [KEY]) as mine:
            assert mine
        assert locks(store) == [], bytes(damaged)


def test_what_is_there_needs_no_lock(store, monkeypatch):
    store.write(KEY, 7, {})
    monkeypatch.setattr(lock.Lock, "take", None)
    with claimed(store, KEY, [KEY]) as mine:
        assert not mine


def test_a_store_that_cannot_be_written_is_one_sentence(tmp_path):
    (tmp_path / "store").write_text("a file")
    with (
        pytest.raises(StoreError, match="cannot write in"),
        claimed(Store(tmp_path / "store"), KEY, [KEY]),
    ):
        pass


def test_a_lock_costs_little(store):
    start = time.perf_counter()
    for _ in range(100):
        with claimed(store, KEY, [KEY]):
            pass
    assert time.perf_counter() - start < 1.0

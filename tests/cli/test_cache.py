"""tscbench cache: what the store holds, made smaller, or checked."""

import json

import numpy as np
import pytest

from tscbench.line.store import Store

KEYS = [f"{n:02d}" + "0" * 38 for n in range(4)]


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("TSCBENCH_STORE", str(tmp_path / "store"))
    store = Store(tmp_path / "store")
    for n, key in enumerate(KEYS):
        store.write(key, np.full(1000, n), {"step": "teacher" if n else "data", "seconds": 2.0})
    return store


def test_ls_counts_values_bytes_and_seconds(cli, store):
    rows = json.loads(cli("cache", "ls", "--json").out)
    assert {row["step"]: (row["values"], row["seconds"]) for row in rows} == {
        "teacher": (3, 6.0),
        "data": (1, 2.0),
    }
    assert sum(row["bytes"] for row in rows) == sum(store.size(key) for key in KEYS)
    assert "all" in cli("cache", "ls").out


def test_gc_drops_down_to_a_limit(cli, store):
    left = (store.size(KEYS[0]) * 2 + 10) / (1 << 30)
    assert cli("cache", "gc", "--limit", str(left)).code == 0
    assert len(store.keys()) == 2
    assert cli("cache", "gc").out == "dropped 0.0 MB\n"


def test_verify_sets_aside_what_is_damaged(cli, store):
    assert cli("cache", "verify").code == 0
    file = store.path(KEYS[2])
    whole = bytearray(file.read_bytes())
    whole[-100] ^= 1
    file.write_bytes(whole)
    done = cli("cache", "verify", "--json")
    assert done.code == 1 and json.loads(done.out) == {"values": 4, "damaged": [KEYS[2]]}
    assert store.keys() == set(KEYS) - {KEYS[2]}
    assert cli("cache", "verify").out == "3 of 3 values are sound\n"

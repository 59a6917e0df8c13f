"""A store elsewhere: what one machine makes another reads, and this one's folder comes first."""

import errno
import sys
from pathlib import Path

import fsspec
import numpy as np
import pytest

from tscbench import StoreError
from tscbench.contracts.places import default_store
from tscbench.line import remote as module
from tscbench.line.remote import Remote, SharedStore, open_store
from tscbench.line.store import Store

KEY, OTHER = "ab" + "0" * 38, "cd" + "0" * 38


@pytest.fixture(params=["file", "memory"])
def url(request, tmp_path) -> str:
    fsspec.filesystem("memory").store.clear()
    return f"file://{tmp_path}/far" if request.param == "file" else "memory://far/store"


@pytest.fixture
def machines(url, tmp_path) -> tuple[Store, Store]:
    """Two machines with a folder each."""
    return tuple(SharedStore(tmp_path / name, Remote(url)) for name in ("one", "two"))


def there(url: str) -> list[str]:
    fs, root = fsspec.core.url_to_fs(url)
    return sorted(path.rpartition("/")[2] for path in fs.find(root))


def test_what_one_machine_makes_another_reads(machines, url):
    one, two = machines
    size = one.write(KEY, {"x": np.arange(9)}, {"step": "x"})
    assert two.has(KEY) and two.keys() == {KEY} and two.size(KEY) == size
    assert two.facts(KEY) == {"step": "x"} and not two.path(KEY).exists()
    assert two.read(KEY)["x"].tolist() == list(range(9)) and two.path(KEY).exists()
    assert two.path(KEY).read_bytes() == one.path(KEY).read_bytes()
    assert there(url) == [KEY], "nothing half written is left"


def test_what_is_nowhere_is_said_so(machines):
    one, _ = machines
    assert not one.has(KEY) and one.keys() == set() and one.facts(KEY) is None
    assert one.size(KEY) == 0 and not one.is_sound(KEY)
    with pytest.raises(StoreError, match="has gone"):
        one.read(KEY)
    one.drop(KEY)


def test_what_is_dropped_is_gone_there_too_and_what_is_trimmed_is_not(machines, url):
    one, two = machines
    for key in (KEY, OTHER):
        one.write(key, np.arange(1000), {})
    one.drop(KEY)
    assert not two.has(KEY) and there(url) == [OTHER]
    assert one.trim(0) > 0 and not one.path(OTHER).exists()
    assert one.read(OTHER).sum() == np.arange(1000).sum()


def test_what_came_damaged_is_set_aside_and_made_anew_for_all(machines):
    one, two = machines
    one.write(KEY, list(range(100)), {})
    fs, root = module._opened(one.remote.url)
    path = f"{root}/{module._path(KEY)}"
    whole = bytearray(fs.cat_file(path))
    whole[-40] ^= 1
    fs.pipe_file(path, bytes(whole))
    assert not two.is_sound(KEY)
    with pytest.raises(StoreError, match="is damaged and was set aside"):
        two.read(KEY)
    assert not two.has(KEY)
    two.write(KEY, 7, {})
    assert SharedStore(one.root.with_name("three"), one.remote).read(KEY) == 7


def test_a_copy_that_breaks_off_is_none(machines, url, monkeypatch):
    one, two = machines
    fs, _ = module._opened(url)

    def full(*given, **more):
        raise OSError(errno.ENOSPC, "no space")

    with monkeypatch.context() as patch:
        patch.setattr(type(fs), "put_file", full)
        with pytest.raises(StoreError, match="cannot reach the store .* no space") as caught:
            one.write(KEY, 1, {})
    assert "\n" not in str(caught.value)
    assert not two.has(KEY) and there(url) == []
    assert one.read(KEY) == 1, "here it is kept"


def test_the_environment_says_where(monkeypatch, tmp_path, url):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("TSCBENCH_STORE", url)
    store = open_store()
    assert isinstance(store, SharedStore) and store.remote.url == url
    assert store.root == default_store() and store.root.parent == tmp_path / "tscbench"
    monkeypatch.setenv("TSCBENCH_STORE", str(tmp_path / "plain"))
    assert open_store() == Store(tmp_path / "plain")


def test_without_fsspec_or_its_driver_the_cure_is_said(monkeypatch):
    module._opened.cache_clear()
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "fsspec.core", None)
        with pytest.raises(StoreError, match=r'pip install "tscbench\[dask\]"'):
            Remote("s3://bucket/store").has("x")
    with pytest.raises(StoreError, match="cannot read the store nonsense://x: "):
        Remote("nonsense://x").has("x")


def test_a_run_on_another_machine_makes_nothing_anew(lab, cli, tiny, monkeypatch, url):
    suite = lab.suite({"generator": ["far"], "mix": ["real", "fake(ratio=1)"]})
    monkeypatch.setenv("TSCBENCH_STORE", url)
    scores = []
    for machine in ("one", "two"):
        monkeypatch.setenv("XDG_CACHE_HOME", str(lab.folder / machine))
        out: Path = lab.folder / f"run-{machine}"
        done = cli("run", suite, "--plugin", tiny, "--out", out, "--offline")
        assert done.code == 0, done.err
        scores.append(cli("board", out, "--full").out)
        fitted = lab.fits
        lab.forget_fits()
    assert not fitted and scores[0].replace("run-one", "") == scores[1].replace("run-two", "")
    assert url in cli("cache", "ls").out

"""Disks that fill up, are read-only, go away, and clocks that jump: each ends in one sentence, the
same command goes on, and the scores are those of a run that nothing disturbed."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tscbench.line import store as store_module
from tscbench.results.run import Run

GRID = {
    "generator": ["far", "copies"],
    "mix": ["real", "fake(ratio=1)"],
    "student": ["linear", "steps(n=2)"],
}


@pytest.fixture
def calm(lab, monkeypatch) -> pd.DataFrame:
    """The scores of a run that nothing disturbs, in a store of its own."""
    with monkeypatch.context() as patch:
        patch.setenv("TSCBENCH_STORE", str(lab.folder / "calm store"))
        scores = lab.run(GRID, out="calm").scores()
    lab.forget_fits()
    return scores


@pytest.fixture
def command(cli, lab, tiny) -> Callable[..., Any]:
    """The command that is issued again and again."""
    suite = lab.suite(GRID)
    return lambda out: cli("run", suite, "--plugin", tiny, "--out", out, "--offline")


def is_a_sentence(said: Any, *words: str) -> None:
    last = said.err.strip().splitlines()[-1]
    assert said.code == 2 and last.startswith("tscbench: "), said
    assert any(word in last for word in words), last
    assert "Traceback" not in said.err


def mount(*words: str) -> None:
    done = subprocess.run(["mount", *words], capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"no file system can be mounted here: {done.stderr.strip()}")


@pytest.fixture
def disk(tmp_path) -> Iterator[Path]:
    """A disk of a megabyte."""
    if shutil.which("mount") is None or os.geteuid() != 0:
        pytest.skip("only root mounts a small disk")
    folder = tmp_path / "disk"
    folder.mkdir()
    mount("-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder))
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(disk: Path, room: int) -> Path:
    """Takes all but so many bytes of a disk."""
    ballast = disk / "ballast"
    ballast.write_bytes(bytes(max(0, shutil.disk_usage(disk).free - room)))
    return ballast


@pytest.mark.parametrize(
    ("place", "room"),
    [*(("store", n << 12) for n in (0, 1, 5, 15)), *(("records", n << 12) for n in (0, 1, 3, 4))],
)
def test_a_disk_that_is_full(place, room, disk, lab, command, calm, monkeypatch):
    if place == "store":
        monkeypatch.setenv("TSCBENCH_STORE", str(disk / "store"))
    out = (disk if place == "records" else lab.folder) / "run"
    ballast = fill(disk, room)
    is_a_sentence(command(out), "the disk is full")
    assert not list(disk.rglob(".part-*")), "nothing half written is left"
    begun = (out / "run.json").exists()
    kept = [r for r in Run(out).records() if r["status"] == "ok"] if begun else []
    ballast.unlink()
    assert command(out).code == 0
    pd.testing.assert_frame_equal(Run(out).scores(), calm, check_exact=True)
    records = list(Run(out).records())
    assert all(record in records for record in kept), "what had ended was not made again"


@pytest.mark.parametrize("nth", range(1, 12, 3))
def test_a_quota_that_is_used_up(nth, lab, command, calm, monkeypatch):
    write, calls = store_module.write_value, iter(range(1, 1000))

    def limited(*given):
        if next(calls) == nth:
            raise OSError(errno.EDQUOT, "Disk quota exceeded")
        write(*given)

    with monkeypatch.context() as patch:
        patch.setattr(store_module, "write_value", limited)
        is_a_sentence(command(lab.folder / "run"), "your quota is used up")
    assert command(lab.folder / "run").code == 0
    pd.testing.assert_frame_equal(Run(lab.folder / "run").scores(), calm, check_exact=True)


@pytest.mark.parametrize("nth", [1, 2, 5])
def test_a_quota_that_is_used_up_by_records(nth, lab, command, calm, monkeypatch):
    write, calls = os.write, iter(range(1, 1000))

    def limited(file, data):
        if bytes(data[:7]) == b'{"crc":' and next(calls) == nth:
            write(file, data[: len(data) // 2])
            raise OSError(errno.EDQUOT, "Disk quota exceeded")
        return write(file, data)

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", limited)
        is_a_sentence(command(lab.folder / "run"), "your quota is used up")
    assert sum(r["status"] == "ok" for r in Run(lab.folder / "run").records()) == nth - 1
    assert command(lab.folder / "run").code == 0
    pd.testing.assert_frame_equal(Run(lab.folder / "run").scores(), calm, check_exact=True)


@pytest.mark.parametrize("place", ["store", "records"])
def test_a_disk_that_is_read_only(place, disk, lab, command, calm, cli, monkeypatch):
    if place == "store":
        monkeypatch.setenv("TSCBENCH_STORE", str(disk / "store"))
    out = (disk if place == "records" else lab.folder) / "run"
    lab.run(GRID, out=str(out), options={"generator": "far"})
    mount("-o", "remount,ro", str(disk))
    assert cli("board", out).code == 0 and cli("status", out).code == 0
    is_a_sentence(command(out), "the disk is read-only")
    mount("-o", "remount,rw", str(disk))
    assert command(out).code == 0
    pd.testing.assert_frame_equal(Run(out).scores(), calm, check_exact=True)


def test_a_store_that_may_only_be_read_serves_a_run_that_it_holds(disk, lab, command, monkeypatch):
    monkeypatch.setenv("TSCBENCH_STORE", str(disk / "store"))
    whole = lab.run(GRID, out="whole")
    lab.forget_fits()
    mount("-o", "remount,ro", str(disk))
    said = command(lab.folder / "again")
    assert said.code == 0 and not lab.fits, said
    assert Run(lab.folder / "again").scores().equals(whole.scores())


@pytest.mark.parametrize("nth", range(1, 14, 2))
def test_a_store_that_is_removed_half_way(nth, lab, command, calm, monkeypatch):
    from tscbench.harness.engine import Engine

    settle, calls = Engine._settle, iter(range(1, 1000))

    def remove(engine, *given):
        settle(engine, *given)
        if next(calls) == nth:
            shutil.rmtree(engine.store.root)

    with monkeypatch.context() as patch:
        patch.setattr(Engine, "_settle", remove)
        said = command(lab.folder / "run")
    if said.code:
        is_a_sentence(said, "has gone from the store", "issue the same command again")
    assert command(lab.folder / "run").code == 0
    pd.testing.assert_frame_equal(Run(lab.folder / "run").scores(), calm, check_exact=True)


@pytest.mark.parametrize("years", [-30, 30])
def test_a_clock_that_jumps(years, lab, command, calm, monkeypatch):
    now, calls = time.time, iter(range(10**9))
    shifted = [0.0]
    monkeypatch.setattr(time, "time", lambda: now() + shifted[0])

    def jump(event: Any) -> None:
        if next(calls) % 2:
            shifted[0] = years * 3.15e7 - shifted[0]

    run = lab.run(GRID, tell=jump)
    pd.testing.assert_frame_equal(run.scores(), calm, check_exact=True)
    lab.forget_fits()
    assert command(run.folder).code == 0 and not lab.fits
    pd.testing.assert_frame_equal(Run(run.folder).scores(), calm, check_exact=True)

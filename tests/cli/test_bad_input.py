"""Bad data and bad disks: one sentence, exit code 2, earlier results untouched."""

import errno
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tscbench.line import store


@pytest.fixture
def suite(lab):
    return lab.suite({"student": ["linear"]})


@pytest.fixture
def run(cli, suite, tiny, lab):
    """`tscbench run` of the small suite; with --json where no board is looked at."""

    def call(*words):
        return cli("run", suite, "--plugin", tiny, "--out", lab.folder / "run", *words)

    return call


def kept(lab) -> dict[Path, bytes]:
    return {p: p.read_bytes() for p in (lab.folder / "run").rglob("*") if p.is_file()}


def table(n: int = 40) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    a, b = rng.standard_normal((2, n))
    return pd.DataFrame({"a": a, "b": b, "y": np.where(a > 0, "p", "q")})


def infinite() -> pd.DataFrame:
    return table().assign(a=np.inf)


def lone() -> pd.DataFrame:
    frame = table()
    frame.loc[3, "y"] = "rare"
    return frame


BAD = {
    "no such column": (table().drop(columns="y"), "y"),
    "empty": (table(0), "row"),
    "one-row class": (lone(), "rare"),
    "infinite": (infinite(), "infinite"),
    "constant": (table().assign(b=1.0), "b"),
    "one class": (table().assign(y="p"), "y"),
}


@pytest.mark.parametrize("bad", BAD)
def test_a_table_that_cannot_be_benchmarked(run, lab, bad):
    assert run("--json").code == 0
    before = kept(lab)
    frame, said = BAD[bad]
    frame.to_csv("bad.csv", index=False)
    done = run("--dataset", "file(path=bad.csv, target=y)")
    lines = [line for line in done.err.splitlines() if "leave it out with --dataset" not in line]
    assert done.code == 2, done.err
    assert len(lines) == 1 and said in lines[0] and "bad.csv" in lines[0]
    assert "Traceback" not in done.err and done.out == ""
    assert kept(lab) == before


def test_other_datasets_go_on(run):
    table().to_csv("good.csv", index=False)
    lone().to_csv("bad.csv", index=False)
    done = run("--dataset", "file(path=bad.csv, target=y),file(path=good.csv, target=y)")
    assert done.code == 0 and "none alone has all its cells, hits 0." in done.out
    told = [line for line in done.err.splitlines() if "combinations skipped" in line]
    assert len(told) == 1 and "bad.csv" in told[0] and "rare" in told[0]


def test_a_good_table_runs(run):
    table().to_csv("good.csv", index=False)
    done = run("--dataset", "file(path=good.csv, target=y)")
    assert done.code == 0 and "none alone has all its cells, hits 0." in done.out


@pytest.mark.parametrize("name", ["bad.parquet", "bad.npz", "bad.csv"])
@pytest.mark.parametrize("content", [b"\x00\x01\xff not what its name says", b""])
def test_a_file_that_is_not_what_its_name_says(run, lab, name, content):
    assert run("--json").code == 0
    before = kept(lab)
    Path(name).write_bytes(content)
    done = run("--dataset", f"file(path={name}, target=y)")
    assert done.code == 2 and name in done.err and "Traceback" not in done.err
    assert kept(lab) == before


@pytest.mark.parametrize("spec", ["file(path=folder)", "file(path=folder.csv)", "file(path=x.doc)"])
def test_a_path_that_is_no_table(run, spec):
    Path("folder").mkdir()
    Path("folder.csv").mkdir()
    Path("x.doc").write_text("x")
    done = run("--dataset", spec)
    assert done.code == 2 and "Traceback" not in done.err
    assert spec.partition("=")[2].rstrip(")") in done.err


def test_a_file_that_is_not_there_is_skipped_and_nothing_is_left(run):
    done = run("--dataset", "file(path=absent.csv)")
    assert done.code == 4 and "no file absent.csv" in done.err


def full(after: int, number: int = errno.ENOSPC):
    """A disk that takes `after` files more."""
    real = store.tempfile.mkstemp
    count = [0]

    def mkstemp(*args, **kwargs):
        count[0] += 1
        if count[0] > after:
            raise OSError(number, os.strerror(number))
        return real(*args, **kwargs)

    return mkstemp


@pytest.mark.parametrize(
    ("number", "said"),
    [(errno.ENOSPC, "the disk is full"), (errno.EROFS, "the disk is read-only")],
)
@pytest.mark.parametrize("after", [0, 1, 3, 5, 8])
def test_a_disk_that_takes_no_more(run, lab, monkeypatch, number, said, after):
    assert run("--seed", "0", "--json").code == 0
    before = {p: b for p, b in kept(lab).items() if p.name != "run.json"}
    with monkeypatch.context() as patch:
        patch.setattr(store.tempfile, "mkstemp", full(after, number))
        done = run("--seed", "0,1,2,3,4,5", "--json")
    assert done.code == 2, done.err
    told = [line for line in done.err.splitlines() if "cannot write in" in line]
    assert len(told) == 1 and said in told[0] and "Traceback" not in done.err
    after_it = kept(lab)
    assert all(after_it[p] == b for p, b in before.items())
    assert not list(lab.folder.rglob(".part-*"))
    assert run("--seed", "0,1,2,3,4,5", "--json").code == 0


def test_a_run_folder_that_is_a_file_is_one_sentence(cli, suite, tiny, tmp_path):
    (tmp_path / "taken").write_text("mine")
    done = cli("run", suite, "--plugin", tiny, "--out", tmp_path / "taken")
    assert done.code == 2 and "cannot write in" in done.err and "Traceback" not in done.err
    assert (tmp_path / "taken").read_text() == "mine"

"""Locks: other data than a suite was locked with is an error that says what differs."""

import json
from dataclasses import replace

import numpy as np
import pytest

from tscbench import SuiteError
from tscbench.harness.session import check_lock, make_lock, open_session

GRID = {"dataset": ["toy", "marked"]}


def locked(lab, **keys):
    """The path of a locked suite."""
    session = lab.open(GRID, splits=2, **keys)
    (lab.folder / "small.lock").write_text(json.dumps(make_lock(session)))
    return lab.folder / "small.toml"


def reopen(lab, tiny, options=None):
    return open_session(str(lab.folder / "small.toml"), options or {}, plugins=[tiny])


def test_the_same_data_opens(lab, tiny):
    locked(lab)
    session = reopen(lab, tiny)
    assert set(session.source.lock["datasets"]) == {"toy", "marked"}
    assert set(session.source.lock["splits"]) == {"toy/0", "toy/1", "marked/0", "marked/1"}
    assert len(reopen(lab, tiny, {"dataset": "toy", "split": "0"}).plan.lines) == 1


def test_other_data_is_an_error_with_the_dataset_s_name(lab, tiny, monkeypatch):
    locked(lab)
    monkeypatch.setenv("TSCBENCH_STORE", str(lab.folder / "elsewhere"))
    changed = lab.folder / "tiny.py"
    changed.write_text(
        tiny.read_text().replace("x = rng.standard_normal((n, 3))", "x = rng.random((n, 3))")
    )
    with pytest.raises(SuiteError, match="dataset toy is not the data") as caught:
        reopen(lab, changed)
    assert "marked" not in str(caught.value).replace("small was", "")


def test_another_split_is_an_error(lab, tiny):
    path = locked(lab)
    session = open_session(str(path), {}, plugins=[tiny])
    lock = json.loads(json.dumps(session.source.lock))
    lock["splits"]["marked/1"] = "0" * 40
    with pytest.raises(SuiteError, match="split 1 of dataset marked"):
        check_lock(replace(session, source=replace(session.source, lock=lock)))


def test_a_changed_suite_is_an_error_and_a_changed_title_is_not(lab, tiny):
    locked(lab)
    lab.suite(GRID, splits=2, title="A new title")
    assert reopen(lab, tiny).plan.lines
    lab.suite(GRID, splits=3)
    with pytest.raises(SuiteError, match="suite small has changed since it was locked"):
        reopen(lab, tiny)


def test_datasets_that_join_are_exempt(lab, tiny):
    locked(lab)
    session = reopen(lab, tiny, {"dataset": "toy(n=40),toy"})
    assert session.joined == {"toy(n=40)"}
    assert {line.cell.dataset for line in session.plan.lines} == {"toy", "toy(n=40)"}


def test_a_lock_names_every_digest_by_content(lab):
    lock = make_lock(lab.open(GRID))
    again = make_lock(lab.open(GRID))
    assert lock == again
    assert len(set(lock["datasets"].values())) == 2
    assert all(np.char.isalnum(d) and len(d) == 40 for d in lock["splits"].values())


def test_an_installed_suite_is_not_locked_where_it_lies(cli, lab, tiny):
    done = cli("data", "lock", "quick")
    assert done.code == 2 and "--out FILE" in done.err and "where it lies" in done.err
    suite = lab.suite({"student": ["linear"]})
    other = lab.folder / "other.lock"
    assert cli("data", "lock", suite, "--plugin", tiny, "--out", other).code == 0
    assert other.exists() and not suite.with_suffix(".lock").exists()

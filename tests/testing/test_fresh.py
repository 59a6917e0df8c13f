"""Fresh processes: each plugin finds one that no other has touched, whatever became of that."""

import os
from threading import Lock

import numpy as np
import pytest

from tscbench import Rows, Sampler, generator
from tscbench.testing import checks, fresh
from tscbench.testing.fresh import Job, in_fresh_process

LOCK = Lock()


def job(body):
    """A generator that gives what `body` says, on trial."""

    @generator(source="a test")
    def made(train: Rows) -> Sampler:
        """Rows of one number."""
        return Sampler(lambda n, rng: np.full((n, train.x.shape[1]), float(body())))

    [case, *_] = checks(made)
    return Job(case.trial.bound, "two_classes")


def times_called():
    os.environ["COUNTED"] = str(int(os.environ.get("COUNTED", 0)) + 1)
    return os.environ["COUNTED"]


@pytest.fixture(params=[True, False], ids=["forked", "started anew"])
def either_way(request, monkeypatch):
    """Processes that fork themselves, and those of a system where that is not safe."""
    monkeypatch.setattr(fresh, "FORKS", request.param)


@pytest.mark.usefixtures("either_way")
def test_a_job_finds_nothing_that_another_one_left():
    first, again = (in_fresh_process(job(times_called)) for _ in range(2))
    assert first == again == in_fresh_process(job(lambda: 1)) and not first.error
    assert first != in_fresh_process(job(lambda: 2))


@pytest.mark.usefixtures("either_way")
def test_a_job_that_ends_its_process_is_told_and_the_next_has_another():
    assert in_fresh_process(job(lambda: os._exit(3))).error == (
        "the process ended (nothing was said)"
    )
    assert in_fresh_process(job(lambda: 1)).digest


def test_texts_hash_as_the_seed_says_and_the_surroundings_are_ours(monkeypatch, tmp_path):
    replies = {seed: in_fresh_process(job(lambda: hash("a text")), seed) for seed in "12"}
    assert replies["1"] == in_fresh_process(job(lambda: hash("a text")), "1") != replies["2"]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NUMBER", "7")
    (tmp_path / "number").write_text("7")
    for body in (lambda: os.environ["NUMBER"], lambda: open("number").read()):  # noqa: SIM115, PTH123
        assert in_fresh_process(job(body)) == in_fresh_process(job(lambda: 7))


def test_what_a_dying_process_said_last_is_told():
    def body():
        os.write(2, b"first\nout of memory\n")
        os._exit(1)

    assert in_fresh_process(job(body)).error == "the process ended (out of memory)"
    assert "it cannot be sent there" in in_fresh_process(job(LOCK.locked)).error

"""What a run shows while it goes on: a line per cell, and slow fits epoch by epoch."""

import io
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from tscbench.cli import progress
from tscbench.harness.children import Children, Place
from tscbench.harness.session import run_session
from tscbench.line.progress_file import said, shown
from tscbench.line.store import Store
from tscbench.results.run import Run

FIT = "student mlp(hidden=[8, 8]): epoch 12 of 60"


@pytest.fixture
def one(lab):
    session = SimpleNamespace(store=Store(lab.folder / "store"))
    with progress.Progress(session, [], 1, progress.Best("auc", "higher")) as shown:
        yield shown


def test_a_log_says_how_far_fits_are_once_a_minute(one, monkeypatch, capsys):
    now = time.monotonic()
    monkeypatch.setattr(progress.time, "monotonic", lambda: now)
    one.look([FIT])
    assert capsys.readouterr().err == "", "a line has only just been said"
    now += 61
    one.look([])
    assert capsys.readouterr().err == ""
    one.look([FIT, "sampler gan: epoch 1 of 2"])
    one.look([FIT])
    assert capsys.readouterr().err == f"tscbench: [0/0] {FIT}; sampler gan: epoch 1 of 2\n"


def test_a_score_of_nothing_is_a_score():
    event = SimpleNamespace(scores={"test": {"accuracy": 0.5, "auc": 0.0}})
    assert progress._scores(event) == "auc 0.0000 accuracy 0.5000"


def test_what_is_left_comes_to_nothing_where_students_are_nested(lab):
    """The fit of nested students is one job, which the largest of them stands for."""
    session = lab.open({"student": ["steps(n=2)", "steps(n=3)", "steps(n=5)"]}, splits=2)
    run = Run(lab.folder / "run")
    told = []
    with progress.Progress(session, session.pending(run), 1, progress.Best("x", "higher")) as live:
        lab.go(session, run, tell=lambda event: (told.append(event), live.tell(event)))
    assert sum(event.line is not None for event in told) == 8, "of two splits, with their teachers"
    assert live.remaining.seconds() == 0 and live.jobs_done == live.n_jobs
    assert live.worked == pytest.approx(sum(event.seconds for event in told)) and live.worked > 0


def test_a_terminal_has_a_line_for_each_fit(one, capsys):
    from rich.console import Console

    one.live = SimpleNamespace(update=lambda text: drawn.append(text), stop=lambda: None)
    drawn = []
    one.look([FIT])
    one.look([FIT])
    one.look([])
    assert len(drawn) == 2, "what has not changed is not drawn again"
    page = Console(file=io.StringIO(), width=100)
    page.print(drawn[0], highlight=False)
    bar, fit = page.file.getvalue().splitlines()
    assert bar.endswith(" 0/0 cells") and fit == f"  {FIT}"
    assert capsys.readouterr().err == ""


def test_workers_tell_whoever_watches_their_folder(tmp_path):
    (tmp_path / "told").mkdir()

    def fit(heard):
        for _ in shown(range(11, 60), "student mlp"):
            while not heard.exists():
                time.sleep(0.01)

    child = Children(Place(1, tmp_path / "told"))._new()
    pool = ThreadPoolExecutor(1)
    future = pool.submit(child.call, fit, tmp_path / "heard")
    while not future.done() and not said(tmp_path / "told"):
        time.sleep(0.01)
    assert said(tmp_path / "told") == ["student mlp: epoch 12 of 60"]
    (tmp_path / "heard").touch()
    assert future.result() is None and said(tmp_path / "told") == []
    child.end()


def test_a_run_looks_at_its_workers(lab, in_process):
    looks = []
    run_session(lab.open({}), Run(lab.folder / "run"), jobs=1, look=looks.append)
    assert looks and not any(looks), "jobs of this process say nothing"


def test_what_a_dead_worker_said_is_forgotten(tmp_path):
    children = Children(Place(1, tmp_path))
    child = children._new()
    (tmp_path / str(child.pid)).write_text(FIT)
    child.end()
    assert children._idle.empty()
    children._idle.put(child)
    with children._one() as other:
        assert other is not child and said(tmp_path) == []
    children.end()

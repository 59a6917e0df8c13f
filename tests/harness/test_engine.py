"""The engine: what ends is written, what fails fails alone, and nothing is done twice."""

import json
from collections import Counter
from concurrent.futures import Future

import pandas as pd
import pytest
from made_records import lines

from tscbench.contracts.failures import Failure
from tscbench.contracts.kinds import AXES
from tscbench.harness import settled
from tscbench.harness.engine import Event
from tscbench.harness.executors import InProcess
from tscbench.harness.job import Outcome
from tscbench.harness.session import run_session
from tscbench.results.run import SCHEMA, Run

GRID = {
    "dataset": ["toy", "marked"],
    "query": ["inbag", "crossfit(folds=2)"],
    "generator": ["far", "copies"],
    "mix": ["real", "fake(ratio=1)", "both(ratio=2)"],
    "objective": ["probabilities", "labels"],
    "student": ["linear", "steps(n=2)", "steps(n=5)"],
}


def same(a: Run, b: Run) -> None:
    """Equal to the last bit."""
    pd.testing.assert_frame_equal(a.scores(), b.scores(), check_exact=True)


def failures(run: Run) -> dict[str, dict]:
    return {" ".join(map(str, r["cell"].values())): r for r in run.records() if r["status"] != "ok"}


def test_a_record_is_there_as_its_cell_ends(lab):
    seen = []

    def tell(event: Event) -> None:
        if event.line is not None:
            seen.append(len(lines(lab.folder / "run")))

    run = lab.run(GRID, tell=tell)
    assert seen == list(range(1, len(seen) + 1))
    assert len(seen) == len(list(run.records()))


def test_a_finished_run_does_nothing_when_it_is_issued_again(lab):
    run = lab.run(GRID)
    before = {p: p.stat().st_mtime_ns for p in run.folder.rglob("*.json*") if p.name != "run.json"}
    lab.forget_fits()
    events: list[Event] = []
    lab.run(GRID, tell=events.append)
    after = {p: p.stat().st_mtime_ns for p in run.folder.rglob("*.json*") if p.name != "run.json"}
    assert events == [] and not lab.fits and before == after


def test_shared_steps_are_made_once(lab):
    lab.run(GRID, splits=1, seeds=2)
    assert lab.fits["nearest"] == 2 * (1 + 2)
    assert lab.fits["far"] == lab.fits["copies"] == 2


def test_fold_teachers_leave_the_store_once_everyone_is_answered(lab):
    session = lab.open(GRID)
    lab.go(session, Run(lab.folder / "run"))
    steps = {a.key: a.step for a in session.plan.artefacts().values()}
    kept = {steps.get(key) for key in sorted(session.store.keys())}
    assert "fold_teacher" not in kept and {"teacher", "sampler", "predictions"} <= kept


def test_a_record_says_what_shared_steps_took_whichever_cell_they_were_made_for(lab):
    shared = ["sampler", "synthetic", "synthetic_outputs", "real_outputs", "teacher"]
    first = lab.run({**GRID, "student": ["linear"]}, out="first").timings()
    later = lab.run(GRID, out="later", seeds=2).timings()
    assert not later["seconds"].isna().any()
    rows = later[later["step"] == "sampler"]
    assert set(rows["mix"]) == {"fake(ratio=1)", "both(ratio=2)"}
    assert len(rows) == later.drop_duplicates(list(AXES))["mix"].isin(rows["mix"]).sum()
    assert rows.groupby(["dataset", "split", "generator"])["seconds"].nunique().eq(1).all()
    assert later.loc[later["query"] == "crossfit(folds=2)", "step"].eq("fold_teacher").any()
    both = first.merge(later, on=[*AXES, "step"], suffixes=("", "_later"))
    both = both[both["step"].isin(shared)]
    assert set(both["step"]) == set(shared)
    assert both["seconds"].tolist() == both["seconds_later"].tolist()


def test_the_order_of_cells_changes_no_bit(lab, monkeypatch):
    one = lab.run(GRID, out="one")
    backwards = {axis: entries[::-1] for axis, entries in GRID.items()}
    monkeypatch.setenv("TSCBENCH_STORE", str(lab.folder / "other"))
    two = lab.run(backwards, out="two")
    same(one, two)


def test_a_cell_more_moves_no_other(lab, monkeypatch):
    small = {**GRID, "mix": ["real", "fake(ratio=1)"], "student": ["linear"], "generator": ["far"]}
    one = lab.run(small, out="one")
    monkeypatch.setenv("TSCBENCH_STORE", str(lab.folder / "other"))
    two = lab.run(GRID, out="two", seeds=2, splits=2)
    axes = list(one.scores().columns[:12])
    both = one.scores().merge(two.scores(), on=axes, how="left", suffixes=("", "_two"))
    assert len(both) == len(one.scores())
    assert both["value"].tolist() == both["value_two"].tolist()


def test_sizes_of_one_fit_equal_fits_of_their_own(lab, monkeypatch):
    sizes = ["steps(n=1)", "steps(n=2)", "steps(n=5)", "forest(n_trees=1)", "forest(n_trees=4)"]
    grid = {"student": sizes, "generator": ["copies"], "mix": ["real", "both(ratio=1)"]}
    together = lab.run(grid, out="together")
    assert lab.fits["steps"] == 2
    for nth, size in enumerate(sizes):
        monkeypatch.setenv("TSCBENCH_STORE", str(lab.folder / f"store{nth}"))
        alone = lab.run({**grid, "student": [size]}, out=f"alone{nth}").scores()
        mine = together.scores()
        mine = mine[mine["student"].isin([size, "teacher"])].reset_index(drop=True)
        pd.testing.assert_frame_equal(mine, alone, check_exact=True)


def test_arms_that_learn_from_the_same_set_share_a_fit(lab, monkeypatch):
    grid = {"teacher": ["forgetful"], "query": ["inbag", "oob"], "generator": ["far"]}
    grid |= {"mix": ["fake(ratio=1)"], "student": ["steps(n=3)", "linear"]}
    twins = lab.run(grid, out="twins")
    assert lab.fits["linear"] == lab.fits["steps"] == 1
    monkeypatch.setenv("TSCBENCH_STORE", str(lab.folder / "other"))
    alone = lab.run({**grid, "query": ["oob"]}, out="alone").scores()
    frame = twins.scores()
    mine = frame[frame["query"].isin(["oob", "-"])].reset_index(drop=True)
    pd.testing.assert_frame_equal(mine, alone, check_exact=True)
    assert set(frame["status"]) == {"ok"}


@pytest.mark.parametrize(
    ("plugin", "step", "axis"),
    [
        ("far", "sampler", "generator"),
        ("nearest", "teacher", "teacher"),
        ("linear", "student", "student"),
        ("shares", "compression_set", "objective"),
    ],
)
def test_a_room_that_fails_fails_its_own_cells_and_is_tried_again(lab, plugin, step, axis):
    grid = {
        "teacher": ["nearest", "forgetful"],
        "generator": ["far", "copies"],
        "mix": ["real", "fake(ratio=1)"],
        "objective": ["probabilities", "shares"],
        "student": ["linear", "steps"],
    }
    lab.trouble(plugin)
    run = lab.run(grid)
    lost = failures(run)
    hit = [r["cell"] for r in run.records() if plugin in r["cell"].values()]
    assert sorted(lost) == sorted(" ".join(map(str, cell.values())) for cell in hit)
    assert 0 < len(lost) < len(list(run.records()))
    for record in lost.values():
        assert record["error"] == f"RuntimeError: {plugin} was told to fail"
        assert record["step"] == step
        assert "Traceback" in record["traceback"] and "tiny.py" in record["traceback"]
        assert "scores" not in record
        assert record["status"] == ("blocked" if step in ("sampler", "teacher") else "failed")
        assert record.get("cause", "failed") == "failed"
    lab.trouble()
    lab.forget_fits()
    assert failures(lab.run(grid)).keys() == lost.keys()
    again = lab.run(grid, again=["failed"])
    assert not failures(again)
    assert set(again.scores()["status"]) == {"ok"}


def test_a_metric_that_fails_keeps_the_students(lab):
    lab.trouble("hits")
    run = lab.run({"student": ["steps(n=2)", "steps(n=4)"]})
    lost = failures(run)
    assert {record["step"] for record in lost.values()} == {"metrics"} and len(lost) == 3
    lab.trouble()
    lab.forget_fits()
    assert not failures(lab.run({"student": ["steps(n=2)", "steps(n=4)"]}))
    assert not lab.fits


def test_a_store_that_was_torn_is_mended(lab):
    run = lab.run(GRID, out="one")
    session = lab.open(GRID)
    for key in sorted(session.store.keys())[::2]:
        path = session.store.path(key)
        first = path.read_bytes().partition(b"\n")[0]
        path.write_bytes(first + b"\ntorn")
    two = lab.go(lab.open(GRID), Run(lab.folder / "two"))
    if failures(two):  # data that does not read is read anew by the next command
        two = lab.go(lab.open(GRID), two)
    same(run, two)
    notes = {note for record in two.records() for note in record.get("notes", ())}
    assert notes and all(note.endswith(": damaged in the store, and made again") for note in notes)


class Mortal(InProcess):
    """Processes that are ended from outside at some steps of some cells, so many times."""

    def __init__(self, step: str, times: int, status: str = "killed") -> None:
        super().__init__()
        self.step, self.status, self.left = step, status, Counter[str]()
        self.times = times

    def submit(self, job, limits):
        if job.step == self.step and "far" in repr(job) and self.left[job.key] < self.times:
            self.left[job.key] += 1
            future: Future = Future()
            failed = Failure("it was ended", "", "generator far", self.status)
            future.set_result(Outcome(job.key, failure=failed, step=job.step))
            return future
        return super().submit(job, limits)


@pytest.mark.parametrize("jobs", [1, 3])
@pytest.mark.parametrize(("status", "tries"), [("killed", 3), ("oom", 2)])
def test_what_is_ended_from_outside_is_tried_again_and_costs_its_own_cells(
    lab, jobs, status, tries
):
    undisturbed = lab.run(GRID, out="undisturbed")
    mortal = Mortal("sampler", tries - 1, status)
    store = lab.folder / "fresh"
    same(undisturbed, lab.run(GRID, out="short", store=store, start=given(mortal), jobs=jobs))
    assert set(mortal.left.values()) == {tries - 1}
    mortal = Mortal("sampler", tries, status)
    run = lab.run(GRID, out="long", store=store.with_name("other"), start=given(mortal), jobs=jobs)
    lost = failures(run)
    assert lost and all(" far " in name for name in lost)
    for record in lost.values():
        assert (record["status"], record["cause"]) == ("blocked", status)
        assert record["error"] == "it was ended, also when it was tried again alone"
        assert (record["step"], record["place"]) == ("sampler", "generator far")
    done = [r for r in run.records() if r["status"] == "ok"]
    assert len(done) + len(lost) == len(list(run.records()))


def given(executor):
    return lambda jobs, place: executor


def test_what_was_killed_is_tried_by_the_next_command_and_a_known_end_when_it_is_asked_for(lab):
    for status, repeated in [("killed", True), ("oom", False), ("timeout", False)]:
        grid = {"generator": ["far"], "mix": ["fake(ratio=1)"]}
        store = lab.folder / f"{status} store"
        mortal = Mortal("student", 9, status)
        run = lab.run(grid, out=status, store=store, start=given(mortal))
        assert {r["status"] for r in failures(run).values()} == {status}
        again = lab.run(grid, out=status, store=store)
        assert bool(failures(again)) != repeated
        assert not failures(lab.run(grid, out=status, store=store, again=[status]))


def test_a_failure_is_not_known_of_another_cell_or_with_other_libraries(lab, monkeypatch):
    lab.trouble("linear")
    run = lab.run({})
    lab.trouble()
    assert failures(lab.run({}))
    found = {**settled.surroundings(), "numpy": "9"}
    monkeypatch.setattr(settled, "surroundings", lambda: found)
    assert not failures(lab.run({}))
    assert not failures(run)


def test_an_interrupted_run_says_which_cells_were_at_work(lab):
    class Interrupted(InProcess):
        def submit(self, job, limits):
            if job.step != "student":
                return super().submit(job, limits)
            self.step = job.step
            return Future()

    def look(said):
        if executor.step:
            raise KeyboardInterrupt

    executor = Interrupted()
    executor.step = ""
    session, run = lab.open({"student": ["linear"]}), Run(lab.folder / "run")
    told = []
    with pytest.raises(KeyboardInterrupt):
        run_session(session, run, start=given(executor), look=look, tell=told.append)
    states = {r["cell"]["student"]: r["status"] for r in run.records()}
    assert states == {"teacher": "interrupted", "linear": "missing"}
    assert told and not any(event.line or event.error for event in told)
    assert not failures(lab.go(session, run))


def test_a_record_says_what_it_was_made_with(lab):
    run = lab.run({})
    record = next(r for r in run.records() if r["cell"]["student"] == "linear")
    assert record["schema"] == SCHEMA and record["rows"] == {"train": 36, "valid": 6, "test": 18}
    assert {"python", "numpy", "tscbench", "cpu"} <= set(record["made_with"])
    assert {"parts", "real_outputs", "student", "predictions"} <= set(record["seconds"])
    assert record["asked"] == ["hits"]
    json.dumps(record, allow_nan=False)

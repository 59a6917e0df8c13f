"""A step that kept more threads busy than it had is noted by the records that stand on it."""

import contextlib

from tscbench.line import evaluator
from tscbench.line.busy import Busy


def test_records_note_threads_beyond_the_step_s_also_of_what_is_reused(lab, cli, monkeypatch):
    watched = evaluator.step_watched
    monkeypatch.setattr(
        evaluator, "step_watched", lambda: contextlib.nullcontext(Busy(threads=2.04))
    )
    first = lab.run({"student": ["linear"]}, out="first")
    monkeypatch.setattr(evaluator, "step_watched", watched)
    again = lab.run({"student": ["steps(n=2)"]}, out="again")
    said = "teacher nearest kept 2 threads busy, and has 1: have its library compute with"
    for run in (first, again):
        [record] = [r for r in run.records() if r["cell"]["student"] != "teacher"]
        assert any(note.startswith(said) for note in record["notes"]), record["notes"]
    assert "student linear kept 2 threads" in cli("status", first.folder).out
    assert "student steps(n=2) kept" not in cli("status", again.folder).out


def test_a_step_in_its_bounds_is_not_noted(lab):
    assert all("notes" not in record for record in lab.run({}).records())

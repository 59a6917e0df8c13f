"""What a record says besides its scores: probes of synthetic rows, a teacher on training rows."""

from concurrent.futures import Future

import numpy as np
import pytest

from tscbench.contracts.failures import Failure
from tscbench.contracts.types import Link, Schema
from tscbench.harness.executors import InProcess
from tscbench.harness.job import Outcome
from tscbench.harness.work import evaluator_of
from tscbench.line.measure import confidence
from tscbench.results.run import Run

GRID = {
    "teacher": ["nearest", "forgetful"],
    "generator": ["far", "copies"],
    "mix": ["real", "fake(ratio=1)", "both(ratio=2)", "stream"],
    "objective": ["probabilities", "labels"],
    "student": ["linear", "witness"],
}
PROBES = ["place", "sure"]


def rows_of(run, part):
    frame = run.scores()
    return frame[frame["part"] == part]


def queries_of(run):
    return {metric.rpartition(".")[0] for metric in rows_of(run, "train")["metric"]}


def extras(run):
    return {tuple(r["cell"].values()): r.get("extras", {}) for r in run.records()}


def students(run):
    return [r for r in run.records() if r["cell"]["student"] != "teacher"]


def test_a_probe_is_made_once_for_all_cells_that_share_its_rows(lab):
    lab.run(GRID, probes=PROBES, seeds=2)
    assert lab.fits["place"] == 2 * 2  # generators × seeds
    assert lab.fits["sure"] == 2 * 2 * 2  # and teachers


def test_cells_of_synthetic_rows_tell_what_probes_say(lab):
    found = rows_of(lab.run(GRID, probes=PROBES), "synthetic")
    assert set(found["mix"]) == {"fake(ratio=1)", "both(ratio=2)"}
    assert set(found["metric"]) == {"place.mean", "place.copied", "sure.gap", "sure.nothing"}
    assert set(found[found["teacher"] == "-"]["metric"]) == {"place.mean", "place.copied"}
    value = found.groupby(["generator", "metric"])["value"].agg(["min", "max"])
    assert value.loc["far", "place.mean"].round(-1).tolist() == [100, 100]
    assert value.loc["copies", "place.copied"].tolist() == [1, 1]
    assert found[found["metric"] == "sure.nothing"]["value"].isna().all()
    assert (found[found["metric"] == "sure.gap"]["value"] >= 0).all()


def test_a_probe_that_the_data_do_not_suit_is_left_out(lab):
    grid = {"dataset": ["toy", "three_labels"], "generator": ["far"], "mix": ["fake(ratio=1)"]}
    found = rows_of(lab.run(grid, probes=PROBES), "synthetic")
    assert set(found[found["dataset"] == "three_labels"]["metric"]) == {
        "place.mean",
        "place.copied",
    }


def test_a_suite_without_probes_has_the_same_recipes_and_digest(lab):
    plain, probed = lab.open(GRID), lab.open(GRID, probes=PROBES)
    more = probed.plan.artefacts().keys() - plain.plan.artefacts().keys()
    assert {probed.plan.artefacts()[key].step for key in more} == {"probe"}
    assert plain.plan.artefacts().keys() <= probed.plan.artefacts().keys()
    lines = zip(plain.plan.all_lines(), probed.plan.all_lines(), strict=True)
    assert all(a.key == b.key for a, b in lines)
    assert lab.open(GRID, probes=[]).source.suite.digest == plain.source.suite.digest
    assert probed.source.suite.digest != plain.source.suite.digest


def test_a_probe_that_is_added_later_trains_nothing(lab):
    run = lab.run(GRID, probes=["place"])
    seconds = {r["key"]: r["seconds"] for r in run.records()}
    lab.forget_fits()
    session = lab.open(GRID, probes=PROBES)
    waiting = session.pending(run)
    assert {line.cell.mix for line in waiting} == {"fake(ratio=1)", "both(ratio=2)"}
    lab.go(session, run)
    assert lab.fits == {"sure": 4} and not session.pending(run)
    assert {r["key"]: r["seconds"] for r in run.records()} == seconds
    assert "sure.gap" in set(rows_of(run, "synthetic")["metric"])


def test_a_probe_that_fails_is_a_note_and_is_tried_again(lab):
    lab.trouble("sure")
    run = lab.run(GRID, probes=PROBES)
    assert {r["status"] for r in run.records()} == {"ok"}
    notes = [a["sure"]["error"] for a in extras(run).values() if "sure" in a]
    assert len(notes) == 2 * 2 * 2 * 2
    assert set(notes) == {"probe: RuntimeError: sure was told to fail"}
    assert set(rows_of(run, "synthetic")["metric"]) == {"place.mean", "place.copied"}
    lab.trouble()
    lab.forget_fits()
    run = lab.run(GRID, probes=PROBES)
    assert lab.fits == {"sure": 4}
    assert not any("error" in extra for a in extras(run).values() for extra in a.values())


def test_what_a_probe_said_and_the_store_lost_is_made_again(lab):
    class Losing(InProcess):
        def submit(self, job, limits):
            future = super().submit(job, limits)
            if job.step == "probe":
                job.store.drop(job.key)
                evaluator_of(job.store).forget([job.key])
            return future

    grid = {"generator": ["far"], "mix": ["fake(ratio=1)"]}
    lost = lab.run(grid, probes=PROBES, out="lost", start=lambda jobs, place: Losing())
    assert lab.fits["place"] == 2
    whole = lab.run(grid, probes=PROBES, out="whole")
    assert extras(lost) == extras(whole) and rows_of(lost, "synthetic")["value"].notna().any()


def test_a_probe_that_kills_its_worker_is_a_note(lab):
    class Mortal(InProcess):
        def submit(self, job, limits):
            future = super().submit(job, limits)
            if job.step == "probe":
                future = Future()
                failed = Failure("it ended the process by SIGSEGV", "")
                future.set_result(Outcome(job.key, failure=failed, step="probe"))
            return future

    grid = {"generator": ["far"], "mix": ["fake(ratio=1)"]}
    run = lab.run(grid, probes=["sure"], start=lambda jobs, place: Mortal())
    assert {r["status"] for r in run.records()} == {"ok"}
    [said] = [a["sure"]["error"] for a in extras(run).values() if a]
    assert said == "probe: it ended the process by SIGSEGV"


def test_synthetic_rows_that_cannot_be_made_again_leave_the_record(lab):
    grid = {"generator": ["far"], "mix": ["fake(ratio=1)"]}
    run = lab.run(grid)
    before = rows_of(run, "test")
    session = lab.open(grid, probes=["place"])
    for key, artefact in session.plan.artefacts().items():
        if artefact.step in ("sampler", "synthetic"):
            session.store.drop(key)
    lab.trouble("far")
    after = lab.go(session, run)
    assert rows_of(after, "test").equals(before)
    [extra] = [a["place"] for a in extras(after).values() if a]
    assert extra["error"] == "sampler: RuntimeError: far was told to fail"


def test_a_probe_that_gives_no_numbers_is_a_note(lab, tiny):
    wrong = lab.folder / "wrong.py"
    wrong.write_text(
        "from tscbench import probe\n\n"
        "@probe(version='1')\n"
        "def wrong(rows):\n    '''Gives a number without a name.'''\n    return 0.5\n"
    )
    from tscbench.harness.session import open_session

    path = lab.suite({"generator": ["far"], "mix": ["fake(ratio=1)"]}, probes=["wrong"])
    session = open_session(str(path), {}, plugins=[tiny, wrong], offline=True)
    run = lab.go(session, Run(lab.folder / "run"))
    [record] = students(run)
    assert record["status"] == "ok" and record["scores"]["test"]
    said = record["extras"]["wrong"]["error"]
    assert said == "probe: ContractError: probe wrong: returned 0.5, not named numbers"


def test_a_teacher_s_record_says_how_it_does_on_training_rows(lab):
    grid = {"teacher": ["nearest", "forgetful"], "query": ["inbag", "honest", "crossfit(folds=2)"]}
    run = lab.run(grid)
    seen = rows_of(run, "train").set_index(["teacher", "metric"])["value"]
    assert seen["nearest", "inbag.hits"] == 1.0, "each row is nearest to itself"
    assert seen["nearest", "inbag.answered"] == 1.0
    assert seen["nearest", "crossfit(folds=2).hits"] < 0.9
    assert 0.3 < seen["forgetful", "honest.answered"] < 0.7, "rows of even id alone"
    assert ("nearest", "honest.hits") not in seen.index
    assert seen["nearest", "inbag.confidence"] > 0.999
    tested = rows_of(run, "test").query("metric == 'confidence'").set_index("teacher")["value"]
    assert tested["nearest"] > 0.999 and 0.5 <= tested["forgetful"] < 0.6
    assert set(rows_of(run, "train")["student"]) == {"teacher"}
    assert set(rows_of(run, "train")["query"]) == {"-"}


def test_what_one_command_asked_stays_when_another_asks_something_else(lab):
    grid = {"query": ["inbag", "crossfit(folds=2)"]}
    lab.run(grid, options={"query": "inbag"})
    run = lab.run(grid, options={"query": "crossfit"})
    assert queries_of(run) == {"inbag", "crossfit(folds=2)"}
    assert not lab.open(grid).pending(run)


def test_a_record_of_older_times_is_completed_without_a_fit(lab):
    run = lab.run(GRID)
    for record in list(run.records()):
        if record["cell"]["student"] == "teacher":
            older = {k: v for k, v in record.items() if k not in ("extras", "cell", "schema")}
            line = next(t for t in lab.open(GRID).plan.teachers if t.key == record["key"])
            run.write(line.cell, older)
    lab.forget_fits()
    session = lab.open(GRID)
    assert {line.cell.student for line in session.pending(run)} == {"teacher"}
    lab.go(session, run)
    assert not lab.fits and queries_of(run) == {"inbag"}


@pytest.mark.parametrize(
    ("schema", "outputs", "expected"),
    [
        (Schema((1,), (2,)), [[0, 0], [0, np.log(3)]], (0.5 + 0.75) / 2),
        (Schema((1,), (3,)), [[0, 0, 0]], 1 / 3),
        (Schema((1,), (2,), Link.SIGMOID), [[0, -np.log(3)]], (0.5 + 0.75) / 2),
        (Schema((1,), (1,), Link.IDENTITY), [[2.0]], None),
    ],
)
def test_confidence_is_the_mean_of_the_largest_probability(schema, outputs, expected):
    found = confidence(np.array(outputs, float), schema)
    assert found == (expected if expected is None else pytest.approx(expected, rel=1e-12))
    assert confidence(np.empty((0, *schema.outputs)), schema) is None

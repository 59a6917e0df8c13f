"""The timing pass, by a clock that only models move: what is timed, against what, what stays."""

import pickle
import threading
from dataclasses import asdict, dataclass, field
from types import SimpleNamespace

import cloudpickle
import numpy as np
import pytest
from made_records import alter, shards
from tscbench_plugins.students.boosting import boosting
from tscbench_plugins.students.forest import forest

import tscbench
from tscbench import (
    CompressionSet,
    Link,
    Loss,
    NothingSelected,
    Predictor,
    Rows,
    Schema,
    SpecError,
    Targets,
)
from tscbench.harness import timing
from tscbench.harness.lines import Line
from tscbench.harness.reopen import reopen
from tscbench.harness.repeats import SHORT, Clock, Protocol
from tscbench.harness.timed_models import (
    TimedModel,
    bare_call,
    batches_of,
    pickled_bytes,
    timed_model,
)
from tscbench.harness.timing import TimingPass, choose, expected_seconds, finished, groups, untimed
from tscbench.harness.timing_session import REFERENCE, TimingSession
from tscbench.line.splits import Parts
from tscbench.results.cell import Cell
from tscbench.results.run import Run
from tscbench.results.surroundings import hardware

FEW = Protocol((1, 4), repeats=3, least_seconds=1 / 64, warm_seconds=2.0)
GRID = {
    "dataset": ["toy", "marked"],
    "query": ["inbag"],
    "generator": ["far"],
    "mix": ["real", "fake(ratio=1)"],
    "student": ["linear", "steps(n=2)", "steps(n=5)"],
}


@dataclass
class Models:
    """Models that take as long as they are told, by a clock that nothing else moves."""

    now: float = 0.0
    slower: float = 1.0
    share: float = 1.0
    own: float = 0.0
    asked: list = field(default_factory=list)

    @property
    def clock(self):
        return Clock(lambda: self.now, lambda: self.own, lambda: 0.0)

    def work(self, name, n, seconds):
        self.asked.append((name, n))
        self.now += seconds * self.slower
        self.own += seconds * self.slower * self.share

    def predictor(self, name, seconds, bare=None, fails=False):
        def predict(rows):
            assert rows.y is None and rows.x.flags.c_contiguous
            self.work(name, len(rows), seconds)
            if fails:
                raise RuntimeError("no answer")

        def library(x):
            assert x.dtype == np.float32
            self.work(f"bare {name}", len(x), bare)

        model = None if bare is None else SimpleNamespace(predict=library)
        return Predictor(predict, size={"nodes": 7}, model=model)


@pytest.fixture
def models(monkeypatch):
    made = Models()
    kernel = lambda: lambda: made.work("reference", 1, 1 / 64)  # noqa: E731
    monkeypatch.setattr("tscbench.harness.timing_session.reference", kernel)
    return made


def parts(n=3):
    rows = Rows(np.arange(2.0 * n).reshape(n, 2), np.zeros(n, int), np.arange(n))
    return Parts(Schema((2,), (2,)), rows, rows, rows)


def line(student, teacher="big"):
    cell = Cell("toy", 0, teacher, "-", "-", "-", "-", student, "-")
    return Line(cell, SimpleNamespace(key=f"key of {student}"), "", 0, None, None, ())


def session(clocked, failed=None, protocol=FEW, **predictors):
    models = [TimedModel(line(name), p, 10, 5) for name, p in predictors.items()]
    told = failed if failed is not None else []
    fails = lambda line, error: told.append((line.cell.student, str(error)))  # noqa: E731
    return TimingSession(parts(), models, protocol, clocked.clock, fails)


def test_teacher_students_and_reference_take_turns_after_warming_up(models):
    teacher = models.predictor("teacher", 0.5, bare=0.25)
    student = models.predictor("tree", 1 / 32)
    session(models, teacher=teacher, tree=student).measure(4)
    once = [("reference", 1), ("teacher", 4), ("bare teacher", 4), ("tree", 4)]
    assert models.asked[-4 * FEW.repeats :] == once * FEW.repeats
    warm = [name for name, _ in models.asked[: -4 * FEW.repeats]]
    assert {name: warm.count(name) for name in dict.fromkeys(warm)} == {
        "reference": 3,
        "teacher": 3,
        "bare teacher": 3,
        "tree": 3,
    }


def test_rows_per_second_quartiles_and_speed_up_are_as_computed_by_hand(models):
    teacher = models.predictor("teacher", 0.5, bare=0.25)
    tree = models.predictor("tree", 1 / 32, bare=1 / 16)
    other = models.predictor("other", 0.125)
    first, second, third = session(models, teacher=teacher, tree=tree, other=other).measure(4)
    assert first["rows_per_second"] == 8 and first["speed_up"] == 1
    assert second["rows_per_second"] == second["q25"] == second["q75"] == 128
    assert second["speed_up"] == 16
    assert second["bare_rows_per_second"] == 64 and second["bare_speed_up"] == 4
    assert third["bare_rows_per_second"] is None and third["bare_speed_up"] is None
    assert third["speed_up"] == 4
    assert [row["contended"] for row in (first, second, third)] == [False] * 3
    assert (second["batch"], second["threads"], second["nodes"]) == (4, 1, 7)
    assert (second["bytes"], second["bare_bytes"], second["parameters"]) == (10, 5, None)
    assert second["reference_per_second"] == 64
    assert second["hardware"] == hardware() and second["key"] == "key of tree"


def test_drift_between_rounds_cancels_in_the_speed_up(models):
    """The machine slows to a half, round by round: rows per second move, the ratio does not."""
    protocol = Protocol((1,), repeats=5, least_seconds=1 / 64, warm_seconds=0.0)
    teacher, tree = models.predictor("teacher", 1.0), models.predictor("tree", 0.125)
    made = session(models, protocol=protocol, teacher=teacher, tree=tree)
    reference = models.work

    def work(name, n, seconds):
        if name == "reference":
            models.slower += 0.25
        reference(name, n, seconds)

    models.work = work
    _, row = made.measure(1)
    assert row["speed_up"] == pytest.approx(8)
    assert row["q25"] < 0.9 * row["q75"]
    assert row["contended"] and "reference" in row["why"]


def test_a_thread_that_lost_its_core_flags_the_model_and_a_teacher_all_of_its_students(models):
    teacher, tree = models.predictor("teacher", 0.5), models.predictor("tree", 1 / 32)
    work = models.work

    def lagging(of):
        def one(name, n, seconds):
            models.share = 0.4 if name == of else 1.0
            work(name, n, seconds)

        return one

    models.work = lagging("tree")
    rows = session(models, teacher=teacher, tree=tree).measure(1)
    assert [row["contended"] for row in rows] == [False, True]
    models.work = lagging("teacher")
    rows = session(models, teacher=teacher, tree=tree).measure(1)
    assert [row["why"] for row in rows] == ["its thread had 40% of a core"] * 2


def test_a_model_that_raises_is_told_and_the_others_are_timed(models):
    failed = []
    broken, tree = models.predictor("broken", 0.1, fails=True), models.predictor("tree", 1 / 32)
    teacher = models.predictor("teacher", 0.5)
    rows = session(models, failed, teacher=teacher, broken=broken, tree=tree).measure(1)
    assert [row["student"] for row in rows] == ["teacher", "tree"]
    assert failed == [("broken", "no answer")] and rows[1]["speed_up"] == 16
    silent = models.predictor("teacher", 0.5, fails=True)
    (row,) = session(models, failed, teacher=silent, tree=tree).measure(1)
    assert row["rows_per_second"] == 32 and row["speed_up"] is None


def test_a_library_model_that_cannot_take_the_rows_is_not_timed_bare(models):
    tree = models.predictor("tree", 1 / 32)
    refuses = Predictor(tree.predict, model=SimpleNamespace(predict=lambda x: x.no_such_method()))
    no_method = Predictor(tree.predict, model=object())
    failed = []
    for predictor in (refuses, no_method):
        (row,) = session(models, failed, tree=predictor).measure(1)
        assert row["bare_rows_per_second"] is None
    assert failed == []


def test_a_short_pace_asks_no_library(models):
    tree = models.predictor("tree", 1 / 32, bare=1 / 16)
    (row,) = session(models, protocol=SHORT, tree=tree).measure(1)
    assert row["bare_rows_per_second"] is None
    assert {name for name, _ in models.asked} == {"reference", "tree"}


def test_each_repeat_asks_about_other_test_rows_while_there_are_some():
    (few,) = batches_of(parts(3), 7, 5)
    assert sorted(few.x[:3, 0]) == [0.0, 2, 4] and few.y is None
    assert few.x[:, 0].tolist() == [*few.x[:3, 0], *few.x[:3, 0], few.x[0, 0]]
    several = batches_of(parts(9), 2, 5)
    assert len(several) == 4 and len(batches_of(parts(9), 2, 3)) == 3
    asked = np.concatenate([rows.x[:, 0] for rows in several])
    assert len(set(asked)) == 8 and asked.tolist() != sorted(asked)
    assert all(rows.x.flags.c_contiguous and rows.x.dtype == np.float64 for rows in several)


def test_bare_calls_ask_for_what_a_model_says_most_in_single_precision():
    import torch

    asked = []

    def method(name):
        return lambda x: asked.append((name, x.dtype.name, x.shape))

    x = np.zeros((3, 1, 2, 2), np.uint8)
    both = SimpleNamespace(predict=method("predict"), predict_proba=method("proba"))
    bare_call(both, x)()
    bare_call([SimpleNamespace(predict=method("a")), SimpleNamespace(predict=method("b"))], x)()
    assert asked == [(name, "float32", (3, 4)) for name in ("proba", "a", "b")]
    module = torch.nn.Flatten()
    found = bare_call(module, x)()
    assert found.dtype == torch.float32 and found.shape == (3, 4)


def compression_set(n=300):
    rng = np.random.default_rng(0)
    x = rng.standard_normal((n, 4))
    p = 1 / (1 + np.exp(-3 * x[:, :1]))
    targets = Targets(np.concatenate([1 - p, p], axis=1), Loss.SQUARED)
    rows = Rows(x, None, np.full(n, -1))
    return CompressionSet(rows, None, None, (targets,), n)


SCHEMA = Schema((4,), (2,), Link.SOFTMAX, np.ones(4, bool), np.zeros(4, int))


@pytest.mark.parametrize(
    ("plugin", "name", "many"), [(forest, "n_trees", 10), (boosting, "n_iterations", 40)]
)
def test_bytes_and_nodes_of_a_prefix_are_those_of_the_smaller_student(plugin, name, many):
    def fit(n):
        rng = np.random.default_rng(1)
        return plugin(compression_set=compression_set(), schema=SCHEMA, rng=rng, **{name: n})

    whole = fit(many)
    found, alone = timed_model(line("x"), whole.nested(2)), timed_model(line("x"), fit(2))
    assert found.predictor.size == alone.predictor.size
    assert found.bytes == pytest.approx(alone.bytes, rel=0.02)
    assert found.bare_bytes == pytest.approx(alone.bare_bytes, rel=0.02)
    assert found.bytes < 0.4 * timed_model(line("x"), whole).bytes
    assert found.bare_bytes == len(pickle.dumps(found.predictor.model, protocol=5))


def test_bytes_are_those_of_what_answers_rows():
    block = np.random.default_rng(0).bytes(100_000)
    plain = Predictor(lambda rows: block)
    more = {"history": {"l": [1.0]}, "model": 1}
    full = Predictor(plain.predict, lambda ids: bytes(block), lambda k: plain, **more)
    assert timed_model(line("x"), full).bytes == timed_model(line("x"), plain).bytes
    assert pickled_bytes(plain) == len(cloudpickle.dumps(plain, protocol=5)) > 100_000
    assert pickled_bytes(threading.Lock()) is None


@pytest.fixture
def run(lab):
    return lab.run(GRID, seeds=2, splits=2)


def go(run, lines=None, protocol=FEW, options=None):
    session = reopen(run.folder)
    said = []
    work = TimingPass(session, run, protocol, said.append)
    work.execute(lines if lines is not None else choose(session, run, options or {}))
    return work, said


QUICK = Protocol((1, 4), repeats=3, least_seconds=1e-4, warm_seconds=1e-3)


def test_a_pass_times_the_first_split_and_seed_of_every_dataset_against_their_teachers(run, lab):
    lab.forget_fits()
    work, said = go(run, protocol=QUICK)
    frame = run.speeds()
    assert set(frame["split"]) == {"0"} and set(frame["seed"]) == {"0", "-"}
    students = frame[frame["student"] != "teacher"]
    assert len(students) == 2 * 2 * 3 * 2 and len(frame) == len(students) + 2 * 2
    assert students["speed_up"].gt(0).all() and (frame["rows_per_second"] > 0).all()
    assert lab.fits == {"linear": 4, "steps": 4}, "one fit a family; teachers rest in the store"
    assert said[-1].startswith("timed 12 of 12 students: marked") and len(said) == 2
    steps = students[students["student"] == "steps(n=2)"]
    assert steps["nodes"].isna().all() and steps["bytes"].gt(0).all()


def test_from_python_a_run_is_timed_and_goes_on(run, lab, monkeypatch):
    monkeypatch.setattr(
        "tscbench.api.results.Protocol", lambda batches, repeats: Protocol(batches, repeats, 1e-4)
    )
    monkeypatch.setattr("tscbench.harness.timing_session.disturbed", lambda *of: "")
    monkeypatch.setattr("tscbench.harness.timing_session.interrupted", lambda repeats: "")
    results, said = tscbench.load(run.folder), []
    assert results.speeds().empty
    chosen = {"dataset": "toy", "student": "linear", "batches": [1], "repeats": 1}
    frame = results.time(**chosen, tell=said.append)
    assert len(frame) == 3 and len(said) == 1 and frame.equals(results.speeds())
    lab.forget_fits()
    assert results.time(**chosen).equals(frame) and not lab.fits
    with pytest.raises(SpecError, match="did you mean 'student'"):
        results.time(studnet="linear")
    for file in shards(run.folder):
        file.unlink()
    with pytest.raises(NothingSelected, match="run it again first"):
        results.time()


def test_axis_options_choose_and_what_names_nothing_is_an_error(run):
    session = reopen(run.folder)
    lines = choose(
        session, run, {"student": "steps", "split": "0,1", "dataset": "toy", "mix": "real"}
    )
    assert [(str(one.cell.student), one.cell.split, one.cell.seed) for one in lines] == [
        ("steps(n=2)", 0, 0),
        ("steps(n=5)", 0, 0),
        ("steps(n=2)", 1, 0),
        ("steps(n=5)", 1, 0),
    ]
    with pytest.raises(SpecError, match="forest"):
        choose(session, run, {"student": "forest"})
    with pytest.raises(NothingSelected):
        choose(session, run, {"student": "no:*"})


def test_only_students_that_are_as_they_would_be_made_now_are_timed(run):
    session = reopen(run.folder)
    lines = choose(session, run, {"dataset": "toy"})
    assert finished(run, lines) == lines
    record = run.read(lines[0].cell)
    run.write(lines[0].cell, {**record, "key": "another"})
    alter(run.folder, lambda r: None if r["cell"] == asdict(lines[1].cell) else r)
    run.write(lines[2].cell, {"status": "failed", "key": lines[2].key})
    assert finished(run, lines) == lines[3:]


def test_an_interrupted_pass_keeps_its_datasets_and_another_goes_on(run, lab, monkeypatch):
    measure = TimingSession.measure

    def until_marked(session, batch):
        if session.models[0].line.cell.dataset == "marked":
            raise KeyboardInterrupt
        return measure(session, batch)

    monkeypatch.setattr(TimingSession, "measure", until_marked)
    monkeypatch.setattr("tscbench.harness.timing.os.getpid", lambda: 1)
    with pytest.raises(KeyboardInterrupt):
        go(run, protocol=QUICK)
    kept = run.speeds()
    assert set(kept["dataset"]) == {"toy"} and len(kept) == 2 * 7
    monkeypatch.setattr(TimingSession, "measure", measure)
    monkeypatch.setattr("tscbench.harness.timing.os.getpid", lambda: 2)
    lab.forget_fits()
    left = untimed(kept, choose(reopen(run.folder), run, {}), QUICK)
    assert {one.cell.dataset for one in left} == {"marked"}
    go(run, left, QUICK)
    assert set(run.speeds()["dataset"]) == {"toy", "marked"} and lab.fits["linear"] == 2


def test_what_another_hardware_or_a_quicker_pass_measured_does_not_count_as_timed(run):
    go(run, protocol=QUICK)
    lines = choose(reopen(run.folder), run, {})
    speeds = run.speeds()
    assert untimed(speeds, lines, QUICK) == []
    assert untimed(speeds, lines, Protocol((1,), repeats=3)) == []
    assert untimed(speeds, lines, Protocol((1, 2), repeats=3)) == lines
    assert untimed(speeds, lines, Protocol((1,), repeats=4)) == lines
    assert untimed(speeds.assign(hardware="an abacus"), lines, QUICK) == lines
    assert untimed(speeds.iloc[:0], lines, QUICK) == lines


def test_students_that_do_not_fit_in_memory_together_meet_their_teacher_in_turn(run, monkeypatch):
    monkeypatch.setattr(timing, "ROOM", 1)
    met = []
    measure = TimingSession.measure

    def noted(session, batch):
        met.append([str(one.line.cell.student) for one in session.models])
        return measure(session, batch)

    monkeypatch.setattr(TimingSession, "measure", noted)
    go(run, protocol=Protocol((1,), 1, 1e-4, 1e-3), options={"dataset": "toy", "mix": "real"})
    assert met == [["teacher", "linear"], ["teacher", "steps(n=2)", "steps(n=5)"]]
    frame = run.speeds()
    assert len(frame) == 4 and frame["speed_up"].notna().all()


def test_a_student_without_a_teacher_is_set_against_the_only_one_of_its_dataset(lab):
    alone = {"objective": ["labels"], "student": ["linear"]}
    session = lab.open(GRID, alone)
    lab.go(session, run := Run(lab.folder / "one"))
    (toy, _) = groups(session, choose(session, run, {}))
    assert {one.cell.objective for one in toy.lines} == {"labels", "probabilities"}
    assert str(toy) == "toy, split 0 against nearest"
    assert len(finished(run, toy.lines)) == len(toy.lines)
    two = lab.open({"teacher": ["nearest", "forgetful"]}, alone, name="two")
    lab.go(two, run := Run(lab.folder / "two"))
    found = groups(two, choose(two, run, {}))
    assert [one.teacher and one.teacher.cell.teacher for one in found] == [
        "nearest",
        "forgetful",
        None,
    ]


def test_a_student_that_cannot_be_made_again_is_told_and_the_rest_is_timed(run, lab):
    lab.trouble("linear")
    work, said = go(run, protocol=QUICK, options={"dataset": "toy", "mix": "real"})
    assert "linear was told to fail" in said[0] and len(work.failed) == 1
    assert set(run.speeds()["student"]) == {"teacher", "steps(n=2)", "steps(n=5)"}


def test_the_time_it_should_take_is_made_of_fits_and_rounds(run, monkeypatch):
    session = reopen(run.folder)
    lines = choose(session, run, {"dataset": "toy", "mix": "real", "student": "linear"})
    monkeypatch.setattr(timing, "expected", lambda name, means: 2.0)
    monkeypatch.setattr(timing, "WARM_REPEATS", 1)
    protocol = Protocol((1, 8), repeats=9, least_seconds=100.0)
    assert expected_seconds(session, run, lines, protocol) == 2 + 2 * 2 * 2 * 10 * 100
    monkeypatch.setattr(type(session.store), "facts", lambda store, key: {"seconds": 30.0})
    slow = Protocol((1, 8), repeats=9, least_seconds=0.0, bare=False)
    rows = sum(run.read(lines[0].cell)["rows"][part] for part in ("valid", "test"))
    assert expected_seconds(session, run, lines, slow) == pytest.approx(2 + 2 * 10 * 9 * 30 / rows)


@pytest.fixture
def timed(run):
    """Writes a pass that measured one student so, and gives what is read."""
    cell = Cell("toy", 0, "nearest", "inbag", "none", "real", "probabilities", "linear", 0)
    key = run.read(cell)["key"]

    def write(session, rows_per_second, contended=False, hardware="here", key=key):
        row = dict.fromkeys(["q25", "q75", "bare_rows_per_second", "speed_up", "bare_speed_up"])
        row |= dict(zip(cell.__dataclass_fields__, map(str, cell.axes), strict=True))
        row |= {"batch": 1, "threads": 1, "repeats": 9, "bytes": 1, "nodes": None, "why": ""}
        row |= {"cell": cell.id, "key": key, "hardware": hardware, "contended": contended}
        run.write_speeds(session, [{**row, "rows_per_second": rows_per_second}])
        return run.speeds()

    return write


def test_the_newest_that_was_not_contended_is_read(timed):
    assert timed("1", 10.0)["rows_per_second"].tolist() == [10.0]
    assert timed("2", 20.0)["rows_per_second"].tolist() == [20.0]
    assert timed("3", 30.0, contended=True)["rows_per_second"].tolist() == [20.0]
    assert timed("4", 40.0)["rows_per_second"].tolist() == [40.0]


def test_what_was_contended_is_shown_until_there_is_better(timed):
    assert timed("1", 10.0, contended=True)["rows_per_second"].tolist() == [10.0]
    frame = timed("2", 20.0, contended=True)
    assert frame["rows_per_second"].tolist() == [20.0] and frame["contended"].tolist() == [True]
    assert timed("0", 5.0)["rows_per_second"].tolist() == [5.0]


def test_speeds_of_a_student_that_has_changed_since_are_not_read(timed, run):
    assert timed("1", 10.0, key="of another fit").empty
    assert len(timed("2", 20.0)) == 1
    (run.folder / "speeds" / "3.json").write_text("{ torn")
    assert len(run.speeds()) == 1


def test_hardware_is_never_mixed(timed):
    timed("1", 10.0, hardware="slow")
    frame = timed("2", 99.0, hardware="fast")
    assert sorted(frame["hardware"]) == ["fast", "slow"]


def test_a_run_that_was_never_timed_has_an_empty_frame_with_all_columns(run):
    frame = run.speeds()
    wanted = "batch threads rows_per_second q25 q75 bare_rows_per_second speed_up bare_speed_up"
    wanted += " bytes nodes contended hardware"
    assert frame.empty and frame.columns.tolist()[9:21] == wanted.split()


def test_a_suite_that_ends_with_a_pass_keeps_its_students_and_means_the_same(lab):
    """Those too that come to the same fit as another arm's: a query matters to real rows alone."""
    twins = {"teacher": ["forgetful"], "query": ["inbag", "honest"], "mix": ["fake(ratio=1)"]}
    grid = {**GRID, **twins}
    plain, short = lab.open(grid), lab.open(grid, timing="short")
    assert plain.plan.suite.digest == short.plan.suite.digest
    run = lab.go(short, Run(lab.folder / "short"))
    lab.forget_fits()
    go(run, protocol=QUICK)
    assert not lab.fits and len(run.speeds()) == 2 * (2 * 6 + 2)
    assert REFERENCE not in set(run.speeds()["student"])

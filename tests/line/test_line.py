"""One cell as a straight line: who is asked about which row, and what a student learns from."""

import numpy as np
import pytest

from tscbench import to_probabilities
from tscbench.line.evaluator import Evaluator


def evaluator(session) -> Evaluator:
    return Evaluator(session.store)


def inputs(session, name: str, nth: int = 0):
    """An input of the nth line's compression set, as a value."""
    made = session.plan.lines[nth].model.inputs["compression_set"].inputs[name]
    return evaluator(session).get(made[0] if isinstance(made, tuple) else made)


def learnt(session, nth: int = 0):
    return evaluator(session).get(session.plan.lines[nth].model.inputs["compression_set"])


def truth(rows) -> np.ndarray:
    return np.eye(2)[rows.y]


def test_a_teacher_that_remembers_gives_the_labels_in_bag(lab):
    session = lab.open({"query": ["inbag"]})
    made = learnt(session)
    p = to_probabilities(made.outputs, inputs(session, "parts").schema)
    assert np.allclose(p, truth(made.rows), atol=1e-9)


def test_cross_fitting_asks_a_teacher_that_never_saw_the_row(lab):
    session = lab.open({"query": ["crossfit(folds=3)"], "dataset": ["toy(n=80)"]})
    made, parts = learnt(session), inputs(session, "parts")
    p = to_probabilities(made.outputs, parts.schema)
    off_diagonal = ((made.rows.x[:, None] - made.rows.x[None]) ** 2).sum(axis=2)
    np.fill_diagonal(off_diagonal, np.inf)
    assert not np.allclose(p, truth(made.rows))
    assert lab.fits["nearest"] == 3
    fold = made_folds(session)
    for row in range(len(p)):
        others = np.where(fold[made.rows.id] != fold[made.rows.id[row]], off_diagonal[row], np.inf)
        assert np.allclose(p[row], truth(made.rows)[others.argmin()], atol=1e-9)


def made_folds(session, folds: int = 3) -> np.ndarray:
    from tscbench.line.splits import draw_folds

    return draw_folds(inputs(session, "parts").train, folds, 0)


def test_copies_of_a_training_row_are_answered_by_a_teacher_that_saw_neither(lab):
    session = lab.open(
        {"query": ["crossfit(folds=4)"], "dataset": ["toy(n=80, copies=40)"]}, test=0.2, valid=0.1
    )
    made = learnt(session)
    keys = {}
    for row, x in enumerate(made.rows.x):
        keys.setdefault(x.tobytes(), []).append(row)
    pairs = [rows for rows in keys.values() if len(rows) == 2]
    assert len(pairs) >= 10
    for first, second in pairs:
        assert np.array_equal(made.outputs[first], made.outputs[second])
    fold = made_folds(session, 4)[made.rows.id]
    assert all(fold[a] == fold[b] for a, b in pairs)


def test_synthetic_rows_are_answered_by_the_mean_of_the_fold_teachers(lab):
    grid = {
        "query": ["crossfit(folds=3)"],
        "generator": ["far(shift=0.5)"],
        "mix": ["fake(ratio=1)"],
    }
    session = lab.open(grid)
    made, parts = learnt(session), inputs(session, "parts")
    asked = session.plan.lines[0].model.inputs["compression_set"].inputs["block_outputs"][0]
    teachers = [evaluator(session).get(a) for a in asked.inputs["fold_teachers"]]
    each = [to_probabilities(t.predict(made.rows), parts.schema) for t in teachers]
    assert len(teachers) == 3 and set(made.rows.id) == {-1}
    assert np.allclose(
        to_probabilities(made.outputs, parts.schema), np.mean(each, axis=0), atol=1e-9
    )


def test_an_exact_copy_from_a_generator_is_answered_as_its_training_row(lab):
    grid = {"query": ["crossfit(folds=3)"], "generator": ["copies"], "mix": ["both(ratio=1)"]}
    session = lab.open(grid)
    made = learnt(session)
    n = made.n_train
    real = dict(zip(made.rows.id[:n].tolist(), made.outputs[:n], strict=True))
    assert np.all(made.rows.id[n:] >= 0)
    for i, outputs in zip(made.rows.id[n:].tolist(), made.outputs[n:], strict=True):
        assert np.array_equal(outputs, real[i])


def test_rows_without_an_answer_are_left_out_and_counted(lab):
    session = lab.open({"teacher": ["forgetful"], "query": ["oob"]})
    made = learnt(session)
    assert np.all(made.rows.id % 2 == 0)
    assert made.n_left_out == made.n_train - len(made.rows) > 0
    run = lab.go(session, session_run(lab))
    facts = next(r for r in run.records() if r["cell"]["student"] == "linear")["facts"]
    assert facts["n_left_out"] == made.n_left_out
    assert facts["n_compression"] == len(made.rows)


def session_run(lab):
    from tscbench.results.run import Run

    return Run(lab.folder / "run")


def test_fewer_synthetic_rows_are_a_prefix_of_more(lab):
    mixes = [
        "fake(ratio=1)",
        "fake(ratio=3)",
        "fake(ratio=0.5)",
        "fake(ratio=2.5)",
        "both(ratio=1)",
    ]
    session = lab.open({"generator": ["far"], "mix": mixes})
    one, three, half, odd, both = (learnt(session, nth) for nth in range(5))
    n = one.n_train
    assert [len(s.rows) for s in (one, three, half, odd, both)] == [
        n,
        3 * n,
        round(n / 2),
        round(2.5 * n),
        2 * n,
    ]
    for made in (one, half, odd):
        assert np.array_equal(made.rows.x, three.rows.x[: len(made.rows)])
        assert np.array_equal(made.outputs, three.outputs[: len(made.rows)])
    assert np.array_equal(both.rows.x[n:], one.rows.x)
    assert lab.fits["far"] == 1


def test_blocks_and_seeds_have_random_numbers_of_their_own(lab):
    session = lab.open({"generator": ["far"], "mix": ["fake(ratio=2)"]}, seeds=2)
    first, second = (learnt(session, nth).rows.x for nth in (0, 1))
    n = len(first) // 2
    assert not np.array_equal(first[:n], first[n:])
    assert not np.array_equal(first, second)


def test_arms_share_random_numbers(lab):
    grid = {"generator": ["far", "copies"], "mix": ["real", "fake(ratio=1)"], "query": ["inbag"]}
    session = lab.open({**grid, "teacher": ["nearest", "forgetful"]})
    streams = {line.model.stream for line in session.plan.lines}
    assert len(session.plan.lines) == 6 and streams == {("student", 0, 0)}
    made = {}
    for line in session.plan.lines:
        for block in line.model.inputs["compression_set"].inputs.get("blocks", ()):
            made.setdefault(block.inputs["sampler"].plugins["generator"].spec.name, set()).add(
                (block.key, block.stream)
            )
    assert {len(keys) for keys in made.values()} == {1}
    assert len({stream for keys in made.values() for _, stream in keys}) == 1


def sizes(lab, grid, **keys) -> dict[str, dict[str, int]]:
    run = lab.run(grid, **keys)
    found = {}
    for record in run.records():
        if record["cell"]["student"] != "teacher":
            assert record["status"] == "ok", record.get("error")
            found[record["cell"]["mix"]] = record["facts"]["size"]
    return found


STREAMS = ["stream(p_fake=0)", "stream(p_fake=0.5)", "stream(p_fake=1)", "real", "both(ratio=2)"]


@pytest.mark.parametrize("query", ["inbag", "crossfit(folds=2)"])
def test_a_stream_has_pure_sources_at_its_ends_and_as_many_steps_as_any_arm(lab, query):
    grid = {"generator": ["far"], "mix": STREAMS, "student": ["witness"], "query": [query]}
    found = sizes(lab, grid)
    assert len({size["steps"] for size in found.values()}) == 1
    assert found["stream(p_fake=0)"]["synthetic"] == found["real"]["synthetic"] == 0
    full = found["stream(p_fake=1)"]
    assert full["synthetic"] == full["rows"] > 0
    half = found["stream(p_fake=0.5)"]
    assert 0 < half["synthetic"] < half["rows"] and half["mixed"] == 0


def test_a_stream_by_example_mixes_within_a_batch(lab):
    grid = {"generator": ["far"], "student": ["witness"]}
    found = sizes(lab, {**grid, "mix": ["stream(p_fake=0.5, per_example=true)"]})
    (only,) = found.values()
    assert only["mixed"] > 0


def test_a_stream_without_a_teacher_learns_from_the_generator_s_labels(lab):
    grid = {"generator": ["copies"], "mix": ["stream(p_fake=1)"], "objective": ["labels"]}
    found = sizes(lab, {**grid, "student": ["witness"]})
    assert found["stream(p_fake=1)"]["rows"] > 0
    assert lab.fits["nearest"] == 0


def test_the_network_student_runs_on_streams(lab):
    student = "mlp(epochs=2, hidden=[4], batch=16)"
    grid = {"generator": ["far(shift=0)"], "student": [student], "mix": STREAMS[:3]}
    run = lab.run(grid)
    frame = run.scores()
    assert set(frame["status"]) == {"ok"}
    assert set(frame["mix"]) == {*STREAMS[:3], "-"}


@pytest.mark.parametrize("query", ["inbag", "oob", "crossfit(folds=2)"])
def test_a_row_with_several_labels_goes_through_the_whole_line(lab, query):
    metrics = ["hits", "accuracy", "auc", "log_loss", "brier", "fidelity", "agreement", "ece"]
    run = lab.run(
        {
            "dataset": ["three_labels"],
            "teacher": ["forest(n_trees=8)"],
            "query": [query],
            "generator": ["smoothed_bootstrap"],
            "mix": ["real", "both(ratio=1)"],
            "objective": ["probabilities", "labels"],
            "student": ["forest(n_trees=3)", "tree", "mlp(epochs=2, hidden=[4])"],
        },
        metrics=metrics,
    )
    frame = run.scores()
    assert set(frame["status"]) == {"ok"}
    test = frame[(frame["metric"] == "hits") & (frame["part"] == "test")]
    trees = test[test["student"].isin(["forest(n_trees=3)", "tree"])]
    assert len(test) == 10 and trees["value"].min() > 0.5


def test_what_students_and_teachers_see_holds_no_test_row(lab):
    session = lab.open({"dataset": ["marked"], "generator": ["copies"], "mix": ["both(ratio=1)"]})
    parts, made = inputs(session, "parts"), learnt(session)
    assert np.all(parts.test.id % 4 == 0)
    assert not set(made.rows.id.tolist()) & set(parts.test.id.tolist())
    assert not set(made.rows.id.tolist()) & set(parts.valid.id.tolist())


def test_a_generator_that_breaks_its_contract_is_told(lab):
    run = lab.run({"generator": ["broken"], "mix": ["fake"]})
    (record,) = [r for r in run.records() if r["cell"]["student"] == "linear"]
    assert record["step"] == "synthetic"
    assert "gave ndarray (36, 1), expected an array (36, 3)" in record["error"]


def test_a_query_of_one_s_own_asks_out_of_bag(lab):
    made = [learnt(lab.open({"teacher": ["forgetful"], "query": [q]})) for q in ("honest", "oob")]
    assert np.array_equal(made[0].rows.id, made[1].rows.id)
    assert np.array_equal(made[0].outputs, made[1].outputs)

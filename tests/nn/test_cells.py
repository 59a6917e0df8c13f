"""Networks in whole cells: teachers, queries, objectives and streams on images of digits."""

import numpy as np
import pytest

from tscbench.harness.work import evaluator_of
from tscbench.nn import fit
from tscbench.results.run import Run

DIGITS = {
    "dataset": ["digits(form=images)"],
    "teacher": ["supervised(student=cnn5(epochs=6, batch=32))"],
    "student": ["cnn5(epochs=6, batch=32)"],
}
SMALL = {"n_train": 300, "valid": 0.1, "headline": "accuracy", "metrics": ["accuracy"]}


def scores(run):
    """Test accuracy by query, objective and mix; nothing has failed."""
    frame = run.scores()
    assert set(frame["status"]) == {"ok"}, [r.get("error") for r in run.records()]
    found = frame[(frame["part"] == "test") & (frame["student"] != "teacher")]
    found = found[found["metric"] == "accuracy"]
    return found.set_index(["query", "objective", "mix"])["value"]


def test_crossfit_and_corrected_objectives_train_a_network(lab):
    objectives = [
        "logits(floor=0)",
        "noisy(floor=0)",
        "soft(t_squared=false)",
        "semiparametric(scale=logp)",
        "semiparametric(scale=annealed, gamma=orthogonal, floor=0.05)",
    ]
    grid = {**DIGITS, "objective": objectives, "query": ["crossfit(folds=2)"]}
    found = scores(lab.run(grid, **SMALL))
    assert found.nunique() == len(objectives), "each has targets of its own"
    assert found.min() > 0.7, found


def made(lab, *grids):
    """The session of a run of these grids, and what fetches its artefacts."""
    session = lab.open(*grids, **SMALL)
    run = lab.go(session, Run(lab.folder / "run"))
    return session, run, evaluator_of(session.store).get


def test_a_correction_of_nothing_is_plain_distillation(lab):
    objectives = ["semiparametric(scale=logp, gamma_alpha=0, floor=1e-9)", "logits(floor=1e-9)"]
    grid = {**DIGITS, "objective": objectives, "query": ["crossfit(folds=2)"]}
    session, _, get = made(lab, grid)
    one, other = (get(line.predictions).test for line in session.plan.lines)
    np.testing.assert_allclose(one, other, atol=1e-3)


def test_dropout_of_the_teacher_changes_targets_and_no_score_of_its_own(lab):
    grid = {**DIGITS, "objective": ["logits(floor=0)"], "query": ["inbag", "teacher_dropout"]}
    without = {**grid, "teacher": ["supervised(student=resnet(depth=8))"]}
    session, run, get = made(lab, grid, {**without, "query": ["teacher_dropout"]})
    (skipped,) = session.plan.skipped
    assert "query teacher_dropout needs dropout, which teacher supervised" in skipped
    assert scores(run).min() > 0.7
    plain, dropped = (get(line.model.inputs["compression_set"]) for line in session.plan.lines)
    assert np.array_equal(plain.rows.x, dropped.rows.x)
    assert np.abs(plain.outputs - dropped.outputs).mean() > 0.1
    asked = run.scores().query("student == 'teacher' and metric == 'accuracy' and part == 'test'")
    assert len(asked) == 1, "how it is asked is no matter of its own scores"


@pytest.mark.parametrize("words", ["", ", per_example=true"])
def test_every_arm_of_a_stream_takes_as_many_steps(lab, monkeypatch, words):
    batches, loss = [], fit.batch_loss

    def note(logits, batch, link):
        batches.append(batch.x)
        return loss(logits, batch, link)

    grid = {
        "generator": ["augment(flip=false, hsv=0.5)"],
        "mix": ["real", *(f"stream(p_fake={p}{words})" for p in (0, 0.5, 1))],
        "objective": ["labels(loss=cross_entropy)"],
        "student": ["cnn5(epochs=4, batch=32)"],
    }
    session = lab.open({**DIGITS, **grid}, **SMALL)
    get = evaluator_of(session.store).get
    (parts,) = session.plan.parts.values()
    real = {x.tobytes() for x in get(parts).train.x}
    monkeypatch.setattr(fit, "batch_loss", note)
    shares = {}
    for line in session.plan.lines:
        batches.clear()
        get(line.predictions)
        assert len(batches) == 4 * -(-len(real) // 32), line.cell.mix
        if batches[0].ndim == 4:  # those of a set that lies on the device are positions
            new = [np.mean([image.tobytes() not in real for image in x]) for x in batches]
            shares[line.cell.mix] = new
    assert len(session.plan.lines) == 4
    half, whole = (shares[f"stream(p_fake={p}{words})"] for p in (0.5, 1))
    assert np.mean(whole) > 0.99
    assert 0.3 < np.mean(half) < 0.7
    assert any(0.1 < share < 0.9 for share in half) == bool(words), "by batch or by image"

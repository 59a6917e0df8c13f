"""Students that play games: their limits, what they refuse, and a game that was interrupted."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from tscbench import (
    CompressionSet,
    DataError,
    Diverged,
    Loss,
    Predictor,
    Progress,
    SpecError,
    Targets,
    one_hot,
)
from tscbench.harness.asked import open_asked
from tscbench.nn import count_parameters
from tscbench.registry import discover
from tscbench.testing.data import make
from tscbench.testing.networks import neural_teacher

REGISTRY = discover()
KINDS = ("images", "categorical", "several_labels")
INNER = "student=mlp(epochs=3, hidden=[8], batch=8)"
DISCRIMINATOR = "discriminator=mlp(epochs=3, hidden=[6], dropout=0.2, batch=8)"
SHORT = "epochs=3, batch=8, learning_rate=0.01"


def given(tiny):
    targets = Targets(one_hot(tiny.train.y, tiny.schema), Loss.CROSS_ENTROPY)
    return CompressionSet(
        tiny.train,
        None,
        tiny.train.y,
        (targets,),
        len(tiny.train),
        real=np.ones(len(tiny.train), bool),
    )


def offered(tiny, seed=0):
    return {
        "compression_set": given(tiny),
        "train": tiny.train,
        "valid": tiny.valid,
        "schema": tiny.schema,
        "rng": np.random.default_rng(seed),
        "progress": Progress(),
        "teacher": neural_teacher(tiny),
    }


def fit(spec, tiny, **changes):
    bound = REGISTRY.bind("student", spec)
    fits = {name: one(**offered(tiny, 7)) for name, one in bound.goes_on_from.items()}
    fitted = fits if len(fits) > 1 else fits["student"]
    return bound(**{**offered(tiny), "fitted": fitted, **changes})


def kdgan(more=""):
    return f"kdgan({INNER}, {DISCRIMINATOR}, {SHORT}, rounds=[2, 1, 1]{more})"


def nagan(more=""):
    return f"nagan({INNER}, {DISCRIMINATOR}, {SHORT}, rounds=[2, 1]{more})"


def codistill(more="", epochs=3):
    return f"codistill({INNER}, epochs={epochs}, batch=8, learning_rate=0.01{more})"


def answers(fitted, tiny):
    return fitted.predict(tiny.valid).tobytes()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("gradient", ["exact", "gumbel"])
def test_kdgan_of_the_student_alone_is_nagan_to_the_bit(kind, gradient):
    tiny = make(kind)
    alone = ", adv_share=1, kd_weight_student=0, kd_weight_teacher=0"
    of = f", gradient={gradient}"
    ours, theirs = fit(kdgan(alone + of), tiny), fit(nagan(of), tiny)
    assert answers(ours, tiny) == answers(theirs, tiny)
    assert ours.history == theirs.history and set(ours.beside) == {"teacher"} != set(theirs.beside)


@pytest.mark.parametrize("kind", KINDS)
def test_a_teacher_who_has_nothing_to_minimise_stays_as_it_is(kind):
    tiny = make(kind)
    still, moved = (
        fit(kdgan(f", adv_share=1, kd_weight_teacher={gamma}"), tiny) for gamma in (0, 1)
    )
    was = neural_teacher(tiny)
    assert answers(still.beside["teacher"], tiny) == answers(was, tiny)
    assert answers(moved.beside["teacher"], tiny) != answers(was, tiny)
    weights = zip(still.beside["teacher"].model.parameters(), was.model.parameters(), strict=True)
    assert all(torch.equal(a, b) for a, b in weights)


def test_what_it_is_given_learns_nothing():
    tiny = make("images")
    teacher = neural_teacher(tiny)
    was = [weight.clone() for weight in teacher.model.parameters()]
    fit(kdgan(), tiny, teacher=teacher)
    fit(codistill(), tiny, teacher=teacher)
    for weight, before in zip(teacher.model.parameters(), was, strict=True):
        assert torch.equal(weight, before) and weight.grad is None


def test_without_the_adversary_what_is_left_is_distillation():
    tiny = make("categorical")
    one = fit(kdgan(", adv_share=0, kd_weight_student=1"), tiny)
    assert "c_adv" not in one.history and one.history["train_loss"] == one.history["c_kd"]
    assert one.history["c_kd"][-1] < one.history["c_kd"][0]


@pytest.mark.parametrize("spec", [kdgan(), nagan(), codistill(), kdgan(", variance_batches=3")])
@pytest.mark.parametrize("kind", ["images", "several_labels"])
def test_an_interrupted_game_ends_as_one_that_was_not(spec, kind):
    tiny, states = make(kind), []
    whole = fit(spec, tiny, progress=Progress(save=lambda make: states.append(make())))
    for state in states:
        resumed = fit(spec, tiny, progress=Progress(saved=lambda s=state: s))
        assert answers(resumed, tiny) == answers(whole, tiny)
        assert resumed.history == whole.history
    assert len(states) == 3


@pytest.mark.parametrize("gradient", ["reinforce", "gumbel", "exact", "bce"])
def test_history_has_every_term_and_the_teacher_is_judged_beside(gradient):
    tiny, judged = make("categorical"), []
    watched = Progress(judge=lambda predictor, name="": judged.append(name))
    spec = kdgan(f", gradient={gradient}, variance_batches=4")
    history = fit(spec, tiny, progress=watched).history
    terms = {"d_loss", "t_adv", "t_kd", "c_adv", "c_kd", "train_loss"}
    variances = {"c_adv_gradient_variance", "c_kd_gradient_variance"}
    assert set(history) == terms | variances and judged == ["", "teacher"] * 3
    assert all(len(values) == 3 and np.isfinite(values).all() for values in history.values())
    assert history["train_loss"] == pytest.approx(np.add(history["c_adv"], history["c_kd"]))
    assert min(history["c_adv_gradient_variance"]) > 0


def test_codistillation_draws_both_to_each_other_after_its_burn_in():
    tiny = make("images")
    first = fit(codistill(", burn_in=3"), tiny)
    assert set(first.history) == {"c_labels", "t_labels", "train_loss"}
    both = fit(codistill(", burn_in=1, kd_weight=0.9", epochs=40), tiny)
    assert len(both.history["c_kd"]) == 39 and len(both.history["train_loss"]) == 40
    assert both.history["c_kd"][-1] < both.history["c_kd"][0]
    released = fit(codistill(", released=true"), tiny)
    hotter = fit(codistill(", released=true, temperature=7"), tiny)
    assert answers(released, tiny) == answers(hotter, tiny), "the temperature cancels"


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("kdgan(student=tree, discriminator=mlp)", "student kdgan: tree.* is no network; only"),
        ("nagan(student=tree, discriminator=mlp)", "student nagan: tree.* is no network"),
        ("codistill(student=tree)", "student codistill: tree.* is no network"),
        ("kdgan(student=mlp, discriminator=tree)", "tree is a student, not a network"),
        ("kdgan(student=mlp, discriminator=mlp, adv_share=1.5)", "must lie in .0, 1."),
    ],
)
def test_who_cannot_play_is_said_before_anything_runs(spec, said):
    with pytest.raises(SpecError, match=said):
        _ = REGISTRY.bind("student", spec).needs


def test_a_plan_says_which_teacher_cannot_play():
    small = {"dataset": "breast_cancer", "generator": "none", "objective": "labels"}
    session = open_asked("quick", (), True, {**small, "student": kdgan()})
    reasons = " ".join(map(str, session.plan.skipped))
    assert "kdgan" in reasons and "needs features, which teacher forest" in reasons


def test_players_of_another_kind_or_shape():
    tiny = make("images")
    forest = Predictor(lambda rows: np.zeros((len(rows), 3)))
    with pytest.raises(SpecError, match=r"the teacher is of no model; only networks play"):
        fit(kdgan(), tiny, teacher=forest)
    wide = replace(forest, model=nn.Sequential(nn.Flatten(), nn.LazyLinear(7)))
    wide.model(torch.zeros(1, *tiny.schema.inputs))
    student = REGISTRY.bind("student", "mlp(epochs=1)")(**offered(tiny))
    fits = {"student": student, "discriminator": wide}
    with pytest.raises(SpecError, match=r"the discriminator gives shape \(2, 7\).* \(2, 3\)"):
        fit(kdgan(), tiny, fitted=fits)


def test_a_game_that_goes_astray_is_one_sentence():
    tiny = make("images")
    teacher = neural_teacher(tiny)
    with torch.no_grad():
        next(iter(teacher.model[-1].parameters())).fill_(np.nan)
    with pytest.raises(Diverged, match=r"loss \w+ is nan in epoch 1 of the game; it must stay fin"):
        fit(kdgan(), tiny, teacher=teacher)


def test_no_labels_no_game():
    tiny = make("images")
    without = replace(given(tiny), labels=np.full(len(tiny.train), -1))
    with pytest.raises(DataError, match="no label is known"):
        fit(nagan(), tiny, compression_set=without)


def test_counts_that_are_wrong():
    tiny = make("categorical")
    with pytest.raises(SpecError, match="three counts"):
        fit(f"kdgan({INNER}, {DISCRIMINATOR}, rounds=[1, 1])", tiny)
    with pytest.raises(SpecError, match="two"):
        fit(f"nagan({INNER}, {DISCRIMINATOR}, tau=[1.0])", tiny)


def test_size_and_model_are_those_of_the_student():
    tiny = make("categorical")
    fitted = fit(kdgan(), tiny)
    assert fitted.size == {"parameters": count_parameters(fitted.model)}
    with torch.no_grad():
        z = fitted.model(torch.as_tensor(tiny.valid.x).float())
    assert fitted.predict(tiny.valid) == pytest.approx(z.numpy(), abs=1e-6)

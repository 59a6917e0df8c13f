"""Students that read the teacher's layers, or a critic of what it answers."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from tscbench import CompressionSet, Diverged, Loss, Progress, SpecError, Targets, one_hot
from tscbench.registry import discover
from tscbench.testing.data import make
from tscbench.testing.networks import neural_teacher

REGISTRY = discover()
KINDS = ("images", "categorical", "several_labels")
MLP = "mlp(epochs=6, hidden=[8], batch=8, dropout=0.1)"


def offered(tiny, seed=0):
    targets = Targets(one_hot(tiny.train.y, tiny.schema), Loss.CROSS_ENTROPY)
    return {
        "compression_set": CompressionSet(
            tiny.train, None, tiny.train.y, (targets,), len(tiny.train)
        ),
        "valid": tiny.valid,
        "schema": tiny.schema,
        "rng": np.random.default_rng(seed),
        "progress": Progress(),
        "teacher": neural_teacher(tiny),
    }


def fit(spec, tiny, **changes):
    return REGISTRY.bind("student", spec)(**{**offered(tiny), **changes})


def answers(fitted, tiny):
    return fitted.predict(tiny.valid).tobytes()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "spec", ["hinted(student={}, hint_epochs=0)", "adversarial(student={}, kd=none, gan_weight=0)"]
)
def test_without_their_stage_they_are_the_student_alone(spec, kind):
    tiny = make(kind)
    assert answers(fit(spec.format(MLP), tiny), tiny) == answers(fit(MLP, tiny), tiny)


@pytest.mark.parametrize("kind", KINDS)
def test_hints_fall_to_nothing_where_the_student_is_as_large_as_the_teacher(kind):
    tiny = make(kind)
    spec = f"hinted(student={MLP.replace(', dropout=0.1', '')}, hint_epochs=400)"
    told = fit(spec, tiny).history["hint_loss"]
    assert len(told) == 400 and min(told[-20:]) < 0.1 * told[0]


def test_the_first_stage_moves_no_layer_after_the_guided_one():
    tiny = make("images")
    still = MLP.replace("epochs=6", "epochs=1, learning_rate=0")
    moved, start = (
        fit(f"hinted(student={still}, hint_epochs={n}, hint_learning_rate={rate})", tiny).model[-1]
        for n, rate in ((3, 0.01), (1, 0.0))
    )
    assert torch.equal(moved[-1].weight, start[-1].weight)
    assert not torch.equal(moved[1].weight, start[1].weight)


def test_maps_of_images_are_hints_too():
    tiny = make("images")
    teacher = REGISTRY.bind("teacher", "lenet(epochs=1)")
    taught = teacher(**{**offered(tiny), "train": tiny.train})
    spec = "hinted(student=lenet(channels=[4, 6], hidden=8, epochs=1), hint=3, guided=3"
    told = fit(f"{spec}, hint_epochs=5)", tiny, teacher=taught).history["hint_loss"]
    assert told[-1] < told[0]


@pytest.mark.parametrize("spec", ["hinted(student={}, {}=9)", "adversarial(student={}, {}=9)"])
def test_a_layer_that_is_not_there_is_said_with_those_that_are(spec):
    tiny = make("images")
    name = "guided" if spec.startswith("hinted") else "reads=features, layer"
    with pytest.raises(SpecError, match=r"no layer 9: there are 0 Flatten '0', 1 Linear '1', 2 R"):
        fit(spec.format(MLP, name), tiny)


@pytest.mark.parametrize("spec", ["hinted(student=tree)", "adversarial(student=tree)"])
def test_a_forest_has_no_layers(spec):
    with pytest.raises(SpecError, match="is no network"):
        _ = REGISTRY.bind("student", spec).needs


def test_hints_that_go_astray_are_one_sentence():
    tiny, teacher = make("images"), neural_teacher(make("images"))
    with torch.no_grad():
        next(iter(teacher.model[-1].parameters())).fill_(np.nan)
    with pytest.raises(Diverged, match="the loss of the hints is nan in epoch 1"):
        fit(f"hinted(student={MLP}, hint_epochs=2)", tiny, teacher=teacher)


@pytest.mark.parametrize("reads", ["logits", "features"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_critic_changes_the_student_and_not_the_teacher(reads, kind):
    tiny = make(kind)
    teacher = neural_teacher(tiny)
    was = [weight.clone() for weight in teacher.model.parameters()]
    spec = f"adversarial(student={MLP}, layer=-2, reads={reads}, gan_weight={{}}, kd={{}})"
    fits = [fit(spec.format(*more), tiny, teacher=teacher) for more in ((0.5, "none"), (0.5, "l2"))]
    assert len({answers(f, tiny) for f in (*fits, fit(MLP, tiny))}) == 3
    assert all(np.isfinite(fits[0].history["extra_loss"]))
    for weight, before in zip(teacher.model.parameters(), was, strict=True):
        assert torch.equal(weight, before) and weight.grad is None


def test_a_copy_of_the_teacher_leaves_its_critic_at_chance():
    tiny = make("images")
    still = MLP.replace("epochs=6", "epochs=200, learning_rate=0").replace(", dropout=0.1", "")
    alone = fit(still, tiny)
    spec = f"adversarial(student={still}, class_head=false, kd=none, gan_weight=1)"
    copied = fit(spec, tiny, teacher=replace(alone, model=fit(spec, tiny).model))
    assert copied.history["extra_loss"][-1] == pytest.approx(np.log(2), abs=0.02)


def test_widths_that_differ_are_said():
    tiny = make("images")
    wide = MLP.replace("hidden=[8]", "hidden=[9]")
    with pytest.raises(SpecError, match="9 features of the student and 8 of the teacher"):
        fit(f"adversarial(student={wide}, reads=features)", tiny)


@pytest.mark.parametrize("spec", ["hinted(student={}, hint_epochs=2)", "adversarial(student={})"])
@pytest.mark.parametrize("kind", ["images", "categorical"])
def test_an_interrupted_fit_ends_as_one_that_was_not(spec, kind):
    tiny, states = make(kind), []
    spec = spec.format(MLP)
    whole = fit(spec, tiny, progress=Progress(save=lambda make: states.append(make())))
    for state in states[::3]:
        resumed = fit(spec, tiny, progress=Progress(saved=lambda s=state: s))
        assert answers(resumed, tiny) == answers(whole, tiny)
        assert resumed.history == whole.history


def test_a_teacher_is_asked_in_evaluation_mode():
    tiny = make("images")
    teacher = neural_teacher(tiny)
    dropping = replace(teacher, model=nn.Sequential(teacher.model[0], teacher.model[-1]).train())
    spec = f"adversarial(student={MLP})"
    assert answers(fit(spec, tiny, teacher=dropping), tiny) == answers(fit(spec, tiny), tiny)

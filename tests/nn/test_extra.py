"""A loss that a plugin adds to the training loop, and the layers that it reads: a hint."""

from contextlib import contextmanager

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from tscbench import (
    CompressionSet,
    Loss,
    Predictor,
    Progress,
    Rng,
    Rows,
    Schema,
    Spec,
    SpecError,
    Targets,
    student,
)
from tscbench.harness.asked import open_asked
from tscbench.nn import Extra, features_of, fit_network
from tscbench.registry import discover
from tscbench.testing import checks
from tscbench.testing.data import make
from tscbench.testing.networks import neural_teacher

SMALL = Spec("mlp", (("epochs", 2), ("hidden", (6,))))


@student(
    source="Romero et al., 2015, FitNets: hints for thin deep nets",
    needs={"features", "images"},
    offers={"squared", "cross_entropy", "signed_targets", "temperature"},
    requires=("torch",),
)
def hint_beside(
    compression_set: CompressionSet,
    valid: Rows,
    schema: Schema,
    rng: Rng,
    progress: Progress,
    teacher: Predictor,
    *,
    network: Spec = SMALL,
    layer: int = -2,
    hint_weight: float = 1.0,
) -> Predictor:
    """A network whose hidden layer is drawn to that of the teacher.

    Args:
        network: what learns.
        layer: of both networks.
        hint_weight: of the squared distance of the layers.
    """

    @contextmanager
    def hint(net):
        with features_of(teacher.model[-1], layer) as theirs, features_of(net[-1], layer) as ours:
            with torch.no_grad():
                x = torch.as_tensor(compression_set.rows.x[:1]).float()
                teacher.model(x), net.eval()(x)
            regressor = nn.Linear(ours().shape[1], theirs().shape[1])
            adam = torch.optim.Adam(regressor.parameters(), 1e-2)

            def loss(x, logits, batch, net, rng):
                with torch.no_grad():
                    teacher.model(x)
                return hint_weight * functional.mse_loss(regressor(ours()), theirs())

            yield Extra(loss, {"regressor": regressor, "adam": adam}, adam)

    given = (compression_set, valid, schema, rng, progress)
    return fit_network(network, *given, extra=hint)


REGISTRY = discover(functions=[hint_beside])
TINY = make("images")
TEACHER = neural_teacher(TINY)


def fit(progress=None, **params):
    targets = Targets(np.eye(3)[TINY.train.y], Loss.CROSS_ENTROPY)
    more = ", ".join(f"{name}={value}" for name, value in params.items())
    bound = REGISTRY.bind("student", f"hint_beside({more})")
    return bound(
        compression_set=CompressionSet(TINY.train, None, None, (targets,), len(TINY.train)),
        valid=TINY.valid,
        schema=TINY.schema,
        rng=np.random.default_rng(0),
        progress=progress or Progress(),
        teacher=TEACHER,
    )


SPEC = "mlp(epochs=12, hidden=[6], batch=8, learning_rate=0.01)"


def answers(predictor):
    return predictor.predict(TINY.valid).tobytes()


def test_a_hint_falls_and_changes_the_student():
    drawn, plain = fit(network=SPEC), fit(network=SPEC, hint_weight=0.0)
    told = drawn.history["extra_loss"]
    assert len(told) == 12 and told[-1] < 0.5 * told[0]
    assert set(plain.history["extra_loss"]) == {0.0}
    assert all(a > b for a, b in zip(drawn.history["train_loss"], told, strict=True))
    assert answers(drawn) != answers(plain)


def test_a_loss_of_zero_changes_no_bit():
    bound = REGISTRY.bind("network", SPEC)
    targets = Targets(np.eye(3)[TINY.train.y], Loss.CROSS_ENTROPY)
    given = CompressionSet(TINY.train, None, None, (targets,), len(TINY.train))

    @contextmanager
    def nothing(net):
        yield Extra(lambda x, logits, batch, net, rng: 0.0 * logits.sum())

    fits = [
        fit_network(
            bound, given, TINY.valid, TINY.schema, np.random.default_rng(0), Progress(), extra=extra
        )
        for extra in (None, nothing)
    ]
    assert answers(fits[0]) == answers(fits[1])
    assert fits[1].history == fits[0].history | {"extra_loss": [0.0] * 12}


def test_an_interrupted_fit_goes_on_with_what_the_loss_has_learnt():
    whole, states = fit(network=SPEC), []
    fit(progress=Progress(save=lambda make: states.append(make())), network=SPEC)
    for state in states[::4]:
        resumed = fit(progress=Progress(saved=lambda s=state: s), network=SPEC)
        assert answers(resumed) == answers(whole) and resumed.history == whole.history


def test_it_passes_the_checks_of_a_student():
    failed = [c for c in checks(hint_beside) if c.check.name != "fresh_process"]
    failed = {c.check.name: str(o) for c in failed if (o := c.outcome()).status == "failed"}
    assert not failed


def test_a_layer_is_meant_by_its_place_or_its_name():
    net = nn.Sequential(nn.Linear(2, 3), nn.Sequential(nn.ReLU(), nn.Linear(3, 1)))
    x = torch.randn(4, 2)
    for layer, wanted in (
        (0, net[0](x)),
        (-1, net(x)),
        ("1.0", net[0](x).relu()),
        ("0", net[0](x)),
    ):
        with features_of(net, layer) as seen:
            net(x)
        assert torch.equal(seen(), wanted)
    net(x + 1)
    assert torch.equal(seen(), net[0](x)), "the hook is gone with its context"


@pytest.mark.parametrize("layer", [2, -3, "1.7", ""])
def test_layers_that_there_are_not(layer):
    net = nn.Sequential(nn.Linear(2, 3), nn.ReLU())
    said = "no layer .*: there are 0 Linear '0', 1 ReLU '1'"
    with pytest.raises(SpecError, match=said), features_of(net, layer):
        pass


def test_a_layer_that_nothing_went_through_says_so():
    with (
        features_of(nn.Sequential(nn.ReLU()), 0) as seen,
        pytest.raises(SpecError, match="no forward pass"),
    ):
        seen()


def test_gradients_go_through_what_was_read():
    net = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
    with features_of(net, -2) as hidden:
        net(torch.ones(4, 2))
    hidden().square().sum().backward()
    assert net[0].weight.grad is not None and net[2].weight.grad is None


def test_a_plan_says_which_teacher_has_no_layers():
    small = {"dataset": "breast_cancer", "student": "tree"}
    session = open_asked("quick", (), True, {**small, "students": [reader]})
    reasons = " ".join(map(str, session.plan.skipped))
    assert "needs features, which teacher forest" in reasons
    assert "does not offer" in reasons


@student(source="a test", needs={"features"}, offers={"squared", "cross_entropy"})
def reader(compression_set, teacher):
    """Reads layers."""

"""Generators that go on from a fitted AC-GAN: what they make, and that it is fitted once."""

import numpy as np
import pytest
import torch
from torch.nn.functional import cross_entropy

import tscbench.nn
from tscbench import Progress, Rows, Schema, SpecError
from tscbench.contracts.spec import parse
from tscbench.nn.gan.game import Game
from tscbench.registry import discover

REGISTRY = discover()
GAN = (
    "acgan_image(epochs=4, keep_epochs=[1, 4], channels=[8], discriminator_channels=[8], rounds=1, "
    "n_kernels=0, latent=20, batch=20, learning_rate=0.01, dropout=0.2)"
)
Y = np.arange(60) % 3
X = np.random.default_rng(0).integers(0, 60, size=(60, 1, 8, 8)) + 60 * Y[:, None, None, None]
ROWS = Rows(X.astype(np.uint8), Y, np.arange(60))
SCHEMA = Schema((1, 8, 8), (3,), modality="images")


def fit(text, seed=0, **more):
    bound = REGISTRY.bind("generator", parse(text))
    return bound(
        train=ROWS,
        schema=SCHEMA,
        rng=np.random.default_rng(seed),
        progress=Progress(),
        **{"fitted": None, **more},
    )


def drawn(sampler):
    return sampler.sample(40, np.random.default_rng(1))[0].tobytes()


def weights(net):
    return {name: value.clone() for name, value in net.state_dict().items()}


def class_loss(gan):
    """Of images and of fakes, with both networks as they are in training."""
    torch.manual_seed(0)
    game = Game(gan, torch.device("cpu"))
    for net in game.networks:
        net.train()
    real = torch.as_tensor(ROWS.x).float() / 127.5 - 1
    with torch.no_grad():
        parts = [(real, torch.as_tensor(Y)), game.draw(300)]
        return [float(cross_entropy(gan.discriminator(x)[1], y)) for x, y in parts]


def test_an_inferior_gan_learns_classes_alone():
    fitted = fit(GAN)
    was = weights(fitted.model.discriminator)
    worse = fit(f"inferior(generator={GAN}, epochs=10)", fitted=fitted)
    now = weights(worse.model.discriminator)
    assert torch.equal(now["source.weight"], was["source.weight"])
    assert torch.equal(now["source.bias"], was["source.bias"])
    assert not torch.equal(now["label.weight"], was["label.weight"])
    before, after = class_loss(fitted.model), class_loss(worse.model)
    assert after[0] < before[0] / 2 and after[1] < before[1] / 2


def test_the_gan_within_stays_as_it_is():
    fitted = fit(GAN)
    was = drawn(fitted), weights(fitted.model.discriminator)
    worse = fit(f"inferior(generator={GAN}, epochs=1)", fitted=fitted)
    snapshot = fit(f"snapshot(generator={GAN}, epoch=1)", fitted=fitted)
    assert len({was[0], drawn(worse), drawn(snapshot)}) == 3
    now = weights(fitted.model.discriminator)
    assert drawn(fitted) == was[0] and all(torch.equal(now[k], v) for k, v in was[1].items())


def test_a_snapshot_is_the_generator_of_a_shorter_fit():
    fitted = fit(GAN)
    short = fit(GAN.replace("epochs=4, keep_epochs=[1, 4]", "epochs=1"))
    assert drawn(fit(f"snapshot(generator={GAN}, epoch=1)", fitted=fitted)) == drawn(short)
    assert drawn(fit(f"snapshot(generator={GAN}, epoch=4)", fitted=fitted)) == drawn(fitted)


def test_inferior_upon_inferior():
    worse = fit(f"inferior(generator={GAN}, epochs=1)", fitted=fit(GAN))
    worst = fit(f"inferior(generator=inferior(generator={GAN}, epochs=1))", fitted=worse)
    assert drawn(worst) != drawn(worse)


def test_only_a_gan_can_be_gone_on_from():
    fitted = fit(GAN)
    snapshot = fit(f"snapshot(generator={GAN}, epoch=1)", fitted=fitted)
    for given in (None, snapshot):
        with pytest.raises(
            SpecError, match=r"inferior\(generator=augment\).* leaves nothing to go"
        ):
            fit("inferior(generator=augment)", fitted=given)


@pytest.mark.parametrize(
    ("inner", "kept"), [("acgan_image", "no"), (GAN, "1, 4"), ("augment", "no")]
)
def test_a_snapshot_is_of_an_epoch_that_is_kept(inner, kept):
    with pytest.raises(SpecError, match=rf"keeps {kept} epoch; .*keep_epochs=\[3\]"):
        REGISTRY.bind("generator", parse(f"snapshot(generator={inner}, epoch=3)")).needs  # noqa: B018


def test_the_gan_is_fitted_once_for_all_that_go_on_from_it(lab, monkeypatch):
    fits = []
    whole = tscbench.nn.fit_acgan
    monkeypatch.setattr(
        tscbench.nn, "fit_acgan", lambda build, *given: fits.append(given) or whole(build, *given)
    )
    after = [f"{name}(generator={GAN}, {p})" for name, p in AFTER]
    grid = {
        "dataset": ["digits(form=images)"],
        "generator": [*after[:2], GAN, after[2]],
        "mix": ["fake(ratio=1)"],
        "objective": ["labels"],
        "student": ["constant"],
    }
    run = lab.run(grid, n_train=80)
    records = run.records()
    assert [r["status"] for r in records] == ["ok"] * 4, records
    assert len(fits) == 2  # acgan_image and inferior
    plan = lab.open(grid, n_train=80).plan
    samplers = [a for a in plan.artefacts().values() if a.step == "sampler"]
    assert len(samplers) == 4
    (alone,) = (a for a in samplers if "fitted generator" not in a.inputs)
    assert {a.inputs["fitted generator"].key for a in samplers if a is not alone} == {alone.key}


AFTER = [("inferior", "epochs=1"), ("snapshot", "epoch=1"), ("snapshot", "epoch=4")]

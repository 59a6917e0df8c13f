"""The losses against formulas and torch's own; seeding; the predictor."""

import subprocess
import sys

import numpy as np
import pytest
import torch
from torch.nn import functional

from tscbench import (
    Batch,
    ContractError,
    DataError,
    Link,
    Loss,
    Rows,
    Scale,
    Schema,
    Targets,
)
from tscbench.nn import (
    batch_loss,
    check_finite,
    count_parameters,
    less_mean_image,
    module_predictor,
    pixels,
    seeded,
)
from tscbench.nn.losses import targets_loss

RNG = np.random.default_rng(0)
Z = torch.as_tensor(RNG.normal(size=(6, 3)))
P = RNG.dirichlet(np.ones(3), size=6)


def loss(values, kind, link=Link.SOFTMAX, z=Z, **options):
    return float(targets_loss(z, Targets(values, kind, **options), link))


def test_cross_entropy_is_torchs_at_a_temperature():
    ours = loss(P, Loss.CROSS_ENTROPY, temperature=4.0)
    assert ours == pytest.approx(float(functional.cross_entropy(Z / 4, torch.as_tensor(P))))


def test_binary_cross_entropy_is_torchs():
    values = RNG.random((6, 3))
    theirs = functional.binary_cross_entropy_with_logits(Z, torch.as_tensor(values))
    assert loss(values, Loss.CROSS_ENTROPY, Link.SIGMOID) == pytest.approx(float(theirs))


@pytest.mark.parametrize(
    "link, squash", [(Link.SOFTMAX, Z.softmax(1)), (Link.SIGMOID, Z.sigmoid())]
)
def test_squared_loss_of_probabilities(link, squash):
    expected = np.mean((squash.numpy() - P) ** 2)
    assert loss(P, Loss.SQUARED, link) == pytest.approx(expected)


def test_squared_loss_of_logits_ignores_a_shift_under_softmax_only():
    values = Z.numpy() + np.arange(6.0)[:, None]
    for scale in (Scale.LOGIT, Scale.LOG_PROBABILITY):
        assert loss(values, Loss.SQUARED, scale=scale) == pytest.approx(0, abs=1e-12)
    expected = np.mean(np.arange(6.0) ** 2)
    assert loss(values, Loss.SQUARED, Link.SIGMOID, scale=Scale.LOGIT) == pytest.approx(expected)


def test_without_a_free_shift_logits_are_compared_as_they_are():
    values = Z.numpy() + np.arange(6.0)[:, None]
    for scale in (Scale.LOGIT, Scale.LOG_PROBABILITY):
        ours = loss(values, Loss.SQUARED, scale=scale, free_shift=False)
        assert ours == pytest.approx(np.mean(np.arange(6.0) ** 2))
    bare = loss(P, Loss.SQUARED, free_shift=False)
    assert bare == loss(P, Loss.SQUARED), "probabilities have no shift"


def test_signed_values_are_linear_in_the_cross_entropy():
    signed = 2 * P - P[::-1]
    expected = 2 * loss(P, Loss.CROSS_ENTROPY) - loss(P[::-1].copy(), Loss.CROSS_ENTROPY)
    assert loss(signed, Loss.CROSS_ENTROPY) == pytest.approx(expected)


def test_rows_weigh_as_told_and_nan_rows_carry_nothing():
    weight = np.array([0.0, 1, 2, 0, 3, 1])
    single = [loss(P[[i]], Loss.SQUARED, z=Z[[i]]) for i in range(6)]
    assert loss(P, Loss.SQUARED, weight=weight) == pytest.approx(weight @ single / 6)
    holed = P.copy()
    holed[[0, 3]] = np.nan
    z = Z.clone().requires_grad_(True)
    value = targets_loss(z, Targets(holed, Loss.CROSS_ENTROPY), Link.SOFTMAX)
    value.backward()
    assert torch.isfinite(z.grad).all() and not z.grad[[0, 3]].any() and z.grad[1].any()


def test_one_unknown_label_of_several_leaves_the_others():
    values = RNG.random((6, 3))
    values[2, 1] = np.nan
    terms = functional.binary_cross_entropy_with_logits(
        Z, torch.as_tensor(np.nan_to_num(values)), reduction="none"
    )
    expected = (terms.sum() - terms[2, 1]) / 18
    ours = loss(values, Loss.CROSS_ENTROPY, Link.SIGMOID)
    assert ours == pytest.approx(float(expected))


def test_a_batch_sums_its_terms():
    terms = (Targets(P, Loss.CROSS_ENTROPY, weight=0.3), Targets(P, Loss.SQUARED, weight=2.0))
    total = float(batch_loss(Z, Batch(np.zeros((6, 1)), terms), Link.SOFTMAX))
    assert total == pytest.approx(0.3 * loss(P, Loss.CROSS_ENTROPY) + 2 * loss(P, Loss.SQUARED))


def test_cross_entropy_of_logits_is_refused():
    with pytest.raises(ContractError, match="probabilities"):
        loss(P, Loss.CROSS_ENTROPY, scale=Scale.LOGIT)


def test_seeded_follows_its_seed_and_restores_the_state():
    before = torch.get_rng_state()
    drawn = []
    for seed in (5, 5, 6):
        with seeded(seed):
            drawn.append(torch.nn.Linear(2, 2).weight.detach().clone())
    assert torch.equal(drawn[0], drawn[1]) and not torch.equal(drawn[0], drawn[2])
    assert torch.equal(torch.get_rng_state(), before)


def test_predictor_gives_float64_logits_in_blocks_with_dropout_off():
    net = torch.nn.Sequential(torch.nn.Dropout(0.5), torch.nn.Linear(2, 4))
    x = RNG.normal(size=(10, 2))
    schema = Schema((2,), (2, 2), Link.IDENTITY, np.ones(2, bool), np.zeros(2, int))
    predictor = module_predictor(net, lambda x: 2 * x, schema, block=3)
    z = predictor.predict(Rows(x, None, np.arange(10)))
    weight, bias = (p.detach().numpy() for p in net[1].parameters())
    assert z.dtype == np.float64 and z.shape == (10, 2, 2)
    assert z.reshape(10, 4) == pytest.approx(2 * x @ weight.T + bias, abs=1e-5)
    assert predictor.size == {"parameters": count_parameters(net)} == {"parameters": 12}


def test_diverged_loss_is_an_error():
    assert check_finite(1.5, "student s", 0) == 1.5
    with pytest.raises(DataError, match="student s.*epoch 3"):
        check_finite(float("nan"), "student s", 2)


def test_tscbench_alone_does_not_import_torch():
    code = "import sys, tscbench; tscbench.Targets; assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_pixels_have_mean_0_and_deviation_1_in_each_channel():
    images = RNG.integers(0, 256, size=(50, 3, 4, 4)).astype(np.uint8)
    images[:, 2] = 7
    z = pixels(images)(torch.as_tensor(images)).numpy()
    assert z.mean(axis=(0, 2, 3)) == pytest.approx(np.zeros(3), abs=1e-5)
    assert z.std(axis=(0, 2, 3)) == pytest.approx([1, 1, 0], abs=1e-5)
    assert count_parameters(pixels(images)) == 0
    some = pixels(images, rows=10)
    assert some.mean.flatten().numpy() == pytest.approx(images[::5].mean(axis=(0, 2, 3)))


def test_pixels_less_the_mean_image_are_not_divided():
    images = RNG.integers(256, size=(20, 3, 4, 4), dtype=np.uint8)
    expected = images - images.mean(axis=0)
    z = less_mean_image(images)(torch.as_tensor(images)).numpy()
    np.testing.assert_allclose(z, expected, atol=1e-4)
    same = pixels(images, "mean_image")(torch.as_tensor(images)).numpy()
    np.testing.assert_array_equal(same, z)
    assert less_mean_image(images[:0])(torch.tensor(255.0)) == 127.5


def test_without_images_the_pixels_lie_around_0():
    z = pixels(np.zeros((0, 3, 4, 4), np.uint8))(torch.tensor([0.0, 255.0]))
    assert z.tolist() == [-2, 2]

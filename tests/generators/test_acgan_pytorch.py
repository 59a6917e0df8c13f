"""The AC-GAN of the code for PyTorch: its published size, its class in the noise, its game."""

import cloudpickle
import numpy as np
import pytest
import torch
from torch import nn
from tscbench_plugins.generators.acgan_pytorch import acgan_pytorch
from tscbench_plugins.generators.acgan_pytorch.networks import Generator, normal

from tscbench import DataError, Progress, Rows, Schema
from tscbench.nn import count_parameters

Y = np.arange(100) % 2
X = np.random.default_rng(0).integers(0, 60, size=(100, 1, 8, 8)) + 90 * Y[:, None, None, None]
ROWS = Rows(X.astype(np.uint8), Y, np.arange(100))


def fit(n_classes=2, progress=None, **more):
    schema = Schema((1, 8, 8), (n_classes,), modality="images")
    small = {"epochs": 2, "batch": 10, "channels": (16, 16, 8), "discriminator_channels": (4, 4)}
    options = {**small, "latent": 12, **more}
    return acgan_pytorch(ROWS, schema, np.random.default_rng(0), progress or Progress(), **options)


def test_the_published_generator():
    net = Generator((3, 32, 32), 10, 110, (384, 192, 96, 48))
    convolutions = 16 * (384 * 192 + 192 * 96 + 96 * 48 + 48 * 3)
    assert count_parameters(net) == 110 * 384 + 384 + convolutions + 2 * (192 + 96 + 48)
    maps = []
    for layer in net.layers:
        if isinstance(layer, nn.ConvTranspose2d):
            layer.register_forward_hook(lambda _, given, made: maps.append(tuple(made.shape[1:])))
    images = net(torch.randn(5, 110), torch.arange(5))
    assert maps == [(192, 4, 4), (96, 8, 8), (48, 16, 16), (3, 32, 32)]
    assert images.shape == (5, 3, 32, 32) and images.abs().max() <= 1


def test_the_class_takes_the_place_of_the_first_noise():
    net = Generator((1, 8, 8), 3, 7, (8, 4)).eval()
    given = []
    net.dense.register_forward_pre_hook(lambda _, args: given.append(args[0]))
    noise, labels = torch.randn(4, 7), torch.tensor([2, 0, 1, 2])
    net(noise, labels)
    assert torch.equal(given[0][:, :3], torch.eye(3)[labels])
    assert torch.equal(given[0][:, 3:], noise[:, 3:])


@pytest.mark.parametrize("size", [(1, 28, 28), (1, 8, 8), (3, 9, 20)])
def test_images_have_the_right_size(size):
    net = Generator(size, 2, 5, (8, 4, 4))
    assert net(torch.randn(3, 5), torch.tensor([0, 1, 1])).shape == (3, *size)


def test_weights_begin_as_published():
    net = normal(Generator((3, 32, 32), 10, 110, (384, 192, 96, 48)))
    convolution, normalisation = net.layers[0], net.layers[1]
    assert convolution.weight.detach().std() == pytest.approx(0.02, rel=0.02)
    assert normalisation.weight.detach().mean() == pytest.approx(1.0, abs=0.01)
    assert convolution.bias is None


def test_the_game_is_the_published_one():
    gan = fit(epochs=1).model
    play = gan.play
    assert (play.learning_rate, play.beta1, play.rounds, play.fresh) == (2e-4, 0.5, 1, 1)
    assert play.joint and not (play.still or play.smoothing or play.flip_every)
    assert gan.noise == 1.0 and gan.discriminator.input_noise == 0
    parts = gan.discriminator.modules()
    assert all(p.bias is None for p in parts if isinstance(p, nn.Conv2d))


def test_a_class_must_leave_some_noise():
    with pytest.raises(DataError, match="latent=12 for 12 classes; it must be more"):
        fit(n_classes=12)


def test_classes_are_learned_and_samples_pickle():
    sampler = fit(epochs=15, learning_rate=5e-3, dropout=0.25)
    x, y = sampler.sample(200, np.random.default_rng(0))
    assert x.shape == (200, 1, 8, 8) and x.dtype == np.uint8
    dark, bright = (x[y == label].mean() for label in (0, 1))  # 30 and 120 in training
    assert bright - dark > 30
    again = cloudpickle.loads(cloudpickle.dumps(sampler)).sample(200, np.random.default_rng(0))
    assert again[0].tobytes() == x.tobytes()


def test_an_interrupted_fit_ends_the_same():
    states = []
    whole = fit(progress=Progress(save=lambda make: states.append(make())))
    resumed = fit(progress=Progress(saved=lambda: states[0]))
    drawn = [s.sample(9, np.random.default_rng(1))[0].tobytes() for s in (whole, resumed)]
    assert drawn[0] == drawn[1]

"""The AC-GAN for images: the published sizes, any size of image, and one fit to the bit."""

import cloudpickle
import numpy as np
import pytest
import torch
from torch import nn
from tscbench_plugins.generators.acgan_image import acgan_image
from tscbench_plugins.generators.acgan_image.networks import Generator, glorot

from tscbench import Progress, Rows, Schema
from tscbench.nn import count_parameters

SMALL = {
    "epochs": 2,
    "batch": 10,
    "channels": (4, 4),
    "discriminator_channels": (4, 4),
    "n_kernels": 2,
    "kernel_dim": 2,
    "latent": 6,
}


def images(shape=(1, 8, 8), n=40, k=2):
    y = np.arange(n) % k
    pixels = np.random.default_rng(0).integers(0, 60, size=(n, *shape))
    return Rows((pixels + 90 * y[:, None, None, None]).astype(np.uint8), y, np.arange(n))


def fit(rows=None, progress=None, **more):
    rows = rows or images()
    schema = Schema(rows.x.shape[1:], (2,), modality="images")
    progress = progress or Progress()
    return acgan_image(rows, schema, np.random.default_rng(0), progress, **{**SMALL, **more})


def drawn(sampler, n=30):
    x, y = sampler.sample(n, np.random.default_rng(1))
    return x.tobytes() + y.tobytes()


def test_the_published_generator_has_2995727_parameters():
    net = Generator((3, 32, 32), 10, 110, (384, 192, 96))
    running = 2 * (192 + 96)  # means and variances, which Keras counts
    assert count_parameters(net) + running == 2_995_727
    assert count_parameters(net.embedding) == 1100
    assert count_parameters(net.dense) == 110 * 6144 + 6144


def test_the_relu_comes_before_the_batch_normalisation():
    layers = [type(layer) for layer in Generator((3, 32, 32), 10, 110, (384, 192, 96)).layers]
    block = [nn.ConvTranspose2d, nn.ReLU, nn.BatchNorm2d]
    assert layers == [*block, *block, nn.ConvTranspose2d, nn.Tanh]


def test_the_class_enters_as_a_product_with_the_noise():
    net = glorot(Generator((1, 8, 8), 3, 5, (4, 2))).eval()
    noise, labels = torch.randn(4, 5), torch.tensor([0, 2, 1, 0])
    given = []
    net.dense.register_forward_pre_hook(lambda _, args: given.append(args[0]))
    net(noise, labels)
    torch.testing.assert_close(given[0], noise * net.embedding.weight[labels])


@pytest.mark.parametrize(
    ("size", "channels", "base"),
    [
        ((3, 32, 32), (8, 4, 2), (4, 4)),
        ((1, 28, 28), (8, 4, 2), (4, 4)),
        ((1, 28, 28), (8, 4), (7, 7)),
        ((1, 8, 8), (8, 4, 2), (1, 1)),
        ((3, 9, 20), (8, 4), (3, 5)),
    ],
)
def test_maps_double_up_to_images_of_the_right_size(size, channels, base):
    net = Generator(size, 2, 5, channels)
    assert net.base == (8, *base)
    images = net(torch.randn(3, 5), torch.tensor([0, 1, 1]))
    assert images.shape == (3, *size) and images.abs().max() <= 1


def test_what_is_cut_off_is_the_border():
    net = Generator((1, 6, 5), 2, 5, (4, 4)).eval()
    noise, labels = torch.randn(3, 5), torch.tensor([0, 1, 1])
    whole = net.layers(net.dense(noise * net.embedding(labels)).relu().unflatten(1, net.base))
    assert torch.equal(net(noise, labels), whole[:, :, 1:7, 1:6])


@pytest.mark.parametrize("shape", [(1, 8, 8), (3, 9, 6)])
def test_samples_are_images_like_those_of_the_dataset(shape):
    sampler = fit(images(shape))
    x, y = sampler.sample(31, np.random.default_rng(0))
    assert x.shape == (31, *shape) and x.dtype == np.uint8
    assert sorted(np.bincount(y)) == [15, 16]
    assert drawn(cloudpickle.loads(cloudpickle.dumps(sampler))) == drawn(sampler)


def test_a_class_without_images_is_not_made():
    rows = images()
    schema = Schema(rows.x.shape[1:], (4,), modality="images")
    sampler = acgan_image(rows, schema, np.random.default_rng(0), Progress(), **SMALL)
    assert set(sampler.sample(50, np.random.default_rng(0))[1]) == {0, 1}


def test_an_interrupted_fit_ends_the_same():
    states = []
    whole = fit(progress=Progress(save=lambda make: states.append(make())))
    resumed = fit(progress=Progress(saved=lambda: states[0]))
    assert drawn(resumed) == drawn(whole)


def test_classes_are_learned():
    options = {"latent": 30, "channels": (16, 8), "n_kernels": 0, "rounds": 1, "dropout": 0.25}
    sampler = fit(images(n=100), epochs=15, learning_rate=0.01, **options)
    x, y = sampler.sample(200, np.random.default_rng(0))
    dark, bright = (x[y == label].mean() for label in (0, 1))  # 30 and 120 in training
    assert bright - dark > 30


def test_the_defaults_are_the_published_recipe():
    play = fit(epochs=1).model.play
    assert (play.learning_rate, play.beta1, play.class_weight) == (2e-4, 0.5, 1.0)
    assert (play.rounds, play.fresh, play.flip_every) == (3, 2, 30)
    assert play.smoothing and play.still and not play.joint
    net = fit(epochs=1).model.discriminator
    assert net.input_noise == 0.05 and net.body[2].p == 0.5

"""The networks have the parameters that were published, and answer images of any fitting size."""

from functools import partial

import pytest
import torch
from torch import nn

from tscbench import DataError, Schema, SpecError
from tscbench.nn import (
    build_cnn5,
    build_inception,
    build_lenet_slim,
    build_lenet_tsc,
    build_nin,
    build_resnet,
    build_resnet18,
    build_squeezenet,
    build_wide_resnet,
    build_xception,
    count_parameters,
    seeded,
)

CIFAR = Schema((3, 32, 32), (10,), modality="images")
MNIST = Schema((1, 28, 28), (10,), modality="images")
IMAGENET = Schema((3, 224, 224), (1000,), modality="images")

RESNETS = {8: 75_290, 14: 172_506, 20: 269_722, 32: 464_154, 44: 658_586, 56: 853_018}
PUBLISHED = [
    (build_lenet_tsc, CIFAR, 3_497_866),
    (build_lenet_slim, MNIST, 3_274_634),
    (build_cnn5, CIFAR, 357_514),
    (build_nin, CIFAR, 966_986),
    *((partial(build_resnet, depth=depth), CIFAR, n) for depth, n in RESNETS.items()),
    (build_resnet18, CIFAR, 11_173_962),
    (partial(build_wide_resnet, depth=28, widen=10), CIFAR, 36_479_194),
    (build_squeezenet, IMAGENET, 1_235_496),
    (build_xception, IMAGENET, 22_855_952),
    (build_inception, Schema((3, 299, 299), (1000,), modality="images"), 23_834_568),
]


@pytest.mark.parametrize(("build", "schema", "parameters"), PUBLISHED)
def test_parameters_are_those_published(build, schema, parameters):
    with torch.device("meta"):
        assert count_parameters(build(schema)) == parameters


def test_the_released_start_of_the_lenet_is_xaviers_with_wide_biases():
    with seeded(0):
        net = build_lenet_tsc(CIFAR, initial="published")
    layers = [m for m in net.modules() if isinstance(m, nn.Conv2d | nn.Linear)]
    assert count_parameters(net) == 3_497_866 and len(layers) == 4
    for layer in layers:
        outer = layer.weight[0, 0].numel()
        bound = (6 / ((layer.weight.shape[0] + layer.weight.shape[1]) * outer)) ** 0.5
        assert 0.95 * bound < float(layer.weight.detach().abs().max()) <= bound
    biases = torch.cat([layer.bias.detach() for layer in layers])
    assert float(biases.std()) == pytest.approx(0.5, rel=0.1)
    assert abs(float(biases.mean())) < 0.06  # four standard errors


SMALL = [
    build_lenet_tsc,
    build_lenet_slim,
    build_cnn5,
    build_nin,
    partial(build_resnet, depth=8),
    partial(build_resnet, depth=10),
    build_resnet18,
    partial(build_wide_resnet, depth=10, widen=2),
    build_squeezenet,
    build_xception,
]


@pytest.mark.parametrize("build", SMALL)
@pytest.mark.parametrize("size", [28, 33])
def test_images_of_other_sizes_and_colours(build, size):
    schema = Schema((2, size, size), (7,), modality="images")
    with torch.device("meta"):
        z = build(schema).eval()(torch.zeros(3, *schema.inputs))
    assert z.shape == (3, 7)


def test_inception_halves_its_images_five_times_as_published():
    schema = Schema((3, 299, 299), (1000,), modality="images")
    with torch.device("meta"):
        convolutions = build_inception(schema)[0].eval()
        x = torch.zeros(1, *schema.inputs)
        sizes = [tuple((x := layer(x)).shape[1:]) for layer in convolutions]
    assert sizes[6] == (192, 35, 35) and sizes[9] == (288, 35, 35)
    assert sizes[10:15] == [(768, 17, 17)] * 5
    assert sizes[15:] == [(1280, 8, 8), (2048, 8, 8), (2048, 8, 8)]


def test_ten_weighted_layers():
    with torch.device("meta"):
        net = build_resnet(CIFAR, depth=10)
    assert sum(isinstance(layer, nn.Conv2d | nn.Linear) for layer in net.modules()) == 10


def test_lenet_tsc_is_linear_up_to_its_hidden_layer():
    """No activation follows a convolution, as in the released code: signs pass."""
    layers = [type(layer).__name__ for layer in build_lenet_tsc(MNIST).modules()]
    assert layers.count("ReLU") == 1 and layers.index("ReLU") > layers.index("Flatten")


def test_a_residual_block_without_weights_passes_its_input_on():
    net = build_resnet(Schema((3, 8, 8), (2,), modality="images"), depth=8)
    block = net[5].eval()
    for layer in block.body.modules():
        if isinstance(layer, nn.Conv2d):
            nn.init.zeros_(layer.weight)
    x = torch.rand(1, 32, 4, 4) if block.shortcut.more == 32 else torch.rand(1, 64, 4, 4)
    y = block(x)
    kept = x[:, :, ::2, ::2]
    pad = (y.shape[1] - x.shape[1]) // 2
    assert torch.equal(y[:, pad : y.shape[1] - pad], kept) and not y[:, :pad].any()


def test_images_that_are_too_small_are_said():
    with pytest.raises(DataError, match="lenet_tsc: images of 8 × 8 are too small"):
        build_lenet_tsc(Schema((1, 8, 8), (10,), modality="images"))
    with pytest.raises(DataError, match="inception: images of 74 × 74 are too small"):
        build_inception(Schema((3, 74, 74), (10,), modality="images"))
    build_inception(Schema((3, 75, 75), (10,), modality="images"))


@pytest.mark.parametrize(
    ("build", "depth"), [(build_resnet, 12), (partial(build_wide_resnet, widen=1), 26)]
)
def test_depths_that_there_are_not(build, depth):
    with pytest.raises(SpecError, match=rf"depth={depth}; it must be"):
        build(CIFAR, depth=depth)


HALVINGS = [
    (build_lenet_tsc, 16, "lenet_tsc"),
    (build_lenet_slim, 4, "lenet_slim"),
    (build_cnn5, 8, "cnn5"),
    (build_nin, 4, "nin"),
    (partial(build_resnet, depth=8), 4, "resnet"),
    (partial(build_resnet, depth=10), 8, "resnet"),
    (build_resnet18, 8, "resnet18"),
    (partial(build_wide_resnet, depth=10, widen=1), 4, "wide_resnet"),
    (build_squeezenet, 15, "squeezenet"),
    (build_xception, 7, "xception"),
]


@pytest.mark.parametrize(("build", "least", "name"), HALVINGS)
def test_every_network_says_that_images_are_too_small(build, least, name):
    with torch.device("meta"):
        for side in range(1, 18):
            schema = Schema((1, side, side), (2,), modality="images")
            if side < least:
                with pytest.raises(DataError, match=rf"{name}: images of {side} × {side} are too"):
                    build(schema)
            else:
                assert build(schema).eval()(torch.zeros(1, 1, side, side)).shape == (1, 2)

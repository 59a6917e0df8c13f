"""The AC-GAN: its published size, its determinism, and that its rows are of their class."""

import cloudpickle
import numpy as np
import pytest
import torch
from tscbench_plugins.generators.acgan import acgan
from tscbench_plugins.generators.acgan.networks import Discriminator, Generator, heads

from tscbench import DataError, Rows, Schema
from tscbench.nn import count_parameters
from tscbench.tabular import fit_codec

FAST = {"hidden": (16,), "discriminator_hidden": (16,), "latent": 8, "epochs": 2, "batch": 16}


def schema(numeric, cardinality, classes=2, missing=False):
    return Schema(
        (len(numeric),),
        (classes,),
        numeric=np.array(numeric),
        cardinality=np.array(cardinality),
        missing=missing,
    )


def rows(x, y):
    return Rows(np.asarray(x, float), np.asarray(y), np.arange(len(x)))


def plain(iterable):
    return iterable


def mixed_table(n=60, seed=0):
    rng = np.random.default_rng(seed)
    x = np.column_stack(
        [rng.normal(size=n), rng.integers(3, size=n), np.full(n, 7.0), rng.integers(2, size=n)]
    ).astype(float)
    x[::7, 0] = np.nan
    x[::5, 1] = np.nan
    facts = schema([True, False, True, False], [0, 3, 0, 2], classes=3, missing=True)
    return rows(x, rng.integers(3, size=n)), facts


def test_published_generator_has_5760_parameters():
    net = Generator(classes=2, latent=100, hidden=(50,), width=10)
    assert count_parameters(net) == 5760
    assert count_parameters(net.embedding) == 200
    assert count_parameters(net.layers) == 5050 + 510


def test_the_discriminators_slope_below_0():
    x = torch.randn(50, 3)
    for slope in (0.0, 0.2):
        net = Discriminator(3, (5,), 2, 0.0, False, slope)
        expected = torch.nn.functional.leaky_relu(net.layers[0](x), slope)
        assert torch.equal(net.layers(x), expected)
    assert torch.equal(net.layers[1](x), Discriminator(3, (5,), 2, 0.0, False).layers[1](x))


def test_class_enters_as_a_product_with_the_noise():
    net = Generator(classes=2, latent=4, hidden=(3,), width=2)
    noise, label = torch.randn(5, 4), torch.tensor([0, 1, 1, 0, 1])
    expected = net.layers(noise * net.embedding.weight[label])
    assert torch.equal(net(noise, label), expected)
    assert torch.equal(net(torch.zeros(5, 4), label)[0], net(torch.zeros(5, 4), label)[1])


def test_levels_are_drawn_in_proportion_to_the_softmax_of_the_raw_outputs():
    _, facts = mixed_table()
    codec = fit_codec(np.array([[0.0, 0, 7, 0], [1, 2, 7, 1]]), facts, np.random.default_rng(0))
    probability = np.array([0.5, 0.3, 0.2])
    raw = torch.zeros(20_000, codec.width)
    raw[:, codec.blocks[1].start : codec.blocks[1].stop] = torch.as_tensor(np.log(probability))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        z = heads(codec.blocks, codec.width)(raw, temperature=0.5).numpy()
    drawn = codec.decode(z, np.random.default_rng(0))[:, 1].astype(int)
    assert np.bincount(drawn) / len(drawn) == pytest.approx(probability, abs=0.015)


@pytest.mark.parametrize("categories", [True, False])
def test_encoded_columns_are_linear_or_a_softmax_or_a_sigmoid_of_their_own(categories):
    train, facts = mixed_table()
    if not categories:
        train, facts = rows(train.x[:, [0, 2]], train.y), schema([True, True], [0, 0])
    codec = fit_codec(train.x, facts)
    raw = torch.randn(50, codec.width, generator=torch.Generator().manual_seed(0))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        z = heads(codec.blocks, codec.width)(raw, 0.5)
        torch.manual_seed(1)
        uniform = torch.rand_like(raw)
    gumbel = (raw - torch.log(-torch.log(uniform))) / 0.5
    logistic = (raw + torch.logit(uniform)) / 0.5
    for block in codec.blocks:
        part = slice(block.start, block.stop)
        expected = gumbel[:, part].softmax(1)
        if block.numeric:
            flag = logistic[:, block.start + 1 : block.stop].sigmoid()
            expected = torch.cat([raw[:, [block.start]], flag], dim=1)
        torch.testing.assert_close(z[:, part], expected)


def test_same_rng_gives_the_same_bytes_also_after_pickling():
    train, facts = mixed_table()
    fits = [acgan(train, facts, np.random.default_rng(3), plain, **FAST) for _ in range(2)]
    fits.append(cloudpickle.loads(cloudpickle.dumps(fits[0])))
    draws = [fit.sample(50, np.random.default_rng(4)) for fit in fits]
    assert len({x.tobytes() + y.tobytes() for x, y in draws}) == 1
    other = acgan(train, facts, np.random.default_rng(5), plain, **FAST)
    assert other.sample(50, np.random.default_rng(4))[0].tobytes() != draws[0][0].tobytes()


def test_neither_the_global_state_nor_the_rows_change():
    train, facts = mixed_table()
    before, x = torch.get_rng_state(), train.x.copy()
    threads = torch.get_num_threads()
    acgan(train, facts, np.random.default_rng(0), plain, **FAST).sample(9, np.random.default_rng(0))
    assert torch.equal(torch.get_rng_state(), before)
    assert torch.get_num_threads() == threads
    np.testing.assert_array_equal(train.x, x)


def test_columns_keep_their_kind():
    train, facts = mixed_table()
    x, y = acgan(train, facts, np.random.default_rng(0), plain, **FAST).sample(
        500, np.random.default_rng(1)
    )
    assert x.shape == (500, 4) and x.dtype == np.float64 and set(y) == {0, 1, 2}
    assert np.isnan(x[:, :2]).any(axis=0).all() and not np.isnan(x[:, 2:]).any()
    assert set(x[~np.isnan(x[:, 1]), 1]) == {0.0, 1.0, 2.0}
    assert set(x[:, 3]) == {0.0, 1.0}


@pytest.mark.parametrize("labels, share", [("prior", 0.8), ("balanced", 0.5)])
def test_label_law(labels, share):
    rng = np.random.default_rng(0)
    y = np.arange(100) >= 20
    train = rows(rng.normal(size=(100, 2)), y.astype(int))
    fit = acgan(train, schema([True] * 2, [0, 0]), rng, plain, labels=labels, **FAST)
    _, drawn = fit.sample(10_001, rng)
    tolerance = 0.02 if labels == "prior" else 0.5 / 10_000
    assert drawn.mean() == pytest.approx(share, abs=tolerance)
    assert 4000 * share < drawn[:5000].sum() < 6000 * share  # shuffled


def test_rows_of_two_far_gaussians_fall_on_their_class():
    rng = np.random.default_rng(0)
    y = rng.integers(2, size=600)
    x = rng.normal(size=(600, 2)) + np.where(y == 1, 4.0, -4.0)[:, None] * [1.0, 0.0] + [0.0, 50.0]
    fit = acgan(
        rows(x, y),
        schema([True] * 2, [0, 0]),
        rng,
        plain,
        hidden=(32,),
        discriminator_hidden=(32,),
        epochs=200,
        batch=100,
        averaging=0.99,
    )
    made, label = fit.sample(4000, rng)
    assert ((made[:, 0] > 0) == label).mean() > 0.98
    for c in (0, 1):
        assert made[label == c].mean(axis=0) == pytest.approx(x[y == c].mean(axis=0), abs=0.6)
        spread = made[label == c].std(axis=0) / x[y == c].std(axis=0)
        assert (spread > 0.5).all() and (spread < 1.6).all()


@pytest.mark.parametrize("n, classes", [(1, 2), (2, 1), (5, 2)])
def test_tiny_tables(n, classes):
    train = rows(np.arange(2.0 * n).reshape(n, 2), np.arange(n) % classes)
    fit = acgan(train, schema([True] * 2, [0, 0]), np.random.default_rng(0), plain, **FAST)
    for size in (0, 1, 7):
        x, y = fit.sample(size, np.random.default_rng(0))
        assert x.shape == (size, 2) and y.shape == (size,) and np.isfinite(x).all()
        assert set(y) <= set(train.y)


def test_options_run_and_change_the_rows():
    train, facts = mixed_table()
    options = {
        "decay": False,
        "discriminator_learning_rate": 1e-4,
        "instance_noise": 0.1,
        "label_smoothing": 0.1,
        "dropout": 0.2,
        "minibatch_spread": True,
        "averaging": 0.0,
        "numeric": "standardise",
    }
    seen = set()
    for changed in [{}] + [{name: value} for name, value in options.items()]:
        fit = acgan(train, facts, np.random.default_rng(0), plain, **(FAST | changed))
        seen.add(fit.sample(40, np.random.default_rng(1))[0].tobytes())
    assert len(seen) == len(options) + 1


def test_rows_without_a_class_are_left_out_and_none_at_all_is_refused():
    facts = schema([True], [0])
    train = rows([[0.0], [1.0], [1e9]], [0, 1, -1])
    x, _ = acgan(train, facts, np.random.default_rng(0), plain, **FAST).sample(
        20, np.random.default_rng(0)
    )
    assert np.abs(x).max() < 1e6
    with pytest.raises(DataError, match="labelled rows"):
        acgan(rows([[0.0]], [-1]), facts, np.random.default_rng(0), plain, **FAST)


def test_divergence_is_said():
    train, facts = mixed_table()
    with pytest.raises(DataError, match="learning_rate"):
        acgan(train, facts, np.random.default_rng(0), plain, **(FAST | {"learning_rate": np.inf}))

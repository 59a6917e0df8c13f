"""The game of an AC-GAN: its steps against the published recipe, and what it does beside them."""

from dataclasses import replace

import cloudpickle
import numpy as np
import pytest
import torch
from torch import nn

from tscbench import DataError, Diverged, Progress, Rows, Sampler, SpecError
from tscbench.nn import AcGan, ImageDiscriminator, Play, acgan_of, acgan_sampler, fit_acgan
from tscbench.nn.gan.discriminator import MinibatchDiscrimination
from tscbench.nn.gan.game import Game

SHAPE = (1, 6, 4)
RNG = np.random.default_rng(0)
Y = np.arange(22) % 2
X = (60 * Y[:, None, None, None] + RNG.integers(0, 60, size=(22, *SHAPE))).astype(np.uint8)
ROWS = Rows(X, Y, np.arange(22))


class Generator(nn.Module):
    """One layer; notes in which mode it makes images."""

    def __init__(self):
        super().__init__()
        self.layer = nn.Sequential(nn.Linear(5, 24), nn.BatchNorm1d(24), nn.Tanh())
        self.modes = []

    def forward(self, noise, labels):
        self.modes.append(self.training)
        given = torch.cat([noise, labels[:, None].float()], dim=1)
        return self.layer(given).reshape(-1, *SHAPE)


class Discriminator(ImageDiscriminator):
    """A small one; keeps what it sees."""

    def __init__(self, **more):
        super().__init__(SHAPE, 2, (3, 3), input_noise=0.1, n_kernels=2, kernel_dim=2, **more)
        self.seen = []

    def forward(self, x):
        self.seen.append(x.detach().clone())
        return super().forward(x)


def build(**play):
    play = Play(**{"epochs": 2, "batch": 5, "learning_rate": 0.01, **play})
    return AcGan(Generator(), Discriminator(), (0, 1), 4, 0.5, play)


def fit(rows=ROWS, progress=None, seed=0, made=None, **play):
    return fit_acgan(
        lambda: made or build(**play),
        rows,
        np.random.default_rng(seed),
        progress or Progress(),
        device="cpu",
    )


def weights(gan):
    nets = (gan.generator, gan.discriminator)
    return [tensor.numpy().tobytes() for net in nets for tensor in net.state_dict().values()]


def test_minibatch_discrimination_is_the_sum_of_exponentials_of_distances():
    layer = MinibatchDiscrimination(7, 3, 2)
    features = torch.randn(5, 7)
    projected = (features @ layer.weight).reshape(5, 3, 2)
    distance = (projected[:, None] - projected[None]).abs().sum(3)
    expected = torch.cat([features, (-distance).exp().sum(1)], dim=1)
    found = layer(features)
    torch.testing.assert_close(found, expected)
    torch.testing.assert_close(
        *(torch.autograd.grad(z[:, 7:].square().sum(), layer.weight)[0] for z in (found, expected))
    )


def test_the_published_discriminator_is_of_8192_features_and_50_more():
    net = ImageDiscriminator((3, 32, 32), 10, (16, 32, 64, 128, 256, 512), n_kernels=50)
    convolutions = [m for m in net.modules() if isinstance(m, nn.Conv2d)]
    assert [m.stride[0] for m in convolutions] == [2, 1, 2, 1, 2, 1]
    assert len([m for m in net.modules() if isinstance(m, nn.BatchNorm2d)]) == 5
    assert net.source.in_features == net.label.in_features == 8192 + 50
    assert net.beside.weight.shape == (8192, 50 * 30)
    source, label = net(torch.zeros(4, 3, 32, 32))
    assert source.shape == (4,) and label.shape == (4, 10)


def test_noise_enters_in_training_alone():
    net = ImageDiscriminator((1, 8, 8), 2, (4,), dropout=0.0, input_noise=0.5)
    x = torch.randn(3, 1, 8, 8)
    assert not torch.equal(net(x)[0], net(x)[0])
    assert torch.equal(net.eval()(x)[0], net(x)[0])


@pytest.mark.parametrize("real", [True, False])
def test_the_loss_is_that_of_clipped_probabilities(real):
    game = Game(build(class_weight=0.5, source_weight=2.0), torch.device("cpu"))
    z, named = torch.tensor([-40.0, -1.0, 0.5, 40.0]), torch.randn(4, 2)
    game.gan = replace(game.gan, discriminator=lambda x: (z, named))
    p = z.double().sigmoid().clamp(1e-7, 1 - 1e-7)
    source = -(p if real else 1 - p).log().mean()
    rights = -named.log_softmax(1)[torch.arange(4), torch.tensor([0, 1, 1, 0])].mean()
    found = game.loss(torch.zeros(4, *SHAPE), torch.tensor([0, 1, 1, 0]), real)
    assert float(found) == pytest.approx(float(2 * source + 0.5 * rights), rel=1e-5)


def test_smoothed_targets_are_uniform():
    game = Game(build(smoothing=True), torch.device("cpu"))
    for real, low, high in ((True, 0.7, 1.2), (False, 0.0, 0.3)):
        drawn = game.target(torch.empty(4000), real)
        assert low <= drawn.min() < low + 0.01 and high - 0.01 < drawn.max() <= high
    hard = Game(build(), torch.device("cpu"))
    assert hard.target(torch.empty(3), True).tolist() == [1, 1, 1]
    assert hard.target(torch.empty(3), False).tolist() == [0, 0, 0]


@pytest.mark.parametrize(("joint", "per_round"), [(False, 2), (True, 1)])
def test_rounds_see_the_same_images_and_the_generator_makes_new_ones(joint, per_round):
    gan = build(rounds=3, joint=joint, fresh=2)
    game = Game(gan, torch.device("cpu"))
    steps = []
    game._step = lambda adam, parts: steps.append((adam, parts)) or torch.zeros(())
    real, y = torch.randn(5, *SHAPE), torch.zeros(5, dtype=torch.long)
    game.run_batch(real, y, flipped=False)
    teaching, last = steps[:-1], steps[-1]
    assert len(teaching) == 3 * per_round and last[0] is game.adam_g
    assert {adam for adam, _ in teaching} == {game.adam_d}
    parts = [part for _, step in teaching for part in step]
    assert all(x is real and said for x, _, said in parts[::2])
    assert len({id(x) for x, _, _ in parts[1::2]}) == 1 and not any(p[2] for p in parts[1::2])
    ((made, _, said),) = last[1]
    assert len(made) == 10 and said and not torch.equal(made[:5], parts[1][0])


@pytest.mark.parametrize("still", [True, False])
def test_the_mode_in_which_the_discriminator_is_shown_fakes(still):
    gan = build(still=still, rounds=2)
    fit(made=gan)
    assert gan.generator.modes == [not still, True] * 8  # 2 epochs of 4 batches


def test_flips_are_counted_over_all_epochs():
    told = []
    game = Game(build(flip_every=3), torch.device("cpu"))
    game.run_batch = lambda x, y, *, flipped: told.append(flipped) or torch.zeros(())
    x, y = torch.as_tensor(X), torch.as_tensor(Y)
    for epoch in range(2):
        game.run_epoch(x, y, epoch)
    assert np.flatnonzero(told).tolist() == [2, 5] and len(told) == 8
    steps = []
    flipped = Game(build(), torch.device("cpu"))
    flipped._step = lambda adam, parts: steps.append(parts) or torch.zeros(())
    flipped.run_batch(torch.randn(5, *SHAPE), y[:5], flipped=True)
    assert [said for parts in steps for _, _, said in parts] == [False, True, True]


def test_batches_are_whole_and_shuffled_if_asked():
    for shuffle in (True, False):
        game = Game(build(shuffle=shuffle), torch.device("cpu"))
        order = torch.cat(list(game._batches(22))).tolist()
        assert len(set(order)) == 20
        assert (order == list(range(20))) is not shuffle
    assert [len(part) for part in game._batches(3)] == [3]


def test_each_network_learns_in_its_own_steps_alone():
    game = Game(build(), torch.device("cpu"))
    state = lambda net: [p.detach().clone() for p in net.parameters()]  # noqa: E731
    before = [state(net) for net in game.networks]
    for adam in (game.adam_g, game.adam_d):
        for group in adam.param_groups:
            group["lr"] = 0.0
    game.adam_d.param_groups[0]["lr"] = 0.1
    game.run_batch(torch.randn(5, *SHAPE), torch.zeros(5, dtype=torch.long), flipped=False)
    moved = [
        any(not torch.equal(a, b) for a, b in zip(old, net.parameters(), strict=True))
        for old, net in zip(before, game.networks, strict=True)
    ]
    assert moved == [False, True]
    assert all(p.requires_grad for net in game.networks for p in net.parameters())


def test_an_interrupted_game_ends_as_if_it_had_never_stopped():
    options = {"epochs": 4, "smoothing": True, "flip_every": 3, "keep_epochs": (2,)}
    states, shown = [], []
    whole = fit(progress=Progress(save=lambda make: states.append(make())), **options)
    assert len(states) == 4
    for state in states:
        progress = Progress(saved=lambda s=state: s, show=lambda e: shown.append(list(e)) or e)
        resumed = fit(progress=progress, **options)
        assert weights(resumed) == weights(whole)
        assert resumed.snapshots[2].keys() == whole.snapshots[2].keys()
    assert shown == [[1, 2, 3], [2, 3], [3], []]


def test_a_snapshot_is_what_a_shorter_game_gives():
    snapshot = fit(epochs=3, keep_epochs=(1, 2)).snapshots[1]
    short = fit(epochs=1).generator.state_dict()
    assert all(torch.equal(snapshot[name], short[name]) for name in short)
    whole = fit(epochs=3)
    assert not whole.snapshots and weights(whole) == weights(fit(epochs=3, keep_epochs=(1, 2)))
    assert not torch.equal(whole.generator.layer[0].weight, short["layer.0.weight"])


def test_only_epochs_that_come_are_kept():
    for wrong in (0, 3):
        with pytest.raises(SpecError, match=f"keep_epochs holds {wrong}, and epochs=2"):
            build(keep_epochs=(1, wrong))


def test_images_without_a_class_are_passed_over():
    more = Rows(np.concatenate([X, X]), np.concatenate([Y, np.full(22, -1)]), np.arange(44))
    assert weights(fit(more)) == weights(fit())
    for rows in (replace(ROWS, y=None), replace(ROWS, y=np.where(np.arange(22) == 4, 0, -1))):
        with pytest.raises(DataError, match=r"[01] of 22 training images have a class"):
            fit(rows)


def test_divergence_has_a_name():
    with pytest.raises(Diverged, match="the loss of the two networks is nan in epoch"):
        fit(learning_rate=1e30)


def test_samples_are_images_of_each_class():
    sampler = acgan_sampler(fit())
    x, y = sampler.sample(2051, np.random.default_rng(0))
    assert x.shape == (2051, *SHAPE) and x.dtype == np.uint8
    assert np.bincount(y).tolist() == [1026, 1025] and len(set(y[:20])) == 2
    again = cloudpickle.loads(cloudpickle.dumps(sampler)).sample(2051, np.random.default_rng(0))
    assert again[0].tobytes() == x.tobytes() and again[1].tobytes() == y.tobytes()


def test_pixels_are_the_rounded_images():
    gan = fit()
    x, y = acgan_sampler(gan).sample(9, np.random.default_rng(3))
    rng = np.random.default_rng(3)
    rng.permutation(9)
    noise = torch.randn(9, 4, generator=torch.Generator().manual_seed(int(rng.integers(2**31))))
    with torch.no_grad():
        images = gan.generator.eval()(0.5 * noise, torch.as_tensor(y))
    np.testing.assert_array_equal(x, np.rint(127.5 * images.numpy() + 127.5))


def test_what_leaves_no_gan_cannot_be_gone_on_from():
    with pytest.raises(SpecError, match="generator mine: the generator within leaves nothing"):
        acgan_of(Sampler(lambda n, rng: X), "generator mine")
    with pytest.raises(SpecError, match=r"leaves a dict to go on from; it must leave an AC-GAN"):
        acgan_of(Sampler(lambda n, rng: X, model={}), "generator mine")
    gan = build()
    assert acgan_of(acgan_sampler(gan), "generator mine") is gan


def test_mixed_precision_computes_in_bfloat16():
    seen = []

    class Watched(Generator):
        def forward(self, noise, labels):
            made = super().forward(noise, labels)
            seen.append(made.dtype)
            return made

    for mixed in (True, None):
        gan = replace(build(mixed=mixed), generator=Watched())
        x, _ = acgan_sampler(fit(made=gan)).sample(5, np.random.default_rng(0))
        assert torch.bfloat16 in seen if mixed else set(seen) == {torch.float32}
        assert x.std() > 0 and gan.discriminator.source.weight.isfinite().all()
        seen.clear()

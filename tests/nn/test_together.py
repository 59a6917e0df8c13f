"""Games between networks: the theory of KDGAN on tables of free numbers, and taking turns."""

import math

import numpy as np
import pytest
import torch
from torch import nn

from tscbench import Batch, Link, Loss, Targets
from tscbench.nn import Player, Stakes, distance
from tscbench.nn.together.gradients import adversarial_loss, draw, reinforce
from tscbench.nn.together.kdgan import Rules
from tscbench.nn.together.laws import judgements, scores, true_law
from tscbench.nn.together.turns import Game, Turns

RNG = np.random.default_rng
TRUE = torch.tensor(RNG(0).dirichlet(np.ones(3) * 2, size=5), dtype=torch.float32)
PLACES = torch.arange(5.0)[:, None]


class Table(nn.Module):
    """A network that can answer each of five inputs as it likes."""

    def __init__(self, seed, k=3):
        super().__init__()
        self.z = nn.Parameter(torch.tensor(RNG(seed).normal(size=(5, k)), dtype=torch.float32))

    def forward(self, x):
        return self.z[x[:, 0].long()]


def feed_of(law):
    def feed(size, rng):
        yield PLACES, Batch(PLACES.numpy(), (Targets(law.numpy(), Loss.CROSS_ENTROPY),))

    return feed


def played(
    c, d, t, stakes, rounds, rates=(0.05, 0.005, 0.0005), steps=(10, 1, 1), law=TRUE, **more
):
    """The game on five inputs, with a rate that falls."""
    rules = Rules(c, d, t, more.get("link", Link.SOFTMAX), stakes)
    nets = [net for net in (c, d, t) if net is not None]
    for rate in rates:
        players = [
            Player(net, terms, epochs)
            for (net, terms, plays), epochs in zip(rules.roles(), steps, strict=True)
            if net is not None and plays and epochs
        ]
        game = Game(players, nets, Turns(rounds, 5, rate), RNG(0))
        for number in range(rounds):
            game.run_round(feed_of(law), number)
    return rules, game.history


def test_the_game_ends_where_all_laws_are_the_true_one_at_minus_log_4():
    c, d, t = Table(1), Table(2), Table(3)
    stakes = Stakes(0.3, 1.0, 1.0, "exact", distillation="kl")
    _, history = played(c, d, t, stakes, 400)
    for net in (c, t):
        assert net.z.softmax(1).detach() == pytest.approx(TRUE, abs=0.01)
    assert -history["d_loss"][-1] == pytest.approx(-math.log(4), abs=0.01)


def test_the_best_discriminator_of_fixed_networks():
    c, d, t = Table(1), Table(2), Table(3)
    played(c, d, t, Stakes(0.3, gradient="exact"), 300, steps=(1, 0, 0))
    made = 0.3 * c.z.softmax(1) + 0.7 * t.z.softmax(1)
    assert d.z.sigmoid().detach() == pytest.approx((TRUE / (TRUE + made)).detach(), abs=1e-3)


def test_several_labels_are_games_of_yes_and_no_with_the_same_end():
    law = torch.tensor(RNG(3).uniform(0.1, 0.9, size=(5, 2)), dtype=torch.float32)
    c, d = Table(1, 2), Table(2, 2)
    _, history = played(
        c, d, None, Stakes(gradient="exact"), 600, steps=(5, 1, 1), law=law, link=Link.SIGMOID
    )
    assert c.z.sigmoid().detach() == pytest.approx(law, abs=0.01)
    assert -history["d_loss"][-1] == pytest.approx(-math.log(4), abs=0.01)


Z = torch.tensor(RNG(5).normal(size=(1, 1, 6)), dtype=torch.float32)
G = torch.tensor(2 * RNG(6).normal(size=(1, 1, 6)), dtype=torch.float32)
R = -torch.nn.functional.softplus(G)


def gradients(n, loss):
    """The gradients by z of n estimates, `(n, 6)`."""
    z = Z.expand(n, 1, 6).clone().requires_grad_(True)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        (found,) = torch.autograd.grad(n * loss(z, G.expand(n, 1, 6)), z)
    return found[:, 0]


EXACT = gradients(1, lambda z, g: adversarial_loss(z, g, "exact"))[0]


@pytest.mark.parametrize("baseline", [True, False])
def test_reinforce_has_the_mean_of_the_exact_gradient(baseline):
    def loss(z, g):
        drawn = draw(z.detach(), 1)
        return reinforce(z, R.expand_as(z), drawn, baseline=baseline)

    found = gradients(100_000, loss)
    error = found.std(0) / len(found) ** 0.5
    assert ((found.mean(0) - EXACT).abs() < 3.5 * error + 1e-6).all()


def test_a_baseline_and_the_gumbel_trick_lower_the_variance():
    def bare(z, g):
        return reinforce(z, R.expand_as(z), draw(z.detach(), 1), baseline=False)

    spread = {
        "bare": gradients(20_000, bare).var(0).sum(),
        "reinforce": gradients(
            20_000, lambda z, g: adversarial_loss(z, g, "reinforce")
        ).var(0).sum(),
        "gumbel": gradients(
            20_000, lambda z, g: adversarial_loss(z, g, "gumbel", tau=1.0)
        ).var(0).sum(),
    }  # fmt: skip
    assert spread["gumbel"] < spread["reinforce"] < spread["bare"]


def test_the_gumbel_trick_points_where_the_exact_gradient_does_as_tau_falls():
    def toward(tau):
        found = gradients(
            200_000, lambda z, g: adversarial_loss(z, g, "gumbel", tau=tau)
        ).mean(0)  # fmt: skip
        return float(torch.nn.functional.cosine_similarity(found, EXACT, dim=0))

    assert toward(0.1) > 0.95 and toward(0.1) > toward(2.0)


def test_the_released_loss_by_hand():
    z = torch.tensor([[[0.3, -1.0]], [[2.0, 0.5]]], requires_grad=True)
    g = torch.tensor([[[1.0, -2.0]], [[0.0, 3.0]]])
    with torch.random.fork_rng():
        torch.manual_seed(4)
        drawn = draw(z.detach(), 3)
        torch.manual_seed(4)
        loss = adversarial_loss(z, g, "bce", n_samples=3)
    terms = []
    for row in range(2):
        for y in drawn[row, 0].tolist():
            d, h = (float(v[row, 0, y]) for v in (g.sigmoid(), z.detach().sigmoid()))
            terms.append(-d * math.log(h) - (1 - d) * math.log(1 - h))
    assert loss.item() == pytest.approx(np.mean(terms))


def test_distances():
    ours, theirs = torch.tensor([[1.0, 2.0, 0.0]]), torch.tensor([[0.0, 1.0, 1.0]])
    p, q = (z.softmax(1)[0] for z in (ours, theirs))
    soft = Link.SOFTMAX
    assert float(distance(ours, theirs, soft, "logits")) == pytest.approx(1.5)
    assert float(distance(ours + 7, theirs, soft, "log_probabilities")) == pytest.approx(
        float((p.log() - q.log()).square().sum() / 2), rel=1e-4
    )
    kl = float((q * (q.log() - p.log())).sum())
    assert float(distance(ours, theirs, soft, "kl")) == pytest.approx(kl, rel=1e-5)
    yes = [float(z.sigmoid()) for z in (ours[0, 0], theirs[0, 0])]
    two = yes[1] * math.log(yes[1] / yes[0]) + (1 - yes[1]) * math.log((1 - yes[1]) / (1 - yes[0]))
    one = (ours[:, :1], theirs[:, :1])
    assert float(distance(*one, Link.SIGMOID, "kl")) == pytest.approx(two, rel=1e-5)


def test_laws_of_labels():
    z = torch.tensor([[0.0, 2.0]])
    assert scores(z, Link.SIGMOID).softmax(-1)[0, :, 1] == pytest.approx(z[0].sigmoid())
    assert judgements(z, Link.SIGMOID).tolist() == [[[-0.0, 0.0], [-2.0, 2.0]]]
    y = torch.tensor([[1.0, math.nan]])
    law, known = true_law(y, Link.SIGMOID)
    assert law.tolist() == [[[0.0, 1.0], [0.0, 0.0]]] and known.tolist() == [[True, False]]
    law, known = true_law(torch.tensor([[1.0, 0.0], [math.nan, math.nan]]), Link.SOFTMAX)
    assert law[:, 0].tolist() == [[1.0, 0.0], [0.0, 0.0]] and known[:, 0].tolist() == [True, False]


def test_the_variance_of_a_gradient_is_that_over_batches_and_changes_nothing_of_the_game():
    def noisy_loss(net):
        def terms(x, y, done):
            return {"c_adv": (net.z * torch.randn(5, 3)).sum(), "c_kd": (2 * net.z).sum()}

        return terms

    found = []
    for batches in (0, 400):
        net = Table(0)
        game = Game([Player(net, noisy_loss(net))], [net], Turns(2, 5, 0.1, batches), RNG(0))
        with torch.random.fork_rng():
            torch.manual_seed(0)
            for number in range(2):
                game.run_round(feed_of(TRUE), number)
        found.append((net.z.detach(), game.history))
    (plain, history), (watched, told) = found
    assert torch.equal(plain, watched) and history["c_adv"] == told["c_adv"]
    assert told["c_adv_gradient_variance"] == pytest.approx([1.0, 1.0], abs=0.1)
    assert told["c_kd_gradient_variance"] == pytest.approx([0.0, 0.0], abs=1e-9)

"""Corrected targets: limits, signs and identities of the paper, and its authors' formulas."""

from itertools import pairwise

import numpy as np
import pytest
from scipy.optimize import minimize, minimize_scalar
from scipy.special import log_softmax, softmax
from tscbench_plugins.objectives.mixed import mixed
from tscbench_plugins.objectives.probabilities import probabilities
from tscbench_plugins.objectives.semiparametric import semiparametric
from tscbench_plugins.objectives.semiparametric.gammas import GAMMAS

from tscbench import Link, Loss, Scale, Schema, SpecError, to_logits
from tscbench.contracts.kinds import plugin_of

TWO = Schema((3,), (2,))
FOUR = Schema((3,), (4,))
LABELS = Schema((3,), (3,), Link.SIGMOID)
P = np.array([0.03, 0.2, 0.5, 0.7, 0.97])
Y = np.array([1, 0, 1, 0, 1])
NAMES = ["boundfast", "boundslow", "relerr", "abserr", "power", "orthogonal"]


def two(**params):
    """Targets of two classes whose teacher answers P."""
    return semiparametric(to_logits(P, TWO), Y, np.ones(5, bool), TWO, **params).values


def four(n=50, floor=1 / 500):
    """Outputs whose probabilities are above the floor, labels, and the label as a vector."""
    rng = np.random.default_rng(0)
    z = rng.normal(0, 1, (n, 4))
    y = rng.integers(0, 4, n)
    assert softmax(z, axis=1).min() > floor
    return z, y, np.eye(4)[y]


def corrected(z, y, **params):
    return semiparametric(z, y, np.ones(len(z), bool), FOUR, **params)


def test_the_papers_squared_loss_is_not_centred():
    z, y, _ = four()
    centred, plain = (corrected(z, y, scale="logp", centred=c) for c in (True, False))
    np.testing.assert_array_equal(centred.values, plain.values)
    assert centred.free_shift and not plain.free_shift


def test_without_a_correction_it_is_plain_distillation():
    z, y, _ = four()
    plain = corrected(z, y, gamma_alpha=0)
    np.testing.assert_array_equal(plain.values, probabilities(z, FOUR).values)
    assert (plain.loss, plain.scale) == (Loss.SQUARED, Scale.PROBABILITY)
    logs = corrected(z, y, gamma_alpha=0, scale="logp")
    np.testing.assert_allclose(logs.values, log_softmax(z, axis=1))
    assert (logs.loss, logs.scale) == (Loss.SQUARED, Scale.LOG_PROBABILITY)
    soft = corrected(z, y, gamma_alpha=0, scale="annealed", temperature=3.0)
    np.testing.assert_allclose(soft.values, softmax(z / 3, axis=1))
    assert (soft.loss, soft.temperature) == (Loss.CROSS_ENTROPY, 3.0)


@pytest.mark.parametrize("gamma", ["boundfast", "boundslow", "relerr", "abserr"])
@pytest.mark.parametrize("scale", ["p", "logp", "annealed"])
def test_alpha_0_corrects_nothing_and_a_small_one_little(gamma, scale):
    z, y, _ = four()
    plain = corrected(z, y, gamma_alpha=0, scale=scale).values
    np.testing.assert_allclose(
        corrected(z, y, gamma=gamma, gamma_alpha=0, scale=scale).values, plain
    )
    near = corrected(z, y, gamma=gamma, gamma_alpha=1e-12, scale=scale).values
    np.testing.assert_allclose(near, plain, atol=0.01)


@pytest.mark.parametrize("scale", ["p", "logp"])
def test_power_1_is_an_empty_interval_and_corrects_nothing(scale):
    np.testing.assert_allclose(
        two(gamma="power", gamma_alpha=1, scale=scale), two(gamma_alpha=0, scale=scale)
    )


@pytest.mark.parametrize("form", ["diagonal", "matrix"])
@pytest.mark.parametrize("scale", ["p", "logp", "annealed"])
def test_as_alpha_grows_it_becomes_the_orthogonal_loss(scale, form):
    z, y, _ = four()
    orthogonal = corrected(z, y, gamma="orthogonal", scale=scale).values
    large = corrected(z, y, gamma_alpha=1e9, form=form, scale=scale).values
    np.testing.assert_allclose(large, orthogonal, rtol=1e-5, atol=1e-6)
    if form == "diagonal":
        slow = corrected(z, y, gamma="boundslow", gamma_alpha=1e12, scale=scale).values
        np.testing.assert_allclose(slow, orthogonal, rtol=1e-2, atol=1e-2)


def test_the_orthogonal_target_is_the_label_or_its_first_order_step():
    z, y, truth = four()
    p = softmax(z, axis=1)
    np.testing.assert_allclose(corrected(z, y, gamma="orthogonal").values, truth, atol=1e-12)
    logs = corrected(z, y, gamma="orthogonal", scale="logp").values
    np.testing.assert_allclose(logs, np.log(p) + truth / p - 1)
    soft = corrected(z, y, gamma="orthogonal", scale="annealed", temperature=1).values
    np.testing.assert_allclose(soft, truth, atol=1e-12)


@pytest.mark.parametrize("gamma", NAMES)
@pytest.mark.parametrize("scale", ["p", "logp", "annealed"])
def test_the_correction_leads_towards_the_label(gamma, scale):
    """y = 1, p = 0.5 must raise the target; as the slides print the sign, it falls."""
    z = to_logits(np.array([0.5, 0.5]), TWO)
    given = {"gamma": gamma, "gamma_alpha": 2.0 if gamma == "power" else 0.5, "scale": scale}
    up, down = semiparametric(z, np.array([1, 0]), np.ones(2, bool), TWO, **given).values
    plain = semiparametric(z, np.array([1, 0]), np.ones(2, bool), TWO, gamma_alpha=0, scale=scale)
    assert up[1] > plain.values[0, 1] > down[1]
    assert down[0] > plain.values[1, 0] > up[0]


@pytest.mark.parametrize("c", [1e-3, 0.1, 10.0])
def test_boundfast_is_the_authors_formula(c):
    delta = Y - P
    np.testing.assert_allclose(two(gamma_alpha=c)[:, 1], P + c / (c + delta**2) * delta)
    logs = np.log(P) + c / P / (c + delta**2) * delta
    np.testing.assert_allclose(two(gamma_alpha=c, scale="logp")[:, 1], logs)


def test_logarithms_are_floored_and_residuals_are_not():
    z, real = to_logits(np.array([0.0, 0.0, 1.0]), TWO), np.ones(3, bool)
    y = np.array([1, 0, 0])
    fast = semiparametric(z, y, real, TWO, gamma_alpha=0.1, scale="logp").values[:, 1]
    np.testing.assert_allclose(fast, [np.log(1 / 500) + 50 / 1.1, np.log(1 / 500), -0.1 / 1.1])
    full = semiparametric(z, y, real, TWO, gamma="orthogonal", scale="logp").values[:, 1]
    np.testing.assert_allclose(full, [np.log(1 / 500) + 499, np.log(1 / 500) - 1, -1.0])


def test_one_matrix_of_two_classes_is_a_diagonal_of_half_the_alpha():
    """‖δ‖² = 2δ², so that matrix α = 2c is diagonal c."""
    for scale in ("p", "logp", "annealed"):
        np.testing.assert_allclose(
            two(gamma_alpha=0.2, form="matrix", scale=scale), two(gamma_alpha=0.1, scale=scale)
        )


def test_one_residual_alone_makes_matrix_and_diagonal_the_same():
    p, delta = np.array([[0.2, 0.3, 0.4]]), np.array([[0.0, -0.3, 0.0]])
    for logarithms in (False, True):
        full, each = (GAMMAS[n](p, delta, 0.7, logarithms) for n in ("matrix", "boundfast"))
        np.testing.assert_allclose(full * delta, each * delta)


@pytest.mark.parametrize("logarithms", [False, True])
def test_boundfast_and_its_matrix_minimise_what_they_say(logarithms):
    p, truth, alpha = np.array([0.1, 0.3, 0.6]), np.array([0.0, 1.0, 0.0]), 0.3
    delta, g = truth - p, np.diag(1 / p if logarithms else np.ones(3))
    given = (p[None], delta[None], alpha, logarithms)

    def risk(flat):
        gamma = flat.reshape(3, 3)
        return np.sum((gamma @ delta) ** 2) + alpha * np.sum((g - gamma) ** 2)

    best = minimize(risk, np.zeros(9), tol=1e-12).x.reshape(3, 3)
    np.testing.assert_allclose((GAMMAS["matrix"](*given) * delta)[0], best @ delta, atol=1e-5)
    for power, name in ((2, "boundfast"), (4, "boundslow")):
        for j in range(3):

            def lone(gamma, power=power, j=j):
                return gamma**2 * delta[j] ** 2 + alpha * (gamma - g[j, j]) ** power

            found = minimize_scalar(lone, bounds=(0, 20), method="bounded", options={"xatol": 1e-9})
            assert GAMMAS[name](*given)[0, j] == pytest.approx(found.x, abs=1e-5)


@pytest.mark.parametrize("logarithms", [False, True])
@pytest.mark.parametrize(("name", "size"), [("relerr", 1.0), ("abserr", 0.2), ("power", 3.0)])
def test_minimax_gammas_are_those_of_a_brute_force_search(name, size, logarithms):
    p = np.array([0.01, 0.1, 0.35, 0.5, 0.8, 0.99])
    least = 1e-3 * logarithms
    ends = {
        "relerr": (p / (1 + size), p * (1 + size)),
        "abserr": (p - size, p + size),
        "power": (p, p ** (1 / size)),
    }[name]
    found = GAMMAS[name](p[:, None], p[:, None], size, logarithms)[:, 0]
    h = np.log if logarithms else lambda q: q
    for one, low, high, gamma in zip(p, *ends, found, strict=True):
        q = np.linspace(max(low, least), min(high, 1.0), 10 if logarithms else 4001)
        tried = np.arange(-200, 200)[:, None] * 0.05
        worst = (tried * (q - one) - (h(q) - h(one))) ** 2 + tried**2 * q * (1 - q)
        worst = worst.max(axis=1)
        at = int(np.rint(gamma / 0.05)) + 200
        assert worst[at] == pytest.approx(worst.min(), rel=1e-6)


@pytest.mark.parametrize("gamma", NAMES)
def test_on_probabilities_a_target_lies_between_teacher_and_label(gamma):
    alpha = 2.0 if gamma == "power" else 0.3
    values = two(gamma=gamma, gamma_alpha=alpha)
    low, high = np.minimum(P, Y), np.maximum(P, Y)
    assert np.all((low - 1e-12 <= values[:, 1]) & (values[:, 1] <= high + 1e-12))
    assert plugin_of(semiparametric).needs_of(params(gamma=gamma)) == {"squared"}


def test_a_larger_alpha_corrects_more():
    steps = [np.abs(two(gamma_alpha=a)[:, 1] - P) for a in (0, 1e-5, 1e-2, 1, 1e3)]
    assert all(np.all(less < more) for less, more in pairwise(steps))


def test_annealed_targets_are_the_derivative_of_the_annealed_teacher():
    """Moved by a small step t·(y - p), the softened teacher moves by t times the correction."""
    z, y, truth = four()
    p, t, step = softmax(z, axis=1), 2.5, 1e-6

    def softened(p):
        return p ** (1 / t) / np.sum(p ** (1 / t), axis=1, keepdims=True)

    moved = (softened(p + step * (truth - p)) - softened(p)) / step
    values = corrected(z, y, gamma="orthogonal", scale="annealed", temperature=t).values
    np.testing.assert_allclose(values - softened(p), moved, atol=1e-4)
    np.testing.assert_allclose(values.sum(axis=1), 1)
    assert values.min() < 0


@pytest.mark.parametrize("scale", ["p", "logp", "annealed"])
@pytest.mark.parametrize("gamma", NAMES)
def test_synthetic_rows_keep_the_plain_target_even_when_labelled(gamma, scale):
    z, y, _ = four()
    real, known = np.arange(50) < 20, np.where(np.arange(50) % 7 == 0, -1, y)
    given = {"gamma": gamma, "gamma_alpha": 2.0, "scale": scale}
    values = semiparametric(z, known, real, FOUR, **given).values
    plain = corrected(z, y, gamma_alpha=0, scale=scale).values
    moved = ~np.isclose(values, plain).all(axis=1)
    np.testing.assert_array_equal(moved, real & (known >= 0))
    half = mixed(z, known, real, FOUR, kd_weight=0.5).values
    np.testing.assert_array_equal(~np.isclose(half, softmax(z, axis=1)).all(axis=1), moved)


def test_mixed_is_a_mean_of_teacher_and_label():
    z, y, truth = four()
    p, real = softmax(z, axis=1), np.ones(50, bool)
    for weight in (0, 0.3, 1):
        values = mixed(z, y, real, FOUR, kd_weight=weight).values
        np.testing.assert_allclose(values, (1 - weight) * truth + weight * p, atol=1e-12)


def test_each_of_several_labels_is_corrected_where_it_is_known():
    z = np.zeros((2, 3))
    y = np.array([[1.0, 0.0, np.nan], [np.nan, 1.0, 0.0]])
    values = semiparametric(z, y, np.array([True, False]), LABELS, gamma="orthogonal").values
    np.testing.assert_allclose(values, [[1, 0, 0.5], [0.5, 0.5, 0.5]])


def params(**changes):
    plugin = plugin_of(semiparametric)
    return {name: p.default for name, p in plugin.parameters.items()} | changes


def test_needs_follow_the_scale():
    needs = plugin_of(semiparametric).needs_of
    assert needs(params(scale="logp")) == {"squared", "signed_targets", "single_label"}
    soft = {"cross_entropy", "signed_targets", "single_label"}
    assert needs(params(scale="annealed", temperature=1.0)) == soft
    assert needs(params(scale="annealed")) == soft | {"temperature"}
    for changes, said in [
        ({"form": "matrix", "gamma": "relerr"}, "no matrix form"),
        ({"gamma_alpha": -1.0}, "0 or more"),
        ({"gamma_alpha": 0, "gamma": "power"}, "above 0 for gamma=power"),
    ]:
        with pytest.raises(SpecError, match=said):
            needs(params(**changes))

"""How far a corrected target goes from the teacher towards the label: γ, by the authors' names.

p is the teacher's probability, δ = y - p what the label adds to it, α what γ trades by. g is the γ
of the orthogonal loss: 1 on the scale of probabilities, 1/p on that of their logarithms. All arrays
are `(m, k)`; every γ but that of the matrix form is chosen for each row and class alone.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from tscbench import Array

GRID = 0.05 * np.arange(200)
"""The γ among which a minimax one is searched; a negative one is never best."""

LEAST = 1e-3
"""From below an interval of probabilities ends here, where logarithms are taken."""

BLOCK = 4096
"""Probabilities that are searched for at once."""


def orthogonal(p: Array, delta: Array, alpha: float, logarithms: bool) -> Array:
    """g."""
    return 1 / p if logarithms else np.ones_like(p)


def bound_fast(p: Array, delta: Array, alpha: float, logarithms: bool) -> Array:
    """argmin over γ of γ²δ² + α(γ - g)²: variance against squared bias."""
    g = orthogonal(p, delta, alpha, logarithms)
    return alpha * g / (alpha + delta**2) if alpha else 0 * g


def matrix(p: Array, delta: Array, alpha: float, logarithms: bool) -> Array:
    """argmin over matrices Γ of ‖Γδ‖² + α‖diag(g) - Γ‖², as the diagonal γ with γδ = Γδ.

    Γ = diag(g)(I - δδᵀ/(α + ‖δ‖²)), so that one factor shrinks the correction of all classes.
    """
    g = orthogonal(p, delta, alpha, logarithms)
    return alpha * g / (alpha + (delta**2).sum(axis=1, keepdims=True)) if alpha else 0 * g


def bound_slow(p: Array, delta: Array, alpha: float, logarithms: bool) -> Array:
    """argmin over γ of γ²δ² + α(γ - g)⁴, by bisection of its derivative, which grows with γ.

    The authors search a grid from -100 to 100 in steps of 0.2, which misses both 0 and g.
    """
    g = orthogonal(p, delta, alpha, logarithms)
    low, high = 0 * g, g
    for _ in range(60 if alpha else 0):
        middle = (low + high) / 2
        beyond = middle * delta**2 > 2 * alpha * (g - middle) ** 3
        low, high = np.where(beyond, low, middle), np.where(beyond, middle, high)
    return low


def minimax(
    interval: Callable[[Array, float], tuple[Array, Array]],
    p: Array,
    delta: Array,
    alpha: float,
    logarithms: bool,
) -> Array:
    """argmin over γ in `GRID` of the largest (γ(q - p) - (h(q) - h(p)))² + γ²q(1 - q) over the
    true probabilities q that are taken to be possible; h is the identity or the logarithm.

    The largest is exact for probabilities, and one of ten values of q for logarithms. Of equal γ
    the smallest is taken.
    """
    low, high = (np.clip(end, LEAST * logarithms, 1.0) for end in interval(p, alpha))
    flat = [a.ravel() for a in (p, low, high)]
    found = np.empty(p.size)
    for start in range(0, p.size, BLOCK):
        part = slice(start, start + BLOCK)
        found[part] = _search(*(a[part] for a in flat), logarithms)
    return found.reshape(p.shape)


def _search(p: Array, low: Array, high: Array, logarithms: bool) -> Array:
    gamma = GRID[:, None]
    places = [low + share * (high - low) for share in np.linspace(0, 1, 10)]
    if not logarithms:
        curve = np.where(gamma == 0.5, np.inf, 2 * (1 - 2 * gamma))  # a parabola in q; at ½ a line
        places = [low, high, np.clip((2 * p * (1 - gamma) ** 2 - gamma**2) / curve, low, high)]
    worst = np.zeros((len(GRID), len(p)))
    for q in places:
        gap = np.log(q) - np.log(p) if logarithms else q - p
        worst = np.maximum(worst, (gamma * (q - p) - gap) ** 2 + gamma**2 * q * (1 - q))
    return np.asarray(GRID[np.argmin(worst, axis=0)])


def _relative(p: Array, error: float) -> tuple[Array, Array]:
    return p / (1 + error), p * (1 + error)


def _absolute(p: Array, error: float) -> tuple[Array, Array]:
    return p - error, p + error


def _power(p: Array, t: float) -> tuple[Array, Array]:
    return np.minimum(p, p ** (1 / t)), np.maximum(p, p ** (1 / t))


GAMMAS: dict[str, Callable[[Array, Array, float, bool], Array]] = {
    "orthogonal": orthogonal,
    "boundfast": bound_fast,
    "matrix": matrix,
    "boundslow": bound_slow,
    "relerr": partial(minimax, _relative),
    "abserr": partial(minimax, _absolute),
    "power": partial(minimax, _power),
}

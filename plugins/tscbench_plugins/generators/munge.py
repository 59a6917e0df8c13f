"""MUNGE: each row trades values with its nearest other row, and noise blurs the numbers."""

import numpy as np

from tscbench import Array, Rng, Rows, Sampler, Schema, generator
from tscbench.tabular import finder, nearest


@generator(
    source="Bucilă, Caruana & Niculescu-Mizil, 2006, Model Compression, KDD", needs={"tabular"}
)
def munge(
    train: Rows, schema: Schema, *, p: float = 0.5, s: float = 1.0, static: bool = False
) -> Sampler:
    """Passes over a copy of the training rows, each row in turn trading with its nearest other row.

    Of a pair e, e′ each numeric attribute becomes N(e′, |e − e′| / s) and N(e, |e − e′| / s), both
    from the old values; a level, or a number that is missing in e or e′, is swapped. Each pass
    starts from the training rows and its rows come shuffled, so any prefix is a fair sample of it.

    Args:
        p: probability that an attribute is traded.
        s: local variance parameter; the larger, the less noise, and `inf` only swaps.
        static: nearest rows are those of the training table, not of the table as it changes.
    """
    x, spread = train.x, schema.numeric / s
    n_train = len(x)
    partner = nearest(x, schema, 1)[:, :1].ravel() if static else None
    levels = None if partner is None else _levels(partner)

    def one_pass(rng: Rng) -> Array:
        traded = rng.random(x.shape) < p
        noise = rng.standard_normal((2, *x.shape))
        if n_train < 2:
            return x.copy()
        if partner is not None:
            return _in_levels(x, partner, levels, traded, noise, spread)
        return _in_turn(x, schema, traded, noise, spread)

    def sample(n: int, rng: Rng) -> Array:
        parts = [np.empty((0, x.shape[1]))]
        for done in range(0, n, n_train):
            rows = one_pass(rng)
            parts.append(rows[rng.permutation(n_train)[: n - done]])
        return np.concatenate(parts)

    return Sampler(sample)


def _trade(e: Array, f: Array, traded: Array, noise: Array, spread: Array) -> tuple[Array, Array]:
    """New values of rows `e` and `f`, `(…, d)` each; noise `(2, …, d)` is standard normal."""
    sd = np.abs(e - f) * spread
    sd = np.where(np.isnan(sd), 0.0, sd)
    new_e = np.where(traded, f + sd * noise[0], e)
    new_f = np.where(traded, e + sd * noise[1], f)
    return new_e, new_f


def _in_turn(x: Array, schema: Schema, traded: Array, noise: Array, spread: Array) -> Array:
    table, find = x.copy(), finder(x, schema)
    for i in range(len(x)):
        pair = np.array([i, find.closest(i)])
        table[pair] = _trade(*table[pair], traded[i], noise[:, i], spread)
        find.move(pair, table[pair])
    return table


def _in_levels(
    x: Array, partner: Array, levels: list[Array], traded: Array, noise: Array, spread: Array
) -> Array:
    """The same as trading in turn: pairs of one level share no row."""
    table = x.copy()
    for e in levels:
        f = partner[e]
        table[e], table[f] = _trade(table[e], table[f], traded[e], noise[:, e], spread)
    return table


def _levels(partner: Array) -> list[Array]:
    """Rows grouped so that each row's pair meets only pairs of earlier groups before its turn."""
    busy = [0] * len(partner)
    level = []
    for e, f in enumerate(partner.tolist()):
        busy[e] = busy[f] = 1 + max(busy[e], busy[f])
        level.append(busy[e])
    order = np.argsort(level, kind="stable")
    return np.split(order, np.cumsum(np.bincount(level)[1:])[:-1]) if level else []

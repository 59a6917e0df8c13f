"""Adversarial random forests as their authors released them, in the package arfpy."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

from tscbench import Array, DataError, Rng, Rows, Sampler, Schema, generator

if TYPE_CHECKING:
    import pandas as pd


@generator(
    source="Watson, Blesch, Kapar and Wright, 2023, Adversarial random forests for density "
    "estimation and generative modeling; the authors' package arfpy",
    needs={"tabular", "complete"},
    requires=("arfpy", "pandas", "scikit-learn", "scipy"),
)
def arfpy(
    train: Rows,
    schema: Schema,
    rng: Rng,
    *,
    n_trees: int = 30,
    min_leaf: int = 5,
    delta: float = 0.0,
    max_rounds: int = 10,
) -> Sampler:
    """Rows drawn column by column within the leaves of a forest that cannot tell them from real.

    Numbers come from the normal of a leaf's values, truncated where the leaf ends, so at the rim
    they may leave the training range; levels come as often as the leaf has them. Columns of whole
    numbers are rounded.

    Args:
        n_trees: trees of each forest; arfpy's num_trees.
        min_leaf: the fewest rows of a leaf; arfpy's min_node_size.
        delta: the out-of-bag accuracy at which the rounds end is 0.5 + delta.
        max_rounds: the most forests after the first; arfpy's max_iters.

    Raises:
        DataError: fewer than two training rows, of which no density can be estimated.
    """
    if len(train) < 2:
        raise DataError(f"arfpy: {len(train)} training rows; a density needs two or more")
    whole = schema.numeric & np.all(train.x == np.round(train.x), axis=0)
    with _as_arfpy_expects(rng) as arf:
        model = arf.arf(
            _frame(train.x, schema),
            num_trees=n_trees,
            min_node_size=min_leaf,
            delta=delta,
            max_iters=max_rounds,
            verbose=False,
        )
        model.forde()
    _mend(model)

    def sample(n: int, rng: Rng) -> Array:
        with _as_arfpy_expects(rng):
            rows = model.forge(n).to_numpy(float)
        rows[:, whole] = np.round(rows[:, whole]) + 0.0  # no -0.0
        return rows

    return Sampler(sample)


def _frame(x: Array, schema: Schema) -> pd.DataFrame:
    """Training rows as arfpy takes them: levels as categories, columns called 0, 1, 2, …

    arfpy looks columns up by their places, which pandas 3 answers only where these are the names.
    """
    import pandas as pd

    return pd.DataFrame(
        {
            j: pd.Categorical.from_codes(x[:, j].astype(int), categories=range(levels))
            if levels
            else x[:, j]
            for j, levels in enumerate(map(int, schema.cardinality))
        }
    )


def _mend(model: Any) -> None:
    """Makes every leaf one that numpy and scipy can draw from.

    arfpy gives leaves of a single row no share, and then the shares do not sum to 1. A leaf whose
    values are equal has no spread, and where they lie on its bound arfpy divides 0 by 0.
    """
    leaves = model.bnds[["tree", "nodeid", "cvg"]].drop_duplicates()
    model.bnds["cvg"] *= model.num_trees / leaves["cvg"].sum()
    if len(model.params):
        model.params.loc[model.params["sd"] == 0, ["min", "max"]] = [-np.inf, np.inf]


@contextmanager
def _as_arfpy_expects(rng: Rng) -> Iterator[ModuleType]:
    """The module `arfpy.arf`, with the surroundings that it was written for.

    arfpy and what it calls draw from numpy's global state, which belongs to the caller: it is
    seeded from `rng` here, and left as it was found. Deprecations that arfpy meets are its own.
    """
    from arfpy import arf

    arf.np = _Numpy("numpy")
    found = np.random.get_state()
    np.random.seed(int(rng.integers(2**32)))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield arf
    finally:
        np.random.set_state(found)


class _Numpy(ModuleType):
    """numpy as arfpy sees it: with `in1d`, which numpy 2.4 no longer has."""

    in1d = staticmethod(np.isin)

    def __getattr__(self, name: str) -> Any:
        return getattr(np, name)

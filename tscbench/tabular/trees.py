"""Trees of scikit-learn, walked lean and in fixed blocks: no answer depends on the batch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tscbench.contracts.types import Array, Schema

BLOCK = 65_536  # smaller blocks load each tree into the cache more often than they use it


def in_blocks(answer: Callable[[Array], Array], x: Array, width: int) -> Array:
    """`answer` of x, `(m, width)` float64, `BLOCK` rows at a time; images are flattened."""
    out = np.empty((len(x), width))
    for start in range(0, len(x), BLOCK):
        block = x[start : start + BLOCK]
        out[start : start + BLOCK] = answer(block.reshape(len(block), -1))
    return out


def mean_of_trees(trees: Sequence[Any], node_values: Callable[[Any], Array], x: Array) -> Array:
    """Mean over `trees` (each a fitted estimator's `tree_`), in their order, `(m, c)`.

    node_values: the values in a tree's nodes, `(nodes, c)`.
    """
    width = node_values(trees[0]).shape[1]

    def mean(block: Array) -> Array:
        single = block.astype(np.float32, order="C")  # as in scikit-learn
        total = np.zeros((len(block), width))
        for tree in trees:
            total += node_values(tree)[tree.apply(single)]
        return total / len(trees)

    return in_blocks(mean, x, width)


def regression_values(tree: Any) -> Array:
    """Node values of a regression tree, `(nodes, columns)`."""
    return np.asarray(tree.value[:, :, 0])


def tree_size(trees: Sequence[Any]) -> dict[str, int]:
    """Counts of trees, nodes and leaves."""
    return {
        "trees": len(trees),
        "nodes": sum(int(tree.node_count) for tree in trees),
        "leaves": sum(int(tree.n_leaves) for tree in trees),
    }


def native_categories(schema: Schema) -> Array | None:
    """Mask of the columns that histogram boosting can split by level; None if there is none."""
    mask = (schema.cardinality > 0) & (schema.cardinality <= 255)
    return np.asarray(mask) if mask.any() else None


def fill_empty(x: Array) -> Array:
    """x with 0 in the columns that hold nothing but NaN, which histogram boosting cannot bin."""
    empty = np.isnan(x).all(axis=0)
    return np.where(empty, 0.0, x) if empty.any() else x


def boosted_size(models: Sequence[Any], n_iterations: int | None = None) -> dict[str, int]:
    """Counts of trees, nodes and leaves over the first `n_iterations` rounds of fitted models."""
    trees = [t for m in models for rounds in m._predictors[:n_iterations] for t in rounds]
    return {
        "trees": len(trees),
        "nodes": sum(len(tree.nodes) for tree in trees),
        "leaves": sum(int(tree.get_n_leaf_nodes()) for tree in trees),
    }

"""Trees of scikit-learn, walked lean and in fixed blocks: no answer depends on the batch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tscbench.contracts.types import Array, Schema

CELLS = 2**22  # a block: 16 MB in single precision; smaller ones reload each tree too often


def in_blocks(answer: Callable[[Array], Array], x: Array, width: int) -> Array:
    """`answer` of x, `(m, width)` float64, `CELLS` numbers of x at a time; images are flattened."""
    out = np.empty((len(x), width))
    flat = x.reshape(len(x), int(np.prod(x.shape[1:])))
    step = max(1, CELLS // max(1, flat.shape[1]))
    for start in range(0, len(x), step):
        out[start : start + step] = answer(flat[start : start + step])
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
            total += node_values(tree).take(tree.apply(single), axis=0, mode="clip")
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


def boosted_size(models: Sequence[Any]) -> dict[str, int]:
    """Counts of trees, nodes and leaves over all rounds of fitted models."""
    trees = [tree for model in models for rounds in model._predictors for tree in rounds]
    return {
        "trees": len(trees),
        "nodes": sum(len(tree.nodes) for tree in trees),
        "leaves": sum(int(tree.get_n_leaf_nodes()) for tree in trees),
    }

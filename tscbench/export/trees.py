"""Trees of scikit-learn, with the directions of missing values and of categories.

skl2onnx 1.20 drops a tree's direction for missing values, reads sets of categories as thresholds,
and adds leaves up in single precision, which breaks ties; so trees are taken from here instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tscbench.contracts.types import Array
from tscbench.export.ensembles import Ensemble, Switch, Tree


def ensemble_of(model: Any) -> Ensemble | None:
    """The trees of a fitted estimator of scikit-learn; None where it is not one of those known."""
    from sklearn import ensemble, multioutput, tree

    boosters = (ensemble.HistGradientBoostingRegressor, ensemble.HistGradientBoostingClassifier)
    forests = (
        ensemble.RandomForestRegressor,
        ensemble.RandomForestClassifier,
        ensemble.ExtraTreesRegressor,
        ensemble.ExtraTreesClassifier,
    )
    if type(model) is multioutput.MultiOutputRegressor:
        return _boosted(model.estimators_) if type(model.estimators_[0]) is boosters[0] else None
    if type(model) in boosters:
        return _boosted([model])
    if np.ndim(getattr(model, "n_classes_", 0)):  # a classifier of several labels
        return None
    if type(model) in forests:
        return Ensemble([_grown(each) for each in model.estimators_], mean=True, single=True)
    if type(model) in (tree.DecisionTreeRegressor, tree.DecisionTreeClassifier):
        return Ensemble([_grown(model)], single=True)
    return None


def _grown(member: Any) -> Tree:
    """A CART tree. Its nodes hold one value per regressed column, or the shares of the classes."""
    nodes = member.tree_
    shares = hasattr(member, "classes_")
    return Tree(
        leaf=nodes.children_left < 0,
        column=nodes.feature,
        threshold=nodes.threshold,
        missing_left=nodes.missing_go_to_left,
        left=nodes.children_left,
        right=nodes.children_right,
        value=nodes.value[:, 0, :] if shares else nodes.value[:, :, 0],
    )


def _boosted(models: Sequence[Any]) -> Ensemble | None:
    """Boosted trees, the first of which carry the baselines; None where a link stands between the
    sum and what a regressor answers, or where models have different numbers of rounds."""
    linked = any(type(m._loss.link).__name__ == "LogLink" for m in models)
    if linked or len({model.n_iter_ for model in models}) != 1:
        return None
    switches: list[Switch] = []
    trees = []
    for number in range(models[0].n_iter_):
        for model in models:
            baselines = model._baseline_prediction.ravel() * (number == 0)
            for grown, baseline in zip(model._predictors[number], baselines, strict=True):
                trees.append(_plain(grown, model, baseline, switches))
    return Ensemble(trees, len(trees) // models[0].n_iter_, switches=switches)


def _plain(grown: Any, model: Any, baseline: float, switches: list[Switch]) -> Tree:
    """A boosted tree; each of its splits by categories becomes a threshold on a new switch.

    Histogram boosting puts the categorical columns first and numbers the categories it has seen.
    """
    nodes = grown.nodes
    column, threshold = nodes["feature_idx"].astype(np.int64), nodes["num_threshold"].copy()
    if model._preprocessor is not None:
        mask = model.is_categorical_
        source = np.concatenate([np.flatnonzero(mask), np.flatnonzero(~mask)])
        seen = model._preprocessor.named_transformers_["encoder"].categories_
        column = source[column]
        for i in np.flatnonzero(nodes["is_categorical"] & (nodes["is_leaf"] == 0)):
            bits = grown.raw_left_cat_bitsets[nodes[i]["bitset_idx"]]
            categories = seen[nodes[i]["feature_idx"]]
            sides = _sides(bits, categories, bool(nodes[i]["missing_go_to_left"]))
            switches.append(Switch(int(column[i]), sides))
            column[i], threshold[i] = len(mask) + len(switches) - 1, 0.5
    return Tree(
        leaf=nodes["is_leaf"].astype(bool),
        column=column,
        threshold=threshold,
        missing_left=nodes["missing_go_to_left"],
        left=nodes["left"],
        right=nodes["right"],
        value=baseline + nodes["value"][:, None],
    )


def _sides(bits: Array, categories: Array, missing_left: bool) -> Array:
    """0 for left and 1 for right of the codes 0, 1, …, and last of missing and unseen values.

    bits: `(8,)` uint32, set where the category of that number goes left.
    """
    known = categories[~np.isnan(categories)].astype(np.int64)
    sides = np.full(known.max(initial=-1) + 2, 0.0 if missing_left else 1.0)
    place = np.arange(len(known))
    sides[known] = 1 - (bits[place // 32] >> (place % 32).astype(np.uint32) & 1)
    return sides

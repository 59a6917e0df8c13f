"""Trees as plain arrays, and the ONNX graph that adds up their leaves as scikit-learn does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tscbench.contracts.types import Array


@dataclass(frozen=True, eq=False)
class Tree:
    """One tree, as arrays over its nodes, of which the first is the root.

    A row goes left where its `column` is at most `threshold` or, if `missing_left`, is NaN.
    value: `(nodes, c)`, read in the leaves.
    """

    leaf: Array
    column: Array
    threshold: Array
    missing_left: Array
    left: Array
    right: Array
    value: Array


@dataclass(frozen=True, eq=False)
class Switch:
    """A further column: 0 where a category goes left, 1 where it goes right.

    column: that of the codes. sides: `(levels + 1,)`, the last for any other value.
    """

    column: int
    sides: Array


@dataclass(frozen=True, eq=False)
class Ensemble:
    """Trees in the order in which their leaves are added up, round by round.

    groups: sums made side by side, each of every groups-th tree; mean: divided by their length.
    single: inputs are rounded to float32 first. switches: the columns from number d on.
    """

    trees: Sequence[Tree]
    groups: int = 1
    mean: bool = False
    single: bool = False
    switches: Sequence[Switch] = field(default_factory=tuple)


_BODY = """
    leaf_number = ai.onnx.ml.TreeEnsembleRegressor(columns)
    leaf = Cast<to = 7>(leaf_number)
    place = Add(leaf, first_leaf)
    each = Gather<axis = 0>(leaf_values, place)
    rounds = Reshape(each, shape)
    sums = CumSum(rounds, axis)
    sum = Gather<axis = 1>(sums, last)
    values = Div(sum, length)
"""
"""Each tree says the number of a row's leaf, as one of as many targets; double precision and the
order of the sum are then those of scikit-learn, so that ties stay ties."""

_AS_GIVEN = "given = Identity(x)"

_ROUNDED = """
    single_x = Cast<to = 1>(x)
    given = Cast<to = 11>(single_x)
"""

_PLAIN = " columns = Identity(given)"

_SWITCHED = """
    codes = Gather<axis = 1>(given, switch_columns)
    from_nought = GreaterOrEqual(codes, nought)
    in_range = Less(codes, levels)
    known = And(from_nought, in_range)
    level = Where(known, codes, levels)
    whole_level = Cast<to = 7>(level)
    switch = Add(whole_level, first_level)
    switched = Gather<axis = 0>(switch_sides, switch)
    columns = Concat<axis = 1>(given, switched)
"""


def ensemble_graph(ensemble: Ensemble, d: int, head: str) -> Any:
    """The model from `x (rows, d)` to `values (rows, groups · c)`, both float64.

    head: the versions that an ONNX text starts with.
    """
    import onnx
    from onnx import numpy_helper, parser

    steps = _ROUNDED if ensemble.single else _AS_GIVEN
    steps += _SWITCHED if ensemble.switches else _PLAIN
    width = ensemble.groups * ensemble.trees[0].value.shape[1]
    model = parser.parse_model(
        f"{head} trees (double[rows, {d}] x) => (double[rows, {width}] values) {{{steps}{_BODY}}}"
    )
    (node,) = (n for n in model.graph.node if n.op_type == "TreeEnsembleRegressor")
    node.attribute.extend(_attribute(n, a) for n, a in _attributes(ensemble.trees).items())
    node.attribute.append(onnx.helper.make_attribute("n_targets", len(ensemble.trees)))
    constants = _constants(ensemble) | (_switch_constants(ensemble) if ensemble.switches else {})
    model.graph.initializer.extend(numpy_helper.from_array(a, n) for n, a in constants.items())
    return model


def _attribute(name: str, values: Array) -> Any:
    """An attribute of whole numbers or texts; real ones become a tensor, in their precision."""
    import onnx

    if values.dtype.kind == "f":
        tensor = onnx.numpy_helper.from_array(values, name)
        return onnx.helper.make_attribute(f"{name}_as_tensor", tensor)
    found = onnx.AttributeProto(name=name)
    if values.dtype.kind == "S":
        found.type = onnx.AttributeProto.STRINGS
        found.strings.extend(values.tolist())
    else:
        found.type = onnx.AttributeProto.INTS
        found.ints.extend(values.tolist())
    return found


def _attributes(trees: Sequence[Tree]) -> dict[str, Array]:
    """What a TreeEnsembleRegressor is told; its targets are trees, their weights leaf numbers."""
    counts = [len(tree.leaf) for tree in trees]
    tree_of = np.repeat(np.arange(len(trees)), counts)
    number = np.concatenate([np.arange(n) for n in counts])
    leaf = np.concatenate([tree.leaf for tree in trees])
    inner = {
        name: np.concatenate([np.where(tree.leaf, 0, getattr(tree, name)) for tree in trees])
        for name in ("column", "threshold", "missing_left", "left", "right")
    }
    return {
        "nodes_treeids": tree_of,
        "nodes_nodeids": number,
        "nodes_modes": np.where(leaf, b"LEAF", b"BRANCH_LEQ"),
        "nodes_featureids": inner["column"].astype(np.int64),
        "nodes_values": inner["threshold"].astype(np.float64),
        "nodes_truenodeids": inner["left"].astype(np.int64),
        "nodes_falsenodeids": inner["right"].astype(np.int64),
        "nodes_missing_value_tracks_true": inner["missing_left"].astype(np.int64),
        "target_treeids": tree_of[leaf],
        "target_nodeids": number[leaf],
        "target_ids": tree_of[leaf],
        "target_weights": np.concatenate(
            [np.arange(tree.leaf.sum(), dtype=np.float64) for tree in trees]
        ),
    }


def _constants(ensemble: Ensemble) -> dict[str, Array]:
    """The leaves' values, and how they are laid out and added up."""
    trees, groups = ensemble.trees, ensemble.groups
    values = [np.asarray(tree.value[tree.leaf], np.float64) for tree in trees]
    rounds = len(trees) // groups
    return {
        "leaf_values": np.concatenate(values),
        "first_leaf": np.cumsum([0, *(len(v) for v in values[:-1])]),
        "shape": np.array([-1, rounds, groups * values[0].shape[1]]),
        "axis": np.array(1),
        "last": np.array(rounds - 1),
        "length": np.array(float(rounds) if ensemble.mean else 1.0),
    }


def _switch_constants(ensemble: Ensemble) -> dict[str, Array]:
    """Tables of the sides, laid end to end, each filled up with the side of unknown values."""
    levels = max(len(switch.sides) for switch in ensemble.switches) - 1
    sides = [
        np.pad(s.sides[:-1], (0, levels + 2 - len(s.sides)), constant_values=s.sides[-1])
        for s in ensemble.switches
    ]
    return {
        "switch_columns": np.array([switch.column for switch in ensemble.switches]),
        "switch_sides": np.concatenate(sides),
        "first_level": np.arange(len(sides)) * (levels + 1),
        "nought": np.array(0.0),
        "levels": np.array(float(levels)),
    }

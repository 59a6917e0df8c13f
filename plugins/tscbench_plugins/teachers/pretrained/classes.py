"""Which class of the dataset each output of a model is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tscbench import Array, DataError, Link, Scale, Schema, to_outputs


def class_codes(found: Sequence[Any] | None, classes: tuple[str, ...], schema: Schema) -> Array:
    """The code of each of the model's outputs, `(k,)`.

    found: the classes that the model knows itself, names of the dataset's or their codes; None
    where it knows none and the dataset's order is taken. classes: what the user says they are.

    Raises:
        DataError: they are not the dataset's, or may be either names or codes.
    """
    k = schema.outputs[0]
    said = [_text(c) for c in (classes or (range(k) if found is None else found))]
    if found is not None and len(found) != len(said):
        raise DataError(f"has {len(found)} classes, and classes= names {len(said)}")
    as_names = _places(said, schema.classes)
    as_codes = None if classes else _places(said, [str(code) for code in range(k)])
    if found is None and not classes:
        return np.arange(k)
    if as_names is None and as_codes is None:
        raise DataError(
            f"its classes are {', '.join(said)}, and the dataset's {', '.join(schema.classes)}; "
            "say with classes=[…] which of the dataset's each of its outputs is"
        )
    if as_names is not None and as_codes is not None and not np.array_equal(as_names, as_codes):
        raise DataError(
            f"its classes {', '.join(said)} may be the dataset's names or their codes, in the "
            f"order {', '.join(schema.classes)}; say with classes=[…] which they are"
        )
    codes = as_codes if as_names is None else as_names
    assert codes is not None
    return codes


def class_outputs(values: Array, scale: Scale, codes: Array, schema: Schema) -> Array:
    """Logits `(m, k)` of values on `scale`, `(m, k)`, or of two classes `(m, 1)` for the second;
    codes: of the classes that they are of.

    Raises:
        DataError: another number of columns.
    """
    if values.shape[1] == 1 and len(codes) == 2 and schema.link is Link.SOFTMAX:
        first = 1 - values if scale is Scale.PROBABILITY else np.zeros_like(values)
        values = np.concatenate([first, values], axis=1)
    if values.shape[1] != len(codes):
        raise DataError(
            f"answers {values.shape[1]} columns, and the dataset has {len(codes)} classes: "
            f"{', '.join(schema.classes)}"
        )
    return to_outputs(values[:, np.argsort(codes)], scale, schema)


def _places(said: Sequence[str], names: Sequence[str]) -> Array | None:
    """Where each is among `names`; None where they are not the same ones."""
    if len(said) != len(names) or set(said) != set(names):
        return None
    return np.array([list(names).index(name) for name in said])


def _text(value: Any) -> str:
    """A class as a dataset names it: whole numbers without a point."""
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return str(value)

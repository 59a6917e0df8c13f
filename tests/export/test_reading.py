"""What raw values mean is found by comparison; a model that answers otherwise is refused."""

import numpy as np
import pytest
from tscbench_plugins.metrics.accuracy import accuracy

from tscbench import ContractError, Link, Scale, Schema, decide, to_logits, to_outputs
from tscbench.export.reading import read_values
from tscbench.tabular.regression import regressed_outputs

TWO, THREE = Schema((4,), (2,)), Schema((4,), (3,), classes=("a", "b", "c"))
LABELS = Schema((4,), (3,), Link.SIGMOID)


def some(k: int, scale: Scale, schema: Schema, n: int = 50):
    z = np.random.default_rng(k).normal(size=(n, k))
    if scale is Scale.LOGIT:
        return z
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True) if k > 1 else 1 / (1 + np.exp(-z))
    p = p if schema.link is Link.SOFTMAX else 1 / (1 + np.exp(-z))
    return p if scale is Scale.PROBABILITY else np.log(p)


@pytest.mark.parametrize("scale", list(Scale))
@pytest.mark.parametrize(("schema", "width"), [(TWO, 1), (TWO, 2), (THREE, 3), (LABELS, 3)])
def test_scale_and_columns_are_found(scale, schema, width):
    values = some(width, scale, schema)
    logits = regressed_outputs(values, scale, schema)
    given = values.ravel() if width == 1 else values.astype(np.float32)
    reading = read_values(given, logits, schema)
    if scale is Scale.LOG_PROBABILITY and width > 1:
        scale = Scale.LOGIT  # they differ where one column stands for two classes
    assert (reading.scale, reading.width) == (scale, width)
    np.testing.assert_array_equal(reading.logits(values, schema), logits)


def test_a_shift_of_all_logits_is_no_matter_and_a_few_odd_rows_are_not():
    z = some(3, Scale.LOGIT, THREE)
    assert read_values(z - z.mean(axis=1, keepdims=True), z, THREE).scale is Scale.LOGIT
    z[:3] += np.arange(3)
    assert read_values(some(3, Scale.LOGIT, THREE), z, THREE).scale is Scale.LOGIT


def test_another_model_is_refused():
    p = some(3, Scale.PROBABILITY, THREE)
    with pytest.raises(ContractError, match=r"differ by up to .* rows as they are in Rows.x"):
        read_values(p[::-1], to_logits(p, THREE), THREE)
    with pytest.raises(ContractError, match="2 columns for 3 classes"):
        read_values(p[:, :2], to_logits(p, THREE), THREE)
    with pytest.raises(ContractError, match="differ"):
        read_values(np.full_like(p, np.nan), to_logits(p, THREE), THREE)


@pytest.mark.parametrize("schema", [TWO, THREE, LABELS])
def test_decisions_are_those_of_accuracy(schema):
    z = np.round(np.random.default_rng(0).normal(size=(200, schema.outputs[0])))
    assert accuracy(decide(z, schema), z, schema) == 1.0
    z[:, 1:] = z[:, :1] = 0.0
    assert np.all(decide(to_outputs(z, Scale.LOGIT, schema), schema).T[-1] > 0), "ties go last"

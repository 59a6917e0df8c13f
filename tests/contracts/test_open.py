"""Open parameters: one mapping collects what a spec gives beyond the declared names."""

from collections.abc import Mapping
from typing import Any

import pytest

from tscbench.contracts.open import divide, open_parameter
from tscbench.contracts.spec import parse, shortest

CLOSED = {"estimator": str, "trust": tuple[str, ...]}
OPEN = {**CLOSED, "params": Mapping[str, Any]}


def given(text):
    return dict(parse(text).params)


@pytest.mark.parametrize(
    ("text", "declared", "rest"),
    [
        ("x(estimator=a.B)", {"estimator": "a.B"}, {}),
        ("x(estimator=a.B, n=300)", {"estimator": "a.B"}, {"n": 300}),
        ("x(z=1, a__C=0.1)", {}, {"a__C": 0.1, "z": 1}),
        ("x(params=3)", {}, {"params": 3}),
    ],
)
def test_what_is_not_declared_is_collected(text, declared, rest):
    assert divide(given(text), list(OPEN), OPEN) == (declared, {"params": rest})


def test_values_are_collected_as_they_were_typed():
    _, collected = divide(given("x(a=1.0, b=1, c=[1, 2.0], d=none)"), list(OPEN), OPEN)
    values = collected["params"]
    assert [type(v) for v in values.values()] == [float, int, tuple, type(None)]
    assert [type(v) for v in values["c"]] == [int, float]


def test_a_plugin_without_a_mapping_stays_closed():
    assert open_parameter(CLOSED, CLOSED) is None
    assert divide(given("x(n=3)"), list(CLOSED), CLOSED) == ({"n": 3}, {})


def test_shortest_keeps_every_value_and_specs_as_typed():
    assert shortest((1.0, 2.5, "1.0", (3.0,))) == (1, 2.5, "1.0", (3,))
    assert [type(v) for v in shortest((1.0, 2.5))] == [int, float]
    inner = parse("a(x=1.0)")
    assert shortest(inner) is inner and shortest(True) is True and shortest(1e300) == 1e300

"""What a probe gives: named numbers that judge a synthetic set."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tscbench.testing.check import check
from tscbench.testing.trial import Trial


@check("probe", after=("works",))
def result_type(trial: Trial) -> None:
    """Each named number is a column of a table."""
    for attempt in trial.sound():
        value, on = attempt.value, f"on {attempt.tiny.name}, it returned "
        if not isinstance(value, Mapping) or not value:
            raise trial.failed(f"{on}{type(value).__name__}; it must return {{name: float, …}}")
        for name, number in value.items():
            if not isinstance(name, str) or not isinstance(number, float):
                came = f"{on}{name!r}: {type(number).__name__}"
                raise trial.failed(f"{came}; names are texts and values floats: float(…)")


@check("probe")
def finite(trial: Trial) -> None:
    """Infinite values spoil every mean; NaN says that something is not defined."""
    for attempt in trial.sound():
        for name, number in attempt.value.items():
            if np.isinf(number):
                came = f"on {attempt.tiny.name}, {name} is {number}"
                raise trial.failed(f"{came}; it must be finite, or NaN where it is not defined")


@check("probe")
def same_names(trial: Trial) -> None:
    """A table has the same columns for all data."""
    names = {attempt.tiny.name: sorted(attempt.value) for attempt in trial.sound()}
    first = next(iter(names))
    for data, found in names.items():
        if found != names[first]:
            came = f"it gives {', '.join(names[first])} on {first} and {', '.join(found)} on {data}"
            raise trial.failed(f"{came}; give NaN where something is not defined")

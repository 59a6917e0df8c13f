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
def figures_declared(trial: Trial) -> None:
    """A table has the same columns for all data, and says of each which way it is better, in what
    unit, and what it is: `figures=` holds a `Figure` of every name that is returned."""
    declared = trial.bound.plugin.figures
    for attempt in trial.sound():
        on = f"on {attempt.tiny.name}, it "
        for name in attempt.value:
            if name not in declared:
                cure = f"add {name!r}: Figure(direction, unit, help) to it"
                raise trial.failed(f"{on}gave {name!r}, which figures= does not declare; {cure}")
        if lacking := [name for name in declared if name not in attempt.value]:
            came = f"{on}did not give {lacking[0]!r}, which figures= declares"
            raise trial.failed(f"{came}; give NaN where it is not defined")

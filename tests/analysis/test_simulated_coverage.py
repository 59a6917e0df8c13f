"""The committed table of coverage is what the simulation gives; intervals hold what they say."""

import importlib.util
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

FILE = Path(__file__).parents[2] / "benchmarks" / "coverage.py"
SPEC = importlib.util.spec_from_file_location("coverage_by_simulation", FILE)
simulation = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(simulation)

TABLE = pd.read_csv(simulation.HERE)
PRINTED = ~TABLE["interval"].str.contains("not printed")
STUDIES = 150


def test_every_situation_is_in_the_table():
    assert list(zip(TABLE["interval"], TABLE["situation"])) == list(simulation.SITUATIONS)
    assert (TABLE["studies"] == simulation.STUDIES).all()


def test_intervals_that_are_printed_hold_the_truth_as_often_as_they_say():
    low = TABLE["actual"] + 2 * TABLE["standard_error"]
    assert (low[PRINTED] >= TABLE["nominal"][PRINTED]).all()
    assert (low[~PRINTED] < TABLE["nominal"][~PRINTED]).all(), "and those without correction do not"


@pytest.mark.parametrize("place", [0, 8, 10])
def test_the_simulation_gives_the_table(place):
    row = TABLE.iloc[place]
    study = simulation.SITUATIONS[row["interval"], row["situation"]]()
    rng = np.random.default_rng(7)
    found = [study(rng) for _ in range(STUDIES)]
    share = np.mean([low <= true <= high for low, high, true in found])
    p = row["actual"]
    error = np.sqrt(p * (1 - p) * (1 / STUDIES + 1 / row["studies"]))
    assert abs(share - p) <= 4 * error

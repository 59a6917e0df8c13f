"""Files that a user's machine may hold, and bad ones that tests write."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from tscbench import Fetch, Unavailable
from tscbench.line.fetch import locate


@pytest.fixture(scope="session")
def staged() -> Callable[[str | int], Path | Fetch]:
    """`staged("scene.parquet")` is that file, `staged(1120)` a fetch that holds this OpenML id."""

    def staged(what: str | int) -> Path | Fetch:
        if not os.environ.get("TSCBENCH_DATA"):
            pytest.skip("TSCBENCH_DATA is not set")
        fetch = Fetch(offline=True)
        try:
            if isinstance(what, str):
                return locate(what)
            fetch.openml(what)
        except Unavailable as reason:
            pytest.skip(str(reason))
        return fetch

    return staged


@dataclass
class Served:
    """Stands for an OpenML dataset, with a frame of the test's own."""

    frame: pd.DataFrame
    default_target_attribute: str | None = "class"
    name: str = "served"

    def openml(self, id: int) -> "Served":
        return self

    def get_data(self) -> tuple[pd.DataFrame, None, list[bool], list[str]]:
        return self.frame.copy(), None, [], []


@pytest.fixture
def serve() -> type[Served]:
    """A fetch that answers every id with the frame it is given."""
    return Served


@pytest.fixture
def small() -> pd.DataFrame:
    """Six rows of every kind of column."""
    return pd.DataFrame(
        {
            "size": [1, 2, 3, 4, 5, 6],
            "weight": [0.5, None, 2.5, 1.0, 1.5, 2.0],
            "colour": ["red", "blue", None, "red", "green", "blue"],
            "grade": pd.Categorical(list("lmhlmh"), categories=["l", "m", "h", "never"]),
            "new": [True, False, True, True, False, False],
            "y": ["no", "yes", "no", "yes", "no", "yes"],
        }
    )

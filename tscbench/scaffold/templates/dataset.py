"""Dataset mine: four columns, one of them of text, and two classes."""

import numpy as np

from tscbench import Data, Rng, dataset
from tscbench.tabular import from_frame


@dataset(source="who, year, title", requires=("pandas",))
def mine(rng: Rng, *, n_rows: int = 1000) -> Data:
    """Fruit that is ripe (positive) or not: 4 columns, 5 % of the weights missing.

    Args:
        n_rows: rows in the table.
    """
    import pandas as pd

    # Read or make your table here: one row for each example, one column for each feature.
    firmness, colour = rng.normal(size=(2, n_rows))
    frame = pd.DataFrame(
        {
            "firmness": firmness,
            "colour": colour,
            "weight": np.where(rng.random(n_rows) < 0.05, np.nan, rng.gamma(9.0, 20.0, n_rows)),
            "sort": rng.choice(["apple", "pear", "plum"], n_rows),
        }
    )
    ripe = colour - firmness + (frame["sort"] == "plum") + 0.5 * rng.normal(size=n_rows) > 0
    frame["state"] = np.where(ripe, "ripe", "unripe")
    return from_frame(frame, "state", positive="ripe", name="mine")

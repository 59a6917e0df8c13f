"""HIGGS, 46,241 collisions: a subset for machines that hold no larger one.

Origin: Baldi, Sadowski and Whiteson, UCI: the validation and test parts of the 98,050-row sample
and 10,943 further rows; results are not those of the larger samples. Licence: CC BY 4.0.
46,241 rows, 28 numeric columns; 52.89 % signal (1), the positive class. Two rows are repeats.
"""

from pathlib import Path

from tscbench import Data, dataset
from tscbench.tabular import from_frame, read_table


@dataset(
    source="Baldi, Sadowski and Whiteson, 2014, Searching for exotic particles in high-energy "
    "physics with deep learning; UCI HIGGS",
    requires=("pyarrow",),
)
def higgs_46k(*, path: Path = Path("higgs_subset.parquet")) -> Data:
    """Signal (1, positive) or background: 46,241 rows, 28 numeric columns, from a file.

    Args:
        path: a table with the 28 columns, `label`, and `part`, which is left out.
    """
    return from_frame(read_table(path), "label", positive="1", drop=["part"], name="higgs_46k")
